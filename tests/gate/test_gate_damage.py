"""Damaged and hostile feeds: what can be recovered is, the rest is told, nothing is lost."""

from __future__ import annotations

import json

import pytest
from lxml import etree

from garbled.errors import IngestError
from garbled.gate import open_envelope
from garbled.gate.envelope import Envelope, write
from garbled.ingest.options import Limits, ReadOptions

from .feeds import ATOM, JSON_FEED, NEWSML, RSS, RSS_1

FEEDS = [RSS, RSS_1, ATOM, NEWSML]


def all_of(envelope: Envelope) -> bytes:
    n_items = len(envelope.items)
    data = write(envelope, [True] * n_items, [None] * n_items)
    assert data is not None
    return data


def damaged(envelope: Envelope) -> list[bool]:
    return [item.fault is not None for item in envelope.items]


def feed(*items: str, head: str = "<rss><channel>", tail: str = "</channel></rss>") -> bytes:
    return "".join([head, *items, tail]).encode()


SOUND = "<item><guid>a</guid><title>A &amp; b</title></item>"
OTHER = "<item><guid>z</guid></item>"


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("<item><title>AT&T</title></item>", "<item><title>AT&amp;T</title></item>"),
        ("<item>caf&eacute;&nbsp;&nosuch;</item>", "<item>caf&#233;&#160;&amp;nosuch;</item>"),
        ("<item>a\x00b\x0cc\uffff</item>", "<item>abc</item>"),
        ("<item>&#0;&#xD800;&#8230;</item>", "<item>&#8230;</item>"),
        ("<item><![CDATA[R&D\x00]]>&</item>", "<item><![CDATA[R&D]]>&amp;</item>"),
        ("<item><b>one</item>", "<item><b>one</b></item>"),
        ("<item><p>one</i></p></item>", "<item><p>one</p></item>"),
        ("<item>one", "<item>one</item>"),
        ("<item>a < b</item>", "<item>a  b</item>"),
    ],
)
def test_a_broken_item_is_mended_and_harms_no_other(broken, mended):
    envelope = open_envelope(feed(SOUND, broken, OTHER))
    assert [envelope.original(i).decode() for i in envelope.items] == [SOUND, mended, OTHER]
    assert damaged(envelope) == [False, True, False]
    assert "not well-formed XML at line 1" in str(envelope.fault)
    assert envelope.lost == ()
    assert all_of(envelope) == feed(SOUND, mended, OTHER)


@pytest.mark.parametrize("text", FEEDS)
def test_a_feed_that_is_cut_keeps_what_came_and_is_closed(text):
    whole = open_envelope(text.encode())
    last = whole.items[2]
    envelope = open_envelope(text.encode()[: last.end - 9])
    assert damaged(envelope) == [False, False, True]
    assert [envelope.original(i) for i in envelope.items[:2]] == [
        whole.original(i) for i in whole.items[:2]
    ]
    assert len(etree.fromstring(all_of(envelope))) > 0
    cut_after_two = open_envelope(text.encode()[: whole.items[1].end])
    assert damaged(cut_after_two) == [False, False]
    assert cut_after_two.fault is not None


def test_what_stands_around_items_is_mended_too():
    broken = feed(SOUND, OTHER, head="<rss><channel><title>Fish & chips</title>", tail="")
    envelope = open_envelope(broken)
    assert damaged(envelope) == [False, False]
    assert all_of(envelope) == broken.replace(b"&", b"&amp;", 1) + b"</channel></rss>"


@pytest.mark.parametrize("junk", ["\n\n", "Warning: mysql gone\n", "\ufeff\n"])
def test_junk_before_a_feed_is_passed_over(junk):
    envelope = open_envelope((junk + RSS).encode(), "feed")
    assert damaged(envelope) == [False] * 3
    assert etree.fromstring(all_of(envelope)).findtext(".//item/guid") == "one"


def test_prefixes_that_are_not_declared_are():
    item = "<item><content:encoded>A &lt;</content:encoded><odd:x/></item>"
    envelope = open_envelope(feed(SOUND, item))
    assert damaged(envelope) == [False, True]
    root = etree.fromstring(all_of(envelope))
    encoded = "{http://purl.org/rss/1.0/modules/content/}encoded"
    assert root.findtext(f".//{encoded}") == "A <"
    assert envelope.original(envelope.items[1]).decode() == item


