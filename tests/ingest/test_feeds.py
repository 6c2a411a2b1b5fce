import pytest

from garbled.documents import Document
from garbled.ingest import Limits, ReadOptions, read_bytes

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Herald</title><language>en-gb</language>
<item><title>Pier &amp;amp; roof close</title><guid>tag:herald,1</guid>
<description>Short.</description>
<content:encoded><![CDATA[<p>The pier closed on Monday.</p>
<p>It reopens in <b>May</b>.</p>]]></content:encoded></item>
<item><title>Empty</title><guid>tag:herald,2</guid><description> </description></item>
<item><title>Plain</title><link>https://herald.example/3</link>
<description>Only a summary of it.</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Herald</title>
<entry><id>a-1</id><title>One</title><summary>Short.</summary>
<content type="html">&lt;p&gt;The pier closed.&lt;/p&gt;</content></entry>
<entry><id>a-2</id><title>Two</title><content type="xhtml" xml:lang="de">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Der Pier ist zu.</p></div></content></entry>
<entry><id>a-3</id><title>Three</title><content type="text">1 &lt; 2 piers.</content></entry>
<entry><id>a-4</id><title>Four</title><summary type="text">A summary.</summary></entry></feed>"""


def parse(text: str, **limits: int) -> list[Document]:
    options = ReadOptions(limits=Limits(**limits))
    return list(read_bytes(text.encode(), source="f.rss", options=options))


def body(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.role == "body"]


def test_rss_prefers_the_full_content() -> None:
    first, empty, plain = parse(RSS)
    assert (first.id, first.source) == ("tag:herald,1", "f.rss#tag:herald,1")
    assert first.title == "Pier & roof close"
    assert first.language == "en-gb"
    assert body(first) == ["The pier closed on Monday.", "It reopens in May."]
    assert first.error is None
    assert plain.id == "https://herald.example/3"
    assert body(plain) == ["Only a summary of it."]
    assert empty.paragraphs == ()


def test_an_item_without_text_is_unreadable_under_its_own_id() -> None:
    item = parse(RSS)[1]
    assert (item.id, item.source) == ("tag:herald,2", "f.rss#tag:herald,2")
    assert item.error == "no text to score"


def test_atom() -> None:
    one, two, three, four = parse(ATOM)
    assert body(one) == ["The pier closed."]
    assert (body(two), two.language) == (["Der Pier ist zu."], "de")
    assert body(three) == ["1 < 2 piers."]
    assert body(four) == ["A summary."]
    assert one.language == "en"


def test_items_without_any_name_are_numbered() -> None:
    feed = "<rss><channel><item><description>A.</description></item></channel></rss>"
    assert [document.id for document in parse(feed)] == ["f.rss#1"]


def test_broken_xml_yields_what_could_be_recovered_as_damaged() -> None:
    documents = parse(RSS[: RSS.index("It reopens")])
    assert documents[0].id == "tag:herald,1"
    assert "The pier closed on Monday." in documents[0].text
    assert all("not well-formed XML at line 7" in (d.error or "") for d in documents)


def test_broken_xml_without_items_is_one_unreadable_document() -> None:
    [document] = parse("<rss version='2.0'><channel><title>Herald")
    assert "not well-formed XML at line 1" in (document.error or "")
    assert (document.id, document.paragraphs) == ("f.rss", ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<rss version='2.0'><channel></channel></rss>", "no items"),
        ("<nitf><body/></nitf>", "<nitf>"),
        ("just words", "not well-formed"),
    ],
)
def test_what_is_no_feed_is_unreadable(text: str, message: str) -> None:
    [document] = parse(text)
    assert message in (document.error or "")


def test_an_external_entity_is_not_read(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    documents = parse(
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]><rss version="2.0"><channel>'
        "<item><guid>1</guid><description>A &x; pier reopened.</description></item></channel></rss>"
    )
    assert not any("the secret" in document.text for document in documents)
    assert all(document.error for document in documents)


def test_an_entity_bomb_does_not_go_off() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    documents = parse(
        f'<!DOCTYPE rss [<!ENTITY a0 "lol">{entities}]><rss version="2.0"><channel>'
        "<item><guid>1</guid><description>&a11;</description></item></channel></rss>"
    )
    assert all(document.error for document in documents)
    assert sum(len(document.text) for document in documents) < 1000


def test_feeds_are_parsed_as_bytes_never_opened(tmp_path) -> None:
    path = tmp_path / "other.rss"
    path.write_text(RSS)
    [document] = read_bytes(str(path).encode(), source="f.rss")
    assert document.paragraphs == ()


def test_items_are_bounded() -> None:
    items = "".join(
        f"<item><guid>{n}</guid><description>Pier {n}.</description></item>" for n in range(9)
    )
    documents = parse(f"<rss><channel>{items}</channel></rss>", max_items=4)
    assert len(documents) == 4
    assert "cut after 4 items" in (documents[-1].error or "")


def test_deep_nesting_is_damaged_not_fatal() -> None:
    documents = parse(f"<rss><channel><item><description>{'<div>' * 20_000}pier")
    assert all(document.error for document in documents)


def test_only_the_last_item_of_a_cut_feed_is_said_to_be_cut() -> None:
    items = "<item><description>Pier.</description></item>" * 9
    documents = parse(f"<rss><channel>{items}</channel></rss>", max_items=4)
    assert [bool(document.error) for document in documents] == [False, False, False, True]


@pytest.mark.parametrize(
    "item",
    [
        "<description>&lt;p&gt;The pier.&lt;/p&gt;&lt;p&gt;Crowds.&lt;/p&gt;</description>",
        "<description>&amp;lt;p&amp;gt;The pier.&amp;lt;p&amp;gt;Crowds.</description>",
        "<description><p>The pier.</p><p>Crowds.</p></description>",
        "<description><x:p xmlns:x='http://www.w3.org/1999/xhtml'>The pier.</x:p><p>Crowds.</p>"
        "</description>",
        "<media:content xmlns:media='http://search.yahoo.com/mrss/'>not read</media:content>"
        "<description>The pier.&lt;br&gt;&lt;br&gt;Crowds.</description>",
        "<x:description xmlns:x='urn:any'>The pier.&lt;p&gt;Crowds.</x:description>",
        "<summary>The pier.&lt;p&gt;Crowds.</summary>",
        "<content:encoded xmlns:content='urn:wrong'>The pier.&lt;p&gt;Crowds.</content:encoded>",
    ],
)
def test_dialects_of_an_item(item: str) -> None:
    [document] = parse(f"<rss><channel><item>{item}</item></channel></rss>")
    assert (body(document), document.error) == (["The pier.", "Crowds."], None)


def test_rss_1_0_has_its_items_beside_the_channel() -> None:
    [document] = parse(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel><dc:language>en</dc:language><items/></channel>"
        '<item rdf:about="urn:1"><title>Pier</title><description>It did.</description></item>'
        "</rdf:RDF>"
    )
    assert (document.id, document.language, document.title) == ("urn:1", "en", "Pier")
    assert body(document) == ["It did."]


@pytest.mark.parametrize(
    ("links", "id"),
    [
        ("<link href='http://a/'/>", "http://a/"),
        (
            "<link rel='self' href='http://s/'/><link rel='alternate' href='http://a/'/>",
            "http://a/",
        ),
        ("<link rel='self' href='http://s/'/>", "http://s/"),
        ("<link>http://a/</link><id>i</id>", "i"),
        ("<id>i</id><guid>g</guid>", "g"),
    ],
)
def test_the_name_of_an_item(links: str, id: str) -> None:
    [document] = parse(f"<feed><entry>{links}<summary>The pier.</summary></entry></feed>")
    assert document.id == id


def test_atom_text_that_is_html_against_its_type_is_read_as_html() -> None:
    summary = "<summary type='text'>&lt;p&gt;The &lt;b&gt;pier&lt;/b&gt;.&lt;/p&gt;</summary>"
    [document] = parse(f"<feed><entry>{summary}</entry></feed>")
    assert body(document) == ["The pier."]


def test_content_that_is_no_text_is_passed_over() -> None:
    content = "<content type='image/png'>iVBORw0K</content>"
    entry = f"<entry>{content}<summary>The pier.</summary></entry>"
    [document] = parse(f"<feed>{entry}</feed>")
    assert body(document) == ["The pier."]


def test_named_characters_are_no_damage() -> None:
    item = "<item><description>Caf&eacute;&nbsp;&mdash; &copy;</description></item>"
    [document] = parse(f"<rss><channel>{item}</channel></rss>")
    assert (body(document), document.error) == (["Café\xa0— ©"], None)


def test_what_a_broken_feed_says_is_kept() -> None:
    text = (
        "<rss><channel><item><guid>1</guid><title>Marks & Spencer</title>"
        "<description>AT&T, R&D, 5 < 6 & \x0b\x01 7 &unknown; <b>bold</description></item>"
        "<item><guid>2</guid><description>The pier.</description></item></channel></rss>"
    )
    documents = parse(text)
    assert documents[0].title == "Marks & Spencer"
    assert documents[0].text.startswith("Marks & Spencer\n\nAT&T, R&D, 5 < 6 & 7 &unknown; bold")
    assert "2" in {document.id for document in documents}
    assert all("not well-formed XML at line 1" in (d.error or "") for d in documents)


def test_an_item_that_cannot_be_read_does_not_stop_the_others() -> None:
    long = f"<item><guid>1</guid><description>{'a' * 200}</description></item>"
    short = "<item><guid>2</guid><description>The pier.</description></item>"
    first, second = parse(f"<rss><channel>{long}{short}</channel></rss>", max_record_bytes=100)
    assert (first.id, first.error) == ("1", "the text is longer than 100 bytes")
    assert (second.id, second.error) == ("2", None)
