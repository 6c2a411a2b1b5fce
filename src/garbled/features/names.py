"""Proper-noun corruption as features: faults of names by rule, and how many names there are."""

from __future__ import annotations

from collections import Counter

from garbled.analysers.counts import NgramCounts
from garbled.analysers.names import mentions
from garbled.features.base import FeatureGroup
from garbled.features.rows import Row


class NameFeatures(FeatureGroup):
    """Name faults per 100 words, by rule, and how many names there are and are unknown.

    More is worse for the rates; ``capitalised_share`` and ``unknown_share`` only describe.
    Rates are NaN for an empty window, ``unknown_share`` for a window without names.
    """

    names = (
        "name_codes",
        "name_doubled",
        "name_common_words",
        "name_broken_capitals",
        "name_disagreements",
        "capitalised_share",
        "unknown_share",
    )
    _groups = (
        ("NAME_RIC_LEAK", "NAME_CODE_BROKEN"),
        ("NAME_DOUBLED",),
        ("NAME_COMMON_WORD", "NAME_PART_REPLACED", "NAME_TRANSLATED"),
        ("NAME_BROKEN_CAPITALS", "NAME_GLUED", "NAME_TITLE_RUN_IN", "NAME_SPLIT"),
        (
            "NAME_LOWER_CASE",
            "NAME_LOWER_CASE_INSIDE",
            "NAME_IN_CAPITALS",
            "NAME_SPELLING",
            "NAME_NEAR_MISS",
            "NAME_REORDERED",
            "NAME_PART_CUT",
        ),
    )

    def __init__(self, counts: NgramCounts | None = None) -> None:
        self.counts = counts

    def measure(self, row: Row) -> list[float]:
        seen = Counter(fault.rule for fault in row.faults)
        rates = [row.per_hundred_words(sum(seen[rule] for rule in group)) for group in self._groups]
        words = [mention.text for mention in mentions(row.window.sentences)]
        n_words = row.window.n_words
        share = len(words) / n_words if n_words else float("nan")
        known = [self.counts.is_known(word) for word in words] if self.counts else []
        unknown = 1.0 - sum(known) / len(known) if known else float("nan")
        return [*rates, share, unknown]
