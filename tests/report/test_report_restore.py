"""A score out of its record: the same again, and as much as there is without wording."""

from __future__ import annotations

from dataclasses import replace

import pytest

from garbled.documents import Document
from garbled.report.record import to_record
from garbled.report.restore import from_record

from .conftest import held
from .hostile import HOSTILE, hostile_score


@pytest.mark.parametrize("title", ["Norgas.XX rises", None])
def test_a_score_comes_back_from_its_record(title):
    score = held(title)
    restored = from_record(to_record(score))
    assert to_record(restored) == to_record(score)
    assert [p.paragraph for p in restored.paragraphs] == [p.paragraph for p in score.paragraphs]
    assert [p.findings for p in restored.paragraphs] == [p.findings for p in score.paragraphs]
    assert restored.signature == score.signature


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back(make_score, text):
    record = to_record(hostile_score(make_score, text))
    assert to_record(from_record(record)) == record


def test_without_wording_the_document_gives_what_it_has():
    score = held("Norgas.XX rises")
    record = to_record(score, texts=False)
    assert to_record(from_record(record), texts=False) == record
    paragraphs = [part.paragraph for part in score.paragraphs]
    text = "\n\n".join(paragraph.text for paragraph in paragraphs)
    document = Document("b-2", "other#2", score.title, "en", text, tuple(paragraphs))
    restored = from_record(record, document)
    assert (restored.id, restored.source, restored.title) == ("b-2", "other#2", score.title)
    assert [part.paragraph for part in restored.paragraphs] == paragraphs
    for old, new in zip(score.paragraphs, restored.paragraphs, strict=True):
        bare = [replace(finding, suggestion=None, message="") for finding in old.findings]
        assert [replace(f, suggestion=None, message="") for f in new.findings] == bare
    [_, body] = restored.paragraphs
    assert [finding.suggestion for finding in body.findings] == [None] * 3
    assert all("instrument code" in finding.message for finding in body.findings)


def test_a_rule_that_is_not_ours_tells_its_name():
    record = to_record(held(None), texts=False)
    record["paragraphs"][0]["findings"][0]["rule"] = "LT_SOMETHING"
    assert from_record(record).paragraphs[0].findings[0].message == "LT_SOMETHING"
