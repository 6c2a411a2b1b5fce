"""Workflow commands that GitHub reads as they were meant, whatever the copy holds."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from garbled.report import write

from .conftest import finding_in
from .hostile import HOSTILE, hostile_score
from .test_sarif import scored

COMMAND = re.compile(r"^::(error|warning|notice) ([^:]*)::(.*)$")


class Command(NamedTuple):
    """A line as GitHub's runner takes it apart."""

    name: str
    where: dict[str, str]
    message: str


def unescaped(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def commands_of(scores, **options) -> list[Command]:
    stream = io.StringIO()
    write(scores, stream, format="github", **options)
    *lines, last = stream.getvalue().split("\n")[:-1]
    assert last.startswith("garbled: ")
    found = []
    for line in lines:
        match = COMMAND.match(line)
        assert match, line
        pairs = (pair.split("=", 1) for pair in match[2].split(","))
        where = {name: unescaped(value) for name, value in pairs}
        found.append(Command(match[1], where, unescaped(match[3])))
    return found


def test_a_finding_is_told_at_its_place(make_score, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    path = Path("a, b: 100%.md")
    path.write_text("Pier shut\n\nThe pier of Norgas.XX was shut on Monday by its owner.\n")
    hold, finding = commands_of([scored(make_score, path)])
    assert (hold.name, hold.where["line"]) == ("error", "1")
    assert finding.name == "warning"
    assert finding.where == {
        "file": "a, b: 100%.md",
        "line": "3",
        "endLine": "3",
        "col": "13",
        "endColumn": "22",
        "title": "garbled NAME_RIC_LEAK",
    }
    assert finding.message.startswith("“Norgas.XX” → “Norgasco”: ")


def test_a_finding_over_two_lines_has_no_columns(make_score, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("a.html")
    path.write_text("<h1>Pier shut</h1>\n<p>The pier of Norgas.<b>\n</b>XX was shut on Monday.</p>")
    score = scored(make_score, path)
    body = score.paragraphs[-1]
    finding = finding_in(body.paragraph.text, "Norgas. XX")
    _, command = commands_of([replace(score, paragraphs=(replace(body, findings=(finding,)),))])
    assert (command.where["line"], command.where["endLine"]) == ("2", "3")
    assert not {"col", "endColumn"} & set(command.where)


def test_the_worst_come_first_and_verdicts_before_findings(make_score):
    scores = [make_score(verdict="review"), make_score()]
    told = [(c.name, c.where["title"].split()[1]) for c in commands_of(scores)]
    assert told == [
        ("error", "HOLD"),
        ("warning", "REVIEW"),
        *[("warning", "NAME_RIC_LEAK")] * 4,
        *[("notice", "NAME_RIC_LEAK")] * 2,
    ]


def test_an_item_of_a_feed_is_named(make_score):
    hold, *_ = commands_of([make_score()])
    assert hold.where["title"] == "garbled HOLD (a-1)"
    assert hold.where["file"] == "feed.xml"


def test_what_cannot_be_read_is_an_error(error_score):
    [command] = commands_of([error_score])
    assert command.name == "error"
    assert "is a PDF" in command.message


@pytest.mark.parametrize("text", [*HOSTILE, "a\n::error::x", "\r::add-mask::y", "%0A::debug::z"])
def test_no_text_starts_a_command_of_its_own(make_score, text):
    stream = io.StringIO()
    write([hostile_score(make_score, text)], stream, format="github")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 4  # the verdict, two findings, the summary
    assert all(COMMAND.match(line) for line in lines[:-1])
    assert "".join(lines).isprintable()


def test_a_message_is_read_as_it_was_written(make_score):
    for command in commands_of([hostile_score(make_score, "100%25 of, a: b")]):
        assert "100%25 of, a: b" in command.message
        assert command.where["file"] == "100%25 of, a: b"
