import json
from pathlib import Path

import pytest

from garbled.documents import Document
from garbled.ingest import Limits, ReadOptions, read, read_bytes

SAMPLES = Path(__file__).parent / "samples"
HTML = "<p>The pier reopened.</p><p>Crowds came.</p>"
NITF = f"<nitf><body><body.content>{HTML}</body.content></body></nitf>"
PIER = {"uri": "urn:1", "headline": "Pier", "body_text": "The pier reopened.\n\nCrowds came."}


def parse(value: object, **limits: int) -> list[Document]:
    options = ReadOptions(format="ninjs", limits=Limits(**limits))
    return list(read_bytes(json.dumps(value).encode(), source="a.json", options=options))


def one(**item: object) -> Document:
    [document] = parse({"uri": "urn:1", **item})
    return document


def roles(document: Document) -> list[tuple[str, str]]:
    return [(paragraph.role, paragraph.text) for paragraph in document.paragraphs]


def body(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.role == "body"]


def test_the_parts_of_a_1_x_item_are_kept_apart() -> None:
    [document] = read([SAMPLES / "pier.ninjs1.json"])
    assert (document.id, document.language, document.error) == ("urn:hw:text:1", "en-GB", None)
    assert roles(document) == [
        ("headline", "Pier reopens after two winters"),
        ("subhead", "Pier reopens"),
        ("furniture", "PIER-REOPENS"),
        ("subhead", "The old pier is open again."),
        ("byline", "By Ellen Marsh"),
        ("dateline", "Marske's Bay"),
        ("note", "EDS: updates with a quote."),
        ("body", "The old pier reopened on Saturday."),
        ("quote", "It was worth it."),
        ("body", "Crowds came from Leeds."),
        ("caption", "The pier at dusk on Saturday."),
        ("credit", "Tom Reed"),
        ("furniture", "Harbour Wire Ltd"),
        ("furniture", "Copyright 2024 Harbour Wire Ltd"),
        ("furniture", "Not to be archived after thirty days."),
    ]


def test_the_parts_of_a_2_x_item_are_kept_apart() -> None:
    [document] = read([SAMPLES / "pier.ninjs2.json"])
    assert roles(document) == [
        ("headline", "Pier reopens after two winters"),
        ("subhead", "Pier reopens"),
        ("duplicate", "The old pier reopened on Saturday."),
        ("byline", "Ellen Marsh"),
        ("dateline", "Marske's Bay"),
        ("note", "Publication status: withheld"),
        ("note", "EDS: updates with a quote."),
        ("body", "The old pier reopened on Saturday."),
        ("body", "Crowds came from Leeds."),
        ("caption", "The pier at dusk on Saturday."),
        ("credit", "Tom Reed"),
        ("furniture", "Copyright 2024 Harbour Wire Ltd"),
        ("furniture", "Not to be archived after thirty days."),
    ]


@pytest.mark.parametrize(
    "value", [PIER, [PIER, PIER], {"items": [PIER, PIER]}, {"_items": [PIER], "_meta": {}}]
)
def test_an_item_a_list_and_an_object_with_a_list(value: object) -> None:
    documents = parse(value)
    assert len(documents) == (1 if value is PIER or "_items" in value else 2)  # type: ignore[operator]
    assert all(body(document) == ["The pier reopened.", "Crowds came."] for document in documents)


@pytest.mark.parametrize(
    "item",
    [
        {"body_html": HTML},
        {"body_xhtml": f"<div>{HTML}</div>"},
        {"body_text": "The pier reopened.\n\nCrowds came."},
        {
            "body_text": "The pier reopened. Crowds came.",
            "body_html": HTML,
        },
        {"body_short": "Pier opens.", "body_main": "The pier reopened.\n\nCrowds came."},
        {"body_html": "  ", "body_text": "The pier reopened.\n\nCrowds came."},
        {"body_html": HTML.replace("<", "&lt;")},
        {"bodies": [{"value": "The pier reopened.\n\nCrowds came."}]},
        {"bodies": [{"value": "Pier."}, {"contenttype": "text/html", "value": HTML}]},
        {"bodies": [{"contenttype": "application/nitf+xml", "value": NITF}]},
        {"bodies": ["The pier reopened.\n\nCrowds came.", 7, None]},
    ],
)
def test_the_fullest_body_is_read_with_its_markup(item: dict[str, object]) -> None:
    assert body(one(**item)) == ["The pier reopened.", "Crowds came."]


