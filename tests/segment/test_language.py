from __future__ import annotations

import pytest
from texts import CLEAN, FRENCH, MANGLED, SPANISH

from garbled.segment import language
from garbled.segment.language import MIN_WORDS, identify_language, is_english


@pytest.mark.parametrize("text", [FRENCH[0], SPANISH[0]])
@pytest.mark.parametrize("declared", [None, "en", "fr"])
def test_short_text_is_not_judged(make_document, text: str, declared: str | None) -> None:
    short = " ".join(text.split()[: MIN_WORDS - 1])
    assert identify_language(make_document(short, language=declared)) == declared


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [(CLEAN, "en"), (MANGLED, "en"), (FRENCH, "fr"), (SPANISH, "es")],
    ids=["clean", "mangled", "french", "spanish"],
)
def test_twenty_words_are_judged(make_document, paragraphs, expected: str) -> None:
    document = make_document(*paragraphs, language="de")
    assert identify_language(document) == expected


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
    ("code", "expected"),
    [(None, True), ("en", True), ("EN-us", True), ("en_GB", True), ("fr", False), ("enm", False)],
)
def test_is_english(code: str | None, expected: bool) -> None:
    assert is_english(code) is expected


def test_plain_english_is_told_without_asking(monkeypatch, make_document) -> None:
    """The identifier is asked where English's own words are few, or other scripts hide there."""

    def refuse() -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(language, "_identifier", refuse)
    assert identify_language(make_document(*CLEAN)) == "en"
    hidden = "The gist of this and of that: " * 4 + "防水性・速乾性に優れたシャツ" * 20
    part = " ".join((*CLEAN, *CLEAN, FRENCH[0], SPANISH[0]))
    for text in (FRENCH[0], f"{FRENCH[0]} {CLEAN[0]}", part, hidden):
        with pytest.raises(AssertionError, match="asked"):
            identify_language(make_document(text))


def test_surrogates_and_long_texts_are_no_trouble(make_document) -> None:
    assert identify_language(make_document("the of \udce9 and " * 5_000)) == "en"
