"""Which word the original probably had, where a word of the copy is wrong: a noisy channel.

Candidates are the words that originals have where machine copy has this one (mined from aligned
pairs, five documents or more) and other inflections of it. They are ranked by how often copy
confuses the two and by how well each fits the slot in clean English.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import inf

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.counts import BOUNDARY, NgramCounts, hash_pairs, hash_words
from garbled.analysers.slots import FIT_NAMES, NEIGHBOURS, fit_to_slots
from garbled.segment.tokens import Token

Matrix = NDArray[np.float64]
Slot = tuple[int, Sequence[tuple[str, float]]]
"""The place of a word, and its candidates with their channel probability."""

CHANNEL_NAMES = (*FIT_NAMES, "confused", "listed")
OUTSIDE_NAMES = ("constant", "left", "right", "trigrams")
MAX_CANDIDATES = 24
MAX_LIKELY, LEAST_SHARE = 8, 0.02
"""Candidates of a word that nobody has flagged."""
MIN_INFLECTED = 4
LISTED_FLOOR = 1e-4
"""Channel probability of an inflection that no five documents show."""
_ENDINGS = (
    ("", "s"),
    ("", "d"),
    ("", "ed"),
    ("", "ing"),
    ("", "ly"),
    ("e", "ing"),
    ("y", "ies"),
    ("ed", "ing"),
    ("s", "ed"),
    ("s", "ing"),
)
"""Endings of two inflections of one word."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Weights of a conditional logit over candidates, with an outside option: none of them."""

    weights: tuple[float, ...]
    outside: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word that copy puts where originals have another, and how probable that is.

    ``gain`` is by how many bits the suggestion fits between the two neighbours better, minus
    infinity where clean English has the word itself in this very slot.
    """

    place: int
    suggestion: str
    confidence: float
    gain: float


@dataclass(frozen=True, slots=True)
class Confusions:
    """By word of the copy in lower case: what originals have there, and how often of 1."""

    table: Mapping[str, Sequence[tuple[str, float]]]
    channel: Channel
    counts: NgramCounts

    def suggest(self, sentence_tokens: Sequence[Token], place: int) -> tuple[str | None, float]:
        """The likely original of the token at ``place``, which is taken to be wrong.

        Returns:
            The word, in the token's letter case, and the probability from 0 to 1 that the
            original had just this one; None and 0.0 where nothing is known to be confused with it.
        """
        return self.suggest_all([(sentence_tokens, place)])[0]

    def suggest_all(
        self, places: Iterable[tuple[Sequence[Token], int]]
    ) -> list[tuple[str | None, float]]:
        """What ``suggest`` gives for each token of some sentences, judged together."""
        words: list[str] = []
        slots: list[Slot] = []
        for tokens, place in places:
            at = len(words) + min(place, 2)
            words += [token.text for token in tokens[max(0, place - 2) : place + 3]]
            slots.append((at, self.candidates(words[at].lower())))
            words += (BOUNDARY, BOUNDARY)
        judged = [slot for slot in slots if slot[1]]
        doubts = {doubt.place: doubt for doubt in self._judge(words, judged)} if judged else {}
        return [
            (doubts[at].suggestion, doubts[at].confidence) if at in doubts else (None, 0.0)
            for at, _ in slots
        ]

    def doubts(
        self, words: Sequence[str], *, confidence: float = 0.0, gain: float = -inf
    ) -> list[Doubt]:
        """The likeliest original of each lower-case word that copy confuses.

        Only words are judged that clean English does not have beside one of their neighbours.

        Args:
            words: of a sentence, or of several with two boundaries after each.
            confidence, gain: the least of a doubt that is told.
        """
        confused = [i for i, word in enumerate(words) if word in self.table and word.islower()]
        if not confused:
            return []
        hashes = hash_words([BOUNDARY, *words, BOUNDARY])
        unseen = self.counts.bigrams.log2(hash_pairs(hashes[:-1], hashes[1:])) < 0
        slots = [
            (place, self._likely(words[place]))
            for place in np.array(confused)[unseen[confused] | unseen[1:][confused]].tolist()
        ]
        slots = [slot for slot in slots if slot[1]]
        return self._judge(words, slots, confidence, gain) if slots else []

    def _likely(self, word: str) -> list[tuple[str, float]]:
        return [row for row in self.table[word][:MAX_LIKELY] if row[1] >= LEAST_SHARE]

    def candidates(self, word: str) -> list[tuple[str, float]]:
        """Words that originals may have for this one, with their channel probability or 0."""
        listed = list(self.table.get(word, ()))[:MAX_CANDIDATES]
        known = {other.lower() for other, _ in listed}
        return listed + [
            (other, 0.0)
            for other in inflections(word)
            if other not in known and self.counts.is_known(other)
        ]

    def _judge(
        self,
        words: Sequence[str],
        slots: Sequence[Slot],
        least: float = 0.0,
        least_gain: float = -inf,
    ) -> list[Doubt]:
        rows, own, starts = describe_slots(words, slots, self.counts)
        likely = probabilities(rows, own, starts, self.channel)
        best = _best_of_each(likely, starts)
        confidence = likely[best]
        attested = own[:, 3] > 0
        gain = np.where(attested, -inf, rows[best, 0] + rows[best, 1] - own[:, 1] - own[:, 2])
        told = np.flatnonzero((confidence >= least) & (gain >= least_gain))
        doubts = []
        for number in told.tolist():
            place, candidates = slots[number]
            suggestion = _in_case_of(words[place], candidates[best[number] - starts[number]][0])
            doubt = Doubt(place, suggestion, float(confidence[number]), float(gain[number]))
            doubts.append(doubt)
        return doubts


def _best_of_each(likely: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of each slot's likeliest candidate, the first of several."""
    sizes = np.diff(np.append(starts, len(likely)))
    highest = np.repeat(np.maximum.reduceat(likely, starts), sizes)
    rows = np.where(likely == highest, np.arange(len(likely)), len(likely))
    return np.asarray(np.minimum.reduceat(rows, starts))


