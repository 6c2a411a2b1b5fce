"""Is this English? Decided on twenty words or more."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from garbled.documents import Document

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_WORDS = 20
MAX_CHARACTERS = 4_000
CONFIDENT = 0.9
"""Another language must be this probable: mangled English is still English."""


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def identify_language(document: Document) -> str | None:
    """ISO 639-1 code of the scored paragraphs' language; the declared one if they are too short."""
    text = " ".join(p.text for p in document.paragraphs if p.is_scored)
    if len(text.split()) < MIN_WORDS:
        return document.language
    language, probability = _identifier().classify(text[:MAX_CHARACTERS])
    return "en" if language != "en" and probability < CONFIDENT else str(language)


def is_english(language: str | None) -> bool:
    """Whether a declared or identified language is English; an unknown one is taken for it.

    >>> is_english("en-GB"), is_english(None), is_english("fr")
    (True, True, False)
    """
    return language is None or language.lower().split("-")[0].split("_")[0] == "en"
