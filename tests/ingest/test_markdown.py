from pathlib import Path

import pytest

from garbled.documents import Document
from garbled.ingest import Limits, ReadOptions, read, read_bytes
from garbled.ingest.markdown import MAX_CHARACTERS, MAX_LINES, MAX_MARKS

SAMPLES = Path(__file__).parent / "samples"


def one(text: str, **limits: int) -> Document:
    options = ReadOptions(limits=Limits(**limits))
    [document] = read_bytes(text.encode(), source="a.md", options=options)
    return document


def roles(document: Document) -> list[tuple[str, str]]:
    return [(paragraph.role, paragraph.text) for paragraph in document.paragraphs]


def test_an_article() -> None:
    [document] = read([SAMPLES / "pier.md"])
    assert (document.title, document.language) == ("Pier: open again", "en-GB")
    assert document.error is None
    assert roles(document) == [
        ("headline", "Pier: open again"),
        ("byline", "Ellen Marsh"),
        ("caption", "The pier at low tide"),
        ("body", "The old pier reopened on Saturday, said the harbour board."),
        ("quote", "We would rather lose one summer, said Tom Reed."),
        ("subhead", "What it cost"),
        ("list", "Eleven new legs"),
        ("list", "Six mended ones"),
        ("list", "Day"),
        ("list", "Visitors"),
        ("list", "Saturday"),
        ("list", "4,100"),
        ("furniture", 'print("the pier")'),
        ("body", "Raw HTML stands here & is read."),
        ("subhead", "A second heading"),
        ("body", "Crowds came from Leeds."),
    ]


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("---\ntitle: Pier reopens\n---\n", "Pier reopens"),
        ("---\ntitle: 'It''s open'  # a comment\n---\n", "It's open"),
        ('---\ntitle: "The \\"pier\\""\n---\n', 'The "pier"'),
        ("---\nTitle: Pier # not shown\n---\n", "Pier"),
        ('+++\ntitle = "Pier: open"\ndate = 2024-03-03\n+++\n', "Pier: open"),
        ("---\r\ntitle: Pier\r\n---\r\n", "Pier"),
        ("\ufeff---\ntitle: <b>Pier</b> &amp; co\n---\n", "Pier & co"),
        ("---\ntitle: [a, b]\n---\n", None),
        ("---\ntitle: >\n  folded\n---\n", None),
        ("+++\ntitle = \n+++\n", None),
        ("---\ntitle:\n---\n", None),
    ],
)
def test_front_matter_is_skipped_and_names_the_title(front: str, title: str | None) -> None:
    document = one(f"{front}The old pier reopened.")
    assert document.title == title
    assert [text for role, text in roles(document) if role == "body"] == ["The old pier reopened."]


def test_a_rule_is_no_front_matter() -> None:
    document = one("---\n\nThe pier reopened.\n\n---\n\nCrowds came.")
    assert [text for _, text in roles(document)] == ["The pier reopened.", "Crowds came."]


@pytest.mark.parametrize(
    "text", ["# Pier\n\nIt did.", "## Pier\n\nIt did.", "Pier\n====\n\nIt did."]
)
def test_the_first_heading_is_the_title(text: str) -> None:
    assert roles(one(text)) == [("headline", "Pier"), ("body", "It did.")]


def test_a_heading_below_text_is_no_title() -> None:
    document = one("It did.\n\n# Pier")
    assert document.title is None
    assert roles(document) == [("body", "It did."), ("subhead", "Pier")]


def test_code_is_left_alone_and_preformatted_html_is_read() -> None:
    text = "It did.\n\n    code = 1\n\n<pre>Old wire copy.</pre>\n\n~~~\nmore()\n~~~"
    assert roles(one(text))[1:] == [
        ("furniture", "code = 1"),
        ("body", "Old wire copy."),
        ("furniture", "more()"),
    ]


def test_script_and_raw_html() -> None:
    document = one(
        "A <b>pier</b>.\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\nB."
    )
    assert document.text == "A pier.\n\nB."


@pytest.mark.parametrize(
    "text",
    [
        "[" * (MAX_MARKS + 1),
        "a\n" * (MAX_LINES + 1),
        "word " * (MAX_CHARACTERS // 5 + 1),
        "> " * 150 + "deep",
        "- " * 150 + "deep",
    ],
)
def test_what_would_take_too_long_is_read_as_plain_text_and_said(text: str) -> None:
    document = one(text)
    assert "read as plain text" in (document.error or "")
    assert document.text.endswith(text.split()[-1])


def test_nothing_in_between_is_lost() -> None:
    """What markdown-it leaves out beyond its own nesting would be lost without a word."""
    for depth in (1, 19, 20, 40, 90, 99, 100, 101, 200, 500):
        for mark in ("> ", "- "):
            assert "deep" in one(mark * depth + "deep").text


def test_paragraphs_are_bounded() -> None:
    document = one("One.\n\n" * 50, max_items=5)
    assert len(document.paragraphs) == 5
    assert "cut after 5 paragraphs" in (document.error or "")


@pytest.mark.parametrize("text", ["", "  \n", "---\ntitle: Pier\n---\n", "<!-- nothing -->"])
def test_nothing_to_read(text: str) -> None:
    assert one(text).error
