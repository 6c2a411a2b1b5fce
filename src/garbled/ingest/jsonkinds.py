"""A JSON document, told by its content: a JSON Feed, ninjs, a record or a list of records."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader, BytesIO
from typing import cast

from garbled.documents import Document
from garbled.errors import IngestError
from garbled.ingest import jsonfeed, jsonl, ninjs
from garbled.ingest.document import as_text, joined, tidy_id
from garbled.ingest.encoding import decode, read_whole
from garbled.ingest.jsondata import Json, numbered, read_json, refuse
from garbled.ingest.options import Format, ReadOptions
from garbled.ingest.records import missing_column, record_document
from garbled.ingest.sniffing import opens_lines


def parse(stream: BufferedReader, source: str, options: ReadOptions) -> Iterator[Document]:
    """The documents of a JSON document; of JSON lines too, which often go by the same suffix.

    Raises:
        IngestError: the input is too large, empty, binary, or no JSON.
    """
    data = read_whole(stream, options)
    if opens_lines(decode(data, options).text.lstrip("\ufeff \t\r\n")):
        yield from jsonl.parse(cast(BufferedReader, BufferedReader(BytesIO(data))), source, options)
        return
    read = read_json(BytesIO(data), options)
    kind = kind_of(read.value, options)
    if kind == "jsonfeed":
        yield from jsonfeed.documents(read, source, options)
    elif kind == "ninjs":
        yield from ninjs.documents(read, source, options)
    else:
        yield from _records(read, source, options)


def kind_of(value: object, options: ReadOptions) -> Format:
    """What a JSON value is: ``jsonfeed``, ``ninjs``, or ``json`` for one or more records.

    >>> kind_of([{"uri": "urn:1", "body_text": "It reopened."}], ReadOptions())
    'ninjs'
    >>> kind_of({"text": "It reopened."}, ReadOptions())
    'json'
    """
    if isinstance(value, dict) and options.text_column in value:
        return "json"
    if jsonfeed.is_feed(value):
        return "jsonfeed"
    items = [item for item in ninjs.items_of(value)[:10] if isinstance(item, dict)]
    if any(options.text_column in item for item in items):
        return "json"
    return "ninjs" if any(map(ninjs.is_item, items)) else "json"


def _records(read: Json, source: str, options: ReadOptions) -> Iterator[Document]:
    records = ninjs.items_of(read.value)
    if not records:
        raise IngestError(read.problem or "JSON without any record in it")
    for number, record, problem in numbered(records, options.limits, read.problem):
        item = f"{source}#{number}"
        try:
            if not isinstance(record, dict):
                refuse(number, record)
            if options.text_column not in record:
                raise IngestError(missing_column(options, record))
            yield record_document(record, number, source, options, problem)
        except IngestError as error:
            id = as_text(record.get(options.id_column)) if isinstance(record, dict) else None
            message = joined(error.message, problem)
            yield Document.unreadable(message, id=tidy_id(id or "") or item, source=item)
