from pathlib import Path

import pytest

from garbled.documents import Document
from garbled.ingest import Limits, ReadOptions, read, read_bytes

SAMPLES = Path(__file__).parent / "samples"
NITF = '<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.content>{}</body.content></body></nitf>'
PIER = "<p>The old pier reopened.</p><p>Crowds came.</p>"
ESCAPED = NITF.format(PIER).replace("<", "&lt;")


def parse(text: str | bytes, **limits: int) -> list[Document]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_bytes(data, source="a.newsml", options=ReadOptions(limits=Limits(**limits))))


def item(content: str, meta: str = "", management: str = "", attributes: str = "guid='g1'") -> str:
    return (
        f"<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' {attributes}>"
        f"<itemMeta>{management}</itemMeta><contentMeta><headline>Pier</headline>{meta}"
        f"</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


def xml(content: str) -> str:
    return f"<inlineXML contenttype='application/nitf+xml'>{content}</inlineXML>"


def one(text: str | bytes) -> Document:
    [document] = parse(text)
    return document


def roles(document: Document) -> list[tuple[str, str]]:
    return [(paragraph.role, paragraph.text) for paragraph in document.paragraphs]


def body(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.role == "body"]


def test_a_message_with_a_package_stories_and_a_picture() -> None:
    path = SAMPLES / "message.newsml"
    package, story, ferry, picture = read([path])
    assert [document.id for document in (package, story, ferry, picture)] == [
        "urn:hw:package:1",
        "urn:hw:text:1",
        "urn:hw:text:2",
        "urn:hw:picture:3",
    ]
    assert story.source == f"{path}#urn:hw:text:1"
    assert not any(document.error for document in (package, story, ferry, picture))
    assert roles(package) == [
        ("headline", "Pier package"),
        ("note", "A packageItem: it has no copy of its own."),
    ]
    assert roles(picture) == [
        ("headline", "Pier at dusk"),
        ("caption", "The pier at dusk on Saturday."),
        ("credit", "Tom Reed/Harbour Wire"),
    ]


def test_the_parts_of_a_story_are_kept_apart() -> None:
    story = list(read([SAMPLES / "message.newsml"]))[1]
    assert (story.title, story.language) == ("Pier reopens after two winters", "en-GB")
    assert roles(story) == [
        ("headline", "Pier reopens after two winters"),
        ("subhead", "Board spent £3.5m on it"),
        ("furniture", "PIER-REOPENS"),
        ("subhead", "The old pier is open again."),
        ("dateline", "MARSKE’S BAY, March 3"),
        ("note", "EDS: updates with a quote."),
        ("byline", "By Ellen Marsh"),
        ("body", "The old pier reopened on Saturday after two winters of work."),
        ("body", "Crowds came from Leeds."),
        ("byline", "HW em/tr"),
        ("credit", "Harbour Wire"),
        ("furniture", "Harbour Wire Ltd"),
        ("furniture", "Copyright 2024 Harbour Wire Ltd"),
        ("furniture", "Not to be archived after thirty days."),
    ]


def test_xhtml_content_and_a_canceled_item_that_is_scored_with_a_note() -> None:
    ferry = list(read([SAMPLES / "message.newsml"]))[2]
    assert roles(ferry) == [
        ("headline", "Ferry sails late"),
        ("note", "Publication status: canceled"),
        ("body", "The ferry sailed an hour late."),
        ("quote", "We are sorry."),
    ]
    assert ferry.language == "en"


@pytest.mark.parametrize(
    "content",
    [
        xml(NITF.format(PIER)),
        xml(NITF.format(PIER).replace(' xmlns="http://iptc.org/std/NITF/2006-10-18/"', "")),
        xml(f"<html xmlns='http://www.w3.org/1999/xhtml'><body>{PIER}</body></html>"),
        xml(f"<div>{PIER}</div>"),
        xml(f"<![CDATA[{NITF.format(PIER)}]]>"),
        xml(PIER.replace("<", "&lt;")),
        f"<inlineData contenttype='text/html'><![CDATA[{PIER}]]></inlineData>",
        f"<inlineData contenttype='text/html'>{PIER.replace('<', '&lt;')}</inlineData>",
        "<inlineData contenttype='text/plain'>The old pier reopened.\n\nCrowds came.</inlineData>",
        "<inlineData>The old pier reopened.\n\nCrowds came.</inlineData>",
        f"<inlineData contenttype='text/vnd.IPTC.NITF'>{ESCAPED}</inlineData>",
        f"{xml('<x/>')}<inlineData>The old pier reopened.\n\nCrowds came.</inlineData>",
        f"<remoteContent href='http://127.0.0.1:9/x'/>{xml(NITF.format(PIER))}",
    ],
)
def test_content_as_nitf_xhtml_or_text(content: str) -> None:
    document = one(item(content))
    assert body(document) == ["The old pier reopened.", "Crowds came."]
    assert (document.id, document.title, document.error) == ("g1", "Pier", None)


@pytest.mark.parametrize(
    "namespace", ["", "xmlns='http://iptc.org/std/nar/2099-01-01/'", "xmlns='urn:x'"]
)
def test_no_namespace_or_a_wrong_one(namespace: str) -> None:
    text = item(xml(NITF.format(PIER)))
    text = text.replace("xmlns='http://iptc.org/std/nar/2006-10-01/'", namespace)
    assert body(one(text)) == ["The old pier reopened.", "Crowds came."]


def test_entities_and_a_lying_encoding() -> None:
    text = item(xml(NITF.format("<p>The caf&eacute; on the pier &amp;amp; beach&nbsp;“shut”.</p>")))
    data = ('<?xml version="1.0" encoding="utf-8"?>' + text).encode("cp1252")
    document = one(data)
    assert body(document) == ["The café on the pier & beach “shut”."]
    assert "not valid UTF-8" in (document.error or "")


def test_ids() -> None:
    content = xml(NITF.format(PIER))
    text = item(content, meta="<altId>alt-7</altId>", attributes="")
    assert one(text).id == "alt-7"
    assert one(item(content, attributes="")).id == "a.newsml#1"


def test_languages_from_the_nearest_place() -> None:
    content = xml(NITF.format(PIER))
    meta = "<language tag='en-AU'/>"
    assert one(item(content, meta, attributes="guid='g' xml:lang='de'")).language == "en-AU"
    assert one(item(content, attributes="guid='g' xml:lang='de'")).language == "de"
    own = content.replace("<nitf", "<nitf xml:lang='fr'")
    assert one(item(own, meta)).language == "fr"


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("qcode='stat:withheld'", "Publication status: withheld"),
        ("uri='http://cv.iptc.org/newscodes/pubstatusg2/canceled'", "Publication status: canceled"),
        ("qcode='stat:usable'", None),
    ],
)
def test_status(code: str, note: str | None) -> None:
    document = one(item(xml(NITF.format(PIER)), management=f"<pubStatus {code}/>"))
    assert [text for role, text in roles(document) if role == "note"] == ([note] if note else [])
    assert body(document)