def describe_slots(
    words: Sequence[str], slots: Sequence[Slot], counts: NgramCounts
) -> tuple[Matrix, Matrix, NDArray[np.int64]]:
    """What the channel reads: a row a candidate, and a row of each slot's own word.

    Args:
        words: of one sentence, or of several with two boundaries after each.
        slots: places of words, each with one candidate or more.

    Returns:
        Arrays of shapes (n_candidates, len(CHANNEL_NAMES)) and (n_slots, len(OUTSIDE_NAMES)),
        and the row that each slot's candidates start at.
    """
    sizes = [len(candidates) for _, candidates in slots]
    padded = hash_words([BOUNDARY, BOUNDARY, *words, BOUNDARY, BOUNDARY])
    places = np.array([place for place, _ in slots]) + 2
    around = padded[places[:, np.newaxis] + NEIGHBOURS]
    others = hash_words([word for _, candidates in slots for word, _ in candidates])
    fits = fit_to_slots(
        np.concatenate([around, np.repeat(around, sizes, axis=0)]),
        np.concatenate([padded[places], others]),
        counts,
    )
    ours, theirs = fits[: len(slots)], fits[len(slots) :]
    share = np.array([share for _, candidates in slots for _, share in candidates])
    rows = np.column_stack([theirs, np.log2(np.maximum(share, LISTED_FLOOR)), share > 0])
    outside = [np.ones(len(slots)), ours[:, 0], ours[:, 1], ours[:, 2:5].sum(axis=1)]
    return rows, np.stack(outside, axis=1), np.cumsum([0, *sizes[:-1]])


def probabilities(
    rows: Matrix, own: Matrix, starts: NDArray[np.int64], channel: Channel
) -> NDArray[np.float64]:
    """Probability of each candidate; what a slot's miss to 1 is that it was none of them."""
    utilities = rows @ np.array(channel.weights)
    none = own @ np.array(channel.outside)
    sizes = np.diff(np.append(starts, len(rows)))
    highest = np.maximum(np.maximum.reduceat(utilities, starts), none)
    odds = np.exp(utilities - np.repeat(highest, sizes))
    total = np.add.reduceat(odds, starts) + np.exp(none - highest)
    return np.asarray(odds / np.repeat(total, sizes))


def inflections(word: str) -> Iterator[str]:
    """Other forms that English may have of a word; not all of them are words.

    >>> {"closed", "closing", "closely"} <= set(inflections("close"))
    True
    """
    if len(word) < MIN_INFLECTED or not word.isalpha():
        return
    found = set()
    for one, other in _ENDINGS:
        for old, new in ((one, other), (other, one)):
            stem = word[: len(word) - len(old)]
            if word.endswith(old) and len(stem) >= MIN_INFLECTED - 1:
                found.add(stem + new)
    yield from sorted(found - {word})


def _in_case_of(word: str, other: str) -> str:
    if word.isupper() and len(word) > 1:
        return other.upper()
    return other[0].upper() + other[1:] if word[0].isupper() else other


@cache
def _evidence() -> tuple[Mapping[str, Sequence[tuple[str, float]]], Channel]:
    folder = resources.files("garbled.resources").joinpath("evidence")
    content = json.loads(folder.joinpath("words_channel.json").read_text("utf-8"))
    table: dict[str, list[tuple[str, float]]] = defaultdict(list)
    packed = gzip.decompress(folder.joinpath("words_confusions.tsv.gz").read_bytes())
    lines = (line for line in packed.decode("utf-8").splitlines() if not line.startswith("#"))
    for copy, original, share in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        table[copy].append((original, float(share)))
    return table, Channel(tuple(content["weights"]), tuple(content["outside"]))


def load_confusions(counts: NgramCounts) -> Confusions:
    """The shipped confusions, read once a process."""
    table, channel = _evidence()
    return Confusions(table, channel, counts)
