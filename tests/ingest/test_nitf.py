from pathlib import Path

import pytest

from garbled.documents import Document
from garbled.ingest import Limits, ReadOptions, read, read_bytes

SAMPLES = Path(__file__).parent / "samples"
BODY = "<p>The old pier reopened on Saturday.</p><p>Crowds came.</p>"


def parse(text: str | bytes, **limits: int) -> list[Document]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_bytes(data, source="a.nitf", options=ReadOptions(limits=Limits(**limits))))


def one(text: str | bytes) -> Document:
    [document] = parse(text)
    return document


def nitf(content: str = BODY, head: str = "", root: str = "<nitf>") -> str:
    return (
        f"{root}<body><body.head><hedline><hl1>Pier reopens</hl1></hedline>{head}</body.head>"
        f"<body.content>{content}</body.content></body></nitf>"
    )


def roles(document: Document) -> list[tuple[str, str]]:
    return [(paragraph.role, paragraph.text) for paragraph in document.paragraphs]


def body(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.role == "body"]


def test_the_parts_of_a_story_are_kept_apart() -> None:
    [document] = read([SAMPLES / "pier.nitf"])
    assert (document.id, document.language, document.error) == ("HW-2041", "en-GB", None)
    assert document.title == "Pier at Marske’s Bay reopens"
    assert roles(document) == [
        ("headline", "Pier at Marske’s Bay reopens"),
        ("note", "Moved for Saturday's papers"),
        ("note", "Corrects the number of legs in the third paragraph"),
        ("subhead", "Board spent £3.5m on forty iron legs"),
        ("note", "EDS: pictures to follow by 1600."),
        ("furniture", "Harbour Wire"),
        ("furniture", "Not for use after 30 days."),
        ("byline", "By Ellen Marsh, Harbour Reporter"),
        ("credit", "Harbour Wire"),
        ("dateline", "MARSKE’S BAY, March 3"),
        ("subhead", "The old pier is open again after two winters."),
        (
            "body",
            "The old pier reopened on Saturday, said the harbour board, after two winters of work.",
        ),
        ("caption", "The pier at low tide."),
        ("credit", "Tom Reed"),
        ("body", "Crowds came from Leeds and spent 90,000 pounds. It rained."),
        ("subhead", "Rust in the legs"),
        ("quote", "We would rather lose one summer than lose the pier."),
        ("credit", "Tom Reed, chairman"),
        ("list", "Eleven legs are new"),
        ("list", "Six were mended"),
        ("subhead", "Visitors"),
        ("list", "Day"),
        ("list", "4,100"),
        ("note", "The board met in private."),
        ("byline", "Ellen Marsh has written about the coast since 2011."),
        ("furniture", "Harbour board minutes"),
    ]


@pytest.mark.parametrize(
    "root",
    [
        "<nitf>",
        '<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">',
        '<nitf xmlns="http://iptc.org/std/NITF/1999-01-01/">',
        '<!DOCTYPE nitf SYSTEM "nitf-3-2.dtd"><nitf version="-//IPTC//DTD NITF 3.2//EN">',
        '<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.6//EN" "http://127.0.0.1:9/x.dtd"><nitf>',
        '<?xml version="1.0"?>\n<!-- wire -->\n<nitf>',
    ],
)
def test_any_version_namespace_and_document_type(root: str) -> None:
    document = one(nitf(root=root))
    assert body(document) == ["The old pier reopened on Saturday.", "Crowds came."]
    assert (document.title, document.error) == ("Pier reopens", None)


def test_a_prefix_for_the_namespace() -> None:
    text = nitf().replace("<", "<n:").replace("<n:/", "</n:")
    document = one(text.replace("<n:nitf>", '<n:nitf xmlns:n="http://iptc.org/std/NITF/x/">'))
    assert body(document) == ["The old pier reopened on Saturday.", "Crowds came."]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "<![CDATA[<p>The old pier.</p><p>Crowds &amp; tea.</p>]]>",
            ["The old pier.", "Crowds & tea."],
        ),
        ("&lt;p&gt;The old pier.&lt;/p&gt;&lt;p&gt;Tea.&lt;/p&gt;", ["The old pier.", "Tea."]),
        ("<p>Profits &amp;amp; losses &amp;#163;3</p>", ["Profits & losses £3"]),
        ("<p>The caf&eacute;&nbsp;on the pier &mdash; shut</p>", ["The café on the pier — shut"]),
        ("<![CDATA[The old pier.\n\nCrowds came.]]>", ["The old pier.", "Crowds came."]),
        ("<block><p>One.</p></block><block>Two.</block>", ["One.", "Two."]),
        ("<p>One.<br/><br/>Two.</p>", ["One.", "Two."]),
        ("<div><p>One <strong>pier</strong>.</p></div>", ["One pier."]),
        ("<p>Press &lt;Enter&gt; at the gate.</p>", ["Press <Enter> at the gate."]),
    ],
)
def test_dialects_of_the_body(content: str, expected: list[str]) -> None:
    document = one(nitf(content))
    assert body(document) == expected
    assert document.error is None


