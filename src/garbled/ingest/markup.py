"""The hardened parsers: no entity, DTD or network is ever followed, depth and size are bounded."""

from __future__ import annotations

import html
import re

from lxml import etree

from garbled.errors import IngestError

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_OPENING_TAG = re.compile(r"\s*<(?:!--|!doctype|/?[a-z][a-z0-9]{0,14}[\s/>])", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,500}\?>")
_SURROGATE = re.compile("[\ud800-\udfff]")


def html_tree(text: str) -> etree._Element:
    """The root of a page or fragment, whatever its faults.

    Raises:
        IngestError: no element can be made of it.
    """
    parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    parser.set_element_class_lookup(_html_classes())
    try:
        root = etree.fromstring(_utf8(_XML_DECLARATION.sub("", text, count=1)), parser)
    except etree.XMLSyntaxError as error:
        raise IngestError(f"no HTML can be read from it: {error.msg}") from error
    if root is None:
        raise IngestError("no HTML can be read from it")
    return root


def xml_tree(text: str) -> etree._Element:
    """The root of a well-formed XML document, entities left unresolved.

    Raises:
        lxml.etree.XMLSyntaxError: it is not well-formed, too deep or an entity bomb.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    return etree.fromstring(_utf8(without_declaration(text)), parser)


def without_declaration(text: str) -> str:
    """XML without its declaration, whose encoding no longer holds, line numbers kept."""
    return _XML_DECLARATION.sub(lambda match: "\n" * match[0].count("\n"), text.lstrip("\ufeff"), 1)


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


def plain(text: str) -> str:
    """A title or name without tags and entities, on one line.

    >>> plain("Profits &amp; losses <i>rise</i>")
    'Profits & losses rise'
    """
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def _utf8(text: str) -> bytes:
    return _SURROGATE.sub("\ufffd", text).encode()


def _html_classes() -> etree.ElementClassLookup:
    from lxml.html import HtmlElementClassLookup

    return HtmlElementClassLookup()
