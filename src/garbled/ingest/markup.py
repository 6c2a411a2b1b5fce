"""The hardened parsers: no entity, DTD or network is ever followed, depth and size are bounded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.entities import name2codepoint
from itertools import islice
from typing import NamedTuple

from lxml import etree

from garbled.errors import IngestError

MAX_PAGE_TAGS = 200_000
"""Tags of one page or article: reading takes about a second for so many."""
MAX_XML_TAGS = 2_000_000
"""Tags and entities of one XML document: its tree takes 300 bytes for each."""
MAX_ATTRIBUTE_WORK = 300_000_000
"""Comparisons of attribute names: libxml2 holds each of a tag's against all of its others."""

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_HTML_NAMES = """a abbr address article aside b blockquote body br center cite code dd del div dl dt
    em figcaption figure font h1 h2 h3 h4 h5 h6 head header hr html i img ins li main nav ol p pre q
    s script section small span strike strong style sub sup table tbody td th thead time tr u ul"""
_HTML_TAG = re.compile(rf"</?(?:{'|'.join(_HTML_NAMES.split())})(?:\s[^<>]{{0,2000}})?/?>", re.I)
_OPENING_TAG = re.compile(r"\s*<(?:!--|!doctype|/?[a-z][a-z0-9]{0,14}[\s/>])", re.IGNORECASE)
_LONG_TAG = re.compile(r"<([a-zA-Z][^\s<>/]{0,50})([^<>]{500,})")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NESTED_TAG = re.compile(r"</?(?!/|script\b|style\b|title\b)[a-zA-Z][^<>]*>", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,500}\?>")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAMED_CHARACTER = re.compile(r"&([a-zA-Z][a-zA-Z0-9]{1,7});")
_CHARACTER = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,40};)")
_BARE_LESS_THAN = re.compile(r"<(?![a-zA-Z_:/!?])")
_NO_XML_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


class Tree(NamedTuple):
    """The root of a document, and what was wrong with it, if anything was."""

    root: etree._Element
    problem: str | None = None


def html_tree(text: str) -> etree._Element:
    """The root of a page or fragment, whatever its faults.

    Raises:
        IngestError: no element can be made of it, or it has too many tags.
    """
    return html_page(text).root


def html_page(text: str) -> Tree:
    """A page's root. One that is nested too deep is read without its tags, so that no text is lost.

    Raises:
        IngestError: no element can be made of it, or it has too many tags.
    """
    if text.count("<") > MAX_PAGE_TAGS:
        raise IngestError(f"more than {MAX_PAGE_TAGS:,} tags; split it")
    text = _with_few_attributes(_XML_DECLARATION.sub("", text, count=1))
    root, is_cut = _html_root(text)
    if not is_cut:
        return Tree(root)
    root, is_cut = _html_root(_NESTED_TAG.sub("<p>", text))
    if is_cut:
        raise IngestError("text of over 10 MB without a tag in it; pass it as plain text")
    return Tree(root, "elements are nested over 250 deep, so it was read without its structure")


def xml_tree(text: str, *, recover: bool = False) -> etree._Element:
    """The root of an XML document, entities left unresolved; ``recover``: as far as it goes.

    Raises:
        IngestError: it has too many tags, or nothing can be recovered.
        lxml.etree.XMLSyntaxError: it is not well-formed, too deep or an entity bomb.
    """
    n_parts = text.count("<") + (text.count("&") if "<!DOCTYPE" in text else 0)
    if n_parts > MAX_XML_TAGS:
        raise IngestError(f"more than {MAX_XML_TAGS:,} tags and entities; split it")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )
    root = etree.fromstring(_utf8(without_declaration(text)), parser)
    if root is None:
        raise IngestError("no XML can be read from it")
    return root


def xml_document(text: str, noun: str) -> Tree:
    """A document's root, mended where it is not well-formed; then the problem says what and where.

    ``noun`` names the document in the problem. Entities that every HTML reader knows are characters
    whether they are declared or not; others stay as they are written.

    Raises:
        IngestError: it has too many tags, or nothing can be recovered.

    >>> xml_document("<feed>Marks & S&eacute;n", "feed").problem[:49]
    'the feed is not well-formed XML at line 1: xmlPar'
    """
    try:
        root = xml_tree(text)
        if not _has_entities(root):
            return Tree(root)
        root = xml_tree(with_characters(text))
    except etree.XMLSyntaxError:
        text = with_characters(text)
        try:
            root = xml_tree(text)
        except etree.XMLSyntaxError as error:
            return _mended(text, error, noun)
    if _has_entities(root):
        return Tree(root, f"the {noun} uses entities of its own, which are not resolved")
    return Tree(root)


def with_characters(text: str) -> str:
    """XML with HTML's named entities as the characters they stand for.

    >>> with_characters("Caf&eacute; &amp; bar &own;")
    'Café &amp; bar &own;'
    """
    return _NAMED_CHARACTER.sub(_named_character, text)


def without_declaration(text: str) -> str:
    """XML without its declaration, whose encoding no longer holds, line numbers kept."""
    return _XML_DECLARATION.sub(lambda match: "\n" * match[0].count("\n"), text.lstrip("\ufeff"), 1)


