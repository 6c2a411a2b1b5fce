"""Any feed: what goes out is what came in, less what is held, plus what the gate says."""

from __future__ import annotations

import json
import time
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from garbled.errors import IngestError
from garbled.gate import NAMESPACE, open_envelope
from garbled.gate.annotation import Note
from garbled.gate.envelope import Envelope, write

NOTE = Note("review", 40.0, 0.125, ("wrong_words",), "garbled")
XML_CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc"], include_characters="\t\n", exclude_characters="\ufffe\uffff"
)
TRAPS = st.sampled_from(
    [
        *["]]>", "<item>", "</item>", "&amp;", "<!--", "{", "}", "[", '"', "\\", "'"],
        *["../../etc/passwd", "<script>alert(1)</script>", "\u202e", "🛢️", "é", "a" * 2000],
    ]
)
TEXTS = st.one_of(TRAPS, st.text(XML_CHARACTERS, max_size=12))


@st.composite
def elements(draw, depth=2):
    """An element of any kind that may stand in an item, as text."""
    name = draw(st.sampled_from(["title", "guid", "x:odd", "content:encoded", "b", "item2"]))
    attributes = draw(st.dictionaries(st.sampled_from(["a", "x:b", "href"]), TEXTS, max_size=2))
    start = name + "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    children = st.lists(elements(depth - 1) if depth else contents(), max_size=3)
    inner = "".join(draw(children))
    return f"<{start}/>" if not inner else f"<{start}>{inner}</{name}>"


def contents():
    """Text, CDATA, a comment or an instruction, as text."""
    return st.one_of(
        TEXTS.map(escape),
        TEXTS.map(lambda text: f"<![CDATA[{text.replace(']]>', ']]')}]]>"),
        TEXTS.map(lambda text: f"<!--{text.replace('-', '')}-->"),
        TEXTS.map(lambda text: f"<?pi {text.replace('?', '')}?>"),
    )


ITEMS = st.lists(st.one_of(elements(), contents()), max_size=4).map("".join)
GAPS = st.sampled_from(["", "\n  ", "<!-- gap -->", " <x:other><b/></x:other>\n", "<?go on?>"])
HEADS = {
    "rss": ("<rss version='2.0'{}><channel><title>T</title>", "item", "</channel></rss>"),
    "atom": ('<feed xmlns="http://www.w3.org/2005/Atom"{}>', "entry", "</feed>"),
    "newsml": ("<newsMessage{}><itemSet>", "newsItem", "</itemSet></newsMessage>"),
}
PREFIXES = ' xmlns:x="urn:x" xmlns:content="urn:content"'


@st.composite
def xml_feeds(draw):
    start, name, end = HEADS[draw(st.sampled_from(list(HEADS)))]
    encoding = draw(st.sampled_from(["utf-8", "utf-16", "iso-8859-1", "windows-1252"]))
    parts = [f'<?xml version="1.0" encoding="{encoding}"?>\n', start.format(PREFIXES)]
    for item in draw(st.lists(ITEMS, max_size=5)):
        parts += [draw(GAPS), f"<{name}>{item}</{name}>" if item else f"<{name}/>"]
    text = "".join([*parts, draw(GAPS), end])
    data = text.encode(encoding, "xmlcharrefreplace")
    assume(encoding.startswith("utf") or data.isascii() or not is_utf_8(data))
    return data


def is_utf_8(data: bytes) -> bool:
    """Bytes of latin-1 that are, by chance, are taken for UTF-8 that declares something else."""
    return data.decode("utf-8", "ignore").encode() == data


JSON_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(XML_CHARACTERS, max_size=9),
        TRAPS,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.one_of(
    st.sampled_from(["id", "uri", "content_text", "_garbled", "garbled", "trustindicator"]),
    st.sampled_from(["trustindicators", "bodies", "text", "headline"]),
    st.text(max_size=4),
)
OBJECTS = st.dictionaries(KEYS, JSON_VALUES, max_size=5)


@st.composite
def json_feeds(draw):
    items = draw(st.lists(OBJECTS, max_size=5))
    around = draw(st.dictionaries(st.sampled_from(["title", "é", "next"]), JSON_VALUES, max_size=2))
    version = {"version": "https://jsonfeed.org/version/1.1"}
    value = draw(
        st.sampled_from([items, {**around, "items": items}, {**version, "items": items, **around}])
    )
    indent = draw(st.sampled_from([None, 1]))
    return json.dumps(value, ensure_ascii=draw(st.booleans()), indent=indent).encode()


