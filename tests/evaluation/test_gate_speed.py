"""The gate's benchmark: what it feeds and what it reports; nothing about how fast."""

from __future__ import annotations

import pytest

from garbled.documents import Block, Document
from garbled.evaluation.gate_speed import (
    CACHED,
    COLD,
    GateSpeedConfig,
    GateSpeedReport,
    feed_lines,
    run,
)
from garbled.gate import open_envelope

PARAGRAPH = "The pier at Ryde reopened on Monday & nobody minded the rain that fell on it all day."


def article(id: str, n_paragraphs: int) -> Document:
    blocks = [Block(f"{PARAGRAPH} It was day {n} of nine.") for n in range(n_paragraphs)]
    return Document.from_blocks(blocks, id=id, source=id, title=f"Head <{id}>")


def test_the_feed_has_as_many_items_as_are_asked_for_and_no_two_alike():
    lines = feed_lines([article("a", 5), article("b", 1), article("c", 2)], 7)
    envelope = open_envelope("\n".join(lines).encode())
    assert envelope.fault is None
    contents = {envelope.content(item) for item in envelope.items}
    assert len(contents) == len(envelope.items) == 7
    ids = [item.id for item in envelope.items]
    assert ids == [f"tag:wire.example,2026:{number}" for number in range(7)]


def test_the_report_shows_items_a_second():
    seconds = {COLD: (10.0,), CACHED: (0.5, 0.4, 1.0)}
    report = GateSpeedReport(seconds, 1000, 30, 12_345, {"tier": "fast"}).to_markdown()
    assert "| never seen | 100 | 100 | 100 | 1 |" in report
    assert "| all remembered | 2,000 | 1,000 | 2,500 | 3 |" in report
    assert "1,000 items, 30 of them held, 12,345 bytes" in report


@pytest.mark.slow
def test_it_times_the_command_itself(tmp_path):
    for number in range(2):
        text = "\n\n".join(f"{PARAGRAPH} It was day {n} of {number}." for n in range(4))
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    report = run(GateSpeedConfig(items=6, repeats=2, articles=tmp_path))
    assert {name: len(seconds) for name, seconds in report.seconds.items()} == {COLD: 1, CACHED: 2}
    assert report.n_items == 6
    assert report.signature["tier"] == "fast"
