from __future__ import annotations

import pytest
from texts import CLEAN, FRENCH, MANGLED, SPANISH

from garbled.segment.language import MIN_WORDS, identify_language, is_english


@pytest.mark.parametrize("text", [FRENCH[0], SPANISH[0]])
@pytest.mark.parametrize("declared", [None, "en", "fr"])
def test_short_text_is_not_judged(make_document, text: str, declared: str | None) -> None:
    short = " ".join(text.split()[: MIN_WORDS - 1])
    assert identify_language(make_document(short, language=declared)) == declared


@pytest.mark.parametrize(
    ("paragraphs", "language"),
    [(CLEAN, "en"), (MANGLED, "en"), (FRENCH, "fr"), (SPANISH, "es")],
    ids=["clean", "mangled", "french", "spanish"],
)
def test_twenty_words_are_judged(make_document, paragraphs, language: str) -> None:
    document = make_document(*paragraphs, language="de")
    assert identify_language(document) == language


@pytest.mark.parametrize("paragraph", MANGLED)
def test_each_mangled_paragraph_is_still_english(make_document, paragraph: str) -> None:
    assert identify_language(make_document(paragraph)) == "en"


def test_quoted_french_leaves_an_article_english(make_document) -> None:
    quote = (
        '"Le conseil du port a annoncé lundi que la jetée resterait fermée," he said.',
        "quote",
    )
    assert identify_language(make_document(*CLEAN, quote)) == "en"


def test_furniture_is_not_judged(make_document) -> None:
    document = make_document((FRENCH[0], "furniture"), CLEAN[0])
    assert identify_language(document) == "en"


@pytest.mark.parametrize(
    ("language", "expected"),
    [(None, True), ("en", True), ("EN-us", True), ("en_GB", True), ("fr", False), ("enm", False)],
)
def test_is_english(language: str | None, expected: bool) -> None:
    assert is_english(language) is expected
