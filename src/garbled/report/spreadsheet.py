"""Scores as CSV, one line a document, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from garbled.documents import Score
from garbled.report.plain import plain
from garbled.report.record import to_record
from garbled.report.summary import all_findings, top_finding

COLUMNS = (
    "id",
    "source",
    "title",
    "language",
    "verdict",
    "score",
    "probability",
    "mangled_share",
    "n_words",
    "reasons",
    "degraded",
    "error",
    "n_findings",
    "top_finding",
)
LIST_SEPARATOR = "|"

# What spreadsheets take for the start of a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = tuple("=+-@＝＋－＠")


def write_csv(scores: Iterable[Score], stream: TextIO, *, texts: bool = True) -> None:
    """A header and one line a document; lists are joined with ``|``.

    White space runs, line ends among them, become a blank, control characters are spelled out,
    and a text cell that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for score in scores:
        writer.writerow([_cell(value) for value in _row(score, texts)])
        stream.flush()


def _row(score: Score, texts: bool) -> list[object]:
    record = to_record(score, texts=texts)
    top = top_finding(score) if texts else None
    record["n_findings"] = sum(1 for _ in all_findings(score))
    record["top_finding"] = top.quote if top else None
    return [record[column] for column in COLUMNS]


def _cell(value: object) -> object:
    """A value as a cell: numbers as they are, None empty, texts guarded.

    >>> _cell("\\t=HYPERLINK(1)"), _cell(["a", "b"]), _cell(87.2)
    ("'=HYPERLINK(1)", 'a|b', 87.2)
    """
    if isinstance(value, list):
        value = LIST_SEPARATOR.join(value)
    if not isinstance(value, str):
        return value
    text = plain(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
