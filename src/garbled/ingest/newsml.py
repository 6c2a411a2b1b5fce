"""NewsML-G2: a news item, or a message with several; their content as NITF, XHTML or text.

Elements are known by their local names, so that a wrong or missing namespace does no harm.

- A package, or another item without copy of its own, stays in its place with a note that says so.
- Content that an item only points to is never fetched.
- An item that its provider has canceled or withheld is scored like any other, with a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import BinaryIO

from lxml import etree

from garbled.documents import Block, Document, Role
from garbled.errors import IngestError
from garbled.ingest.document import joined, tidy_id
from garbled.ingest.encoding import read_text
from garbled.ingest.markup import (
    bound_elements,
    local_name,
    outermost,
    plain,
    text_of,
    xml_document,
)
from garbled.ingest.nitf import nitf_story, story_of_text
from garbled.ingest.options import Limits, ReadOptions
from garbled.ingest.story import Story, line, paragraphs, status, story_document

_WITHOUT_COPY = ("packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
_ITEMS = ("newsItem", *_WITHOUT_COPY)
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_INLINE = ("{*}inlineXML", "{*}inlineData")
MAX_RENDITIONS = 1_000
"""Renditions of one item of which the first with text is read."""
_PROSE = tuple(f"{{*}}{name}" for name in ("p", "div", "hl1", "h1", "li", "block", "body.content"))
"""Elements of which NITF and XHTML with text have at least one."""


def parse(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document an item, in the message's order.

    Raises:
        IngestError: the input is too large, empty, binary, no NewsML-G2, or holds no item.
    """
    text, encoding_problem = read_text(stream, options, declares=True)
    root, fault = xml_document(text, "NewsML")
    most = options.limits.max_items
    items = list(islice(outermost(root, *_ITEMS), most + 1))
    if not items:
        raise IngestError(_refusal(root, fault))
    for number, item in enumerate(items[:most], 1):
        name = tidy_id(_name(item))
        item_source = f"{source}#{name or number}"
        is_cut = number == most and len(items) > most
        problems = [fault, encoding_problem, f"cut after {most:,} items" if is_cut else None]
        try:
            yield story_document(
                _story(item, options.limits),
                options.limits,
                id=name or item_source,
                source=item_source,
                problems=problems,
            )
        except IngestError as error:
            message = joined(error.message, *problems)
            yield Document.unreadable(message, id=name or item_source, source=item_source)


def _refusal(root: etree._Element, fault: str | None) -> str:
    name = local_name(root)[:40]
    if name == "NewsML":
        return "NewsML 1, which is not read; ask for NewsML-G2, or pass its NITF"
    if name == "newsMessage":
        return fault or "the message holds no items"
    return f"XML with the root <{name}>, which is no NewsML-G2"


def _name(item: etree._Element) -> str:
    if guid := item.get("guid"):
        return str(guid)
    return next((text_of(node).strip() for node in item.iter("{*}altId")), "")


def _story(item: etree._Element, limits: Limits) -> Story:
    meta = next(item.iterchildren("{*}contentMeta"), item)
    management = next(item.iterchildren("{*}itemMeta"), item)
    content = _content(item, limits)
    headlines = _lines(meta, "headline")
    titles = (*headlines, content.headline, *_lines(management, "title"))
    descriptions = _descriptions(item, meta, limits, has_body=bool(content.body))
    captions = tuple(block for block in descriptions if block.role == "caption")
    standfirst = tuple(block for block in descriptions if block.role != "caption")
    is_without_copy = not (content.body or descriptions)
    return Story(
        headline=next(filter(None, titles), None),
        before=(
            *_as_blocks(headlines[1:], "subhead"),
            *_as_blocks(_lines(meta, "slugline"), "furniture"),
            *(standfirst if content.body else ()),
            *_as_blocks(_lines(meta, "by"), "byline"),
            *_as_blocks(_lines(meta, "dateline") or _names(meta, "located"), "dateline"),
            *status(_code(management, "pubStatus")),
            *content.before,
            *_texts(management, "edNote", limits, "note"),
        ),
        body=_note(item, management) if is_without_copy else content.body or standfirst,
        after=(
            *captions,
            *_as_blocks(_lines(meta, "creditline"), "credit"),
            *_rights(item, limits),
        ),
        language=content.language or _language(item, meta),
        problem=content.problem,
    )


