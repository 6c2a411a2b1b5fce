"""The closed vocabulary of reasons: why a document did not simply pass."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "name_corruption": "a name, a place or an instrument code was broken or translated",
        "grammar_errors": "more grammar errors than edited copy has",
        "unusual_wording": "word combinations that native copy does not use",
        "machine_phrasing": "phrasing and word choice as machine retranslation leaves them",
        "foreign_phrasing": "phrases or word order carried over from another language",
        "wrong_words": "words that make no sense where they stand",
        "foreign_words_left": "words of another language were left in the text",
        "number_errors": "numbers, units or dates that contradict themselves",
        "repetition": "words or phrases repeated as a translation engine does",
        "typography": "punctuation, spacing or capitals that edited copy does not have",
        "readability": "sentences far longer or harder than in news copy",
        "part_mangled": "only some of the paragraphs are mangled",
        "too_short": "fewer than 25 words of body text, so there is no score",
        "not_english": "the text is not English, so it was not scored",
        "input_damaged": "the input was damaged or cut off and is scored as far as it goes",
        "unreadable": "the input could not be read at all",
        "headline_finding": "the headline itself has a quoted finding",
    }
)
"""Reason to its one-line meaning; the order is the order of the documentation."""
