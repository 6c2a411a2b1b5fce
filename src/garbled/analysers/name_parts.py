"""A part of a known name that another word replaced.

Where a word stands in the slot of a known name and has never been seen there, it is weighed how
closed the slot is, how the word is related to what was expected, and what the article says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from garbled.analysers.gazetteer import CONNECTORS, SHAPES, Gazetteer, Slot, name_runs
from garbled.analysers.mentions import opens_clause
from garbled.analysers.name_words import WordKinds, are_variants
from garbled.segment.articles import Sentence

MAX_SURPRISE = 8.0
RELATED_BONUS = 6.0
"""Bits by which a related filler is preferred to one that is only commoner."""
_RELATED = frozenset({"spelt", "akin"})
Evidence = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A word where ``expected`` should stand; it and its known neighbours go from start to end."""

    sentence: Sentence
    place: int
    start: int
    end: int
    expected: str
    kind: str
    evidence: Evidence

    @property
    def suggestion(self) -> str:
        words = [token.text for token in self.sentence.tokens[self.start : self.end]]
        words[self.place - self.start] = self.expected
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Context:
    """Capitalised words of an article, and neighbours in it, with how often they are there."""

    names: Counter[str]
    pairs: Counter[tuple[str, str]]

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> Context:
        names = Counter(s.texts[place] for s in sentences for place in s.capitals)
        pairs = Counter(pair for sentence in sentences for pair in pairwise(sentence.texts))
        return cls(names, pairs)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a run of capitalised words, with the slots that its neighbours make."""

    sentence: Sentence
    words: Sequence[str]
    place: int
    run: tuple[int, int]
    slots: Sequence[tuple[str, Slot]]

    @property
    def neighbours(self) -> list[tuple[str, str]]:
        """The pairs of words that this one makes inside its run."""
        start, end = self.run
        word, place = self.words[self.place], self.place
        before = [(self.words[place - 1], word)] if place > start else []
        return before + ([(word, self.words[place + 1])] if place + 1 < end else [])


def suspects(
    sentences: Sequence[Sentence], gazetteer: Gazetteer, kinds: WordKinds
) -> Iterator[Suspect]:
    """Words in slots of known names that never fill them, with the evidence against each."""
    context = Context.of(sentences)
    for sentence in sentences:
        yield from suspects_in(sentence, context, gazetteer, kinds)


def suspects_in(
    sentence: Sentence, context: Context, gazetteer: Gazetteer, kinds: WordKinds
) -> Iterator[Suspect]:
    """The suspects of one sentence of an article."""
    for place in _places(sentence, gazetteer):
        if not _is_known(place, kinds):
            suspect = _suspect(place, context, kinds)
            if suspect is not None:
                yield suspect


def _places(sentence: Sentence, gazetteer: Gazetteer) -> Iterator[_Place]:
    words = sentence.texts
    for start, end in name_runs(words):
        if end - start < 2:
            continue
        for place in range(start, end):
            word = words[place]
            if not word[0].isupper() or len(word) < 2 or word.isupper() or not _is_plain(word):
                continue
            slots = list(_slots(words, place, start, end, gazetteer))
            if slots and not opens_clause(sentence, place):
                yield _Place(sentence, words, place, (start, end), slots)


def _slots(
    words: Sequence[str], place: int, start: int, end: int, gazetteer: Gazetteer
) -> Iterator[tuple[str, Slot]]:
    for shape, offsets in SHAPES.items():
        if start <= place + offsets[0] and place + offsets[-1] < end:
            slot = gazetteer.slot(shape, *(words[place + offset] for offset in offsets))
            if slot is not None:
                yield shape, slot


def _is_plain(word: str) -> bool:
    return word.replace("-", "").replace("'", "").isalpha()


def _is_known(place: _Place, kinds: WordKinds) -> bool:
    """Whether the word, or a variant of it, is at home beside one of its neighbours."""
    word = place.words[place.place]
    if any(are_variants(word, filler) for _, slot in place.slots for filler in slot.fillers):
        return True
    return any(
        a[0].isupper() and b[0].isupper() and kinds.counts.pair(a, b) >= 0
        for a, b in place.neighbours
    )


def _suspect(place: _Place, context: Context, kinds: WordKinds) -> Suspect | None:
    word = place.words[place.place]
    found = [
        (_surprise(slot, filler) + RELATED_BONUS * (kind in _RELATED), filler, kind, shape, slot)
        for shape, slot in place.slots
        for filler in slot.fillers
        if filler not in CONNECTORS
        for kind in (kinds.kind(word, filler),)
    ]
    if not found:
        return None
    _, expected, kind, shape, slot = max(found, key=lambda row: row[0])
    evidence = _evidence(place, context, kinds, expected, kind, shape, slot)
    agreeing = [shape for shape, slot in place.slots if expected in slot.fillers]
    offsets = [0, *(offset for shape in agreeing for offset in SHAPES[shape])]
    start, end = place.place + min(offsets), place.place + max(offsets) + 1
    return Suspect(place.sentence, place.place, start, end, expected, kind, evidence)


def _surprise(slot: Slot, filler: str) -> float:
    """Bits by which the filler is likelier in the slot than any word never seen there."""
    return math.log2(slot.share(filler) / slot.openness)


def _evidence(
    place: _Place,
    context: Context,
    kinds: WordKinds,
    expected: str,
    kind: str,
    shape: str,
    slot: Slot,
) -> Evidence:
    word, (start, end) = place.words[place.place], place.run
    surprise = min(_surprise(slot, expected), MAX_SURPRISE)
    again = max(context.pairs[pair] for pair in place.neighbours)
    counts = kinds.counts
    capital = counts.capitalised_uses(expected)
    proper = capital / (capital + counts.lower_case_uses(expected) + 1.0)
    is_known = counts.is_known(word)
    return {
        kind: 1.0,
        f"{kind} surprise": surprise,
        "agreeing": float(sum(expected in other.fillers for _, other in place.slots)),
        "documents": math.log2(slot.n),
        "elsewhere": float(context.names[word] > again),
        "again": float(again > 1),
        "expected elsewhere": float(context.names[expected] > 0),
        "first": float(place.place == start),
        "last": float(place.place == end - 1),
        "last surprise": surprise * (place.place == end - 1),
        "two": float("two" in shape),
        "between": float(shape == "between"),
        "proper": proper,
        "proper unrelated": proper * (kind not in _RELATED),
        "proper first": proper * (place.place == start),
        "known": float(is_known),
        "commonness": max(-2.0, min(10.0, kinds.commonness(word))) if is_known else 0.0,
        "capitals": math.log2(1.0 + counts.capitalised_uses(word)),
    }
