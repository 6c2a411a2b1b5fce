"""JSON Lines: one JSON object a line, read line by line."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader

from garbled.documents import Document
from garbled.errors import IngestError
from garbled.ingest.document import joined
from garbled.ingest.encoding import HEAD_BYTES, reject_binary
from garbled.ingest.jsondata import load_json, repeated_key
from garbled.ingest.lines import Line, lines
from garbled.ingest.options import ReadOptions
from garbled.ingest.records import missing_column, record_document


def parse(stream: BufferedReader, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document a line; a line that is no JSON object is unreadable and the rest goes on.

    Raises:
        IngestError: the input is binary.
    """
    head = stream.peek(HEAD_BYTES)
    reject_binary(head[:HEAD_BYTES], options)
    for line in lines(stream, head, options):
        if line.is_cut or line.text.strip():
            yield _line_document(line, source, options)


def _line_document(line: Line, source: str, options: ReadOptions) -> Document:
    item = f"{source}#{line.number}"
    if line.is_cut:
        message = f"line {line.number} is longer than {options.limits.max_record_bytes:,} bytes"
        return Document.unreadable(message, id=item, source=item)
    try:
        record = load_json(line.text)
    except IngestError as error:
        return Document.unreadable(f"line {line.number}: {error.message}", id=item, source=item)
    if not isinstance(record, dict):
        message = f"line {line.number} is no JSON object; each line must be one, with its fields"
        return Document.unreadable(message, id=item, source=item)
    if options.text_column not in record:
        return Document.unreadable(missing_column(options, record), id=item, source=item)
    problem = joined(line.problem, repeated_key(record))
    return record_document(record, line.number, source, options, problem)