def test_an_item_that_cannot_be_recovered_is_lost_and_told():
    endless = "<item><title>B</title><!-- this comment never ends, not ever" + OTHER
    envelope = open_envelope(feed(SOUND, endless, OTHER))
    assert [item.id for item in envelope.items] == ["a"]
    assert damaged(envelope) == [False]
    [lost] = envelope.lost
    assert lost.original == feed(endless, OTHER, head="")
    assert "cannot be recovered" in lost.message
    assert all_of(envelope) == feed(SOUND)


def test_an_item_that_is_nested_too_deep_harms_no_other():
    deep = "<item>A word" + "<a>" * 3000 + "</a>" * 3000 + "</item>"
    envelope = open_envelope(feed(SOUND, deep, OTHER))
    assert damaged(envelope) == [False, True, False]
    assert envelope.original(envelope.items[1]).startswith(b"<item>A word<a>")
    assert "nested deeper than 1,000" in str(envelope.fault)


@pytest.mark.parametrize(
    "data",
    [
        b"<rss><channel><title>cut",
        b"<rss><channel>" + b"<item><!-- never ends" + b" ever" * 9,
        b"<rss " + b"\xff" * 100 + b"<item>",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content',
        b'{"uri": "a", "headline": ',
        b"[{,}, {,}]",
        b"]",
    ],
)
def test_a_feed_that_cannot_be_read_at_all_is_refused(data):
    with pytest.raises(IngestError):
        open_envelope(data)


def test_broken_json_items_are_lost_and_harm_no_other():
    broken = JSON_FEED.replace('{"id": 2,', '{"id": 2,,')
    envelope = open_envelope(broken.encode())
    assert [item.id for item in envelope.items] == ["one", "three"]
    [lost] = envelope.lost
    assert lost.original.startswith(b'{"id": 2,,')
    assert lost.original.endswith(b'"tags": []}')
    left = json.loads(all_of(envelope))
    assert [item.get("id") for item in left["items"]] == ["one", None]
    assert left["_more"] == [1, 2.0, None]


def test_a_json_feed_that_is_cut_keeps_what_came_and_is_closed():
    data = JSON_FEED.encode()
    envelope = open_envelope(data[: data.index(b'"tags"')])
    assert [item.id for item in envelope.items] == ["one"]
    [lost] = envelope.lost
    assert lost.original.decode().startswith('{"id": 2')
    left = json.loads(all_of(envelope))
    assert (left["title"], len(left["items"])) == ("Kaï", 1)
    assert "cut off" in str(envelope.fault)


def test_two_lists_of_items_are_refused():
    with pytest.raises(IngestError, match="two lists"):
        open_envelope(b'{"items": [{"id": 1}], "it\\u0065ms": [{"id": 2}]}')


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (feed(*[OTHER] * 11), "more than 10 items"),
        (feed(*["<item>&</item>"] * 11), "more than 10 items"),
        (b"[" + b"{}," * 10 + b"{}]", "more than 10 items"),
        (b"{}\n" * 11, "more than 10 lines"),
        (b"[[" + b"1," * 2_000_000 + b"1]]", "more than 2,000,000 values"),
        (b"{" + b'"a": 1,' * 10_001 + b'"b": 2}', "more than 10,000 members"),
        (feed(OTHER, head="<rss>" + "<a>" * 300), "nested deeper"),
        (feed(OTHER, head=f"<rss x='{'y' * 70_000}'>"), "65,536 bytes"),
        (feed(OTHER, head="<rss>" + "x" * 3000), "larger than 2,000 bytes"),
    ],
)
def test_limits_are_kept(data, told):
    limits = Limits(max_bytes=2000 if "larger" in told else 10**7, max_items=10)
    with pytest.raises(IngestError, match=told):
        open_envelope(data, options=ReadOptions(limits=limits))


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE rss [<!ENTITY a0 "ha">{LAUGHS}]>',
        '<!DOCTYPE rss [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_entities_are_neither_expanded_nor_fetched(doctype):
    data = doctype.encode() + feed(SOUND, "<item><title>&a11;</title></item>")
    envelope = open_envelope(data)
    assert all_of(envelope) == data


def test_entity_bombs_in_attributes_are_taken_out():
    bomb = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{LAUGHS}]>'.encode()
    data = bomb + feed(SOUND, "<item><title x='&a11;'/></item>")
    envelope = open_envelope(data)
    assert envelope.items[0].id == "a"
    assert damaged(envelope) == [False, True]
    assert b"&amp;a11;" in all_of(envelope)
