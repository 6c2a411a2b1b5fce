"""RSS and Atom, in any of their versions and in none: elements are known by their local names.

A broken feed is mended and recovered by libxml2, in linear time. feedparser, which is made for
such feeds, takes a minute a megabyte on some of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from lxml import etree

from garbled.documents import Block, Document
from garbled.errors import IngestError
from garbled.ingest.blocks import html_blocks, markup_text_blocks
from garbled.ingest.document import joined, make_document, tidy_id
from garbled.ingest.encoding import read_text
from garbled.ingest.markup import (
    bound_elements,
    holds_html,
    local_name,
    plain,
    text_of,
    without_namespaces,
    xml_document,
)
from garbled.ingest.options import Limits, ReadOptions
from garbled.ingest.text import text_blocks

_ROOTS = {"rss", "feed", "RDF", "channel"}
_ITEMS = ("{*}item", "{*}entry")
_TEXTS = ("encoded", "content", "description", "summary", "excerpt")
"""Local names of what holds an item's text, the fullest first."""
_ASIDE = (
    "{http://search.yahoo.com/mrss",
    "{http://www.itunes.com/dtds/podcast",
)
"""Openings of names in namespaces that use the same words for something else."""
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_HTML_TYPES = {"html", "xhtml", "text/html", "application/xhtml+xml"}
_PLAIN_TYPES = {"text", "text/plain"}


def parse(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document an item, in the feed's order.

    Raises:
        IngestError: the input is too large, empty, binary, no feed, or holds no item.
    """
    text, encoding_problem = read_text(stream, options, declares=True)
    root, fault = xml_document(text, "feed")
    name = local_name(root)
    if name not in _ROOTS:
        raise IngestError(f"XML with the root <{name[:40]}>, which is no RSS or Atom feed")
    most = options.limits.max_items
    items = list(islice(root.iter(*_ITEMS), most + 1))
    if not items:
        raise IngestError(fault or "the feed holds no items")
    language = _language(root) or _feed_language(root)
    for number, item in enumerate(items[:most], 1):
        is_cut = number == most and len(items) > most
        cut = f"the feed is cut after {most:,} items" if is_cut else None
        yield _item_document(
            item, number, source, options.limits, language, [fault, encoding_problem, cut]
        )


def _item_document(
    item: etree._Element,
    number: int,
    source: str,
    limits: Limits,
    language: str | None,
    problems: list[str | None],
) -> Document:
    id = tidy_id(_item_name(item))
    item_source = f"{source}#{id or number}"
    language = _item_language(item) or language
    title = plain(_child_text(item, "title")) or None
    try:
        blocks = _item_blocks(item, limits)
    except IngestError as error:
        message = joined(error.message, *problems)
        return Document.unreadable(message, id=id or item_source, source=item_source)
    return make_document(
        blocks,
        limits,
        id=id or item_source,
        source=item_source,
        title=title,
        language=language,
        problems=problems,
    )


def _item_name(item: etree._Element) -> str:
    """The item's guid, id or link; empty if it has none."""
    for name in ("guid", "id"):
        if text := _child_text(item, name):
            return text
    if about := item.get(_ABOUT):
        return str(about)
    links = list(_children(item, "link"))
    own = [node for node in links if node.get("rel", "alternate") == "alternate"]
    for link in own or links:
        if text := (link.text or link.get("href") or "").strip():
            return text
    return ""


def _item_blocks(item: etree._Element, limits: Limits) -> list[Block]:
    """Paragraphs of the fullest text that an item carries: content, then summary."""
    texts = (node for name in _TEXTS for node in _children(item, name))
    return next(filter(None, (_text_blocks(node, limits) for node in texts)), [])


def _text_blocks(node: etree._Element, limits: Limits) -> list[Block]:
    """Paragraphs of one text: elements of its own, or escaped HTML, or plain text."""
    if next(node.iterchildren(etree.Element), None) is not None:
        bound_elements(node)
        return html_blocks(without_namespaces(node), limits)
    text = text_of(node)
    if len(text) > limits.max_record_bytes:
        raise IngestError(f"the text is longer than {limits.max_record_bytes:,} bytes")
    type = (node.get("type") or "html").lower()
    if type in _PLAIN_TYPES and not holds_html(text):
        return text_blocks(text, headline=False)
    if type in _HTML_TYPES | _PLAIN_TYPES and text.strip():
        return markup_text_blocks(text, limits)
    return []


def _child(item: etree._Element, name: str) -> etree._Element | None:
    return next(_children(item, name), None)


def _children(item: etree._Element, name: str) -> Iterator[etree._Element]:
    """An item's own elements of this name, in whatever version's namespace."""
    return (node for node in item.iterchildren(f"{{*}}{name}") if not node.tag.startswith(_ASIDE))


def _child_text(item: etree._Element, name: str) -> str:
    child = _child(item, name)
    return "" if child is None else text_of(child).strip()


def _item_language(item: etree._Element) -> str | None:
    """The language an item names for itself (``dc:language``, ``xml:lang``)."""
    if named := _child_text(item, "language"):
        return named
    texts = (node for name in _TEXTS for node in _children(item, name))
    return next(filter(None, map(_language, texts)), None) or _language(item)


def _feed_language(root: etree._Element) -> str | None:
    channel = _child(root, "channel") if local_name(root) in ("rss", "RDF") else root
    if channel is None:
        return None
    return _child_text(channel, "language") or _language(channel)


def _language(node: etree._Element) -> str | None:
    return str(node.get(_XML_LANG) or "") or None
