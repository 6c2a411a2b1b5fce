from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest

from garbled.report import FORMATS, write
from garbled.report.plain import plain
from garbled.report.summary import Tally, top_finding

HOSTILE = [
    "\x1b[2J\x1b[31mred",
    "\x1b]0;owned\x07",
    "\x1b]8;;http://example.invalid\x1b\\link\x1b]8;;\x1b\\",
    "\x9b2J",
    "a\r\nb\x0bc\u2028d",
    "[bold red]loud[/bold red] [link=x]y[/link]",
    "[/]",
    "back\x08\x08\x7f",
    "\u202eover\u2066ride",
    "bell\x07 null\x00",
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(scores, format, **options) -> str:
    stream = io.StringIO()
    write(scores, stream, format=format, **options)
    return stream.getvalue()


def unwrapped(table: str) -> str:
    """The first column of words of a table, put together again."""
    return "".join(table.split())


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_jsonl_writes_each_line_before_it_asks_for_the_next(make_score):
    stream = io.StringIO()
    seen = []

    def scores():
        for name in ("1", "2", "3"):
            seen.append(stream.getvalue().count("\n"))
            yield make_score(id=name)

    write(scores(), stream, format="jsonl")
    assert seen == [0, 1, 2]
    assert [json.loads(line)["id"] for line in stream.getvalue().splitlines()] == ["1", "2", "3"]


def test_jsonl_flushes_each_line(make_score):
    class Counting(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    stream = Counting()
    write([make_score(), make_score()], stream, format="jsonl")
    assert stream.flushed == 2


@pytest.mark.parametrize("n", [0, 1, 3])
def test_json_is_one_array(make_score, n):
    records = json.loads(written([make_score(id=str(i)) for i in range(n)], "json"))
    assert [record["id"] for record in records] == [str(i) for i in range(n)]


def test_csv_has_one_line_a_document(make_score, error_score):
    text = written([make_score(degraded=("grammar",)), error_score], "csv")
    assert len(text.splitlines()) == 3
    held, broken = rows_of(text)
    assert held["reasons"] == "name_corruption|wrong_words"
    assert held["degraded"] == "grammar"
    assert held["n_findings"] == "3"
    assert held["top_finding"] == "Norgas.XX"
    assert (held["score"], held["probability"], held["mangled_share"]) == (
        "87.2",
        "0.9313",
        "0.8124",
    )
    assert (broken["verdict"], broken["score"], broken["top_finding"]) == ("error", "", "")
    assert broken["error"] == "is a PDF; convert it to text first"


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1", "\n=1", " =1", "\u200b=1", "＝1+1"],
)
def test_csv_disarms_formulas(make_score, formula):
    score = make_score(title=formula, id=formula, source=formula)
    row = rows_of(written([score], "csv"))[0]
    for cell in (row["title"], row["id"], row["source"]):
        assert cell.startswith("'")
        assert cell.endswith(formula.strip("\u200b \t\r\n"))


def test_csv_leaves_ordinary_cells_alone(make_score):
    row = rows_of(written([make_score(title='A "snub", they said = no')], "csv"))[0]
    assert row["title"] == 'A "snub", they said = no'


@pytest.mark.parametrize("hostile", HOSTILE)
def test_csv_cells_hold_no_control_characters(make_score, hostile):
    text = written([make_score(title=hostile, id=hostile, error=hostile)], "csv")
    assert len(text.splitlines()) == 2
    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("stream_type", [io.StringIO, Terminal])
def test_table_lets_no_text_drive_the_terminal(make_score, hostile, stream_type, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "200")
    stream = stream_type()
    score = make_score(title=None, id=hostile, error=hostile)
    top = top_finding(score)
    finding = replace(top, quote=hostile, suggestion=hostile)
    score = replace(score, paragraphs=(replace(score.paragraphs[0], findings=(finding,)),))
    write([score], stream, format="table")
    text = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
    assert text.replace("\n", "").isprintable()
    assert "".join(plain(hostile).split()) in unwrapped(text)


def test_table_shows_markup_as_it_was_written(make_score):
    text = written([make_score(title="[bold]x[/bold] [/] [link=y]z[/link]")], "table")
    assert "[bold]x[/bold]" in text
    assert "[/]" in text
    assert "[link=y]z[/link]" in text


def test_table_is_sorted_worst_first_with_errors_last(make_score, error_score):
    scores = [
        make_score(title="PASSED", verdict="pass", score=3.0),
        replace(error_score, id="BROKEN"),
        make_score(title="DOUBTFUL", verdict="review", score=95.0),
        make_score(title="UNSCORED", verdict="review", score=None),
        make_score(title="BAD", verdict="hold", score=70.0),
        make_score(title="WORST", verdict="hold", score=90.0),
    ]
    text = written(scores, "table")
    order = ["WORST", "BAD", "DOUBTFUL", "UNSCORED", "PASSED", "BROKEN"]
    assert sorted(order, key=text.index) == order


def test_table_shows_the_finding_its_correction_and_the_error(make_score, error_score):
    text = written([make_score(), error_score], "table")
    assert "Norgas.XX → Norgasco" in text
    assert "name_corruption" in text
    assert "is a PDF" in text


def test_table_ends_with_a_summary(make_score, error_score):
    scores = [
        make_score(),
        make_score(verdict="review", degraded=("grammar",)),
        make_score(verdict="pass"),
        error_score,
    ]
    *_, last = written(scores, "table").splitlines()
    assert re.fullmatch(
        r"4 documents: 1 held, 1 to review, 1 passed, 1 with errors; 36 words in \d+\.\d s;"
        r" tier full; 1 scored without grammar",
        last,
    )


def test_table_of_nothing_is_its_summary():
    assert written([], "table").startswith("0 documents:")


@pytest.mark.parametrize("format", list(FORMATS))
def test_without_texts_no_format_shows_wording(make_score, format):
    text = written([make_score()], format, texts=False)
    assert "a-1" in text
    for wording in ("Norgas", "pump", "Tuesday"):
        assert wording not in text


def test_a_long_title_does_not_fill_the_screen(make_score):
    text = written([make_score(title="x" * 100_000)], "table")
    assert len(text) < 5_000


def test_an_unknown_format_is_named():
    with pytest.raises(ValueError, match="'xml' is not one of table, jsonl, json, csv, html"):
        write([], io.StringIO(), format="xml")


def test_top_finding_is_the_first_of_the_most_severe(make_score, error_score):
    score = make_score()
    assert top_finding(score).quote == "Norgas.XX"
    assert top_finding(error_score) is None
    body = score.paragraphs[1]
    worst = tuple(
        replace(finding, severity="critical") if finding.quote == "pump" else finding
        for finding in body.findings
    )
    score = replace(score, paragraphs=(replace(body, findings=worst),))
    assert top_finding(score).quote == "pump"


def test_tally_counts_a_score_once_it_has_been_handed_on(make_score, error_score):
    tally = Tally()
    passing = tally.watch([make_score(), error_score])
    assert tally.n_documents == 0
    next(passing)
    assert (tally.n_documents, tally.n_errors, tally.verdicts["hold"]) == (1, 0, 1)
    list(passing)
    assert (tally.n_documents, tally.n_errors, tally.verdicts["error"]) == (2, 1, 1)
    assert tally.n_words == 12


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("  two \t\n lines ", "two lines"),
        ("no\u00a0break\u3000wide", "no break wide"),
        ("\x1c\x1b", "\\x1c\\x1b"),
        ("\ud800", "\\ud800"),
        ("soft\u00adhyphen", "softhyphen"),
        ("Zoë 🛢 京", "Zoë 🛢 京"),
    ],
)
def test_plain(text, shown):
    assert plain(text) == shown
