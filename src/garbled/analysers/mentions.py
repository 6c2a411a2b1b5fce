"""Where names may stand, and which capitalised words an article has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
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
    words = [text for text in sentence.texts if text[0].isalpha()]
    return len(words) > 2 and sum(w[0].isupper() for w in words) > TITLE_CASE_SHARE * len(words)


def mentions(sentences: Sequence[Sentence]) -> Iterator[Mention]:
    """Capitalised words that do not open their sentence or a quotation in it."""
    for sentence in sentences:
        for place, text in enumerate(sentence.texts):
            if text[0].isupper() and not opens_clause(sentence, place):
                yield Mention(sentence, place)


def opens_clause(sentence: Sentence, place: int) -> bool:
    return place == 0 or sentence.texts[place - 1] in _OPENERS


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What an article writes: its words and the pairs of words in a row, in lower case."""

    names: Counter[str]
    pairs: Counter[tuple[str, str]]

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> Self:
        names: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for sentence in sentences:
            words = sentence.texts
            names.update(word.lower() for word in words if word[0].isupper())
            pairs.update(
                (first.lower(), second.lower())
                for first, second in pairwise(words)
                if first[0].isupper() or second[0].isupper()
            )
        return cls(names, pairs)
