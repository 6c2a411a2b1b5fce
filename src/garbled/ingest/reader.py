"""Inputs of any kind to documents; whatever cannot be read becomes a record that says why."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import cast

from garbled.documents import Document
from garbled.errors import IngestError
from garbled.ingest.encoding import HEAD_BYTES, decode
from garbled.ingest.options import DEFAULT_OPTIONS, Format, ReadOptions
from garbled.ingest.sources import FORMAT_OF_SUFFIX, Located, locate

Parser = Callable[[BufferedReader, str, ReadOptions], Iterator[Document]]

# Imported on use: lxml, trafilatura and pyarrow are slow to load.
_PARSER_MODULES: dict[Format, str] = {
    "text": "garbled.ingest.text",
    "html": "garbled.ingest.html",
    "feed": "garbled.ingest.feeds",
    "jsonl": "garbled.ingest.jsonl",
    "csv": "garbled.ingest.delimited",
    "parquet": "garbled.ingest.parquet",
}
_FEED_TAG = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_PAGE_TAG = re.compile(r"\s*<(?:!doctype html|html|head|body|div|p|article|section|h1)\b", re.I)


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
        chosen = FORMAT_OF_SUFFIX.get(Path(source.replace("\0", "")).suffix.lower(), "auto")
    stream = cast(BufferedReader, BufferedReader(BytesIO(data)))
    yield from _documents(stream, source, options, chosen)


def sniff(head: bytes, options: ReadOptions = DEFAULT_OPTIONS) -> Format:
    """The format that the first bytes of an input show.

    >>> sniff(b"PAR1"), sniff(b"<!doctype html>"), sniff(b"<?xml version='1.0'?><rss>")
    ('parquet', 'html', 'feed')
    >>> sniff(b'{"id": 1}'), sniff(b"id,text"), sniff(b"The pier reopened.")
    ('jsonl', 'csv', 'text')
    """
    if head.startswith(b"PAR1"):
        return "parquet"
    try:
        text = decode(head[:HEAD_BYTES], options).text.lstrip("\ufeff \t\r\n")
    except IngestError:  # an unknown encoding: the parser will say so
        return "text"
    if text.startswith("<"):
        if _PAGE_TAG.match(text):
            return "html"
        return "feed" if _FEED_TAG.search(text) or text.startswith("<?xml") else "html"
    first = text.split("\n", 1)[0].strip()
    if first.startswith("{"):
        return "jsonl"
    cells = {cell.strip(' "\r') for cell in re.split(r"[,;\t]", first)}
    if len(cells) > 1 and options.text_column in cells:
        return "csv"
    return "text"


def _file_documents(located: Located, path: Path, options: ReadOptions) -> Iterator[Document]:
    format = options.format
    if format == "auto":
        format = FORMAT_OF_SUFFIX.get(path.suffix.lower(), "auto")
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
