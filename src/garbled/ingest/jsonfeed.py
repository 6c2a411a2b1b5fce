"""JSON Feed 1.0 and 1.1: a document an item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from garbled.documents import Document
from garbled.errors import IngestError
from garbled.ingest.document import as_text, joined, make_document, tidy_id
from garbled.ingest.jsondata import Json, numbered, read_json, refuse
from garbled.ingest.markup import plain
from garbled.ingest.options import Limits, ReadOptions
from garbled.ingest.story import paragraphs

VERSION = "jsonfeed.org/version/"
_TEXTS = ("content_html", "content_text", "summary")
"""What holds an item's text, the fullest first."""


def parse(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document an item, in the feed's order.

    Raises:
        IngestError: the input is too large, empty, binary, no JSON Feed, or holds no item.
    """
    yield from documents(read_json(stream, options), source, options)


def documents(feed: Json, source: str, options: ReadOptions) -> Iterator[Document]:
    """The documents of a feed that has been read.

    Raises:
        IngestError: it is no JSON Feed, or holds no item.
    """
    if not is_feed(feed.value):
        raise IngestError("JSON without a JSON Feed's list of items")
    items = feed.value["items"]
    if not items:
        raise IngestError(feed.problem or "the feed holds no items")
    language = as_text(feed.value.get("language"))
    for number, item, problem in numbered(items, options.limits, feed.problem):
        name = _name(item)
        item_source = f"{source}#{name or number}"
        try:
            if not isinstance(item, dict):
                refuse(number, item)
            yield make_document(
                _blocks(item, options.limits),
                options.limits,
                id=name or item_source,
                source=item_source,
                title=plain(as_text(item.get("title")) or "") or None,
                language=as_text(item.get("language")) or language,
                problems=[problem],
            )
        except IngestError as error:
            message = joined(error.message, problem)
            yield Document.unreadable(message, id=name or item_source, source=item_source)


def is_feed(value: object) -> bool:
    """Whether a JSON value is a feed: it says so, or its items carry a feed's texts.

    >>> is_feed({"items": [{"id": "1", "content_text": "The pier reopened."}]})
    True
    """
    if not isinstance(value, dict) or not isinstance(items := value.get("items"), list):
        return False
    if VERSION in str(value.get("version")):
        return True
    return any(isinstance(item, dict) and item.keys() & set(_TEXTS[:2]) for item in items[:10])


def _name(item: Any) -> str:
    """The item's id or address."""
    if not isinstance(item, dict):
        return ""
    names = (as_text(item.get(key)) for key in ("id", "url", "external_url"))
    return next(filter(None, (tidy_id(name) for name in names if name)), "")


def _blocks(item: dict[str, Any], limits: Limits) -> list[Any]:
    """Paragraphs of the fullest text that an item carries."""
    for name in _TEXTS:
        text = item.get(name)
        if not isinstance(text, str) or not text.strip():
            continue
        if len(text) > limits.max_record_bytes:
            raise IngestError(f"'{name}' is longer than {limits.max_record_bytes:,} bytes")
        if blocks := paragraphs(text, limits):
            return list(blocks)
    return []
