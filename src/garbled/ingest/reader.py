"""Inputs of any kind to documents; whatever cannot be read becomes a record that says why."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import cast

from garbled.documents import Document
from garbled.errors import IngestError
from garbled.ingest.encoding import HEAD_BYTES
from garbled.ingest.options import DEFAULT_OPTIONS, Format, ReadOptions
from garbled.ingest.sniffing import sniff as sniff
from garbled.ingest.sniffing import suffix_format
from garbled.ingest.sources import Located, locate

Parser = Callable[[BufferedReader, str, ReadOptions], Iterator[Document]]

# Imported on use: lxml, trafilatura and pyarrow are slow to load.
_PARSER_MODULES: dict[Format, str] = {
    "text": "garbled.ingest.text",
    "markdown": "garbled.ingest.markdown",
    "html": "garbled.ingest.html",
    "feed": "garbled.ingest.feeds",
    "jsonfeed": "garbled.ingest.jsonfeed",
    "ninjs": "garbled.ingest.ninjs",
    "nitf": "garbled.ingest.nitf",
    "newsml": "garbled.ingest.newsml",
    "json": "garbled.ingest.jsonkinds",
    "jsonl": "garbled.ingest.jsonl",
    "csv": "garbled.ingest.delimited",
    "parquet": "garbled.ingest.parquet",
}


def read(
    inputs: Iterable[str | Path], options: ReadOptions = DEFAULT_OPTIONS
) -> Iterator[Document]:
    """Documents of files, folders, patterns and "-", one after the other as they are read.

    Never raises over bad input: see ``Document.error``.
    """
    for located in locate(inputs):
        if located.problem:
            yield Document.unreadable(located.problem, id=located.name, source=located.name)
        elif located.path is None:
            yield from _documents(
                cast(BufferedReader, sys.stdin.buffer), located.name, options, options.format
            )
        else:
            yield from _file_documents(located, located.path, options)


def read_bytes(
    data: bytes,
    *,
    source: str,
    format: Format | None = None,
    options: ReadOptions = DEFAULT_OPTIONS,
) -> Iterator[Document]:
    """Documents of one input in memory. The format is told, known by suffix, or sniffed.

    >>> [document] = read_bytes(b'{"id": 7, "text": "It reopened."}', source="-", format="jsonl")
    >>> document.id, document.source
    ('7', '-#1')
    """
    chosen = format or options.format
    if chosen == "auto":
        chosen = suffix_format(source)
    stream = cast(BufferedReader, BufferedReader(BytesIO(data)))
    yield from _documents(stream, source, options, chosen)


def _file_documents(located: Located, path: Path, options: ReadOptions) -> Iterator[Document]:
    format = options.format
    if format == "auto":
        format = suffix_format(path.name)
    try:
        stream = path.open("rb")
    except (OSError, ValueError) as error:
        yield _unopened(located.name, error)
        return
    with stream:
        yield from _documents(stream, located.name, options, format)


def _documents(
    stream: BufferedReader, source: str, options: ReadOptions, format: Format
) -> Iterator[Document]:
    """The parser's documents; its failure, or having none, is a document too."""
    is_any = False
    message = "empty: nothing to score"
    try:
        if format == "auto":
            format = sniff(stream.peek(HEAD_BYTES), options)
        for document in _parser(format)(stream, source, options):
            is_any = True
            yield document
        if is_any:
            return
    except IngestError as error:
        message = error.message
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
    except Exception as error:  # one hostile input must not end the run
        message = f"unexpected {type(error).__name__} while it was read as {format}; report this"
    yield Document.unreadable(message, id=source, source=source)


def _parser(format: Format) -> Parser:
    return cast(Parser, import_module(_PARSER_MODULES[format]).parse)


def _unopened(name: str, error: Exception) -> Document:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return Document.unreadable(f"cannot be opened: {reason}", id=name, source=name)
