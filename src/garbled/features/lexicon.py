"""Wrong words and phrases as features: lexical faults by rule."""

from __future__ import annotations

from collections import Counter

from garbled.features.base import FeatureGroup
from garbled.features.rows import Row


class LexiconFeatures(FeatureGroup):
    """Lexical faults per 100 words, by rule; higher is worse. NaN for an empty window.

    Marks and spaces are found for the editor but are no feature: they differ by source.
    """

    names = (
        "lexicon_substitutions",
        "lexicon_tortured",
        "lexicon_leftovers",
        "lexicon_repeated",
        "lexicon_numbers",
    )
    _groups = (
        ("LEX_SUBSTITUTION", "LEX_CALQUE", "LEX_WRONG_WORD", "LEX_CREDIT"),
        ("LEX_TORTURED",),
        ("LEX_LEFTOVER", "LEX_FOREIGN_WORD", "LEX_FOREIGN_SCRIPT"),
        ("LEX_REPEATED_WORD", "LEX_REPEATED_PHRASE"),
        (
            "NUMBER_DECIMAL_COMMA",
            "NUMBER_DOTTED_THOUSANDS",
            "NUMBER_PLURAL_MAGNITUDE",
            "NUMBER_THOUSAND_MILLION",
            "NUMBER_FOREIGN_CLOCK",
            "NUMBER_FOREIGN_DATE",
        ),
    )

    def measure(self, row: Row) -> list[float]:
        seen = Counter(fault.rule for fault in row.faults)
        return [row.per_hundred_words(sum(seen[rule] for rule in group)) for group in self._groups]
