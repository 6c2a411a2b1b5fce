"""Intervals by resampling stories: one bootstrap for whatever can be computed with weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval; NaN where there is none."""

    value: float
    low: float = nan
    high: float = nan

    def centred(self) -> Interval:
        """As wide, around the value: for a share that noise pulls down, which draws have more of.

        >>> Interval(0.7, 0.6, 0.68).centred()
        Interval(value=0.7, low=0.66, high=0.74)
        """
        half = (self.high - self.low) / 2
        return Interval(self.value, round(self.value - half, 9), round(self.value + half, 9))


Statistic = Callable[[Vector], float]
"""A figure of texts by their weights, how often each of them was drawn."""


def bootstrap(
    statistic: Statistic, groups: Numbers, rounds: int = ROUNDS, seed: int = 0
) -> Interval:
    """The statistic of all texts, its interval by drawing groups of them with replacement.

    The interval is NaN with fewer than two groups, or where no draw gave a value.

    >>> values = np.array([1.0, 2.0, 3.0])
    >>> bootstrap(lambda weight: float(np.average(values, weights=weight)), np.zeros(3, int)).value
    2.0
    """
    [found] = bootstrap_together(lambda weight: [statistic(weight)], 1, groups, rounds, seed)
    return found


def bootstrap_together(
    statistics: Callable[[Vector], Sequence[float]],
    n_statistics: int,
    groups: Numbers,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> list[Interval]:
    """Several statistics of the same draws, as ``bootstrap`` has one."""
    if not len(groups):
        return [Interval(nan)] * n_statistics
    values = statistics(np.ones(len(groups)))
    names, group = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        return [Interval(value) for value in values]
    random = np.random.default_rng(seed)
    draws = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=rounds)
    drawn = np.array([statistics(draw[group].astype(float)) for draw in draws])
    return [Interval(value, *_middle(own)) for value, own in zip(values, drawn.T, strict=True)]


def _middle(drawn: Vector) -> tuple[float, float]:
    """Bounds of the middle 95 % of what is known."""
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return nan, nan
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def auroc_of(scores: Vector, positive: Mask) -> Statistic:
    """Area under the ROC curve by weights; ties count half, NaN without both classes."""
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    mine = positive[order]

    def statistic(weight: Vector) -> float:
        if not len(mine):
            return nan
        drawn = weight[order]
        above = np.add.reduceat(np.where(mine, drawn, 0.0), starts)
        below = np.add.reduceat(np.where(mine, 0.0, drawn), starts)
        total = above.sum() * below.sum()
        return float((above * (np.cumsum(below) - below / 2)).sum() / total) if total else nan

    return statistic


def average_precision_of(scores: Vector, positive: Mask) -> Statistic:
    """Mean precision at each positive text, from the highest score down; ties count together."""
    order = np.argsort(-scores, kind="stable")
    starts = np.flatnonzero(np.diff(-scores[order], prepend=-np.inf))
    mine = positive[order]

    def statistic(weight: Vector) -> float:
        drawn = weight[order]
        hits = np.add.reduceat(np.where(mine, drawn, 0.0), starts)
        seen = np.cumsum(np.add.reduceat(drawn, starts))
        precision = np.cumsum(hits) / np.maximum(seen, 1e-12)
        return float((precision * hits).sum() / hits.sum()) if hits.sum() else nan

    return statistic


def share_of(flags: Mask) -> Statistic:
    """Weighted share of the flagged."""

    def statistic(weight: Vector) -> float:
        return float(weight[flags].sum() / weight.sum()) if weight.sum() else nan

    return statistic


def rank_correlation_of(first: Vector, second: Vector) -> Statistic:
    """Spearman's correlation by weights, ranks taken anew for every draw."""
    ranks = (_rank_of(first), _rank_of(second))

    def statistic(weight: Vector) -> float:
        total = weight.sum()
        if not total:
            return nan
        x, y = (rank(weight) for rank in ranks)
        x, y = x - weight @ x / total, y - weight @ y / total
        scale = np.sqrt((weight @ x**2) * (weight @ y**2))
        return float(weight @ (x * y) / scale) if scale > 0 else nan

    return statistic


def _rank_of(values: Vector) -> Callable[[Vector], Vector]:
    """Mid-ranks of texts by their weights."""
    _, place = np.unique(values, return_inverse=True)

    def ranks(weight: Vector) -> Vector:
        mass = np.bincount(place, weights=weight)
        return np.asarray((np.cumsum(mass) - mass / 2)[place])

    return ranks


@dataclass(frozen=True, slots=True)
class Paired:
    """Two AUROCs on the same stories and their difference, ``second`` less ``first``."""

    first: Interval
    second: Interval
    difference: Interval


@dataclass(frozen=True)
class Texts:
    """Scores of texts of two classes, with the stories to resample."""

    scores: Vector
    positive: Mask
    groups: Numbers

    @classmethod
    def compare(cls, before: Vector, after: Vector, groups: Numbers) -> Texts:
        """Originals and their copies; ``groups`` are the comparisons'."""
        positive = np.repeat([False, True], [len(before), len(after)])
        return cls(np.concatenate([before, after]), positive, np.concatenate([groups, groups]))


def compare_aurocs(first: Texts, second: Texts, rounds: int = ROUNDS, seed: int = 0) -> Paired:
    """AUROCs of two sets of texts that share their stories, drawn together."""
    parts = (auroc_of(first.scores, first.positive), auroc_of(second.scores, second.positive))
    cut = len(first.groups)

    def statistics(weight: Vector) -> tuple[float, float, float]:
        a, b = parts[0](weight[:cut]), parts[1](weight[cut:])
        return a, b, b - a

    groups = np.concatenate([first.groups, second.groups])
    return Paired(*bootstrap_together(statistics, 3, groups, rounds, seed))
