"""NITF, with and without its document type and namespace, in any of its versions.

Elements are known by their local names. The document type may be declared and is never loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import BinaryIO

from lxml import etree

from garbled.documents import Block, Document
from garbled.errors import IngestError
from garbled.ingest.blocks import HTML, html_blocks, vocabulary
from garbled.ingest.document import joined, tidy_id
from garbled.ingest.encoding import read_text
from garbled.ingest.markup import (
    bound_elements,
    holds_html,
    html_tree,
    local_name,
    outermost,
    plain,
    text_of,
    unescaped,
    without_namespaces,
    xml_document,
    xml_text,
)
from garbled.ingest.options import Limits, ReadOptions
from garbled.ingest.story import Story, line, paragraphs, status, story_document
from garbled.ingest.text import text_blocks

NITF = vocabulary(
    {
        "headline": "hl1 hedline headline",
        "subhead": "hl2 abstract caption",
        "quote": "bq",
        "caption": "media-caption",
        "byline": "byline tagline",
        "dateline": "dateline",
        "credit": "credit media-producer distributor datasource",
        "note": "note fn",
        "furniture": """rights rights.owner rights.agent rights.type rights.geography
            rights.limitations rights.startdate rights.enddate copyrite bibliography series""",
    },
    neutral="nitf body.head body.content body.end block media nitf-table",
    unread="media-reference media-metadata media-object custom-table nitf-table-metadata",
    base=HTML,
)
"""NITF's tags, and HTML's: much NITF has HTML in its body."""
MAX_EMBEDDED = 10_000
"""Elements with HTML as their text that are read as HTML."""
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def parse(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document, or as many as there are ``<nitf>`` elements.

    Raises:
        IngestError: the input is too large, empty, binary, or no NITF.
    """
    text, encoding_problem = read_text(stream, options, declares=True)
    root, fault = xml_document(text, "NITF")
    most = options.limits.max_items
    stories = list(islice(outermost(root, "nitf"), most + 1))
    if not stories:
        name = local_name(root)[:40]
        raise IngestError(f"XML with the root <{name}>, without a <nitf> element")
    for number, node in enumerate(stories[:most], 1):
        name = tidy_id(_name(node))
        is_cut = number == most and len(stories) > most
        problems = [fault, encoding_problem, f"cut after {most:,} stories" if is_cut else None]
        item = source if len(stories) == 1 else f"{source}#{name or number}"
        try:
            yield story_document(
                nitf_story(node, options.limits),
                options.limits,
                id=name or item,
                source=item,
                problems=problems,
            )
        except IngestError as error:
            message = joined(error.message, *problems)
            yield Document.unreadable(message, id=name or item, source=item)


def story_of_text(text: str, limits: Limits) -> Story:
    """The story of a text that is within another format: NITF, HTML or plain.

    Raises:
        IngestError: it cannot be read.
    """
    if not any(tag in text[:1000] for tag in ("<nitf", "<body.content", "<body.head")):
        return Story(body=paragraphs(text, limits))
    root, problem = xml_document(text, "NITF")
    return replace(nitf_story(root, limits), problem=problem)


def nitf_story(root: etree._Element, limits: Limits) -> Story:
    """The story of a ``<nitf>`` element; its namespaces are taken away.

    Raises:
        IngestError: it has too many elements.
    """
    bound_elements(root)
    without_namespaces(root)
    _read_embedded(root)
    found = html_blocks(root, limits, NITF)
    blocks = tuple(Block(unescaped(block.text), block.role) for block in found)
    headline = next((block.text for block in blocks if block.role == "headline"), None)
    return Story(
        headline=plain(headline or root.findtext("head/title") or "") or None,
        before=tuple(_messages(root)),
        body=blocks,
        language=_language(root),
    )


def _name(root: etree._Element) -> str:
    for node in root.iter("{*}doc-id"):
        return str(node.get("id-string") or node.get("regsrc") or "")
    return ""


def _messages(root: etree._Element) -> Iterator[Block]:
    """What the head says to editors."""
    for node in root.iterfind("head/docdata"):
        yield from status(node.get("management-status"))
        for message in node.iterchildren("ed-msg", "correction"):
            yield from line(message.get("info") or text_of(message), "note")


def _language(root: etree._Element) -> str | None:
    for node in (root, *root.iterfind("body")):
        for name in (_XML_LANG, "lang", "baselang"):
            if language := node.get(name):
                return str(language)
    return None


def _read_embedded(root: etree._Element) -> None:
    """Put elements in place of HTML that was written as text: escaped, or as CDATA.

    A body that is one plain text gets its paragraphs.
    """
    n_embedded = 0
    for node in list(root.iter(etree.Element)):
        text = node.text
        if len(node) or not text or node.tag in NITF.unread_tags:
            continue
        text = text if holds_html(text) else unescaped(text)
        is_html = holds_html(text)
        is_plain_body = node.tag in ("body.content", "block") and not is_html
        if not (is_html or is_plain_body) or n_embedded == MAX_EMBEDDED:
            continue
        n_embedded += 1
        parts = [html_tree(text)] if is_html else _paragraph_elements(text)
        node.text = None
        node.extend(parts)


def _paragraph_elements(text: str) -> list[etree._Element]:
    elements = []
    for block in text_blocks(text, headline=False):
        element = etree.Element("p")
        element.text = xml_text(block.text)
        elements.append(element)
    return elements