def test_a_headline_that_differs_from_the_content_s_own_is_kept_beside_it() -> None:
    head = "<body.head><hedline><hl1>The pier reopens</hl1></hedline></body.head>"
    content = xml(NITF.replace("<body.content>", f"{head}<body.content>").format(PIER))
    assert roles(one(item(content)))[:2] == [("headline", "Pier"), ("subhead", "The pier reopens")]


def test_a_standfirst_that_the_body_repeats_is_a_duplicate() -> None:
    meta = "<description>The old pier reopened.</description>"
    document = one(item(xml(NITF.format(PIER)), meta))
    assert ("duplicate", "The old pier reopened.") in roles(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (item("<remoteContent href='http://127.0.0.1:9/x'/>"), "not fetched"),
        (item(xml("<sports-content><score>3</score></sports-content>")), "<sports-content>"),
        (item("<inlineData encoding='base64'>UGllcg==</inlineData>"), "encoded"),
        (item(""), "no text to score"),
        ("<NewsML Version='1.2'/>", "NewsML 1"),
        ("<newsMessage><header/></newsMessage>", "holds no items"),
        ("<rss/>", "no NewsML-G2"),
        ("words", "not well-formed"),
    ],
)
def test_what_holds_no_copy(text: str, message: str) -> None:
    document = one(text)
    assert message in (document.error or "")
    assert document.paragraphs == ()


def test_one_item_that_cannot_be_read_does_not_stop_the_others() -> None:
    bad = item(xml("<sports-content/>"), attributes="guid='bad'")
    good = item(xml(NITF.format(PIER)), attributes="guid='good'")
    first, second = parse(f"<newsMessage><itemSet>{bad}{good}</itemSet></newsMessage>")
    assert (first.id, bool(first.error)) == ("bad", True)
    assert (second.id, second.error) == ("good", None)


def test_a_message_that_is_cut_off() -> None:
    whole = item(xml(NITF.format(PIER)), attributes="guid='a'")
    cut = item(xml(NITF.format("<p>The ferry sailed</p>")), attributes="guid='b'")
    text = f"<newsMessage><itemSet>{whole}{cut}"
    first, second = parse(text[: text.index("sailed")])
    assert body(first) == ["The old pier reopened.", "Crowds came."]
    assert body(second) == ["The ferry"]
    assert "not well-formed" in (second.error or "")


def test_items_are_bounded_and_only_the_last_is_said_to_be_cut() -> None:
    items = "".join(item(xml(NITF.format(PIER)), attributes=f"guid='{n}'") for n in range(9))
    documents = parse(f"<newsMessage><itemSet>{items}</itemSet></newsMessage>", max_items=4)
    assert [bool(document.error) for document in documents] == [False, False, False, True]
    assert "cut after 4 items" in (documents[-1].error or "")