@st.composite
def line_feeds(draw):
    records = draw(st.lists(OBJECTS, max_size=5))
    ends = st.sampled_from(["\n", "\r\n", "\n\n"])
    lines = [json.dumps(record) + draw(ends) for record in records]
    return "".join(lines).encode() or b"{}\n"


def canonical(data: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.tostring(etree.fromstring(data, parser), method="c14n")


def contents_of(envelope: Envelope) -> list[bytes]:
    return [envelope.content(item) for item in envelope.items]


def check(data: bytes, format: str | None, stays: list[bool]) -> None:
    """All that holds for any feed that is not damaged."""
    plain = open_envelope(data, format, annotated=False)
    assert plain.fault is None
    n_items = len(plain.items)
    marked = any(item.marks for item in plain.items)
    same = write(plain, [True] * n_items, [None] * n_items)
    assert same == data or marked
    keep = (stays * (n_items // len(stays) + 1))[:n_items]
    envelope = open_envelope(data, format)
    noted = write(envelope, keep, [NOTE] * n_items)
    if noted is None:
        assert envelope.is_single
        return
    if noted.strip():
        again = open_envelope(noted, envelope.format)
        if again.text.remark:  # what is left is valid UTF-8 by chance
            return
        kept = [c for c, stay in zip(contents_of(envelope), keep, strict=True) if stay]
        assert contents_of(again) == kept
        assert write(again, [True] * len(kept), [NOTE] * len(kept)) == noted
        read(noted, format or envelope.format)


def read(data: bytes, format: str) -> None:
    """Another parser reads it, and sees nothing that could run."""
    if format in ("feed", "newsml"):
        canonical(data)
    elif format == "jsonl":
        for line in data.splitlines():
            assert not line.strip() or json.loads(line) is not None
    else:
        json.loads(data.decode("utf-8-sig"))


STAYS = st.lists(st.booleans(), min_size=1, max_size=5)
MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(xml_feeds(), STAYS)
@MANY
def test_any_xml_feed(data, stays):
    check(data, None, stays)
    envelope = open_envelope(data)
    n_items = len(envelope.items)
    noted = write(envelope, [True] * n_items, [NOTE] * n_items)
    assert noted is not None
    root = etree.fromstring(noted)
    for element in list(root.iter(f"{{{NAMESPACE}}}verdict")):
        before, parent, tail = element.getprevious(), element.getparent(), element.tail or ""
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
        parent.remove(element)
    assert canonical(etree.tostring(root, encoding="utf-8")) == canonical(data)


@given(json_feeds(), STAYS)
@example(b'{"items": [{"trustindicator": [], "headline": "", "uri": ""}]}', [True])
@example(b'{"title": [1], "items": [{"id": 1}, {"id": 2}]}', [False])
@example(b'[{"garbled": {"about": "urn:garbled:verdict:1"}, "text": ""}]', [True])
@MANY
def test_any_json_feed(data, stays):
    check(data, None, stays)
    envelope = open_envelope(data, annotated=False)
    n_items = len(envelope.items)
    kept = write(envelope, [True] * n_items, [None] * n_items)
    assert kept == data or NAMESPACE.encode() in data


@given(line_feeds(), STAYS)
@MANY
def test_any_json_lines(data, stays):
    check(data, "jsonl", stays)


@st.composite
def corrupted(draw):
    """A feed with a piece cut out, doubled, or put in."""
    data = bytearray(draw(st.one_of(xml_feeds(), json_feeds(), line_feeds())))
    junk = [b"<item>", b"</item>", b"&", b"&nbsp;", b"<![CDATA[", b"<!--", b"\0", b"\xe9", b"<x:y>"]
    junk += [b'"', b"{", b"}", b"]", b",", b"</channel>", b"\\", b"\xff\xfe", b"\xed\xa0\x80"]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 3, 20])))
        data[start:end] = draw(
            st.one_of(st.sampled_from(junk), st.just(b""), st.binary(max_size=3))
        )
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


@given(st.one_of(corrupted(), st.binary(max_size=60)), st.sampled_from([None, "jsonl"]))
@example(b"\xff\xfe<\x00", None)
@example(b'{"\xed\xa0\x80": 1}', None)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_comes_is_refused_or_goes_out_well_formed(data, format):
    begun = time.process_time()
    try:
        envelope = open_envelope(data, format)
    except IngestError:
        return
    n_items = len(envelope.items)
    out = write(envelope, [True] * n_items, [NOTE] * n_items)
    assert out is not None
    assert time.process_time() - begun < 5
    if out.strip() and envelope.format != "jsonl":
        again = open_envelope(out, envelope.format)
        assert again.fault is None
        if again.text.remark:
            return
        assert contents_of(again) == contents_of(envelope)
        assert write(again, [True] * n_items, [NOTE] * n_items) == out
