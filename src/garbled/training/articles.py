"""Articles for the article model: whole ones, parts of them, and part-mangled ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from garbled.corpora.damage import FAITHFUL_ABOVE, MANGLED_BELOW, mean_human_score
from garbled.model.articles import describe_article
from garbled.training.labels import CLEAN, MANGLED, NEITHER, Labels
from garbled.training.measure import ORIGINAL, RETRANSLATED, Measured

Matrix = NDArray[np.float64]
MANGLED_SHARE = 0.25
"""An article of which this share of windows is mangled is a mangled article."""
PART_SHARES = (0.3, 0.6)


@dataclass(frozen=True)
class ArticleSet:
    """Articles as the article model sees them; one value or row an article."""

    X: Matrix
    truth: NDArray[np.int64]
    weight: Matrix
    quality: Matrix
    fold: NDArray[np.int64]
    set: NDArray[np.str_]
    is_whole_original: NDArray[np.bool_]
    is_whole_machine: NDArray[np.bool_]


def make_articles(
    logits: Matrix, measured: Measured, labels: Labels, rows: NDArray[np.bool_], seed: int
) -> ArticleSet:
    """For each aligned document: both versions, a random part of each, and a mixture.

    ``rows`` are the windows that may be used.
    """
    random = np.random.default_rng(seed)
    found: list[tuple[NDArray[np.int64], str]] = []
    for windows in _by_document(measured, rows):
        sides = [windows[measured.side[windows] == side] for side in (ORIGINAL, RETRANSLATED)]
        if not len(sides[0]) or len(sides[0]) != len(sides[1]):
            continue
        found.extend(zip(sides, ("original", "copy"), strict=True))
        if len(sides[0]) > 1:
            size = int(random.integers(1, len(sides[0])))
            start = int(random.integers(0, len(sides[0]) - size + 1))
            found.extend((side[start : start + size], "part") for side in sides)
        if len(sides[0]) > 2:
            mixed = random.random(len(sides[0])) < random.choice(PART_SHARES)
            found.append((np.where(mixed, sides[1], sides[0]), "part"))
    return _describe(found, logits, measured, labels)


def _by_document(measured: Measured, rows: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    used = rows.nonzero()[0]
    order = used[np.lexsort((measured.place[used], measured.side[used], measured.document[used]))]
    cuts = np.flatnonzero(np.diff(measured.document[order])) + 1
    return np.split(order, cuts) if len(order) else []


def _describe(
    found: list[tuple[NDArray[np.int64], str]], logits: Matrix, measured: Measured, labels: Labels
) -> ArticleSet:
    windows = [part for part, _ in found]
    first = np.array([part[0] for part in windows], dtype=np.int64)
    machine = np.array([labels.machine[part].any() for part in windows])
    origin = np.array([name for _, name in found])
    truth = np.array([_truth(part, labels) for part in windows], dtype=np.int64)
    weight = labels.weight[first]
    for side in (CLEAN, MANGLED):
        weight[truth == side] /= max(weight[truth == side].sum(), 1e-9)
    return ArticleSet(
        X=np.array([describe_article(logits[p], measured.n_words[p]) for p in windows]),
        truth=truth,
        weight=weight * len(weight),
        quality=np.array([_quality(part, measured, labels) for part in windows]),
        fold=labels.fold[first],
        set=labels.set[first],
        is_whole_original=(origin == "original") | ((origin == "copy") & ~machine),
        is_whole_machine=(origin == "copy") & machine,
    )


def _truth(part: NDArray[np.int64], labels: Labels) -> int:
    """Mangled if enough of its windows are, clean if a human or a faithful machine wrote it."""
    truth = labels.truth[part]
    if (truth == MANGLED).mean() >= MANGLED_SHARE:
        return MANGLED
    return NEITHER if (truth != CLEAN).any() else CLEAN


def _quality(part: NDArray[np.int64], measured: Measured, labels: Labels) -> float:
    human = mean_human_score(measured.human[part])
    if not np.isnan(human):
        return human
    own = labels.quality[part]
    own = own[~np.isnan(own)]
    return float(own.mean()) if len(own) else FAITHFUL_ABOVE - MANGLED_BELOW
