"""How two words of a name are related: spelling, stem, translation, mere variants."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from garbled.analysers.counts import NgramCounts

MAX_EDITS = 2
MIN_STEM = 4
STEM_SHARE = 0.6
SHORTENED = frozenset(
    {"co", "company", "corp", "corporation", "inc", "incorporated", "ltd", "limited", "plc"}
    | {"group", "department", "dept", "saint", "st", "mount", "mt", "and"}
)
"""Words that house styles shorten or leave out."""
Related = Mapping[str, Collection[str]]
"""By word of machine copy in lower case: words in lower case that originals have there."""


def folded(word: str) -> str:
    """The word in lower case without its diacritics.

    >>> folded("Peña")
    'pena'
    """
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def are_variants(word: str, other: str) -> bool:
    """Whether two words differ as house styles do: accents, case, number, hyphens, Co for Company.

    >>> are_variants("François", "Francois"), are_variants("Kong-based", "Kong")
    (True, True)
    >>> are_variants("Home", "House")
    False
    """
    word, other = folded(word), folded(other)
    if word in {other, other + "s"} or other == word + "s":
        return True
    if word in SHORTENED and other in SHORTENED:
        return True
    parts, other_parts = word.split("-"), other.split("-")
    return len(parts) + len(other_parts) > 2 and not {*parts}.isdisjoint(other_parts)


def edits(word: str, other: str) -> int:
    """Letters added, dropped, changed or swapped with their neighbour; more than 2 count as 3.

    >>> edits("Abramovitch", "Abramovich"), edits("Smiht", "Smith"), edits("Rome", "Paris")
    (1, 1, 3)
    """
    word, other = word.lower(), other.lower()
    if abs(len(word) - len(other)) > MAX_EDITS:
        return MAX_EDITS + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        previous, row = row, [i]
        for j, mark in enumerate(other, 1):
            best = min(row[j - 1] + 1, previous[j] + 1, previous[j - 1] + (letter != mark))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == mark:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before = previous
    return min(row[-1], MAX_EDITS + 1)


def share_stem(word: str, other: str) -> bool:
    """Whether two words begin alike, as derived forms and cognates do.

    >>> share_stem("Reserva", "Reserve"), share_stem("Fund", "Funk")
    (True, False)
    """
    word, other = folded(word), folded(other)
    same = 0
    while same < min(len(word), len(other)) and word[same] == other[same]:
        same += 1
    return same >= MIN_STEM and same >= STEM_SHARE * min(len(word), len(other))


@dataclass(frozen=True, slots=True)
class WordKinds:
    """What kind of word stands where a part of a name was expected."""

    counts: NgramCounts
    related: Related
    foreign: Collection[str]

    def kind(self, word: str, expected: str) -> str:
        """The strongest relation: ``spelt``, ``akin``, ``foreign``, ``unknown`` or how common.

        ``common``, ``ordinary``, ``mixed`` and ``name`` go from a word that edited English
        hardly capitalises to one that it hardly writes otherwise.
        """
        alike = word[0] == expected[0] or word[-1] == expected[-1]
        distance = edits(word, expected) if alike else MAX_EDITS + 1
        if distance == 1 and min(len(word), len(expected)) > 2:
            return "spelt"
        if (distance == 2 and len(expected) > 5) or self.are_related(word, expected):
            return "akin"
        if self.is_foreign(word):
            return "foreign"
        if not self.counts.is_known(word):
            return "unknown"
        commonness = self.commonness(word)
        limits = ((6.0, "common"), (3.5, "ordinary"), (1.0, "mixed"))
        return next((kind for limit, kind in limits if commonness > limit), "name")

    def commonness(self, word: str) -> float:
        """log2 of lower-case uses for each capitalised one: above 0 it is more word than name."""
        lower, capital = self.counts.lower_case_uses(word), self.counts.capitalised_uses(word)
        return math.log2((lower + 0.5) / (capital + 0.5))

    def are_related(self, word: str, expected: str) -> bool:
        """Whether one is derived from the other, or translation is known to confuse the two."""
        if share_stem(word, expected):
            return True
        return self.is_translation(word, expected) or self.is_translation(expected, word)

    def is_translation(self, word: str, original: str) -> bool:
        return original.lower() in self.related.get(word.lower(), ())

    def is_foreign(self, word: str) -> bool:
        """A common word of another language that is no name in English."""
        return word.lower() in self.foreign and self.counts.capitalised_uses(word) < 5.0
