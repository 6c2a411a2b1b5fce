"""The formats a run can be written in, by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TextIO

from garbled.documents import Score
from garbled.report.github import write_github
from garbled.report.html import write_html
from garbled.report.jsonl import write_json, write_jsonl
from garbled.report.sarif import write_sarif
from garbled.report.spreadsheet import write_csv
from garbled.report.table import write_table


class Writer(Protocol):
    """Writes all scores of a run to a stream; with ``texts=False`` none of their wording."""

    def __call__(self, scores: Iterable[Score], stream: TextIO, *, texts: bool = True) -> None: ...


FORMATS: dict[str, Writer] = {
    "table": write_table,
    "jsonl": write_jsonl,
    "json": write_json,
    "csv": write_csv,
    "html": write_html,
    "sarif": write_sarif,
    "github": write_github,
}


def write(
    scores: Iterable[Score], stream: TextIO, *, format: str = "jsonl", texts: bool = True
) -> None:
    """Write scores to a text stream in one of ``FORMATS``.

    Raises:
        ValueError: the format is not one of them.
    """
    if format not in FORMATS:
        raise ValueError(f"format {format!r} is not one of {', '.join(FORMATS)}")
    FORMATS[format](scores, stream, texts=texts)
