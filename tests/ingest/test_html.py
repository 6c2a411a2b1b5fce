import json

import pytest

from garbled.documents import Document
from garbled.ingest import Limits, ReadOptions, read_bytes
from garbled.ingest.blocks import html_blocks, markup_text_blocks
from garbled.ingest.markup import html_tree

BODY = [
    "The harbour board said on Monday that the old pier would close until the spring.",
    "Engineers found rust in eleven of its forty iron legs, the board said in a statement.",
    "“We would rather lose one summer than lose the pier,” said its chairman, Tom Reed.",
    "Shopkeepers on the front fear that the closure will cost them half of their trade.",
]
STRUCTURED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebPage", "name": "Not this"},
        {
            "@type": ["Thing", "NewsArticle"],
            "headline": "Pier &amp; promenade close",
            "inLanguage": "en-GB",
            "author": [{"@type": "Person", "name": "Jane Doe"}],
        },
    ],
}


def page(extra: str = "", structured: object = STRUCTURED, body: list[str] = BODY) -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in body)
    return f"""<!doctype html><html lang="en"><head><title>Pier | Herald</title>
    <script type="application/ld+json">{json.dumps(structured)}</script></head><body>
    <header><nav><ul><li><a href="/">Home</a></li></ul></nav></header>
    <main><article><h1>Pier &amp; promenade close</h1>
    <div class="byline">By Jane Doe, Harbour Reporter</div>
    <time class="timestamp">3 March 2024</time>
    <figure><img src="x.jpg"><figcaption>The old pier at low tide.</figcaption></figure>
    {paragraphs}
    <blockquote>
    <p>It was the finest pier on this coast for a hundred years or more.</p></blockquote>
    <h2>What comes next</h2>
    <p>A decision on the roof of the pavilion was put off until the council meets in June.</p>
    <div class="newsletter-signup"><h3>Harbour mail</h3><p>The week in one letter.</p></div>
    {extra}
    <ul class="related"><li><a href="/1">Storm shuts pier</a></li></ul>
    </article></main><footer><p>About us. Terms of use apply to all of this site.</p></footer>
    </body></html>"""


def one(text: str | bytes, options: ReadOptions | None = None) -> Document:
    data = text.encode() if isinstance(text, str) else text
    [document] = read_bytes(data, source="pier.html", options=options or ReadOptions())
    return document


def roles(document: Document) -> dict[str, str]:
    return {paragraph.text: paragraph.role for paragraph in document.paragraphs}


def test_a_page_keeps_the_article_and_says_what_is_furniture() -> None:
    document = one(page())
    found = roles(document)
    assert document.error is None
    assert document.title == "Pier & promenade close"
    assert document.language == "en-GB"
    assert document.paragraphs[0].role == "headline"
    assert [p.text for p in document.paragraphs if p.role == "body"][:4] == BODY
    assert found["By Jane Doe, Harbour Reporter"] == "byline"
    assert found["3 March 2024"] == "dateline"
    assert found["The old pier at low tide."] == "caption"
    assert found["What comes next"] == "subhead"
    assert found["The week in one letter."] == "furniture"
    assert found["Storm shuts pier"] == "furniture"
    assert found["It was the finest pier on this coast for a hundred years or more."] == "quote"


def test_site_navigation_and_footer_are_left_out() -> None:
    found = roles(one(page()))
    assert "Home" not in found
    assert not any(text.startswith("About us.") for text in found)


def test_paragraphs_are_in_document_order() -> None:
    texts = [paragraph.text for paragraph in one(page()).paragraphs]
    places = [
        texts.index(text) for text in ("The old pier at low tide.", *BODY, "Storm shuts pier")
    ]
    assert places == sorted(places)


def test_an_article_body_with_clearly_more_text_is_taken() -> None:
    more = " ".join(BODY * 4)
    structured = {"@type": "Article", "headline": "Pier", "articleBody": more}
    document = one(page(structured=structured, body=BODY[:1]))
    assert more in [paragraph.text for paragraph in document.paragraphs if paragraph.role == "body"]


