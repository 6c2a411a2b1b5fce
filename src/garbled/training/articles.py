"""Articles for the article model: whole ones, parts of them, long ones and part-mangled ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from garbled.corpora.damage import FAITHFUL_ABOVE, MANGLED_BELOW, mean_human_score
from garbled.model.articles import describe_article
from garbled.training.labels import CLEAN, MANGLED, NEITHER, Labels
from garbled.training.measure import ORIGINAL, RETRANSLATED, Measured

Matrix = NDArray[np.float64]
Numbers = NDArray[np.int64]
Made = tuple[Numbers, str]

MANGLED_SHARE = 0.1
"""An article of which this share of windows is mangled is a mangled article."""
PART_SHARES = (0.05, 0.1, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
"""Shares of mangled windows that part-mangled articles are made with."""
LONG_WINDOWS = 10, 24
"""Windows of the articles that are joined from documents of one set and system."""
LENGTHS = (1, 2, 5, 9)
"""Most windows of the lengths that are balanced apart; the longest has no bound."""


@dataclass(frozen=True)
class ArticleSet:
    """Articles as the article model sees them; one value or row an article."""

    X: Matrix
    truth: Numbers
    weight: Matrix
    quality: Matrix
    fold: Numbers
    set: NDArray[np.str_]
    is_whole_original: NDArray[np.bool_]
    is_whole_machine: NDArray[np.bool_]


def make_articles(
    logits: Matrix,
    measured: Measured,
    labels: Labels,
    folds: Numbers,
    rows: NDArray[np.bool_],
    seed: int,
) -> ArticleSet:
    """For each aligned document: both versions, a random part of each, and a mixture of the two.

    Short documents of one set and system are joined to long articles, which are mixed as well.

    Args:
        logits: of all windows, by classifiers that did not see them.
        measured: the windows.
        labels: of the windows.
        folds: of the windows; no article has windows of two folds.
        rows: windows that may be used.
        seed: of parts and mixtures.
    """
    random = np.random.default_rng(seed)
    found: list[Made] = []
    documents = [sides for sides in _by_document(measured, rows) if len(sides[0])]
    for sides in documents:
        found.extend(zip(sides, ("original", "copy"), strict=True))
        found.extend(_parts(sides, random))
        found.extend(_mixtures(sides, labels, random))
    for sides in _join(documents, labels, folds, random):
        found.extend((side, "part") for side in sides)
        found.extend(_mixtures(sides, labels, random))
    return _describe(found, logits, measured, labels, folds)


def _by_document(measured: Measured, rows: NDArray[np.bool_]) -> Iterator[list[Numbers]]:
    """Each document's windows, of the original and of the copy, in reading order."""
    used = rows.nonzero()[0]
    order = used[np.lexsort((measured.place[used], measured.side[used], measured.document[used]))]
    cuts = np.flatnonzero(np.diff(measured.document[order])) + 1
    for windows in np.split(order, cuts):
        sides = [windows[measured.side[windows] == side] for side in (ORIGINAL, RETRANSLATED)]
        if len(sides[0]) == len(sides[1]):
            yield sides


def _parts(sides: list[Numbers], random: Generator) -> Iterator[Made]:
    n = len(sides[0])
    if n > 1:
        size = int(random.integers(1, n))
        start = int(random.integers(0, n - size + 1))
        yield from ((side[start : start + size], "part") for side in sides)


def _mixtures(sides: list[Numbers], labels: Labels, random: Generator) -> Iterator[Made]:
    """An original, a share of whose windows is exchanged for mangled ones."""
    n = len(sides[0])
    mangled = np.flatnonzero(labels.truth[sides[1]] == MANGLED)
    if n > 2 and len(mangled):
        wanted = max(1, round(n * random.choice(PART_SHARES)))
        changed = random.permutation(mangled)[:wanted]
        mixed = sides[0].copy()
        mixed[changed] = sides[1][changed]
        yield mixed, "part"


def _join(
    documents: list[list[Numbers]], labels: Labels, folds: Numbers, random: Generator
) -> Iterator[list[Numbers]]:
    """Long articles of consecutive short documents of one set, language, system and fold."""
    waiting: dict[tuple[object, ...], list[list[Numbers]]] = {}
    wanted = int(random.integers(*LONG_WINDOWS))
    for sides in documents:
        first = int(sides[1][0])
        key = (labels.set[first], labels.lang_pair[first], labels.system[first], folds[first])
        run = waiting.setdefault(key, [])
        run.append(sides)
        if sum(len(before) for before, _ in run) >= wanted:
            if len(run) > 1:
                yield [np.concatenate(side) for side in zip(*run, strict=True)]
            wanted = int(random.integers(*LONG_WINDOWS))
            run.clear()


def _describe(
    found: list[Made], logits: Matrix, measured: Measured, labels: Labels, folds: Numbers
) -> ArticleSet:
    windows = [part for part, _ in found]
    first = np.array([part[0] for part in windows], dtype=np.int64)
    machine = np.array([labels.machine[part].any() for part in windows])
    origin = np.array([name for _, name in found])
    truth = np.array([_truth(part, labels) for part in windows], dtype=np.int64)
    return ArticleSet(
        X=np.array([describe_article(logits[p], measured.n_words[p]) for p in windows]),
        truth=truth,
        weight=_balance(labels.weight[first], truth, np.array([len(part) for part in windows])),
        quality=np.array([_quality(part, measured, labels) for part in windows]),
        fold=folds[first],
        set=labels.set[first],
        is_whole_original=(origin == "original") | ((origin == "copy") & ~machine),
        is_whole_machine=(origin == "copy") & machine,
    )


def _balance(weight: Matrix, truth: Numbers, n_windows: Numbers) -> Matrix:
    """Both sides alike at every length: part-mangled articles are long, which must not tell."""
    length = np.searchsorted(LENGTHS, n_windows)
    balanced = np.zeros(len(weight))
    for number in np.unique(length):
        sides = [(length == number) & (truth == side) for side in (CLEAN, MANGLED)]
        total = sum(weight[side].sum() for side in sides)
        for side in sides:
            balanced[side] = weight[side] * total / max(weight[side].sum(), 1e-9)
    return np.asarray(balanced * len(balanced) / max(balanced.sum(), 1e-9))


def _truth(part: Numbers, labels: Labels) -> int:
    """Mangled if enough of its windows are, clean if a human or a faithful machine wrote it."""
    truth = labels.truth[part]
    if (truth == MANGLED).mean() >= MANGLED_SHARE:
        return MANGLED
    return NEITHER if (truth != CLEAN).any() else CLEAN


def _quality(part: Numbers, measured: Measured, labels: Labels) -> float:
    human = mean_human_score(measured.human[part])
    if not np.isnan(human):
        return human
    own = labels.quality[part]
    own = own[~np.isnan(own)]
    return float(own.mean()) if len(own) else FAITHFUL_ABOVE - MANGLED_BELOW
