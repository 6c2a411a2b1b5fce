"""Items are found, cut out and annotated by their places; all else goes out as it came."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree

from garbled.errors import IngestError
from garbled.gate import NAMESPACE, open_envelope
from garbled.gate.annotation import Note
from garbled.gate.envelope import Envelope, write

from .feeds import ATOM, FEEDS, IDS, JSON_FEED, LINES, NEWSML, RSS, RSS_1, SINGLE

NOTE = Note("review", 40.0, 0.125, ("wrong_words", "name_corruption"), "garbled 0.1.0")
OTHER_NOTE = Note("pass", None, None, (), 'a "<b>&')
KINDS = pytest.mark.parametrize("kind", list(FEEDS))


def opened(kind: str) -> Envelope:
    envelope = open_envelope(FEEDS[kind].encode(), annotated=False)
    assert len(envelope.items) == 3
    assert envelope.fault is None
    return envelope


def annotated(data: bytes, note: Note | None = NOTE) -> bytes:
    envelope = open_envelope(data)
    written = write(envelope, [True] * len(envelope.items), [note] * len(envelope.items))
    assert written is not None
    return written


def canonical(data: bytes) -> bytes:
    return etree.tostring(etree.fromstring(data), method="c14n")


def without(element: etree._Element) -> None:
    """Take an element out, and leave the white space after it."""
    before, tail = element.getprevious(), element.tail
    element.getparent().remove(element)
    before.tail = (before.tail or "") + (tail or "")


def values(data: bytes) -> list[object]:
    """Every JSON value in a JSON text or in JSON lines."""
    try:
        return [json.loads(data)]
    except ValueError:
        return [json.loads(line) for line in data.splitlines() if line.strip()]


@KINDS
def test_what_stays_goes_out_byte_for_byte(kind):
    envelope = opened(kind)
    assert write(envelope, [True] * 3, [None] * 3) == FEEDS[kind].encode()


@KINDS
def test_items_have_their_ids(kind):
    assert [item.id for item in opened(kind).items] == IDS.get(kind, ["one", "two", "three"])


@KINDS
@pytest.mark.parametrize(
    "stays", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (0, 0, 1), (0, 1, 0), (0, 0, 0)]
)
def test_exactly_what_is_held_is_gone(kind, stays):
    envelope = opened(kind)
    data = write(envelope, [bool(stay) for stay in stays], [None] * 3)
    assert data is not None
    if kind == "jsonl" and not any(stays):
        assert data.strip() == b""
        return
    left = open_envelope(data)
    kept = [envelope.original(i) for i, stay in zip(envelope.items, stays, strict=True) if stay]
    assert [left.original(item) for item in left.items] == kept
    assert left.fault is None
    gone = [envelope.original(i) for i, stay in zip(envelope.items, stays, strict=True) if not stay]
    assert not any(item in data for item in gone)


@KINDS
def test_an_annotation_stands_in_each_item_and_nothing_else_changes(kind):
    data = FEEDS[kind].encode()
    noted = annotated(data)
    assert noted.count(NAMESPACE.encode()) == 3
    assert noted.count(b"wrong_words") == 3
    assert annotated(noted, None) == data.replace(b', "trustindicator": []', b"").replace(
        b',\n    "trustindicator": []', b""
    )


@KINDS
def test_a_second_gate_replaces_the_annotations_of_the_first(kind):
    noted = annotated(FEEDS[kind].encode(), OTHER_NOTE)
    assert annotated(noted) == annotated(FEEDS[kind].encode())
    assert annotated(annotated(noted)) == annotated(noted)


@KINDS
def test_an_annotation_is_no_part_of_the_content(kind):
    before, after = opened(kind), open_envelope(annotated(FEEDS[kind].encode()))
    contents = [before.content(item) for item in before.items]
    if "ninjs" in kind:  # an empty list of trust indicators gives way to one with ours
        contents[2] = re.sub(rb',\s*"trustindicator": \[\]', b"", contents[2])
    assert [after.content(item) for item in after.items] == contents
    assert [after.original(item) for item in after.items] != contents


@pytest.mark.parametrize("feed", [RSS, RSS_1, ATOM, NEWSML])
def test_an_xml_annotation_is_an_element_of_its_own_namespace(feed):
    root = etree.fromstring(annotated(feed.encode()))
    found = root.findall(f".//{{{NAMESPACE}}}verdict")
    assert [element.text for element in found] == ["review"] * 3
    assert dict(found[0].attrib) == {
        "score": "40.0",
        "probability": "0.125",
        "reasons": "wrong_words name_corruption",
        "by": "garbled 0.1.0",
    }
    parents = {etree.QName(element.getparent()).localname for element in found}
    assert parents in ({"item"}, {"entry"}, {"itemMeta"})
    for element in found:  # schemas of NewsML-G2 have other namespaces last
        assert element.getnext() is None
        without(element)
    assert canonical(etree.tostring(root)) == canonical(feed.encode())


def test_what_an_annotation_says_is_escaped():
    note = Note("pass", None, None, ("<x>",), "\"<script>&' ]]>")
    root = etree.fromstring(annotated(RSS.encode(), note))
    assert root.find(f".//{{{NAMESPACE}}}verdict").get("by") == "\"<script>&' ]]>"
    for feed in (JSON_FEED, LINES, FEEDS["ninjs list"]):
        assert all(values(annotated(feed.encode(), note)))


def test_json_annotations_are_members():
    [feed] = values(annotated(JSON_FEED.encode()))
    said = {
        "about": NAMESPACE,
        "verdict": "review",
        "score": 40.0,
        "probability": 0.125,
        "reasons": ["wrong_words", "name_corruption"],
        "by": "garbled 0.1.0",
    }
    assert [item["_garbled"] for item in feed["items"]] == [said] * 3
    assert [line["garbled"] for line in values(annotated(LINES.encode()))] == [said] * 3


def test_ninjs_annotations_are_trust_indicators_of_its_generation():
    [[first, second, third]] = values(annotated(FEEDS["ninjs list"].encode()))
    told = "garbled 0.1.0: review, probability 0.125, score 40.0, wrong_words, name_corruption"
    old = {"scheme": NAMESPACE, "code": "review", "title": told}
    assert first["trustindicator"] == third["trustindicator"] == [old]
    assert second["trustindicators"] == [{"title": "Our own"}, {"role": NAMESPACE, "title": told}]


def test_a_forged_annotation_does_not_go_out():
    forged = f'<g:verdict xmlns:g="{NAMESPACE}">pass<g:x/></g:verdict>'
    rss = RSS.replace("<title>Three</title>", f"{forged}<title>Three</title>{forged}").encode()
    envelope = open_envelope(rss, annotated=False)
    assert write(envelope, [True] * 3, [None] * 3) == RSS.encode()
    line = '{"garbled": {"about": "urn:garbled:verdict:\\u0031", "verdict": "pass"}, "text": "x"}\n'
    envelope = open_envelope(line.encode(), annotated=False)
    assert write(envelope, [True], [None]) == b'{"text": "x"}\n'


def test_a_member_of_the_same_name_that_is_not_ours_stays():
    line = b'{"text": "x", "garbled": {"score": 3}}\n'
    envelope = open_envelope(line)
    assert write(envelope, [True], [None]) == line
    assert b'"score": 3' in annotated(line)


def test_rss_1_lists_no_item_that_is_gone():
    envelope = opened("rss 1.0")
    data = write(envelope, [True, False, True], [None] * 3)
    assert data is not None
    assert re.findall(rb'(?:resource|about)="(\w+)"', data) == [b"one", b"three"] * 2


@pytest.mark.parametrize("kind", list(SINGLE))
def test_a_single_item_that_is_held_leaves_nothing(kind):
    envelope = open_envelope(SINGLE[kind].encode())
    assert [item.id for item in envelope.items] == ["one"]
    assert write(envelope, [False], [None]) is None
    assert write(envelope, [True], [None]) == SINGLE[kind].encode()
    assert annotated(annotated(SINGLE[kind].encode())) == annotated(SINGLE[kind].encode())


@pytest.mark.parametrize(
    ("kind", "empty"),
    [
        ("feed", b"<rss><channel><title>None</title></channel></rss>"),
        ("newsml", b"<newsMessage><itemSet><packageItem/></itemSet></newsMessage>"),
        ("jsonfeed", b'{"version": "https://jsonfeed.org/version/1.1", "items": []}'),
        ("json", b"[]"),
    ],
)
def test_a_feed_without_items_goes_out_as_it_came(kind, empty):
    envelope = open_envelope(empty)
    assert (envelope.format, envelope.items) == (kind, ())
    assert write(envelope, [], []) == empty


@pytest.mark.parametrize(
    "encoding", ["iso-8859-1", "windows-1252", "utf-16", "utf-16-le", "utf-8-sig", "koi8-r", "gbk"]
)
def test_a_feed_goes_out_in_the_encoding_that_it_declares(encoding):
    declared = encoding.removesuffix("-sig").removesuffix("-le")
    word = {"koi8-r": "причал", "gbk": "码头"}.get(encoding, "café")
    text = RSS.replace("utf-8", declared).replace("One – café", word).replace("–", "-")
    data = text.encode(encoding)
    envelope = open_envelope(data)
    assert word in envelope.original(envelope.items[0]).decode()
    assert write(envelope, [True] * 3, [None] * 3) == data
    left = write(envelope, [True, False, True], [NOTE] * 3)
    assert left is not None
    root = etree.fromstring(left)
    assert [title.text for title in root.findall(".//item/title")] == [word, "Three"]


@pytest.mark.parametrize("declared", ["iso-8859-1", "utf-16", "klingon"])
def test_utf_8_that_declares_something_else_declares_utf_8_when_it_goes_out(declared):
    data = RSS.replace("utf-8", declared).encode()
    envelope = open_envelope(data)
    assert envelope.text.remark is not None
    assert write(envelope, [True] * 3, [None] * 3) == RSS.encode()


def test_bytes_that_are_no_utf_8_damage_the_items_that_can_hold_them():
    data = RSS.replace("One – café", "One - café").replace("Two&#8230;", "Two é").encode("latin-1")
    envelope = open_envelope(data)
    assert [item.fault is not None for item in envelope.items] == [True, True, False]
    data = write(envelope, [True] * 3, [None] * 3)
    assert data is not None
    assert etree.fromstring(data).findtext(".//item/title") == "One - café"


def test_lines_that_are_no_utf_8_go_out_as_they_came():
    data = b'{"id": "a", "text": "caf\xe9"}\n{"id": "b", "text": "sea"}\n'
    envelope = open_envelope(data, "jsonl")
    assert write(envelope, [True, True], [None, None]) == data
    assert write(envelope, [False, True], [None, None]) == b'{"id": "b", "text": "sea"}\n'


def test_document_type_entities_and_instructions_stay():
    feed = (
        b'<?xml version="1.0" standalone="no"?>\n<!DOCTYPE rss [\n<!ENTITY who "Ellen <b>M</b>">\n'
        b"]>\n<rss><channel><?a b?><item><title>&who;</title></item>\n<item/></channel></rss>\n"
        b"<!-- z -->"
    )
    envelope = open_envelope(feed)
    assert len(envelope.items) == 2
    assert write(envelope, [True, True], [None, None]) == feed
    assert b"<!ENTITY who" in envelope.alone(envelope.items[0])


def test_items_of_entities_are_not_items():
    feed = b'<!DOCTYPE rss [<!ENTITY x "<item>1</item>">]><rss><channel>&x;<item/></channel></rss>'
    assert len(open_envelope(feed).items) == 1


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b'{"uri": "a", "headline": "x"}', "ninjs"),
        (b'{"id": "a", "text": "x"}', "jsonl"),
        (b'{"id": 1}\n{"id": 2}\n', "jsonl"),
        (b'\xef\xbb\xbf{"id": 1}\n{"id": 2}\n', "jsonl"),
        (b'{\n"uri": "a"\n}', "json"),
        (b'[{"text": "a"}]', "json"),
        (b'{"_items": [{"headline": "a", "guid": "1"}, {"body_html": "b"}]}', "ninjs"),
        (b'{"items": [{"id": "1", "content_html": "b"}]}', "jsonfeed"),
    ],
)
def test_json_lines_are_told_from_json(data, format):
    assert open_envelope(data).format == format


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"\x89PNG\r\n", b"<html><p>x</p></html>", b"hello", b"<foo><item/></foo>"]
)
def test_what_is_no_feed_is_refused(data):
    with pytest.raises(IngestError):
        open_envelope(data)
