"""Findings stand in the file where the file has their words, whatever reading did to it."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import CLEAN, hostile_texts

from garbled.documents import Document, Span
from garbled.ingest import read_bytes
from garbled.report.places import MARKUPS, Region, SourceText, letters_of

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def document_of(text: str, name: str) -> Document:
    [document] = read_bytes(text.encode("utf-8"), source=name)
    return document


def regions_of(text: str, name: str, quote: str) -> list[Region | None]:
    """Where the places of a quote in the document that is read from the text are found."""
    source = SourceText(text.removeprefix("\ufeff"), "html" if name.endswith("html") else "text")
    found = []
    for placed in source.place(document_of(text, name).paragraphs):
        start = placed.paragraph.text.find(quote)
        if start >= 0:
            found.append(placed.region(start, start + len(quote)))
    return found


def quoted(text: str, region: Region | None) -> str:
    assert region is not None
    return text.removeprefix("\ufeff")[region.start : region.end]


WRAPPED = "Pier shut\n\nThe pier of Norgas.XX\nwas shut on Monday,   the board\nsaid , and soon.\n"


def test_a_quote_is_found_on_its_line():
    [region] = regions_of(WRAPPED, "a.txt", "Norgas.XX")
    assert region == Region(start=23, end=32, line=3, column=13, end_line=3, end_column=22)
    assert quoted(WRAPPED, region) == "Norgas.XX"


def test_a_quote_over_a_wrapped_line_ends_on_the_next():
    [region] = regions_of(WRAPPED, "a.txt", "Norgas.XX was shut")
    assert quoted(WRAPPED, region) == "Norgas.XX\nwas shut"
    assert (region.line, region.end_line, region.end_column) == (3, 4, 9)


@pytest.mark.parametrize("quote", ["said ,", " ,", ", and", "soon."])
def test_marks_are_found_between_the_words(quote):
    [region] = regions_of(WRAPPED, "a.txt", quote)
    assert quoted(WRAPPED, region) == quote
    assert region.line == 5


def test_carriage_returns_count_as_characters_but_make_no_line():
    text = WRAPPED.replace("\n", "\r\n")
    [region] = regions_of(text, "a.txt", "Norgas.XX")
    assert quoted(text, region) == "Norgas.XX"
    assert (region.line, region.column) == (3, 13)


def test_a_byte_order_mark_does_not_count():
    [region] = regions_of("\ufeff" + WRAPPED, "a.txt", "Norgas.XX")
    assert (region.start, region.column) == (23, 13)


def test_a_decomposed_file_is_found_by_composed_words():
    text = unicodedata.normalize("NFD", "The señor 🛢 of Zürich met him.\n\nIn Zürich it rained.\n")
    [one, two] = regions_of(text, "a.txt", "Zürich")
    assert unicodedata.normalize("NFC", quoted(text, one)) == "Zürich"
    assert (one.line, two.line) == (1, 3)
    assert two.column == 4


def test_hangul_is_composed_as_reading_composes_it():
    text = unicodedata.normalize("NFD", "They met in 서울 on Monday.")
    [region] = regions_of(text, "a.txt", "서울")
    assert unicodedata.normalize("NFC", quoted(text, region)) == "서울"


def test_equal_paragraphs_are_told_apart():
    text = "It rained all day.\n\nNobody minded.\n\nIt rained all day.\n"
    assert [r.line for r in regions_of(text, "a.txt", "rained") if r] == [1, 5]


PAGE = """<!doctype html><html><head><title>Pier shut</title>
<script>var pier = "The pier of Norgas.XX was shut";</script></head>
<body><h1>Pier shut</h1>
<!-- The pier of Norgas.XX was shut -->
<p>The <a href="/pier/of/Norgas.XX" title="a > b">pier</a> of <b>Norgas</b>.XX
 was shut on Monday, the board &amp; Ren&eacute;e Cole said, and would not open again soon.</p>
</body></html>
"""


def test_a_page_is_found_by_what_a_reader_sees_of_it():
    [region] = regions_of(PAGE, "a.html", "Norgas.XX")
    assert quoted(PAGE, region) == "Norgas</b>.XX"
    assert region.line == 5


def test_an_entity_is_a_letter():
    [region] = regions_of(PAGE, "a.html", "Renée Cole")
    assert quoted(PAGE, region) == "Ren&eacute;e Cole"


def test_markdown_is_found_without_its_marks():
    text = "# Pier *shut*\n\nThe [pier of **Norgas**](http://pier.example/Norgas)\\.XX fell <3.\n"
    source = SourceText(text, "markdown")
    paragraphs = Document.from_blocks([], id="a", source="a", title="Pier shut").paragraphs
    [placed] = source.place(paragraphs)
    assert placed.region(5, 9) == source.region(Span(8, 12))
    body = document_of("The pier of Norgas.XX fell <3.", "a.txt").paragraphs
    [placed] = source.place(body)
    assert quoted(text, placed.region(12, 18)) == "Norgas"
    assert quoted(text, placed.region(22, 26)) == "fell"


PAPER = """---
title: "Pier *shut* at Norgas.XX"
author: Jo Lee
---

