"""Fits the noisy channel of analysers/confusion.py: a conditional logit over candidates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.confusion import (
    CHANNEL_NAMES,
    OUTSIDE_NAMES,
    Channel,
    Confusions,
    Slot,
    describe_slots,
    probabilities,
)
from garbled.corpora.pairs import Pair
from garbled.training.word_changes import aligned_places, find_changes, words_of

PENALTY = 1e-4
PAIRS_PER_SET = 1_500
NONE = -1


def fit_channel(pairs: Iterable[Pair], confusions: Confusions) -> Channel:
    """Weights that make the originals of changed words likeliest.

    Args:
        pairs: machine retranslations whose changes were not counted for the confusions.
        confusions: their table and counts; their channel is not read.
    """
    from scipy.optimize import minimize

    rows, own, starts, truth = _examples(pairs, confusions)
    n_weights = len(CHANNEL_NAMES)

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        channel = Channel(tuple(values[:n_weights]), tuple(values[n_weights:]))
        likely = probabilities(rows, own, starts, channel)
        nothing = 1.0 - np.add.reduceat(likely, starts)
        listed = truth >= 0
        right = np.where(listed, likely[np.maximum(truth, 0)], nothing)
        gradient = rows[truth[listed]].sum(axis=0) - rows.T @ likely
        outside = own.T @ (~listed - nothing)
        mean = -np.log(np.maximum(right, 1e-12)).mean()
        slope = -np.concatenate([gradient, outside]) / len(truth)
        return mean + PENALTY * float(values @ values), slope + 2 * PENALTY * values

    fitted = minimize(loss, np.zeros(n_weights + len(OUTSIDE_NAMES)), jac=True, method="L-BFGS-B")
    weights = [round(float(value), 4) for value in fitted.x]
    return Channel(tuple(weights[:n_weights]), tuple(weights[n_weights:]))


def changed_slots(pair: Pair, confusions: Confusions) -> Iterator[tuple[Slot, str | None]]:
    """Each changed word of a copy that has candidates, with the original's where it is known."""
    copy = words_of(pair.retranslated)
    before, after = ([w.lower() for w in words_of(t)] for t in (pair.original, pair.retranslated))
    for change in find_changes(before, after):
        originals = {k: before[i] for i, k in aligned_places(change)}
        for place in range(change.k, change.end):
            candidates = confusions.candidates(after[place]) if copy[place][0].isalpha() else []
            if candidates:
                yield (place, candidates), originals.get(place)


def _examples(
    pairs: Iterable[Pair], confusions: Confusions
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """The rows of describe_slots over many pairs, and the row of each slot's truth or -1."""
    rows, own, starts, truth = [], [], [], []
    n_rows = 0
    for pair in pairs:
        found = list(changed_slots(pair, confusions))
        if not found:
            continue
        slots = [slot for slot, _ in found]
        described = describe_slots(words_of(pair.retranslated), slots, confusions.counts)
        rows.append(described[0])
        own.append(described[1])
        starts.append(described[2] + n_rows)
        for (_, candidates), original, start in zip(
            slots, (word for _, word in found), described[2].tolist(), strict=True
        ):
            index = _index(candidates, original)
            truth.append(index if index == NONE else index + start + n_rows)
        n_rows += len(described[0])
    return (
        np.concatenate(rows),
        np.concatenate(own),
        np.concatenate(starts),
        np.array(truth, dtype=np.int64),
    )


def _index(candidates: Sequence[tuple[str, float]], original: str | None) -> int:
    words = [word.lower() for word, _ in candidates]
    return words.index(original) if original in words else NONE
