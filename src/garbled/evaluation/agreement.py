"""Agreement with people: ranks of texts within a language pair, and the order of systems."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from garbled.evaluation.comparisons import Comparisons
from garbled.evaluation.metrics import MIN_STRATUM
from garbled.evaluation.resampling import (
    Mask,
    Numbers,
    Statistic,
    Vector,
    bootstrap,
    rank_correlation_of,
)
from garbled.evaluation.results import AgreementResult, SystemOrder

MIN_SYSTEM_TEXTS = 5
"""Judged texts that a system needs to be put in an order."""


def measure_agreement(
    c: Comparisons, scorer: str, sets: Sequence[str], seed: int
) -> AgreementResult:
    """Spearman's correlation with human scores within set and language pair, averaged."""
    mine = _judged(c, scorer, sets)
    scores, human, groups = -c.copy[scorer][mine], c.human[mine], c.group[mine]
    strata = [
        part
        for part in _strata(c, mine)
        if len(part) >= MIN_STRATUM and np.ptp(scores[part]) and np.ptp(human[part])
    ]
    parts = [rank_correlation_of(scores[part], human[part]) for part in strata]

    def statistic(weight: Vector) -> float:
        found = np.array([own(weight[part]) for own, part in zip(parts, strata, strict=True)])
        known = found[~np.isnan(found)]
        return float(known.mean()) if len(known) else float("nan")

    return AgreementResult(
        c.unit,
        scorer,
        " and ".join(sets),
        bootstrap(statistic, groups, seed=seed),
        len(strata),
        sum(map(len, strata)),
        c.count_segments(mine),
    )


def order_systems(
    c: Comparisons, scorer: str, score: Vector, sets: Sequence[str], seed: int
) -> SystemOrder:
    """How many pairs of systems, of one set and language pair, the mean score orders as people do.

    Args:
        c: the comparisons.
        scorer: must have measured what is counted.
        score: of each copy, 0 to 100, higher is worse.
        sets: sets with human scores.
        seed: of the bootstrap.
    """
    mine = _judged(c, scorer, sets)
    names = np.char.add(np.char.add(_stratum(c, mine), "/"), c.system[mine])
    systems, first, system = np.unique(names, return_index=True, return_inverse=True)
    stratum = _stratum(c, mine)[first]
    counts = np.bincount(system, minlength=len(systems)) if len(systems) else np.zeros(0)
    pairs = [
        (a, b)
        for a, b in combinations(range(len(systems)), 2)
        if stratum[a] == stratum[b] and min(counts[a], counts[b]) >= MIN_SYSTEM_TEXTS
    ]
    statistic = _share_in_order(score[mine], c.human[mine], system, np.array(pairs))
    return SystemOrder(
        " and ".join(sets),
        bootstrap(statistic, c.group[mine] if pairs else c.group[:0], seed=seed).centred(),
        len(pairs),
        len({number for pair in pairs for number in pair}),
        c.count_segments(mine),
    )


def _share_in_order(score: Vector, human: Vector, system: Numbers, pairs: Numbers) -> Statistic:
    """Share of pairs of systems where the one that people like less has the higher mean score."""

    def statistic(weight: Vector) -> float:
        mass = np.maximum(np.bincount(system, weights=weight), 1e-12)
        drawn = mass[pairs].min(axis=1) >= 1
        worse = np.bincount(system, weights=weight * score) / mass
        better = np.bincount(system, weights=weight * human) / mass
        by_score, by_people = (v[pairs[:, 0]] - v[pairs[:, 1]] for v in (worse, better))
        counted = drawn & (by_people != 0)
        right = np.sign(by_score) == -np.sign(by_people)
        return float(right[counted].mean()) if counted.any() else float("nan")

    return statistic


def _judged(c: Comparisons, scorer: str, sets: Sequence[str]) -> Mask:
    known = ~np.isnan(c.human) & ~np.isnan(c.copy[scorer])
    return np.asarray(np.isin(c.set, sets) & ~c.human_made & known)


def _strata(c: Comparisons, mine: Mask) -> list[Numbers]:
    names = _stratum(c, mine)
    return [np.flatnonzero(names == name) for name in np.unique(names)]


def _stratum(c: Comparisons, mine: Mask) -> NDArray[np.str_]:
    return np.char.add(np.char.add(c.set[mine], "/"), c.lang_pair[mine])