The [pier of **Norgas**.XX](https://pier.example/Norgas.XX?was=shut "was shut") was
shut on Monday, the board\\'s *chief* said&mdash;and `would` not open.

![The pier of Norgas.XX was shut](pier.png)

> Nobody at _Norgas_.XX[^1]
> minded, <b>said</b> Ren&eacute;e Cole.

- It rained at Norgas.XX.
- It   rained again at
  Norgas.XX, and <https://pier.example/Norgas.XX> told it.

| Pier | Norgas.XX |
| ---- | --------- |
| open | shut      |
"""


@pytest.mark.parametrize(
    ("quote", "stands", "lines"),
    [
        ("Norgas.XX", ["Norgas.XX", "Norgas**.XX", "Norgas.XX", "Norgas_.XX", *["Norgas.XX"] * 3],
         [2, 6, 9, 11, 14, 16, 18]),
        ("chief", ["chief"], [7]),
        ("said Renée Cole", ["said</b> Ren&eacute;e Cole"], [12]),
        ("told it", ["told it"], [16]),
        ("Jo Lee", ["Jo Lee"], [3]),
    ],
)  # fmt: skip
def test_a_markdown_file_is_found_by_what_is_read_of_it(quote, stands, lines):
    source = SourceText(PAPER, "markdown")
    found = []
    for placed in source.place(document_of(PAPER, "a.md").paragraphs):
        start = placed.paragraph.text.find(quote)
        if start >= 0:
            found.append(placed.region(start, start + len(quote)))
    assert [quoted(PAPER, region) for region in found] == stands
    assert [region.line for region in found if region] == lines


def test_a_passage_is_found_by_its_surroundings_where_its_paragraph_is_not():
    text = "<p>Hidden words <span>go</span> before. The pier of Norgas.XX was shut on Monday.</p>"
    [paragraph] = document_of(
        "Other words. The pier of Norgas.XX was shut on Monday.", "a"
    ).paragraphs
    [placed] = SourceText(text, "html").place([paragraph])
    start = paragraph.text.index("Norgas")
    assert quoted(text, placed.region(start, start + 9)) == "Norgas.XX"


def test_what_is_not_there_has_no_region():
    [paragraph] = document_of("The pier of Norgas.XX was shut.", "a").paragraphs
    [placed] = SourceText("Quite another text.").place([paragraph])
    assert placed.region(12, 21) is None


@PATIENT
@given(hostile_texts, hostile_texts, st.data())
def test_every_span_of_a_plain_text_is_found(first, second, data):
    text = f"{first}\n\n{second}\n"
    source = SourceText(text)
    for placed in source.place(document_of(text, "a.txt").paragraphs):
        own = placed.paragraph.text
        start = data.draw(st.integers(0, len(own)))
        end = data.draw(st.integers(start, len(own)))
        region = placed.region(start, end)
        if region is None:
            assert not letters_of(own).text
            continue
        assert 0 <= region.start <= region.end <= len(text)
        seen = unicodedata.normalize("NFC", own[start:end])
        letters = [c for c in seen if c.isalnum()]
        there = unicodedata.normalize("NFC", text[region.start : region.end])
        assert [c for c in there if c.isalnum()] == letters or not unicodedata.is_normalized(
            "NFC", text
        )


@PATIENT
@given(st.text(max_size=200), st.sampled_from(MARKUPS))
def test_letters_lie_in_the_text_in_order(text, markup):
    letters = letters_of(text, markup)
    assert len(letters.text) == len(letters.starts) == len(letters.ends)
    assert list(letters.starts) == sorted(letters.starts)
    assert all(0 <= a < b <= len(text) for a, b in zip(letters.starts, letters.ends, strict=True))


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("piece", ["<!--", "<script>", "<a ", "![", "](", "][", "&amp", "e\u0301"])
def test_long_hostile_files_are_read_in_one_pass(markup, piece):
    """A quadratic search would take minutes here."""
    letters_of(piece * 50_000, markup)


def test_clean_copy_as_html_is_found_word_for_word():
    page = "<p>" + "</p>\n<p>".join(html.escape(text, quote=False) for text in CLEAN) + "</p>"
    source = SourceText(page, "html")
    document = document_of(page, "a.html")
    for placed in source.place(document.paragraphs):
        region = placed.region(0, len(placed.paragraph.text))
        assert html.unescape(quoted(page, region)) == placed.paragraph.text
