"""CSV and its kin with tabs or semicolons: a header, then a document a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BufferedReader

from garbled.documents import Document
from garbled.errors import IngestError
from garbled.ingest.encoding import HEAD_BYTES, reject_binary
from garbled.ingest.lines import lines
from garbled.ingest.options import ReadOptions
from garbled.ingest.records import missing_column, record_document

DELIMITERS = ",\t;"


def parse(stream: BufferedReader, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document a row; a row that cannot be read is reported and the rest goes on.

    Raises:
        IngestError: the input is binary or empty, or the text column is missing.
    """
    head = stream.peek(HEAD_BYTES)
    reject_binary(head[:HEAD_BYTES], options)
    rows = _Rows(stream, head, options)
    columns = next(rows, None)
    if columns is None:
        raise IngestError("empty: nothing to score")
    if isinstance(columns, str):
        raise IngestError(f"its header cannot be read: {columns}")
    columns = [name.strip() for name in columns]
    if options.text_column not in columns:
        raise IngestError(missing_column(options, columns))
    n_needed = columns.index(options.text_column) + 1
    for number, row in enumerate(rows, 1):
        if row:
            problem = rows.take_problem()
            yield _row_document(row, columns, n_needed, number, source, options, problem)


def delimiter_of(header: str) -> str:
    """The delimiter that a header line holds most of.

    >>> delimiter_of("id;title;text, long")
    ';'
    """
    return max(DELIMITERS, key=header.count)


def _row_document(
    row: list[str] | str,
    columns: list[str],
    n_needed: int,
    number: int,
    source: str,
    options: ReadOptions,
    problem: str | None,
) -> Document:
    item = f"{source}#{number}"
    if isinstance(row, str):
        return Document.unreadable(f"row {number}: {row}", id=item, source=item)
    if len(row) > len(columns):
        shape = f"row {number} has {len(row)} cells under {len(columns)} columns; check its quotes"
        problem = f"{problem}; {shape}" if problem else shape
    if len(row) < n_needed:
        message = f"row {number} has {len(row)} cells and ends before '{options.text_column}'"
        return Document.unreadable(message, id=item, source=item)
    return record_document(dict(zip(columns, row, strict=False)), number, source, options, problem)


class _Rows:
    """Rows of a stream; a message in place of a row that the csv module cannot read."""

    def __init__(self, stream: BufferedReader, head: bytes, options: ReadOptions) -> None:
        self._lines = lines(stream, head, options)
        self._limit = options.limits.max_record_bytes
        self._problem: str | None = None
        self._length = 0
        # The field limit is the process's; rows are bounded by _text_lines, so it only goes up.
        csv.field_size_limit(max(csv.field_size_limit(), self._limit))
        self._reader: Iterator[list[str]] | None = None

    def __iter__(self) -> _Rows:
        return self

    def __next__(self) -> list[str] | str:
        self._length = 0
        try:
            if self._reader is None:
                self._reader = self._open()
            return next(self._reader)
        except (csv.Error, IngestError) as error:
            self._reader = csv.reader(self._text_lines(), delimiter=self._delimiter)
            return str(error)

    def take_problem(self) -> str | None:
        """What was wrong with the bytes of the last row."""
        problem, self._problem = self._problem, None
        return problem

    def _open(self) -> Iterator[list[str]]:
        self._delimiter = ","
        first = next(self._text_lines())
        self._delimiter = delimiter_of(first)
        return csv.reader(_prepended(first, self._text_lines()), delimiter=self._delimiter)

    def _text_lines(self) -> Iterator[str]:
        """Lines for the csv module, until one record has grown over the limit."""
        for line in self._lines:
            self._length += len(line.text)
            if line.is_cut or self._length > self._limit:
                raise IngestError(f"longer than {self._limit:,} bytes; check its quotes")
            self._problem = self._problem or line.problem
            yield line.text


def _prepended(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
