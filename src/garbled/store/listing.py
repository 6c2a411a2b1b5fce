"""The history as a table for a person, or as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from garbled.report.plain import plain
from garbled.report.record import to_line, to_record
from garbled.report.restore import from_record
from garbled.report.table import STYLES

if TYPE_CHECKING:
    from rich.text import Text

    from garbled.store.labels import Label
    from garbled.store.rows import Remembered
    from garbled.store.statements import Source

_NAME_LIMIT = 60
_PLAIN_WIDTH = 140


def to_entry(result: Remembered, *, texts: bool = True) -> dict[str, Any]:
    """A result of the history as a JSON object: when, of what, and the contract's record.

    The record of a result that the disk damaged is null.
    """
    record = result.record if result.is_whole else None
    if record is not None and not texts:
        record = to_record(from_record(record), texts=False)
    return {
        "result_id": result.result_id,
        "scored_at": moment(result.scored_at),
        "feed": result.feed,
        "item": result.item_id,
        "label": result.label,
        "result": record,
    }


def moment(seconds: float) -> str:
    """Unix time as ISO 8601 says it, in UTC.

    >>> moment(0.0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_results_jsonl(
    results: Iterable[Remembered], stream: TextIO, *, texts: bool = True
) -> None:
    """One ``to_entry`` a line."""
    for result in results:
        stream.write(to_line(to_entry(result, texts=texts)) + "\n")


def write_results_table(
    results: Iterable[Remembered], stream: TextIO, *, texts: bool = True
) -> None:
    """One line a result, in the order given; without texts an id in the title's place."""
    columns = ("id", "scored", "verdict", "score", "probability", "feed", "title", "reasons")
    _print(stream, [*columns, "label"], (_result_cells(result, texts) for result in results))


def write_sources_jsonl(sources: Iterable[Source], stream: TextIO) -> None:
    """One feed a line."""
    for source in sources:
        times = {"first_at": moment(source.first_at), "last_at": moment(source.last_at)}
        stream.write(to_line(source._asdict() | times) + "\n")


def write_sources_table(sources: Iterable[Source], stream: TextIO) -> None:
    """One feed a line, with its numbers of results by verdict."""
    columns = ("feed", "results", "held", "review", "passed", "errors", "first", "last")
    rows = (
        (plain(s.feed, _NAME_LIMIT), *map(str, s[1:6]), _day(s.first_at), _day(s.last_at))
        for s in sources
    )
    _print(stream, columns, rows)


def write_labels_table(labels: Iterable[Label], stream: TextIO) -> None:
    """One editor's word a line."""
    columns = ("result", "said", "label", "probability", "feed", "item")
    rows = (
        (
            "forgotten" if label.result_id is None else str(label.result_id),
            _minute(label.labelled_at),
            label.word.replace("_", "-"),
            _number(label.probability, 2),
            plain(label.feed, _NAME_LIMIT),
            plain(label.item_id, _NAME_LIMIT),
        )
        for label in labels
    )
    _print(stream, columns, rows)


def write_labels_jsonl(labels: Iterable[Label], stream: TextIO) -> None:
    """One editor's word a line."""
    for label in labels:
        said = {"labelled_at": moment(label.labelled_at), "content": label.content.hex()}
        stream.write(to_line(label._asdict() | said) + "\n")


def _result_cells(result: Remembered, texts: bool) -> Sequence[str | Text]:
    from rich.text import Text

    title = result.record["title"] if texts and result.is_whole else None
    return (
        str(result.result_id),
        _minute(result.scored_at),
        Text(result.verdict, style=STYLES[result.verdict]),
        _number(result.score, 1),
        _number(result.probability, 2),
        plain(result.feed, _NAME_LIMIT),
        plain(title or result.item_id, _NAME_LIMIT),
        plain(", ".join(result.reasons)),
        "" if result.label is None else result.label.replace("_", " "),
    )


def _print(stream: TextIO, columns: Iterable[str], rows: Iterable[Sequence[str | Text]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    Console(file=stream, width=None if stream.isatty() else _PLAIN_WIDTH).print(table)


def _minute(seconds: float) -> str:
    return moment(seconds)[:16].replace("T", " ")


def _day(seconds: float) -> str:
    return moment(seconds)[:10]


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