def test_what_is_no_html_entity_stays_as_written_and_is_said() -> None:
    document = one(
        '<!DOCTYPE nitf [<!ENTITY own "not read">]>' + nitf("<p>The &own; pier reopened.</p>")
    )
    assert body(document) == ["The &own; pier reopened."]
    assert "entities of its own" in (document.error or "")


@pytest.mark.parametrize(
    ("encoding", "declared", "is_flagged"),
    [
        ("utf-8", "iso-8859-1", False),
        ("cp1252", "iso-8859-1", False),
        ("cp1252", "utf-8", True),
        ("utf-8-sig", "utf-16", False),
        ("utf-16", "utf-8", False),
        ("cp1252", "no-such-encoding", True),
    ],
)
def test_encodings_and_what_is_said_of_them(encoding: str, declared: str, is_flagged: bool) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>' + nitf("<p>The café on the “pier”.</p>")
    document = one(text.encode(encoding))
    assert body(document) == ["The café on the “pier”."]
    assert bool(document.error) == is_flagged


def test_headline_elements_that_are_called_otherwise() -> None:
    text = nitf().replace("hedline", "headline").replace("</hl1>", "</hl1><hl2>By the sea</hl2>")
    assert roles(one(text))[:2] == [("headline", "Pier reopens"), ("subhead", "By the sea")]
    bare = "<nitf><head><title>From the head</title></head><body><p>It did.</p></body></nitf>"
    assert one(bare).title == "From the head"


def test_a_second_main_headline_is_a_subhead() -> None:
    text = nitf().replace("</hl1>", "</hl1><hl1>And shuts</hl1>")
    assert roles(one(text))[:2] == [("headline", "Pier reopens"), ("subhead", "And shuts")]


@pytest.mark.parametrize(
    ("status", "note"), [("canceled", ["Publication status: canceled"]), ("usable", []), ("", [])]
)
def test_a_status_that_is_not_usable_is_noted(status: str, note: list[str]) -> None:
    head = f'<head><docdata management-status="{status}"/></head><body>'
    document = one(nitf().replace("<body>", head, 1))
    assert [text for role, text in roles(document) if role == "note"] == note
    assert body(document)


def test_broken_nitf_is_read_as_far_as_it_goes() -> None:
    text = nitf("<p>Marks & Spencer, AT&T, 5 < 6.</p><p>Crowds came")
    document = one(text[: text.index("</body.content>")])
    assert body(document) == ["Marks & Spencer, AT&T, 5 < 6.", "Crowds came"]
    assert "the NITF is not well-formed XML at line 1" in (document.error or "")


def test_several_stories_in_one_file() -> None:
    named = nitf(head="").replace(
        "<body>", '<head><docdata><doc-id id-string="n1"/></docdata></head><body>'
    )
    first, second = parse(f"<wire>{named}{nitf('<p>Two.</p>')}</wire>")
    assert (first.id, first.source) == ("n1", "a.nitf#n1")
    assert (second.id, second.source) == ("a.nitf#2", "a.nitf#2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<rss/>", "<rss>, without a <nitf> element"),
        ("<nitf/>", "no text to score"),
        ("just words", "not well-formed"),
        (nitf("<p/>" * 200_001), "more than 200,000 tags"),
    ],
)
def test_what_holds_no_story(text: str, message: str) -> None:
    document = one(text)
    assert message in (document.error or "")
    assert document.paragraphs == ()


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    document = one(
        f'<!DOCTYPE nitf [<!ENTITY x SYSTEM "file://{secret}">]>' + nitf("<p>A &x; pier.</p>")
    )
    assert body(document) == ["A &x; pier."]
    assert document.error


def test_tags_and_script_in_every_field_are_text_or_nothing() -> None:
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;pier&lt;/b&gt;"
    document = one(nitf(f"<p>{evil} The pier.</p>", head=f"<byline>{evil}</byline>"))
    assert "<" not in document.text
    assert ("byline", "pier") in roles(document)
