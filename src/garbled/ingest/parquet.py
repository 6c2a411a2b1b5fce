"""Parquet: a document a row, read in small batches of the columns that are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import Any

from garbled.documents import Document
from garbled.errors import IngestError
from garbled.ingest.encoding import decode
from garbled.ingest.options import ReadOptions
from garbled.ingest.parquet_pages import MAX_PAGES_BYTES, bound_pages
from garbled.ingest.records import missing_column, record_document

BATCH_ROWS = 64
MAX_ROWS_PER_BYTE = 8
MIN_BYTES = 1_000
"""Bytes that a file of few rows counts as."""


def parse(stream: BufferedReader, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document a row.

    Raises:
        IngestError: it is no Parquet, is damaged, or the text column is missing.
    """

    def wanted(names: list[str]) -> list[str]:
        if options.text_column not in names:
            raise IngestError(missing_column(options, names))
        return _wanted(names, options)

    number = 0
    for batch in read_batches(stream, wanted, BATCH_ROWS):
        for row in range(batch.num_rows):
            number += 1
            yield row_document(batch, row, number, source, options)


def read_batches(
    stream: BufferedReader, choose: Callable[[list[str]], list[str]], rows: int
) -> Iterator[Any]:
    """Record batches of the chosen columns, in bounded memory.

    Args:
        choose: the columns to read, of those that are there.
        rows: at most so many a batch.

    Raises:
        IngestError: it is no Parquet, is damaged, or unpacks to far more than articles would.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        about = pq.read_metadata(stream)
        wanted = choose(about.schema.to_arrow_schema().names)
        _bound_rows(about)
        table = pq.ParquetFile(stream, metadata=about, buffer_size=1 << 16, pre_buffer=False)
        groups = (g for g in range(about.num_row_groups) if about.row_group(g).num_rows)
        for group in groups:
            largest = bound_pages(stream, about.row_group(group), set(wanted))
            bounded = min(rows, MAX_PAGES_BYTES // largest)
            yield from table.iter_batches(bounded, row_groups=[group], columns=wanted)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).split("\n")[0][:200]
        raise IngestError(f"no sound Parquet file: {reason}; write it again") from error


def _wanted(names: list[str], options: ReadOptions) -> list[str]:
    wanted = (
        options.id_column,
        options.text_column,
        options.title_column,
        options.language_column,
    )
    return [name for name in dict.fromkeys(wanted) if name in names]


def _bound_rows(about: Any) -> None:
    """Refuse a file with far more rows than it can hold articles.

    Raises:
        IngestError: it has.
    """
    groups = (about.row_group(index) for index in range(about.num_row_groups))
    columns = (group.column(index) for group in groups for index in range(group.num_columns))
    n_bytes = sum(column.total_compressed_size for column in columns)
    if about.num_rows > MAX_ROWS_PER_BYTE * max(n_bytes, MIN_BYTES):
        raise IngestError(f"{about.num_rows:,} rows in {n_bytes:,} bytes, which cannot be articles")


def row_document(batch: Any, row: int, number: int, source: str, options: ReadOptions) -> Document:
    """The document of a row of a record batch; ``number`` is what its source calls it by."""
    record: dict[str, object] = {}
    problem = None
    for name in batch.schema.names:
        value, fault = _value(batch.column(name)[row], options)
        record[name] = value
        problem = problem or fault
    return record_document(record, number, source, options, problem)


def _value(scalar: Any, options: ReadOptions) -> tuple[object, str | None]:
    """A cell in Python's terms. Arrow does not check that a string is valid UTF-8."""
    try:
        value = scalar.as_py()
    except UnicodeDecodeError as error:
        value = error.object
    if isinstance(value, bytes):
        return decode(value, options)
    return value, None
