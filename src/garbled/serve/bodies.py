"""What a request brings, as documents: our own JSON, or copy in a format that garbled reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from garbled.config import ServeConfig
from garbled.documents import Document
from garbled.ingest import read_bytes
from garbled.ingest.document import tidy_id
from garbled.ingest.options import FORMATS, Format, Limits, ReadOptions
from garbled.ingest.reader import sniff
from garbled.ingest.text import text_blocks
from garbled.serve.forms import content_type
from garbled.serve.refused import Refused
from garbled.serve.schemas import Article, LabelRequest, Pair
from garbled.store import content_of

_TYPES: Mapping[str, str] = {
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/xml": "auto",
    "text/xml": "auto",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/feed+json": "jsonfeed",
    "application/nitf+xml": "nitf",
    "application/vnd.iptc.g2.newsitem+xml": "newsml",
    "application/vnd.iptc.g2.newsmessage+xml": "newsml",
    "application/ninjs+json": "ninjs",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "text/csv": "csv",
}
FORMATS_OF_TYPES: Mapping[str, Format] = {
    kind: format for kind, format in _TYPES.items() if format in FORMATS
}
"""Content type of a body to the format it is read as; ``auto`` looks at the first bytes."""
ONE_ARTICLE = frozenset({"text", "markdown", "html", "nitf", "ninjs"})
"""Formats that hold one article, so that the answer is one result and no list."""
SOURCE = "api"
"""The feed of what comes without a source."""
MAX_SOURCE = 1000

_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
_ARTICLES: TypeAdapter[list[Article]] = TypeAdapter(list[Article])
_PAIR: TypeAdapter[Pair] = TypeAdapter(Pair)
LABEL_REQUEST: TypeAdapter[LabelRequest] = TypeAdapter(LabelRequest)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Brought:
    """Documents of a request, with their originals, and whether a list is to be answered."""

    documents: Sequence[Document]
    originals: Sequence[Document | None]
    is_list: bool


@dataclass(frozen=True, slots=True)
class Body:
    """A request's body as it came, with what its head says of it."""

    data: bytes
    content_type: str
    format: Format | None = None
    source: str = SOURCE
    id: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a request may bring."""

    max_bytes: int
    max_items: int
    max_characters: int

    def limits(self) -> Limits:
        """Those of parsing."""
        return Limits(self.max_bytes, self.max_bytes, max(self.max_items, 20_000))


def bounds_of(config: ServeConfig) -> Bounds:
    return Bounds(config.max_bytes, config.max_items, config.max_characters)


def read_body(body: Body, bounds: Bounds) -> Brought:
    """The documents of a body.

    Raises:
        Refused: it is of no known type, or its JSON is not what is asked for, or it is too much.
    """
    kind, _ = content_type(body.content_type)
    if kind == "application/json" and body.format is None:
        return _from_json(body, bounds)
    format = body.format or FORMATS_OF_TYPES.get(kind)
    if format is None:
        known = ", ".join(("application/json", *FORMATS_OF_TYPES))
        raise Refused(415, f"the body's type is one of {known}; or name its format")
    return _from_copy(body, format, bounds)


def read_pair(data: bytes, bounds: Bounds) -> tuple[Document, Document]:
    """An original and its copy.

    Raises:
        Refused: the JSON is not what is asked for, or one of them is too long.
    """
    pair = parsed(data, _PAIR)
    texts = [
        Article.model_validate({"text": v}) if isinstance(v, str) else v
        for v in (pair.original, pair.copy_)
    ]
    made = [_document(article, _id(article), article.source) for article in texts]
    for document in made:
        if len(document.text) > bounds.max_characters:
            raise Refused(413, _too_long(bounds))
    return made[0], made[1]


def parsed(data: bytes, adapter: TypeAdapter[T]) -> T:
    """JSON as what is asked for.

    Raises:
        Refused: it is not.
    """
    return _validated(adapter, _json(data))


def text_document(
    text: str, *, title: str | None = None, id: str | None = None, source: str = SOURCE
) -> Document:
    """The document of a plain text; without an id it gets one from its content."""
    blocks = text_blocks(text, headline=title is None)
    document = Document.from_blocks(blocks, id=id or "", source=source, title=title)
    return document if id else replace(document, id=content_id(document))


def content_id(document: Document) -> str:
    """An id that another text does not have.

    >>> one, other = Document("", "a", text="x"), Document("", "b", title="Head")
    >>> content_id(one)[:7], content_id(one) == content_id(other)
    ('sha256:', False)
    """
    return f"sha256:{sha256(content_of(document)).hexdigest()[:16]}"


def bounded(document: Document, bounds: Bounds) -> Document:
    """The document, or one that says that it is too long to score."""
    if len(document.text) <= bounds.max_characters:
        return document
    return Document.unreadable(_too_long(bounds), id=document.id, source=document.source)


def _too_many(bounds: Bounds) -> str:
    return f"more than {bounds.max_items} articles; send them in several requests"


def _too_long(bounds: Bounds) -> str:
    return f"longer than {bounds.max_characters:,} characters; split it"


def _from_json(body: Body, bounds: Bounds) -> Brought:
    value = _json(body.data)
    if (format := _format_of(value)) is not None:
        return _from_copy(body, format, bounds)
    is_list = isinstance(value, list)
    if is_list and len(value) > bounds.max_items:  # before each of them is found wanting
        raise Refused(413, _too_many(bounds))
    listed = _validated(_ARTICLES, value) if is_list else [_validated(_ARTICLE, value)]
    documents = [_document(article, _id(article), article.source) for article in listed]
    originals = [
        None if a.original is None else text_document(a.original, id="original", source="original")
        for a in listed
    ]
    for original in filter(None, originals):
        if len(original.text) > bounds.max_characters:
            raise Refused(413, f"an original is {_too_long(bounds)}")
    own = [bounded(document, bounds) for document in documents]
    return Brought(own, originals, is_list)


def _format_of(value: Any) -> Format | None:
    """The format of an agency's or a feed's JSON; None for our own."""
    if not isinstance(value, dict) or "text" in value:
        return None
    is_feed = str(value.get("version", "")).startswith("https://jsonfeed.org/")
    is_item = "uri" in value and any(key.startswith(("bod", "headline")) for key in value)
    names = [name for name, fits in (("jsonfeed", is_feed), ("ninjs", is_item)) if fits]
    return next((format for format in FORMATS if format in names), None)


def _id(article: Article) -> str | None:
    return None if article.id is None else str(article.id)


def _document(article: Article, id: str | None, source: str) -> Document:
    name = tidy_id(id) if id else None
    return text_document(article.text, title=article.title, id=name, source=source or SOURCE)


def _from_copy(body: Body, format: Format, bounds: Bounds) -> Brought:
    _, encoding = content_type(body.content_type)
    options = ReadOptions(encoding=encoding, limits=bounds.limits())
    if format == "auto":
        format = sniff(body.data, options)
    if format == "parquet":
        raise Refused(415, "Parquet is not read here; use `garbled score`")
    read = read_bytes(body.data, source=body.source, format=format, options=options)
    documents = list(islice(read, bounds.max_items + 1))
    if len(documents) > bounds.max_items:
        raise Refused(413, _too_many(bounds))
    named = [bounded(document, bounds) for document in _identified(documents, body)]
    return Brought(named, [None] * len(named), format not in ONE_ARTICLE)


def _identified(documents: Sequence[Document], body: Body) -> Iterator[Document]:
    """Documents with the id that the request gives, or else one of their own."""
    for document in documents:
        if body.id and len(documents) == 1:
            yield replace(document, id=tidy_id(body.id))
        elif document.id == body.source:
            yield replace(document, id=content_id(document))
        else:
            yield document


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError among the first
        raise Refused(400, "the body is not JSON that can be read") from error


def _validated(adapter: TypeAdapter[T], value: Any) -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise Refused(422, told(error)) from error


def told(error: ValidationError) -> str:
    """What is wrong, in one line that quotes nothing of what was sent."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(
        str(part) for part in first["loc"] if isinstance(part, int) or part.isidentifier()
    )
    return f"{place}: {first['msg']}" if place else str(first["msg"])