def _content(item: etree._Element, limits: Limits) -> Story:
    """The first of the renditions in an item that has text.

    Raises:
        IngestError: there is none, and one that cannot be read.
    """
    refusal: IngestError | None = None
    for contents in item.iterchildren("{*}contentSet"):
        inline = (node for name in _INLINE for node in contents.iterchildren(name))
        for rendition in islice(inline, MAX_RENDITIONS):
            try:
                story = _rendition(rendition, limits)
            except IngestError as error:
                refusal = error
                continue
            if story.body:
                return story
    if refusal:
        raise refusal
    return Story()


def _rendition(node: etree._Element, limits: Limits) -> Story:
    """The story in one rendition: elements of NITF or XHTML, or these as text, or plain text.

    Raises:
        IngestError: it is none of these.
    """
    bound_elements(node)
    child = next(node.iterchildren(etree.Element), None)
    told = (part.get(_XML_LANG) or part.get("lang") for part in (node, child) if part is not None)
    language = next(filter(None, told), None)
    if child is not None:
        if next(child.iter(*_PROSE), None) is None:
            raise IngestError(f"its inline XML is <{local_name(child)[:40]}>, which is not read")
        story = nitf_story(node, limits)
    elif node.get("encoding") or node.get("encodinguri"):
        raise IngestError("its inline data is encoded, which is not read")
    else:
        text = text_of(node)
        if len(text) > limits.max_record_bytes:
            raise IngestError(f"its text is longer than {limits.max_record_bytes:,} bytes")
        story = story_of_text(text, limits)
    return replace(story, language=story.language or language)


def _note(item: etree._Element, management: etree._Element) -> tuple[Block, ...]:
    """What to say of an item that carries no copy.

    Raises:
        IngestError: it should.
    """
    kind = local_name(item)
    sort = re.split("[:/]", _code(management, "itemClass") or "text")[-1][:40]
    if kind != "newsItem":
        return line(f"A {kind}: it has no copy of its own.", "note")
    if sort != "text":
        return line(f"A {sort} without text of its own.", "note")
    if next(item.iter("{*}remoteContent"), None) is not None:
        raise IngestError("no text in the item, only where its content is, which is not fetched")
    return ()


def _descriptions(
    item: etree._Element, meta: etree._Element, limits: Limits, *, has_body: bool
) -> tuple[Block, ...]:
    """An item's descriptions: captions by their role, else a standfirst, or all the text it has."""
    blocks: list[Block] = []
    for node in meta.iterchildren("{*}description"):
        is_caption = (node.get("role") or "").lower().endswith("caption")
        role: Role = "caption" if is_caption else "subhead" if has_body else "body"
        blocks += paragraphs(_bounded(node, limits), limits, role)
    return tuple(blocks)


def _rights(item: etree._Element, limits: Limits) -> Iterator[Block]:
    for rights in item.iterchildren("{*}rightsInfo"):
        yield from _as_blocks(_names(rights, "copyrightHolder"), "furniture")
        for name in ("copyrightNotice", "usageTerms"):
            yield from _texts(rights, name, limits, "furniture")


def _texts(parent: etree._Element, name: str, limits: Limits, role: Role) -> Iterator[Block]:
    """The paragraphs of fields that may have several, all under one role."""
    for node in parent.iterchildren(f"{{*}}{name}"):
        for block in paragraphs(_bounded(node, limits), limits, role):
            yield block._replace(role=role)


def _bounded(node: etree._Element, limits: Limits) -> str:
    text = text_of(node)
    if len(text) > limits.max_record_bytes:
        name = local_name(node)
        raise IngestError(f"its {name} is longer than {limits.max_record_bytes:,} bytes")
    return text


def _lines(parent: etree._Element, name: str) -> list[str]:
    """The texts of fields of one line."""
    found = (plain(text_of(node)) for node in parent.iterchildren(f"{{*}}{name}"))
    return [text for text in found if text]


def _names(parent: etree._Element, name: str) -> list[str]:
    """The names of the parties or places that fields stand for, or what is written in them."""
    nodes = list(parent.iterchildren(f"{{*}}{name}"))
    return [
        text for node in nodes for text in _lines(node, "name") or [plain(text_of(node))] if text
    ]


def _as_blocks(lines: list[str], role: Role) -> tuple[Block, ...]:
    return tuple(Block(text, role) for text in lines)


def _code(parent: etree._Element, name: str) -> str | None:
    """The code of a field: ``stat:canceled``, or an address that ends so."""
    node = next(parent.iterchildren(f"{{*}}{name}"), None)
    return None if node is None else str(node.get("qcode") or node.get("uri") or "")


def _language(item: etree._Element, meta: etree._Element) -> str | None:
    for node in meta.iterchildren("{*}language"):
        if tag := node.get("tag"):
            return str(tag)
    return str(item.get(_XML_LANG) or "") or None
