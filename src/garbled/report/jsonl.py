"""Records as JSON: one a line as they come, or one array."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from garbled.documents import Score
from garbled.report.record import to_line, to_record


def write_jsonl(scores: Iterable[Score], stream: TextIO, *, texts: bool = True) -> None:
    """One record a line, flushed at once, in the order of the scores."""
    for score in scores:
        stream.write(to_line(to_record(score, texts=texts)) + "\n")
        stream.flush()


def write_json(scores: Iterable[Score], stream: TextIO, *, texts: bool = True) -> None:
    """One array of records, written as they come; an interrupted run leaves it open."""
    separator = "[\n"
    for score in scores:
        stream.write(separator + to_line(to_record(score, texts=texts)))
        separator = ",\n"
    stream.write("\n]\n" if separator == ",\n" else "[]\n")
