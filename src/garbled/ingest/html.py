"""Whole pages: trafilatura finds the main text, the tree around it gives the roles."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from lxml import etree

from garbled.documents import Block, Document, Role
from garbled.errors import IngestError
from garbled.ingest.blocks import MarkupBlock, html_blocks, walk
from garbled.ingest.document import cut_problem, make_document
from garbled.ingest.encoding import read_text
from garbled.ingest.markup import html_page, html_tree, plain, starts_with_markup
from garbled.ingest.options import Limits, ReadOptions
from garbled.ingest.structured import StructuredArticle, structured_article
from garbled.ingest.text import text_blocks

MAX_EXTRACTED = 2_000_000
"""Characters up to which trafilatura is asked."""
MAX_EXTRACTED_ELEMENTS = 12_000
"""Elements up to which it is: a list takes it quadratic time, three seconds for so many."""
PROSE_WORDS = 12
"""Words from which a sentence inside the article that trafilatura left out is kept as body."""

_SENTENCE_END = re.compile(r"""[.!?…]["'”’)\]]*$""")
_TRUSTED: frozenset[Role] = frozenset({"caption", "credit", "byline", "dateline", "furniture"})
_PAGE_FRAME = ("nav", "header", "footer", "aside")

logging.getLogger("trafilatura").addHandler(logging.NullHandler())


