"""How well words fit a slot between their neighbours, by counts of clean English."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.counts import BOUNDARY, Hashes, NgramCounts, hash_pairs, hash_words

FIT_NAMES = ("left", "right", "left_trigram", "middle_trigram", "right_trigram", "frequency")
UNSEEN_BITS = 4.0
"""What a pair loses that was never seen, against words that stand together by chance."""
NEIGHBOURS = np.array([-2, -1, 1, 2])
"""Where the words stand that a slot is judged by, from the slot."""
Fits = NDArray[np.float64]


def neighbours(words: Sequence[str], start: int, end: int) -> Hashes:
    """Hashes of the two words before and the two after a span, shape (4,).

    >>> neighbours(["It", "rained"], 0, 1).shape
    (4,)
    """
    padded = [BOUNDARY, BOUNDARY, *words, BOUNDARY, BOUNDARY]
    return hash_words([*padded[start : start + 2], *padded[end + 2 : end + 4]])


def fit_to_slots(around: Hashes, words: Hashes, counts: NgramCounts) -> Fits:
    """How well each word fits its slot, shape (n_words, n_fits), higher is better.

    ``left`` and ``right`` are log2 of the word's share among what follows or comes before the
    neighbour; the trigrams are log2 of 1 + documents; so is ``frequency``.

    Args:
        around: the neighbours of each slot, shape (n_words, 4).
        words: hashes of shape (n_words,).
    """
    before, left, right, after = np.ascontiguousarray(around.T)
    frequency = counts.unigrams.log2(words).astype(np.float64)
    by_chance = frequency - np.log2(max(counts.n_documents, 1)) - UNSEEN_BITS
    two, three = counts.bigrams, counts.trigrams
    left_pairs, right_pairs = hash_pairs(left, words), hash_pairs(words, right)
    outer = hash_pairs(hash_pairs(before, left), words)
    fits = [
        _share(two.log2(left_pairs), counts.unigrams.log2(left), by_chance),
        _share(two.log2(right_pairs), counts.unigrams.log2(right), by_chance),
        three.log2(outer) + 1.0,
        three.log2(hash_pairs(left_pairs, right)) + 1.0,
        three.log2(hash_pairs(right_pairs, after)) + 1.0,
        frequency + 1.0,
    ]
    return np.stack(fits, axis=1).astype(np.float64)


def _share(pairs: NDArray[np.float32], neighbour: NDArray[np.float32], by_chance: Fits) -> Fits:
    return np.where(pairs >= 0, pairs - np.maximum(neighbour, 0.0), by_chance)