def local_name(node: etree._Element) -> str:
    """An element's name without its namespace; empty for a comment or an entity."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def bound_elements(node: etree._Element) -> None:
    """Refuse a part of a document that would take too long to read.

    Raises:
        IngestError: it has more elements than a page may have.
    """
    if sum(1 for _ in islice(node.iter(), MAX_PAGE_TAGS + 1)) > MAX_PAGE_TAGS:
        raise IngestError(f"more than {MAX_PAGE_TAGS:,} tags; split it")


def outermost(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Elements of these local names in document order, but none within another."""
    walker = etree.iterwalk(root, events=("start",), tag=[f"{{*}}{name}" for name in names])
    for _, node in walker:
        walker.skip_subtree()
        yield node


def text_of(node: etree._Element) -> str:
    """All text in an element; an entity that is not resolved stays as it is written."""
    pieces: list[str] = []
    for part in node.iter():
        if isinstance(part.tag, str) or part.tag is etree.Entity:
            pieces.append(part.text or "")
        if part is not node:
            pieces.append(part.tail or "")
    return "".join(pieces)


def without_namespaces(root: etree._Element) -> etree._Element:
    """The same tree with bare names, in place."""
    for node in root.iter(etree.Element):
        if "}" in node.tag:
            node.tag = local_name(node)
    return root


def starts_with_markup(text: str) -> bool:
    """Whether a text is obviously markup: it opens with a tag.

    >>> starts_with_markup("<p>One.</p>"), starts_with_markup("<3 this")
    (True, False)
    """
    return _OPENING_TAG.match(text) is not None


def holds_tags(text: str) -> bool:
    """Whether there is any tag in a text.

    >>> holds_tags("one<br/>two"), holds_tags("1 < 2 > 0")
    (True, False)
    """
    return _TAG.search(text) is not None


def holds_html(text: str) -> bool:
    """Whether a text that should be plain holds a tag of HTML.

    >>> holds_html("one<br/>two"), holds_html("press <Enter> twice")
    (True, False)
    """
    return _HTML_TAG.search(text) is not None


def plain(text: str) -> str:
    """A title or name without tags and entities, on one line, escaped once more or not.

    >>> plain("Profits &amp; losses <i>rise</i>"), plain("&lt;b&gt;Pier&lt;/b&gt; &lt; 3")
    ('Profits & losses rise', 'Pier < 3')
    """
    return " ".join(_HTML_TAG.sub("", html.unescape(_TAG.sub("", text))).split())


def xml_text(text: str) -> str:
    """Text without the characters that an element cannot hold."""
    return _NO_XML_CHARACTER.sub("", _SURROGATE.sub("\ufffd", text))


def unescaped(text: str) -> str:
    """Text that was escaped once more than its format asks for.

    >>> unescaped("Profits &amp; losses&#46; R&D, AT&amp"), unescaped("a &unknown; b")
    ('Profits & losses. R&D, AT&amp', 'a &unknown; b')
    """
    return _CHARACTER.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def _html_root(text: str) -> tuple[etree._Element, bool]:
    """A page's root, and whether the parser stopped at a limit of its own."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    parser.set_element_class_lookup(_html_classes())
    try:
        root = etree.fromstring(_utf8(text), parser)
    except etree.XMLSyntaxError as error:
        raise IngestError(f"no HTML can be read from it: {error.msg}") from error
    if root is None:
        raise IngestError("no HTML can be read from it")
    return root, any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def _with_few_attributes(text: str) -> str:
    """HTML whose tags keep their attributes unless comparing these would take too long."""
    work = 0
    for match in _LONG_TAG.finditer(text):
        work += (len(_QUOTED.sub("", match[2])) // 3) ** 2
        if work > MAX_ATTRIBUTE_WORK:
            return _LONG_TAG.sub(r"<\1 ", text)
    return text


def _mended(text: str, error: etree.XMLSyntaxError, noun: str) -> Tree:
    """The root of broken XML, after mends that keep text which the parser would drop."""
    reason = (error.msg or "syntax error").split(", line")[0].split("\n")[0][:80]
    fault = f"the {noun} is not well-formed XML at line {error.lineno or 1}: {reason}"
    text = _NO_XML_CHARACTER.sub(" ", text)
    text = _BARE_LESS_THAN.sub("&lt;", _BARE_AMPERSAND.sub("&amp;", text))
    if text.rfind("<![CDATA[") > text.rfind("]]>"):
        text += "]]>"
    try:
        return Tree(xml_tree(text, recover=True), f"{fault}; an item may be cut")
    except (etree.XMLSyntaxError, IngestError) as last:
        raise IngestError(fault) from last


def _has_entities(root: etree._Element) -> bool:
    return next(root.iter(etree.Entity), None) is not None


def _named_character(match: re.Match[str]) -> str:
    code = name2codepoint.get(match[1])
    return match[0] if code is None or match[1] in _XML_ENTITIES else chr(code)


def _utf8(text: str) -> bytes:
    return _SURROGATE.sub("\ufffd", text).encode()


def _html_classes() -> etree.ElementClassLookup:
    from lxml.html import HtmlElementClassLookup

    return HtmlElementClassLookup()