def test_a_description_is_the_text_where_there_is_no_body() -> None:
    assert body(one(type="text", description_text="Only this is there.")) == ["Only this is there."]
    picture = one(type="picture", headline="Pier", description_text="The pier at dusk.")
    assert roles(picture) == [("headline", "Pier"), ("caption", "The pier at dusk.")]


def test_a_picture_without_text_says_so_and_is_no_error() -> None:
    picture = one(type="picture", headline="Pier at dusk")
    assert picture.error is None
    assert roles(picture)[1] == ("note", "A picture without text of its own.")


def test_ids() -> None:
    def id_of(**fields: object) -> str:
        [document] = parse({"body_text": "The pier reopened.", **fields})
        return document.id

    assert id_of(guid="g", uri="u") == "g"
    assert id_of(uri="u", altids={"x": "a"}) == "u"
    assert id_of(altids={"x": "a"}) == "a"
    assert id_of(altids=[{"role": "x", "value": "b"}]) == "b"
    assert id_of(uri=7) == "7"
    assert id_of() == "a.json#1"


@pytest.mark.parametrize(
    "field",
    ["headline", "byline", "by", "located", "usageterms", "ednote", "slugline", "body_html",
     "headlines", "bodies", "descriptions", "associations", "altids", "language", "type",
     "pubstatus", "guid", "uri", "title", "creditline"],
)  # fmt: skip
@pytest.mark.parametrize("value", [None, 7, True, [], {}, [[]], [{}], {"a": {"b": []}}, "", " "])
def test_fields_of_any_kind_do_no_harm(field: str, value: object) -> None:
    [document] = parse({"versioncreated": "x", "body_text": "The pier reopened.", field: value})
    assert body(document) == ["The pier reopened."]
    assert document.error is None


def test_tags_and_escapes_in_the_fields() -> None:
    evil = '<script>alert("x")</script><b>Ellen &amp; Tom</b>'
    document = one(byline=evil, headline=evil, usageterms=evil, body_text="The pier reopened.")
    assert "<" not in document.text
    assert ("furniture", "Ellen & Tom") in roles(document)


def test_what_is_no_item_is_said_and_the_rest_is_read() -> None:
    first, bad, last = parse([PIER, 7, PIER])
    assert "item 2 is a number" in (bad.error or "")
    assert body(first) == body(last)


def test_a_key_that_is_there_twice_is_said() -> None:
    data = b'[{"uri":"1","body_text":"One."},{"uri":"2","body_text":"Old.","body_text":"New."}]'
    first, second = read_bytes(data, source="a.json")
    assert first.error is None
    assert "the key 'body_text' occurs twice" in (second.error or "")
    assert body(second) == ["New."]


def test_a_list_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    text = json.dumps([PIER, {"uri": "urn:2", "body_text": "The ferry sailed late."}])
    first, second = read_bytes(text[: text.index(" late")].encode(), source="a.json")
    assert (first.error, body(second)) == (None, ["The ferry sailed"])
    assert "not JSON" in (second.error or "")


def test_metadata_leaves_room_for_the_body() -> None:
    document = one(body_text="The pier.", headlines=[{"value": f"Head {n}"} for n in range(5000)])
    assert "The pier." in document.text
    assert "more than 2,000 headlines" in (document.error or "")


def test_items_are_bounded() -> None:
    documents = parse([PIER] * 9, max_items=4)
    assert [bool(document.error) for document in documents] == [False, False, False, True]


@pytest.mark.parametrize("value", [{}, [], 7, "x", None, {"items": 7}, [[PIER]]])
def test_what_is_no_ninjs(value: object) -> None:
    [document] = parse(value)
    assert "ninjs" in (document.error or "")
