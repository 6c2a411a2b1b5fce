"""ninjs, IPTC's news in JSON, 1.x, 2.x and 3.x: an item, a list of items, or an object with one.

In 1.x a text's kind is in its name (``body_html``, ``headline_short``), since 2.0 texts stand in
lists (``bodies``, ``headlines``) with a role and a content type. Superdesk's dialect has ``guid``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

from garbled.documents import Block, Document, Role
from garbled.errors import IngestError
from garbled.ingest.document import as_text, joined, tidy_id
from garbled.ingest.jsondata import Json, numbered, read_json, refuse
from garbled.ingest.markup import holds_html, plain
from garbled.ingest.nitf import story_of_text
from garbled.ingest.options import Limits, ReadOptions
from garbled.ingest.story import Story, line, paragraphs, status, story_document

_LISTS = ("items", "_items")
_OWN_NAMES = """usageterms ednote versioncreated contentcreated pubstatus representationtype
    headlines bodies descriptions copyrightnotice copyrightholder body_html body_text body_xhtml
    body_main description_text description_html"""
_OWN_KEYS = frozenset(_OWN_NAMES.split())
"""Keys that only ninjs has, of which an item has at least one."""
_WITH_MARKUP = ("html", "xhtml", "xml", "richtext")
_NEARLY = 0.8
"""Share of the fullest body's words from which another rendition of it, with markup, is taken."""
_NOT_TEXT = ("picture", "graphic", "video", "audio", "composite")


class Text(NamedTuple):
    """One of an item's texts: its role or the end of its name, its content type, the text."""

    kind: str
    type: str
    value: str


