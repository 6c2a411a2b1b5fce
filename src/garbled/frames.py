"""Data frames in, data frames out: pandas, polars and Arrow, a row an article.

What kind of frame it is, narwhals knows; neither pandas nor polars is needed to import this.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from garbled.documents import Document, Score
from garbled.errors import GarbledError
from garbled.ingest.options import ReadOptions
from garbled.ingest.records import record_document
from garbled.report.record import to_record
from garbled.report.summary import all_findings, top_finding

if TYPE_CHECKING:
    from garbled.scorer import Scorer

RESULT_COLUMNS: Mapping[str, str] = {
    "verdict": "String",
    "score": "Float64",
    "probability": "Float64",
    "mangled_share": "Float64",
    "reasons": "List",
    "n_words": "Int64",
    "n_findings": "Int64",
    "top_finding": "String",
    "degraded": "List",
    "error": "String",
}
"""What is added to a frame, with its type; ``reasons`` and ``degraded`` hold lists of texts."""
SOURCE = "frame"
"""The source, and so the feed, of rows that name none."""
_SHOWN = 20


def score_frame(
    frame: Any,
    text: str = "text",
    *,
    title: str | None = None,
    id: str | None = None,
    language: str | None = None,
    source: str | None = None,
    prefix: str = "",
    scorer: Scorer | None = None,
    **options: Any,
) -> Any:
    """Score the articles of a data frame and add what was found to each row.

    Rows and their order, columns and, in pandas, the index stay, whatever is in them. A row whose
    text is missing or no text has verdict ``error``, and its ``error`` says why; the others are
    scored. Rows are kept apart by their place: an index may hold a label more than once.

    Args:
        frame: a pandas or polars DataFrame, an Arrow table or record batch.
        text: column with the articles: plain text with paragraphs parted by blank lines, or HTML.
        title, language: columns with headline and declared language.
        id: column that must tell the rows apart; without it they are called by their number.
        source: column with the feed that a row is from, whose policy it is judged by.
        prefix: put before the names of ``RESULT_COLUMNS``.
        scorer: scores; otherwise one is made with the ``options``, which are those of ``Scorer``.

    Returns:
        A frame of the same kind.

    Raises:
        GarbledError: it is no such frame; a column is missing, there twice or would be written
            over; an id stands in two rows.

    >>> import pyarrow as pa
    >>> scored = score_frame(pa.table({"body": ["Rain fell.", None]}), text="body", tier="fast")
    >>> scored["verdict"].to_pylist(), scored["error"].to_pylist()
    (['pass', 'error'], [None, "'body' is empty: nothing to score"])
    """
    columns = _Columns(text, title, id, language, source)
    table = _table(frame)
    _check(table.columns, columns, prefix)
    if id is not None:
        _check_unique(_values(table[id]), id)
    documents = _documents(table, columns)
    if scorer is not None:
        rows = [_row(score) for score in scorer.score_documents(documents)]
    else:
        from garbled.scorer import Scorer

        with Scorer(**options) as own:
            rows = [_row(score) for score in own.score_documents(documents)]
    return _native(table.with_columns(*_series(rows, table, prefix)), frame)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that are read, by what they hold."""

    text: str
    title: str | None
    id: str | None
    language: str | None
    source: str | None

    def named(self) -> dict[str, str]:
        """What a column holds to its name, where one is named."""
        fields = ("text", "title", "id", "language", "source")
        return {field: name for field in fields if (name := getattr(self, field)) is not None}


def _table(frame: Any) -> Any:
    """The frame as narwhals sees it."""
    import narwhals as nw

    arrow = sys.modules.get("pyarrow")
    if arrow is not None and isinstance(frame, arrow.RecordBatch):
        frame = arrow.Table.from_batches([frame])
    try:
        table = nw.from_native(frame)
    except TypeError as error:
        kind = type(frame).__name__
        raise GarbledError(f"a pandas, polars or Arrow frame is scored, not a {kind}") from error
    except ValueError as error:  # pandas with a column twice
        raise GarbledError(" ".join(str(error).split())) from error
    if isinstance(table, nw.LazyFrame):
        raise GarbledError("a lazy frame has no rows yet: collect it first")
    return table


def _check(names: Sequence[str], columns: _Columns, prefix: str) -> None:
    shown = ", ".join(map(str, names[:_SHOWN])) + (", …" if len(names) > _SHOWN else "")
    for field, name in columns.named().items():
        if name not in names:
            told = f"no column {name!r}; there are: {shown or 'none'}; name it with {field}="
            raise GarbledError(told)
        if list(names).count(name) > 1:
            raise GarbledError(f"column {name!r} stands there more than once; rename one")
    taken = [f"{prefix}{name}" for name in RESULT_COLUMNS if f"{prefix}{name}" in names]
    if taken:
        raise GarbledError(
            f"the frame has columns that the results would write over: {', '.join(taken)};"
            " pass another prefix="
        )


def _check_unique(values: Sequence[Any], column: str) -> None:
    counts = Counter(repr(value) for value in values if value is not None)
    twice = [value for value, n in counts.items() if n > 1]
    if not twice:
        return
    places = [str(row) for row, value in enumerate(values) if repr(value) == twice[0]][:2]
    raise GarbledError(
        f"column {column!r} does not tell rows apart: {len(twice)} of its values stand more than"
        f" once, such as {twice[0][:60]} in rows {' and '.join(places)}; leave id out, and rows"
        " are called by their number"
    )


def _documents(table: Any, columns: _Columns) -> Iterator[Document]:
    """A document a row; a cell that is null in the frame's own terms is None."""
    options = ReadOptions(
        text_column=columns.text,
        id_column="#id",
        title_column="#title",
        language_column="#language",
    )
    cells = {field: _values(table[name]) for field, name in columns.named().items()}
    for number in range(len(table)):
        record = {f"#{field}": values[number] for field, values in cells.items()}
        record[columns.text] = record["#text"]
        document = record_document(record, number, SOURCE, options)
        feed = record.get("#source")
        yield replace(document, source=feed) if isinstance(feed, str) and feed else document


def _values(series: Any) -> list[Any]:
    values, nulls = series.to_list(), series.is_null().to_list()
    return [None if is_null else value for value, is_null in zip(values, nulls, strict=True)]


def _row(score: Score) -> dict[str, Any]:
    record = to_record(score)
    top = top_finding(score)
    record["n_findings"] = sum(1 for _ in all_findings(score))
    record["top_finding"] = top.quote if top else None
    return {name: record[name] for name in RESULT_COLUMNS}


def _series(rows: Sequence[Mapping[str, Any]], table: Any, prefix: str) -> Iterator[Any]:
    """The results as columns for the frame. pandas keeps lists as objects."""
    import narwhals as nw

    backend = table.implementation
    for name, kind in RESULT_COLUMNS.items():
        values = [row[name] for row in rows]
        if kind != "List":
            dtype = getattr(nw, kind)
        else:
            dtype = nw.Object if backend.is_pandas_like() else nw.List(nw.String)
        yield nw.new_series(f"{prefix}{name}", values, dtype, backend=backend)


def _native(table: Any, frame: Any) -> Any:
    """The table as the kind of frame that came in."""
    native = table.to_native()
    arrow = sys.modules.get("pyarrow")
    if arrow is not None and isinstance(frame, arrow.RecordBatch):
        return native.combine_chunks().to_batches()[0] if len(native) else _empty(native)
    return native


def _empty(table: Any) -> Any:
    arrow = sys.modules["pyarrow"]
    return arrow.RecordBatch.from_pylist([], schema=table.schema)
