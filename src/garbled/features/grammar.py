"""LanguageTool's matches as rates, whole article checked in one request."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from garbled.documents import PARAGRAPH_BREAK
from garbled.features.base import FeatureGroup
from garbled.features.rows import PlacedMatch, Row
from garbled.segment.articles import Article

if TYPE_CHECKING:
    from garbled.languagetool.client import Checker

CATEGORIES = (
    "GRAMMAR",
    "CONFUSED_WORDS",
    "COLLOCATIONS",
    "NONSTANDARD_PHRASES",
    "TYPOS",
    "PUNCTUATION",
    "TYPOGRAPHY",
    "CASING",
    "STYLE",
    "REDUNDANCY",
    "MISC",
)
"""LanguageTool's category ids for English that news windows trip at all."""
DESCRIPTIVE = frozenset({"STYLE", "REDUNDANCY", "PLAIN_ENGLISH", "TYPOGRAPHY", "CASING"})
"""Categories about taste and typesetting: no evidence of an error, not in the total."""


def check_article(article: Article, checker: Checker) -> list[PlacedMatch]:
    """Check all sentences' paragraphs of an article in one request.

    Matches on capitalised words that LanguageTool takes for misspelt are left out: names of
    every language are names.

    Raises:
        GarbledError: LanguageTool could not check this text.
    """
    checked = [p for p in article.document.paragraphs if p.is_checked]
    starts, at = [], 0
    for paragraph in checked:
        starts.append(at)
        at += len(paragraph.text) + len(PARAGRAPH_BREAK)
    if not checked:
        return []
    texts = [article.unified[paragraph.index] for paragraph in checked]
    placed = []
    for match in checker.check(PARAGRAPH_BREAK.join(texts)):
        index = bisect_right(starts, match.start) - 1
        start, end = match.start - starts[index], match.end - starts[index]
        if end <= len(texts[index]) and not _is_name(texts[index][start:end], match.issue_type):
            placed.append(PlacedMatch(checked[index].index, start, end, match))
    return placed


def _is_name(quote: str, issue_type: str) -> bool:
    return issue_type == "misspelling" and quote[:1].isupper()


class GrammarFeatures(FeatureGroup):
    """LanguageTool matches per 100 words, in all and by category; higher is worse.

    NaN where LanguageTool was not there. Source: language-tool-python, LanguageTool 6.
    """

    names = ("grammar_matches", *(f"grammar_{name.lower()}" for name in CATEGORIES))

    def measure(self, row: Row) -> Sequence[float]:
        if row.matches is None:
            return [float("nan")] * len(self.names)
        seen = Counter(placed.match.category for placed in row.matches)
        errors = sum(n for category, n in seen.items() if category not in DESCRIPTIVE)
        return [
            row.per_hundred_words(errors),
            *(row.per_hundred_words(seen[category]) for category in CATEGORIES),
        ]
