"""A feed that is not well-formed, mended item by item, so that one broken item harms no other.

Bare ampersands, HTML's names of characters, characters that XML has not and prefixes that are not
declared are put right at no loss; an item or a head that is still broken is closed as far as it
goes. What cannot be mended is taken out and is lost. Whatever was touched may be damaged.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from html.entities import html5

from lxml import etree

from garbled.documents import Span
from garbled.errors import IngestError
from garbled.gate.envelope import Lost
from garbled.gate.xml_items import XmlError, is_sound
from garbled.ingest.options import Limits

PREFIXES = {
    b"atom": b"http://www.w3.org/2005/Atom",
    b"content": b"http://purl.org/rss/1.0/modules/content/",
    b"dc": b"http://purl.org/dc/elements/1.1/",
    b"media": b"http://search.yahoo.com/mrss/",
}
"""What common prefixes mean where a feed does not say."""
MAX_PREFIXES = 50
MAX_AMPERSANDS = 500_000
MAX_MENDED = 20_000
MAX_BROKEN = 4_000_000
"""Bytes of a broken item, or of a broken head, that are closed as far as they go."""
MIN_KEPT = 0.9
"""Share of an item's text that is still there once it is closed; else the item is lost."""
CUT_TAG = 20
"""Bytes that a tag which is cut off may be taken for text."""

_KEPT = rb"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|<\?(?:.*?\?>|.*)"
_KEPT_PART = re.compile(_KEPT, re.DOTALL)
_TAG = re.compile(
    _KEPT + rb"|<(?P<end>/?)(?P<name>(?:[\w.-]{1,40}:)?(?:item|entry|newsItem))(?=[\s/>])"
    rb"(?P<rest>[^<>]{0,9999}>)?"
    rb"|</(?:[\w.-]{1,40}:)?(?P<around>channel|rss|RDF|feed|itemSet|newsMessage)\s*>",
    re.DOTALL,
)
_AMPERSAND = re.compile(
    rb"(?P<kept>" + _KEPT + rb")|&(?P<entity>#x?[0-9a-fA-F]{1,8};|[A-Za-z][A-Za-z0-9]{1,30};)?",
    re.DOTALL,
)
_MARKUP = re.compile(rb"<!--.*?-->|<!\[CDATA\[|\]\]>|<[^<>]*>", re.DOTALL)
_NO_CHARACTER = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_XML_ENTITIES = frozenset({b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"})
_ROOT = re.compile(rb"(?:<!--.*?-->|<\?.*?\?>|<![^>]*>|[^<])*+<[A-Za-z_][^\s/>]*", re.DOTALL)
_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]{0,500}\?>")
_PREFIX = re.compile(rb"</?([A-Za-z_][\w.-]{0,40}):")
_NAMESPACE = re.compile(rb"""\s(xmlns(?::([\w.-]{1,41}))?\s*=\s*(?:"[^"<]*"|'[^'<]*'))""")


@dataclass(frozen=True, slots=True)
class Mended:
    """A feed made well-formed, the places in it that were touched, and what is lost."""

    data: bytes
    touched: tuple[Span, ...]
    lost: tuple[Lost, ...]


def mend(data: bytes, fault: XmlError, limits: Limits) -> Mended:
    """Make a feed in UTF-8 well-formed.

    Raises:
        IngestError: it cannot be, or is beyond the limits.
    """
    if data.count(b"&") > MAX_AMPERSANDS:
        raise IngestError(f"{fault.message}, and it is too broken to recover")
    data = data[max(data.find(b"<"), 0) :]
    undeclared = _undeclared(data)
    around, items = cut(_declaring(data, undeclared), limits.max_items)
    if not items:
        raise IngestError(f"{fault.message}, and no item can be found in it")
    around = _mend_around(around, fault)
    wrapper = _wrapper(around)
    parts, touched, lost = [around[0]], [], []
    place = len(around[0])
    for item, after in zip(items, around[1:], strict=True):
        mended = _mend_item(item, wrapper)
        if mended is None:
            lost.append(Lost(item, f"{fault.message}; this item cannot be recovered"))
            mended = b""
        elif mended != item or undeclared.intersection(_PREFIX.findall(item)):
            touched.append(Span(place, place + len(mended)))
        if len(touched) + len(lost) > MAX_MENDED:
            raise IngestError(f"{fault.message}, and more than {MAX_MENDED:,} items are broken")
        parts += [mended, after]
        place += len(mended) + len(after)
    if len(lost) == len(items):
        raise IngestError(f"{fault.message}, and none of its items can be recovered")
    whole = b"".join(parts)
    if not is_sound(whole):
        raise IngestError(f"{fault.message}, and it cannot be recovered")
    return Mended(whole, tuple(touched), tuple(lost))


def cut(data: bytes, max_items: int) -> tuple[list[bytes], list[bytes]]:
    """What stands around the items, and the items, by their tags alone; an end may be missing.

    >>> cut(b"<rss><item>a<item>b</item> </rss>", 10)
    ([b'<rss>', b'', b' </rss>'], [b'<item>a', b'<item>b</item>'])
    """
    around, items = [], []
    start, name = 0, b""
    for match in _TAG.finditer(data):
        if name and (match["around"] or (match["name"] == name and not match["end"])):
            items.append(data[start : match.start()])
            start, name = match.start(), b""
        elif name and match["name"] == name:
            items.append(data[start : match.end()])
            start, name = match.end(), b""
        is_start = match["name"] and not match["end"]
        if not name and is_start and not (match["rest"] or b"").endswith(b"/>"):
            if len(items) >= max_items:
                raise IngestError(f"more than {max_items:,} items; split it")
            around.append(data[start : match.start()])
            start, name = match.start(), match["name"]
    if name:
        items.append(data[start:])
        start = len(data)
    return [*around, data[start:]], items


def _mend_around(around: list[bytes], fault: XmlError) -> list[bytes]:
    """What stands around the items, so that it is well-formed with sound items in it."""
    hole = f"<?item-{secrets.token_hex(8)}?>".encode()
    around = [_mend_text(part) for part in around]
    skeleton = hole.join(around)
    if is_sound(skeleton):
        return around
    declaration = _DECLARATION.match(skeleton)
    root = _closed(skeleton[declaration.end() if declaration else 0 :])
    if root is None:
        raise IngestError(f"{fault.message}, and what stands around its items is lost")
    whole = etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=False)
    parts: list[bytes] = ((declaration[0] if declaration else b"") + whole).split(hole)
    if len(parts) != len(around):
        raise IngestError(f"{fault.message}, and the places of its items are lost")
    return parts


