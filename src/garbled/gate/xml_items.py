"""The items of an RSS or Atom feed or a NewsML-G2 message, by their places in its bytes.

Like ``garbled.ingest`` it knows them by their local names, so that none goes out unseen because
its namespace is missing or wrong.

Expat tells places; it opens no file and no address, bounds the growth of entities, and the text
of entities that a feed declares is never expanded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from xml.parsers import expat

from garbled.documents import Span
from garbled.errors import GarbledError, IngestError
from garbled.gate.annotation import NAMESPACE, Slot
from garbled.gate.envelope import Context, Item
from garbled.ingest.options import Limits

NEWSML_ROOTS = frozenset({"newsItem", "newsMessage"})
FEED_ROOTS = frozenset({"rss", "RDF", "feed", "channel"})
MAX_HEAD = 65_536
"""Bytes that may stand around an item: document type, and start tags of what it is in."""
MAX_WHITE_SPACE = 1_024
"""White space before an item that goes with it."""

MAX_DEPTH = 1_000
"""Elements around one of an item; ``garbled.ingest`` reads far fewer."""
MAX_OUTSIDE = 500_000
"""Elements that may stand outside of items."""

_TOO_DEEP = f"an item has elements nested deeper than {MAX_DEPTH:,}"
_SEPARATOR = "\x0c"  # no character of XML, so in no namespace
_OURS = NAMESPACE + _SEPARATOR
_RDF = f"http://www.w3.org/1999/02/22-rdf-syntax-ns#{_SEPARATOR}"
_GUID, _ABOUT = "guid", f"{_RDF}about"
_MENTION, _RESOURCES = f"{_RDF}li", (f"{_RDF}resource", "resource")
_START_TAG = re.compile(rb"""<([^\s/>]+)(?:[^>"']+|"[^"]*"|'[^']*')*+>""")
_SKIPPED = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)


class XmlError(GarbledError):
    """A feed is not well-formed, or an item of it is nested too deep."""

    @classmethod
    def of(cls, error: expat.ExpatError) -> XmlError:
        reason = expat.ErrorString(error.code)
        return cls(f"the feed is not well-formed XML at line {error.lineno}: {reason}")


def find_items(data: bytes, limits: Limits) -> tuple[str, list[Item]]:
    """The name of the root, and the items, of a well-formed feed in UTF-8.

    Raises:
        XmlError: it is not well-formed.
        IngestError: it is beyond the limits.
    """
    finder = _Finder(data, limits)
    try:
        finder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlError.of(error) from error
    return finder.root, [finder.with_mentions(item) for item in finder.items]


def is_sound(data: bytes) -> bool:
    """Whether a document in UTF-8 is well-formed, prefixes included, and not nested too deep."""
    parser = expat.ParserCreate("utf-8", _SEPARATOR)
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise XmlError(_TOO_DEEP)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, XmlError):
        return False
    return True


def local_name(name: str) -> str:
    return name.rpartition(_SEPARATOR)[2]


def _plain(text: bytes) -> str:
    """The text of an element that holds no other."""
    text = text.replace(b"<![CDATA[", b"").replace(b"]]>", b"")
    return unescape(text.decode("utf-8", "replace")).strip()


@dataclass(slots=True)
class _Open:
    """An element that is open and no item: where it starts, and the language told in it."""

    start: int
    name: str
    language: bytes = b""
    mentions: str = ""


@dataclass(slots=True)
class _OpenItem:
    """The item that is open."""

    depth: int
    start: int
    id: str = ""
    link: str = ""
    marks: list[Span] = field(default_factory=list)
    slot: int | None = None
    mark_depth: int = 0
    mark_start: int = 0
    name_start: int | None = None