def parse(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document from an HTML page.

    Raises:
        IngestError: the input is too large, empty, binary, or holds no text.
    """
    text, problem = read_text(stream, options, declares=True)
    tree, nesting_problem = html_page(text)
    article = structured_article(tree)
    shown, cut = _page_blocks(tree, len(text), options.limits)
    blocks = _with_structured_body(shown, article, options)
    if not blocks:
        raise IngestError(
            "no text in the page; if a script builds it, save the page as the browser shows it"
        )
    title = _title(tree, blocks, article)
    yield make_document(
        _as_published(blocks, title, article.author),
        options.limits,
        id=source,
        source=source,
        title=title,
        language=article.language or _declared_language(tree),
        problems=[problem, truncation(text), nesting_problem, cut],
    )


def truncation(text: str) -> str | None:
    """What shows that a page was cut off, if anything does.

    >>> truncation("<html><body><p>The pier reop")
    'truncated: the page ends before its </body>; fetch it again'
    """
    ending = text[-100_000:]
    if ending.rfind("<") > ending.rfind(">") and re.search(r"<[/!a-zA-Z][^<>]*\Z", ending):
        return "truncated: the page ends inside a tag; fetch it again"
    lowered = text.lower()
    for tag in ("body", "html"):
        if re.search(rf"<{tag}[\s>]", lowered):
            closed = "</body" in lowered or "</html" in lowered
            return (
                None if closed else f"truncated: the page ends before its </{tag}>; fetch it again"
            )
    return None


def _page_blocks(tree: etree._Element, size: int, limits: Limits) -> tuple[list[Block], str | None]:
    """The article's paragraphs, and whether they were cut.

    They are the main text with its roles, and the rest inside it as furniture.
    """
    is_small = size <= MAX_EXTRACTED and _count_elements(tree) <= MAX_EXTRACTED_ELEMENTS
    main = _main_text(tree) if is_small else frozenset()
    found = list(walk(tree, limits))
    cut = cut_problem(found, limits)
    recognised = [block for block in found if _key(block.text) in main]
    if not recognised:
        return [Block(block.text, block.role) for block in found], cut
    container = _container([block.element for block in recognised])
    inside = _inside(container, found, recognised)
    return [Block(b.text, _role(b, _key(b.text) in main)) for b in inside], cut


def _main_text(tree: etree._Element) -> frozenset[str]:
    """Keys of the paragraphs that trafilatura takes for the page's main text."""
    from trafilatura import bare_extraction

    try:
        page: Any = bare_extraction(tree, include_comments=False, include_formatting=False)
    except (ValueError, RecursionError, etree.LxmlError):
        return frozenset()
    if page is None or page.body is None:
        return frozenset()
    texts: list[str] = []
    for element in page.body.iter("p", "head", "quote", "item", "cell", "code", "ab"):
        texts.append(" ".join(element.itertext()))
        texts += [piece for piece in element.itertext() if len(piece.split()) > PROSE_WORDS]
    return frozenset(filter(None, map(_key, texts)))


def _count_elements(tree: etree._Element) -> int:
    return sum(1 for _ in islice(tree.iter(), MAX_EXTRACTED_ELEMENTS + 1))


def _key(text: str) -> str:
    """What stays of a paragraph whichever way its spaces and punctuation are handled."""
    return "".join(filter(str.isalnum, text)).casefold()


def _container(elements: list[etree._Element]) -> etree._Element:
    """The smallest element around all of them, widened to the <article> or <main> it is in."""
    shared = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        own = {element, *element.iterancestors()}
        shared = [ancestor for ancestor in shared if ancestor in own]
    outer = [element for element in shared if element.tag in ("article", "main")]
    return (outer or shared)[0]


def _inside(
    container: etree._Element, found: list[MarkupBlock], recognised: list[MarkupBlock]
) -> Iterator[MarkupBlock]:
    """Paragraphs in the container; the site's navigation, header and footer are left out."""
    holding = {ancestor for block in recognised for ancestor in block.element.iterancestors()}
    holding |= {block.element for block in recognised}
    for block in found:
        around = [block.element, *block.element.iterancestors()]
        if block.role == "headline":
            yield block
        elif container in around:
            inner = around[: around.index(container) + 1]
            framed = any(e.tag in _PAGE_FRAME and e not in holding for e in inner)
            if not (framed and container.tag in ("body", "html")):
                yield block


def _role(block: MarkupBlock, is_main: bool) -> Role:
    """A paragraph's role, from its tag, its attributes and whether it is main text."""
    if block.role in _TRUSTED:
        return block.role
    if is_main or block.role == "headline":
        return block.role
    is_prose = len(block.text.split()) >= PROSE_WORDS and _SENTENCE_END.search(block.text)
    return block.role if is_prose else "furniture"


def _with_structured_body(
    blocks: list[Block], article: StructuredArticle, options: ReadOptions
) -> list[Block]:
    """JSON-LD's ``articleBody`` in place of the body where it carries clearly more text."""
    if article.body is None:
        return blocks
    body = article.body[: options.limits.max_record_bytes]
    if starts_with_markup(body):
        fuller = html_blocks(html_tree(body), options.limits)
    else:
        fuller = text_blocks(body, headline=False)
    extracted = sum(len(b.text.split()) for b in blocks if b.role in ("body", "quote", "list"))
    if sum(len(block.text.split()) for block in fuller) <= 1.3 * extracted + 20:
        return blocks
    kept = [b for b in blocks if b.role in _TRUSTED or b.role == "headline"]
    return [*kept, *fuller]


def _title(tree: etree._Element, blocks: list[Block], article: StructuredArticle) -> str | None:
    """The headline: JSON-LD's, the page's <h1>, Open Graph's, or the <title>."""
    if article.headline:
        return article.headline
    if shown := next((block.text for block in blocks if block.role == "headline"), None):
        return shown
    for meta in tree.iter("meta"):
        if meta.get("property") == "og:title" and (content := plain(meta.get("content") or "")):
            return content
    for title in tree.iter("title"):
        if text := plain("".join(title.itertext())):
            return text
    return None


def _as_published(blocks: list[Block], title: str | None, author: str | None) -> list[Block]:
    """One headline, which the title stands for, and the author's line marked as byline."""
    title_key = _key(title or "")
    published: list[Block] = []
    for text, role in blocks:
        if role == "headline" and _key(text) == title_key:
            continue
        if role == "headline":
            role = "subhead"
        is_short = len(text.split()) <= 14
        if author and is_short and author.casefold() in text.casefold():
            role = "byline" if role in ("body", "furniture", "list") else role
        published.append(Block(text, role))
    if author and not any(block.role == "byline" for block in published):
        published.insert(0, Block(author, "byline"))
    return published


def _declared_language(tree: etree._Element) -> str | None:
    for element in tree.iter("html"):
        xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"
        return str(element.get("lang") or element.get(xml_lang) or "") or None
    return None
