"""Counts of clean English for the words of one article, looked up all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from garbled.analysers.counts import CountTable, NgramCounts, hash_words
from garbled.segment.articles import Article


@dataclass(frozen=True, slots=True)
class ArticleCounts(NgramCounts):
    """The same counts; what is asked of an article's words was looked up beforehand."""

    words: dict[str, float] = field(default_factory=dict)
    capitalised: dict[str, float] = field(default_factory=dict)
    lowered: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, article: Article, counts: NgramCounts) -> Self:
        words = list({text for sentence in article.sentences for text in sentence.texts})
        hashes = hash_words(words)

        def look_up(table: CountTable) -> dict[str, float]:
            return dict(zip(words, table.log2(hashes).tolist(), strict=True))

        return cls(
            counts.unigrams,
            counts.bigrams,
            counts.trigrams,
            counts.capitals,
            counts.lowers,
            counts.n_documents,
            words=look_up(counts.unigrams),
            capitalised=_uses(look_up(counts.capitals)),
            lowered=_uses(look_up(counts.lowers)),
        )

    def word(self, word: str) -> float:
        found = self.words.get(word)
        return NgramCounts.word(self, word) if found is None else found

    def capitalised_uses(self, word: str) -> float:
        found = self.capitalised.get(word)
        return NgramCounts.capitalised_uses(self, word) if found is None else found

    def lower_case_uses(self, word: str) -> float:
        found = self.lowered.get(word)
        return NgramCounts.lower_case_uses(self, word) if found is None else found


def _uses(log2: dict[str, float]) -> dict[str, float]:
    return {word: 2.0**value if value >= 0 else 0.0 for word, value in log2.items()}