class _Finder:
    """Expat's handlers. Most elements are in an item and pass by with little work."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data = data
        self.limits = limits
        self.root = ""
        self.items: list[Item] = []
        self._names = frozenset({"item", "entry"})
        self._depth = self._n_outside = 0
        self._open: list[_Open] = []
        self._item: _OpenItem | None = None
        self._contexts: dict[tuple[int, ...], Context] = {}
        self._mentions: dict[str, list[Span]] = {}
        self.parser = expat.ParserCreate("utf-8", _SEPARATOR)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._leave_entities

    def with_mentions(self, item: Item) -> Item:
        places = self._mentions.pop(item.id, None) if self._mentions else None
        return item if places is None else replace(item, mentions=tuple(places))

    def _leave_entities(self, *declaration: Any) -> None:
        """With a default handler, expat expands no entity of the feed's own."""
        self.parser.DefaultHandler = lambda text: None

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise XmlError(_TOO_DEEP)
        item = self._item
        if item is None:
            self._start_outside(name, attributes)
        elif name.startswith(_OURS) and not item.mark_depth:
            item.mark_depth, item.mark_start = self._depth, self.parser.CurrentByteIndex
        elif self._depth == item.depth + 1 and name.endswith(("id", "link")):
            item.name_start = self.parser.CurrentByteIndex
            item.link = item.link or attributes.get("href", "")

    def _end(self, name: str) -> None:
        depth, item = self._depth, self._item
        self._depth = depth - 1
        if item is None:
            self._end_outside()
        elif depth == item.depth:
            self._end_item(item)
        elif depth == item.mark_depth:
            item.marks.append(Span(item.mark_start, self._end_of_element(item.mark_start)))
            item.mark_depth = 0
        elif depth == item.depth + 1:
            if name.endswith("itemMeta"):
                item.slot = self._before_white_space(self.parser.CurrentByteIndex)
            elif item.name_start is not None:
                self._take_name(item, item.name_start, local_name(name))

    def _take_name(self, item: _OpenItem, start: int, name: str) -> None:
        item.name_start = None
        tag, _ = self._tag(start)
        text = self.data[start + len(tag) : self.parser.CurrentByteIndex]
        if name in ("guid", "id"):
            item.id = item.id or _plain(text)
        elif name == "link":
            item.link = item.link or _plain(text)

    def _start_outside(self, name: str, attributes: Mapping[str, str]) -> None:
        start = self.parser.CurrentByteIndex
        self._n_outside += 1
        if self._n_outside > MAX_OUTSIDE:
            raise IngestError(f"more than {MAX_OUTSIDE:,} elements outside of items; split it")
        local = local_name(name)
        if not self.root:
            self._start_root(local)
        if local in self._names:
            id = attributes.get(_GUID) or attributes.get(_ABOUT) or ""
            self._item = _OpenItem(self._depth, start, id)
        elif len(self._open) >= self.limits.max_depth:
            raise IngestError(f"elements nested deeper than {self.limits.max_depth} around items")
        else:
            mentioned = [attributes.get(key, "") for key in _RESOURCES] if name == _MENTION else ()
            self._open.append(_Open(start, local, mentions="".join(mentioned)))

    def _start_root(self, local: str) -> None:
        self.root = local
        if local in NEWSML_ROOTS:
            self._names = frozenset({"newsItem"})
        elif local not in FEED_ROOTS:
            raise IngestError(
                f"XML with the root <{local[:40]}>, which is no RSS or Atom feed and no NewsML-G2"
            )

    def _end_outside(self) -> None:
        ended = self._open.pop()
        if ended.mentions:  # RSS 1.0 lists its items in the channel
            place = Span(self._before_white_space(ended.start), self._end_of_element(ended.start))
            self._mentions.setdefault(ended.mentions, []).append(place)
        if not self._open or self._open[-1].language:
            return
        if ended.name == "language":
            content = self.data[ended.start : self._end_of_element(ended.start)]
            self._open[-1].language = content if len(content) < 200 else b""
        elif ended.name == "channel" and ended.language:  # RSS 1.0 has it beside the items
            tag, name = self._tag(ended.start)
            self._open[-1].language = tag + ended.language + b"</" + name + b">"

    def _end_item(self, item: _OpenItem) -> None:
        if len(self.items) >= self.limits.max_items:
            raise IngestError(f"more than {self.limits.max_items:,} items; split it")
        end = self._end_of_element(item.start)
        slot, index = item.slot, self.parser.CurrentByteIndex
        if slot is None and index != end:  # where they are equal, the item is one empty tag
            slot = self._before_white_space(index)
        self.items.append(
            Item(
                item.start,
                end,
                Span(self._before_white_space(item.start), end),
                item.id or item.link,
                tuple(item.marks),
                None if slot is None else Slot(slot),
                context=self._context(item.start),
            )
        )
        self._item = None

    def _context(self, item_start: int) -> Context:
        key = tuple(place for o in self._open for place in (o.start, len(o.language)))
        if key not in self._contexts:
            self._contexts[key] = self._make_context(item_start)
        return self._contexts[key]

    def _make_context(self, item_start: int) -> Context:
        before = self._prolog(self._open[0].start if self._open else item_start)
        after = b""
        for element in self._open:
            tag, name = self._tag(element.start)
            before += tag + element.language
            after = b"</" + name + b">" + after
        if len(before) > MAX_HEAD:
            raise IngestError(f"more than {MAX_HEAD:,} bytes of tags around its items")
        return Context(before, after)

    def _prolog(self, end: int) -> bytes:
        """What stands before the root, but comments, instructions and the declaration."""
        prolog = self.data[:end].strip()
        return _SKIPPED.sub(b"", prolog).strip() if len(prolog) <= MAX_HEAD // 2 else b""

    def _tag(self, start: int) -> tuple[bytes, bytes]:
        """The start tag at a place, and the name in it."""
        match = _START_TAG.match(self.data, start)
        if match is None:
            raise IngestError(f"no start tag at byte {start}, where expat saw one; report this")
        return match[0], match[1]

    def _end_of_element(self, start: int) -> int:
        """The end of the element that began at ``start`` and ends now."""
        index = self.parser.CurrentByteIndex
        tag, _ = self._tag(start)
        return index if tag.endswith(b"/>") else self.data.index(b">", index) + 1

    def _before_white_space(self, end: int) -> int:
        window = self.data[max(0, end - MAX_WHITE_SPACE) : end]
        return end - (len(window) - len(window.rstrip(b" \t\r\n")))