@pytest.mark.parametrize(
    "broken", ['{"@type": "NewsArticle", "headline": "x', "[" * 100_000, "7", ""]
)
def test_malformed_structured_data_is_ignored(broken: str) -> None:
    text = page().replace(json.dumps(STRUCTURED), broken)
    document = one(text)
    assert document.error is None
    assert document.title == "Pier & promenade close"


@pytest.mark.parametrize("cut", ["</p><p>The pier reop", "<p>The pier was <a href='/x"])
def test_a_truncated_page_is_scored_and_says_so(cut: str) -> None:
    text = page().split("<blockquote>")[0] + cut
    document = one(text)
    assert (document.error or "").startswith("truncated")
    assert BODY[1] in roles(document)


def test_a_fragment_without_body_tags_is_not_truncated() -> None:
    assert one("<p>The pier reopened on Monday after a year of repairs.</p>").error is None


def test_a_page_without_text_is_unreadable() -> None:
    document = one("<html><body><script>render()</script><div id=app></div></body></html>")
    assert "no text" in (document.error or "")
    assert document.paragraphs == ()


def test_scripts_styles_and_hidden_parts_are_dropped() -> None:
    text = one("<p>One<script>x()</script> two.</p><style>p{}</style><p hidden>No.</p>").text
    assert text == "One two."


def test_line_breaks_part_paragraphs() -> None:
    blocks = html_blocks(
        html_tree("One<br/>line.<br><br> \n <br>Two <b>bold</b>.<!-- c --> End."), Limits()
    )
    assert [block.text for block in blocks] == ["One line.", "Two bold. End."]


def test_roles_by_tag() -> None:
    text = (
        "<h1>H</h1><h3>S</h3><p>P <a href=x>link</a> text</p><ul><li>L one</li></ul>"
        "<blockquote>Q</blockquote><figure><img><figcaption>C</figcaption></figure>"
        "<aside>A</aside><p><small>Small print</small></p><pre>One\nline\n\nTwo</pre>"
        "<footer>F</footer>"
    )
    assert [(block.text, block.role) for block in markup_text_blocks(text, Limits())] == [
        ("H", "headline"),
        ("S", "subhead"),
        ("P link text", "body"),
        ("L one", "list"),
        ("Q", "quote"),
        ("C", "caption"),
        ("A", "furniture"),
        ("Small print", "furniture"),
        ("One line", "body"),
        ("Two", "body"),
        ("F", "furniture"),
    ]


def test_an_attribute_on_the_whole_article_says_nothing_of_its_parts() -> None:
    text = f"<div class='post related-tag share'><p>{BODY[0]}</p><p>{BODY[1]}</p></div>"
    assert {block.role for block in markup_text_blocks(text, Limits())} == {"body"}


def test_text_in_layout_tables_is_body() -> None:
    blocks = markup_text_blocks(f"<table><tr><td><p>{BODY[0]}</p></td></tr></table>", Limits())
    assert blocks[0].role == "body"


def test_what_is_nested_too_deep_for_the_parser_is_read_without_structure_and_said() -> None:
    page = "<p>Before.</p>" + "<div class=a>" * 9_000 + "deep" + "</div>" * 9_000 + "<p>After.</p>"
    document = one(f"<html><body><script>no</script>{page}</body></html>")
    assert document.text == "Before.\n\ndeep\n\nAfter."
    assert "nested over 250 deep" in (document.error or "")


def test_what_is_nested_beyond_the_depth_limit_is_read_without_its_tags() -> None:
    options = ReadOptions(limits=Limits(max_depth=20))
    document = one("<p>Shallow enough.</p>" + "<div>" * 40 + "deep" + "</div>" * 40, options)
    assert document.text == "Shallow enough.\n\ndeep"


def test_a_million_character_word() -> None:
    [document] = read_bytes(b"<p>" + b"a" * 1_000_000 + b" b</p>", source="a.html")
    assert len(document.text) == 1_000_002


def test_paragraphs_are_bounded() -> None:
    options = ReadOptions(limits=Limits(max_items=5))
    document = one("<p>A pier.</p>" * 50, options)
    assert len(document.paragraphs) == 5
    assert "cut after 5 paragraphs" in (document.error or "")


def test_an_external_entity_in_a_page_is_not_read(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    document = one(
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]>'
        "<html><body><p>A &x; pier.</p></body></html>"
    )
    assert "the secret" not in document.text
