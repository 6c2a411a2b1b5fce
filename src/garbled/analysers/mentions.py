"""Where names may stand, and which capitalised words an article has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from garbled.segment.articles import Sentence
from garbled.segment.tokens import Token

TITLE_CASE_SHARE = 0.6
"""A sentence with more capitalised words than this is a headline in prose: capitals say nothing."""
_OPENERS = frozenset({'"', "'", ":", "(", "-", ".", "...", "*"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A capitalised word inside a sentence, with its neighbours."""

    sentence: Sentence
    place: int

    @property
    def text(self) -> str:
        return self.sentence.texts[self.place]

    @property
    def token(self) -> Token:
        return self.sentence.tokens[self.place]


def is_title_case(sentence: Sentence) -> bool:
    n_words = sum([text[0].isalpha() for text in sentence.texts])
    n_capitals = sum([sentence.texts[place][0].isalpha() for place in sentence.capitals])
    return n_words > 2 and n_capitals > TITLE_CASE_SHARE * n_words


def mentions(sentences: Sequence[Sentence]) -> Iterator[Mention]:
    """Capitalised words that do not open their sentence or a quotation in it."""
    for sentence in sentences:
        for place in sentence.capitals:
            if not opens_clause(sentence, place):
                yield Mention(sentence, place)


def opens_clause(sentence: Sentence, place: int) -> bool:
    return place == 0 or sentence.texts[place - 1] in _OPENERS


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What an article capitalises, in lower case: words, and pairs with one in a row."""

    names: Counter[str]
    pairs: Counter[tuple[str, ...]]

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> Self:
        names: Counter[str] = Counter()
        pairs: Counter[tuple[str, ...]] = Counter()
        for sentence in sentences:
            words, last = sentence.lowered, len(sentence.tokens) - 1
            names.update([words[place] for place in sentence.capitals])
            firsts = {first for place in sentence.capitals for first in (place - 1, place)}
            pairs.update([words[n : n + 2] for n in firsts if 0 <= n < last])
        return cls(names, pairs)