def _mend_item(item: bytes, wrapper: bytes) -> bytes | None:
    """The item as it is where it is sound, else mended, else None."""
    for text in (item, _mend_text(item)):
        if is_sound(wrapper + text + b"</wrapper>"):
            return text
    root = _closed(wrapper + text)
    child = None if root is None else next(root.iterchildren("*"), None)
    if child is None:
        return None
    closed: bytes = etree.tostring(child, encoding="utf-8", with_tail=False)
    is_whole = _n_letters(closed) + CUT_TAG >= MIN_KEPT * _n_letters(text)
    return closed if is_whole and is_sound(wrapper + closed + b"</wrapper>") else None


def _n_letters(item: bytes) -> int:
    """Bytes of an item's text, roughly."""
    return sum(map(len, _MARKUP.sub(b"", item).split()))


def _closed(data: bytes) -> etree._Element | None:
    """What libxml2 makes of a broken document."""
    if len(data) > MAX_BROKEN:
        return None
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        strip_cdata=False,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


def _mend_text(data: bytes) -> bytes:
    """Without characters that XML has not, and with every ampersand a reference's.

    >>> _mend_text(b"AT&T caf&eacute; &amp; <![CDATA[R&D]]>\\x00")
    b'AT&amp;T caf&#233; &amp; <![CDATA[R&D]]>'
    """
    return _AMPERSAND.sub(_reference, _NO_CHARACTER.sub(b"", data))


def _reference(match: re.Match[bytes]) -> bytes:
    entity = match["entity"]
    if match["kept"] is not None or entity in _XML_ENTITIES:
        return match[0]
    if entity is None:
        return b"&amp;"
    if entity.startswith(b"#"):
        code = int(entity[2:-1], 16) if entity[1:2] == b"x" else _decimal(entity[1:-1])
        return match[0] if _is_character(code) else b""
    characters = html5.get(entity.decode())
    if characters is None:
        return b"&amp;" + entity
    return "".join(f"&#{ord(character)};" for character in characters).encode()


def _decimal(digits: bytes) -> int:
    return int(digits) if digits.isdigit() else 0


def _is_character(code: int) -> bool:
    if code < 0x20:
        return code in (0x9, 0xA, 0xD)
    return code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def _undeclared(data: bytes) -> frozenset[bytes]:
    """Prefixes of elements that the feed declares nowhere."""
    tags = _KEPT_PART.sub(b"", data)
    declared = {match[2] for match in _NAMESPACE.finditer(tags)}
    return frozenset(set(_PREFIX.findall(tags)) - declared - {b"xml"})


def _declaring(data: bytes, prefixes: frozenset[bytes]) -> bytes:
    root = _ROOT.match(data)
    if root is None or not 0 < len(prefixes) <= MAX_PREFIXES:
        return data
    told = b"".join(
        b' xmlns:%s="%s"' % (prefix, PREFIXES.get(prefix, b"urn:undeclared:" + prefix))
        for prefix in sorted(prefixes)
    )
    return data[: root.end()] + told + data[root.end() :]


def _wrapper(around: list[bytes]) -> bytes:
    """A start tag with every prefix that is declared around items."""
    told = {match[2]: match[1] for part in around for match in _NAMESPACE.finditer(part)}
    return b"<wrapper " + b" ".join(told[name] for name in sorted(told, key=str)) + b">"