def parse(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document an item, in order.

    Raises:
        IngestError: the input is too large, empty, binary, or no ninjs.
    """
    yield from documents(read_json(stream, options), source, options)


def documents(read: Json, source: str, options: ReadOptions) -> Iterator[Document]:
    """The documents of a JSON value that has been read.

    Raises:
        IngestError: there is no ninjs item in it.
    """
    items = items_of(read.value)
    if not any(map(is_item, items[:10])):
        raise IngestError(read.problem or "JSON without an item of ninjs")
    for number, item, problem in numbered(items, options.limits, read.problem):
        name = _name(item)
        item_source = f"{source}#{name or number}"
        try:
            if not isinstance(item, dict):
                refuse(number, item)
            yield story_document(
                _story(item, options.limits),
                options.limits,
                id=name or item_source,
                source=item_source,
                problems=[problem],
            )
        except IngestError as error:
            message = joined(error.message, problem)
            yield Document.unreadable(message, id=name or item_source, source=item_source)


def items_of(value: object) -> list[Any]:
    """The items in a JSON value: its own, those of a list, or those under ``items``."""
    if isinstance(value, dict):
        for name in _LISTS:
            if isinstance(items := value.get(name), list):
                return items
        return [value]
    return value if isinstance(value, list) else []


def is_item(value: object) -> bool:
    """Whether a JSON value is an item of ninjs.

    >>> is_item({"uri": "urn:1", "body_html": "<p>It reopened.</p>"}), is_item({"text": "No."})
    (True, False)
    """
    if not isinstance(value, dict):
        return False
    return not _OWN_KEYS.isdisjoint(value) or {"uri", "headline"} <= value.keys()


def _name(item: Any) -> str:
    """The item's guid or uri, or its first other id."""
    if not isinstance(item, dict):
        return ""
    others = item.get("altids")
    if isinstance(others, dict):
        others = list(others.values())
    if not isinstance(others, list):
        others = []
    values = (entry.get("value") if isinstance(entry, dict) else entry for entry in others[:10])
    names = (as_text(name) for name in (item.get("guid"), item.get("uri"), *values))
    return next(filter(None, (tidy_id(name) for name in names if name)), "")


def _story(item: dict[str, Any], limits: Limits) -> Story:
    headlines = _headlines(item)
    content = _content(item, limits)
    body = content.body
    descriptions = _descriptions(item, limits, has_body=bool(body))
    if not body and not descriptions and item.get("type") in _NOT_TEXT:
        descriptions = line(f"A {item['type']} without text of its own.", "note")
    return Story(
        headline=headlines[0] if headlines else content.headline,
        before=(
            *(block for text in headlines[1:] for block in line(text, "subhead")),
            *line(item.get("slugline"), "furniture"),
            *(descriptions if body else ()),
            *line(item.get("byline"), "byline"),
            *line(item.get("by"), "byline"),
            *line(item.get("located"), "dateline"),
            *status(as_text(item.get("pubstatus"))),
            *content.before,
            *_field(item, "ednote", limits, "note"),
        ),
        body=body or descriptions,
        after=(
            *_captions(item, limits),
            *line(item.get("creditline"), "credit"),
            *line(item.get("copyrightholder"), "furniture"),
            *line(item.get("copyrightnotice"), "furniture"),
            *_field(item, "usageterms", limits, "furniture"),
        ),
        language=as_text(item.get("language")) or content.language,
        problem=content.problem,
    )


def _headlines(item: dict[str, Any]) -> list[str]:
    """The headlines, the main one first; the item's title only where there is no other."""
    main = as_text(item.get("headline"))
    found = [Text("main", "", main)] if main else []
    found += sorted(_texts(item, "headline", "headlines"), key=lambda text: text.kind != "main")
    headlines = [plain(text.value) for text in found]
    return list(filter(None, headlines)) or [
        *filter(None, [plain(as_text(item.get("title")) or "")])
    ]


def _content(item: dict[str, Any], limits: Limits) -> Story:
    """The fullest body, with markup where a rendition of it has that."""
    texts = _texts(item, "body", "bodies")
    if not texts:
        return Story()
    _bound(texts, limits)
    lengths = [len(plain(text.value).split()) for text in texts]
    fullest = max(lengths)
    best = [t for t, n in zip(texts, lengths, strict=True) if n >= _NEARLY * fullest]
    return story_of_text(max(best, key=_has_markup).value, limits)


def _has_markup(text: Text) -> bool:
    named = text.kind.rsplit("_", 1)[-1] in _WITH_MARKUP or text.type.endswith(_WITH_MARKUP)
    return named or holds_html(text.value)


def _descriptions(item: dict[str, Any], limits: Limits, *, has_body: bool) -> tuple[Block, ...]:
    """A standfirst above a body, a picture's caption, or all the text that there is."""
    texts = _texts(item, "description", "descriptions")
    _bound(texts, limits)
    role: Role = "subhead" if has_body else "body"
    if item.get("type") in _NOT_TEXT:
        role = "caption"
    return tuple(block for text in texts for block in paragraphs(text.value, limits, role))


def _captions(item: dict[str, Any], limits: Limits) -> tuple[Block, ...]:
    """Captions and bylines of the pictures that go with an item; other items are not its text."""
    entries = item.get("associations")
    if isinstance(entries, dict):
        entries = list(entries.values())
    blocks: list[Block] = []
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("type") in _NOT_TEXT:
            blocks += _descriptions(entry, limits, has_body=False)
            blocks += (*line(entry.get("byline"), "credit"), *line(entry.get("by"), "credit"))
    return tuple(blocks)


def _field(item: dict[str, Any], name: str, limits: Limits, role: Role) -> tuple[Block, ...]:
    """A field that may have several paragraphs."""
    text = item.get(name)
    if not isinstance(text, str):
        return ()
    _bound([Text(name, "", text)], limits)
    return tuple(block._replace(role=role) for block in paragraphs(text, limits, role))


def _texts(item: dict[str, Any], name: str, plural: str) -> list[Text]:
    """An item's texts of a sort, as 1.x and as 2.x write them."""
    start = f"{name}_"
    found = [
        Text(key.removeprefix(start).lower(), "", value)
        for key, value in item.items()
        if key.startswith(start) and isinstance(value, str) and value.strip()
    ]
    entries = item.get(plural)
    for entry in entries if isinstance(entries, list) else ():
        value = entry.get("value") if isinstance(entry, dict) else entry
        if isinstance(value, str) and value.strip():
            own = entry if isinstance(entry, dict) else {}
            kind, type = (str(own.get(key) or "").lower() for key in ("role", "contenttype"))
            found.append(Text(kind, type, value))
    return found


def _bound(texts: Sequence[Text], limits: Limits) -> None:
    if sum(len(text.value) for text in texts) > 4 * limits.max_record_bytes:
        raise IngestError(f"its texts are longer than {4 * limits.max_record_bytes:,} bytes")
