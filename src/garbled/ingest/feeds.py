"""RSS and Atom: lxml says whether a feed is well-formed, feedparser reads its items."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from lxml import etree

from garbled.documents import Block, Document
from garbled.errors import IngestError
from garbled.ingest.blocks import markup_text_blocks
from garbled.ingest.document import make_document, tidy_id
from garbled.ingest.encoding import read_text
from garbled.ingest.markup import plain, without_declaration, xml_tree
from garbled.ingest.options import Limits, ReadOptions
from garbled.ingest.text import text_blocks

MAX_BROKEN = 4_000_000
"""Characters of a broken feed that are searched for items: recovery takes 3 s a megabyte."""
_TEXT_ELEMENTS = ("content:encoded", "description", "content", "summary", "title")
_FEED_ROOTS = {"rss", "feed", "RDF", "channel"}


def parse(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document an item, in the feed's order.

    Raises:
        IngestError: the input is too large, empty, binary, no feed, or holds no item.
    """
    text, encoding_problem = read_text(stream, options, declares=True)
    fault = xml_fault(text)
    if fault:
        text = _closed(text[:MAX_BROKEN])
    feed, entries = _parsed(text)
    if not entries:
        raise IngestError(fault or "the feed holds no items")
    if len(entries) > options.limits.max_items:
        entries = entries[: options.limits.max_items]
        fault = fault or f"the feed is cut after {options.limits.max_items:,} items"
    for number, entry in enumerate(entries, 1):
        name = tidy_id(_item_name(entry) or str(number))
        yield make_document(
            _item_blocks(entry, options.limits),
            options.limits,
            id=name if _item_name(entry) else f"{source}#{number}",
            source=f"{source}#{name}",
            title=plain(entry.get("title") or "") or None,
            language=_item_language(entry) or feed.get("language"),
            problems=[fault, encoding_problem],
        )


def xml_fault(text: str) -> str | None:
    """What is wrong with a feed as XML: not well-formed, or entities that are not resolved.

    Raises:
        IngestError: it is well-formed, but no feed.

    >>> xml_fault("<rss><channel>")[:46]
    'the feed is not well-formed XML at line 1: Pre'
    """
    try:
        root = xml_tree(text)
    except etree.XMLSyntaxError as error:
        reason = (error.msg or "syntax error").split(", line")[0].split("\n")[0][:80]
        line = error.lineno or 1
        return f"the feed is not well-formed XML at line {line}: {reason}; an item may be cut"
    name = etree.QName(root).localname
    if name not in _FEED_ROOTS:
        raise IngestError(f"XML with the root <{name[:40]}>, which is no RSS or Atom feed")
    if next(root.iter(etree.Entity), None) is not None:
        return "the feed uses entities of its own, which are not resolved; an item may be cut"
    return None


def _closed(text: str) -> str:
    """A cut feed with its last text element closed: feedparser drops one that stays open.

    >>> _closed("<item><description><![CDATA[The pier")
    '<item><description><![CDATA[The pier]]></description>'
    """
    if text.rfind("<![CDATA[") > text.rfind("]]>"):
        text += "]]>"
    for name in _TEXT_ELEMENTS:
        if max(text.rfind(f"<{name}>"), text.rfind(f"<{name} ")) > text.rfind(f"</{name}>"):
            text += f"</{name}>"
    return text


def _parsed(text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The feed and its entries. Bytes in a buffer: feedparser opens paths and fetches URLs."""
    import feedparser

    data = without_declaration(text).encode("utf-8", "replace")
    try:
        parsed = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, RecursionError, AssertionError, LookupError, TypeError) as error:
        raise IngestError(f"the feed cannot be recovered: {error}") from error
    entries = [entry for entry in parsed.entries if any(entry.values())]
    return parsed.feed, entries


def _item_name(entry: dict[str, Any]) -> str | None:
    """The item's guid, id or link."""
    name = entry.get("id") or entry.get("link")
    return name if isinstance(name, str) and name.strip() else None


def _item_blocks(entry: dict[str, Any], limits: Limits) -> list[Block]:
    """Paragraphs of the fullest text that an item carries: content, then summary."""
    for detail in (*(entry.get("content") or ()), entry.get("summary_detail") or {}):
        value = detail.get("value") or ""
        if not value.strip():
            continue
        if detail.get("type") == "text/plain":
            blocks = text_blocks(value, headline=False)
        else:
            blocks = markup_text_blocks(value[: limits.max_record_bytes], limits)
        if blocks:
            return blocks
    return []


def _item_language(entry: dict[str, Any]) -> str | None:
    """The language an item names for itself (``dc:language``, ``xml:lang``)."""
    if isinstance(named := entry.get("language"), str):
        return named
    details = (*(entry.get("content") or ()), entry.get("summary_detail") or {})
    return next((detail["language"] for detail in details if detail.get("language")), None)
