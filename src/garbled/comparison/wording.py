"""Which words of a bead's two sides correspond, so that each has the other's wording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from garbled.documents import Span
from garbled.segment.articles import Sentence
from garbled.segment.tokens import Token

ALIKE = 0.6
"""Share of letters from which two words in one gap are taken for versions of each other."""
MAX_GAP = 24
"""Words of a gap in which versions are sought."""


class Word(NamedTuple):
    """A token, its paragraph and the paragraph's role."""

    paragraph: int
    token: Token
    role: str

    @property
    def key(self) -> str:
        return self.token.text.lower()


@dataclass(frozen=True)
class Wording:
    """The words of both sides and the places at which they correspond.

    ``anchors`` are pairs of word numbers, both rising: equal words, and words that are alike and
    stand in one gap.
    """

    original: tuple[Word, ...]
    copy: tuple[Word, ...]
    anchors: tuple[tuple[int, int], ...]

    def in_original(self, copy: Span) -> Span:
        """The words of the original that say what these words of the copy do; may be empty."""
        return _across(copy, [(j, i) for i, j in self.anchors], len(self.original))

    def in_copy(self, original: Span) -> Span:
        """All words of the copy between the partners of the words around these; may be empty.

        Wider than the words that say the same, so that a name whose parts are in another order
        is there as a whole.
        """
        around = [(i, j) for i, j in self.anchors if not original.start <= i < original.end]
        return _across(original, around, len(self.copy))


def compare_wording(original: Sequence[Sentence], copy: Sequence[Sentence]) -> Wording:
    """Align the words of sentences that say the same.

    >>> from garbled.segment.tokens import tokenise
    >>> side = lambda text: [Sentence(0, "body", 0, len(text), tuple(tokenise(text)))]
    >>> wording = compare_wording(side("He met Jo Lee today."), side("He knew Jo Law today."))
    >>> wording.in_original(Span(3, 4))
    Span(start=3, end=4)
    """
    before, after = _words(original), _words(copy)
    matcher = SequenceMatcher(None, [w.key for w in before], [w.key for w in after], autojunk=False)
    anchors: list[tuple[int, int]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            anchors += zip(range(i1, i2), range(j1, j2), strict=True)
        elif tag == "replace" and i2 - i1 <= MAX_GAP and j2 - j1 <= MAX_GAP:
            anchors += _alike(before, after, Span(i1, i2), Span(j1, j2))
    return Wording(before, after, tuple(anchors))


def _words(sentences: Sequence[Sentence]) -> tuple[Word, ...]:
    return tuple(Word(s.paragraph, token, s.role) for s in sentences for token in s.tokens)


def _alike(
    before: Sequence[Word], after: Sequence[Word], original: Span, copy: Span
) -> Iterator[tuple[int, int]]:
    """Words of a gap that are versions of each other, in order."""
    start = copy.start
    for i in range(*original):
        for j in range(start, copy.end):
            if is_alike(before[i].key, after[j].key):
                yield i, j
                start = j + 1
                break


def is_alike(first: str, second: str) -> bool:
    """Whether two words look like versions of one word.

    >>> is_alike("petersburg", "pitersburgo"), is_alike("snow", "rain")
    (True, False)
    """
    if not (first[0].isalnum() and second[0].isalnum()):
        return False
    if min(len(first), len(second)) < 3 or abs(len(first) - len(second)) > 4:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _across(span: Span, anchors: Sequence[tuple[int, int]], length: int) -> Span:
    """A span's counterpart.

    It begins with its first word's partner, or else behind that of the last word before it that
    has one, and ends alike.
    """
    start, end = 0, length
    for here, there in anchors:
        if here < span.start:
            start = there + 1
        elif here == span.start:
            start = there
        if here == span.end - 1:
            end = there + 1
            break
        if here >= span.end:
            end = there
            break
    return Span(start, max(start, end))
