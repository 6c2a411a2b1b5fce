"""Separation, calibration and agreement, each with what says how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUNDS = 200
CALIBRATION_BINS = 15
MIN_STRATUM = 10
"""Scored texts a language pair needs for a rank correlation."""
DECIDABLE = 5
"""Alarms below which a rate is only bounded."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval; NaN where there is none."""

    value: float
    low: float = nan
    high: float = nan


def bootstrap_auroc(
    scores: Vector,
    positive: Mask,
    groups: NDArray[np.int64],
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Interval:
    """Area under the ROC curve, its interval by resampling groups of texts with one original.

    Ties count half. The value is NaN without texts of both classes, the interval also with fewer
    than two groups.

    >>> scores = np.array([0.1, 0.4, 0.35, 0.8])
    >>> positive = np.array([False, False, True, True])
    >>> bootstrap_auroc(scores, positive, np.array([1, 1, 1, 1])).value
    0.75
    """
    if not positive.any() or positive.all():
        return Interval(nan)
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    mine = positive[order]
    names, group = np.unique(groups[order], return_inverse=True)
    value = _ranked_auroc(mine, np.ones(len(mine)), starts)
    if len(names) < 2:
        return Interval(value)
    random = np.random.default_rng(seed)
    draws = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=rounds)
    drawn = np.array([_ranked_auroc(mine, draw[group].astype(float), starts) for draw in draws])
    low, high = np.quantile(drawn[~np.isnan(drawn)], [0.025, 0.975])
    return Interval(value, float(low), float(high))


def _ranked_auroc(positive: Mask, weight: Vector, starts: NDArray[np.int64]) -> float:
    """Weighted AUROC of texts in the order of their scores; ``starts`` begin runs of ties."""
    above = np.add.reduceat(np.where(positive, weight, 0.0), starts)
    below = np.add.reduceat(np.where(positive, 0.0, weight), starts)
    total = above.sum() * below.sum()
    concordant = (above * (np.cumsum(below) - below / 2)).sum()
    return float(concordant / total) if total else nan


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far probabilities are from frequencies.

    ``slope`` and ``intercept`` are of the logistic regression of the outcome on the log-odds:
    1 and 0 are perfect, a slope under 1 is overconfidence. ``error`` is
    ``debiased_calibration_error``.
    """

    slope: float
    intercept: float
    error: float
    n_mangled: int
    n_clean: int


def calibration(logits: Vector, mangled: Mask, weight: Vector, prior: float) -> Calibration:
    """Calibration at a prior.

    Args:
        logits: log-odds that already are for ``prior``.
        mangled: the outcome.
        weight: of each text within its class; the classes are made to weigh as the prior says.
        prior: share of the mangled.
    """
    from sklearn.linear_model import LogisticRegression

    n_mangled, n_clean = int(mangled.sum()), int((~mangled).sum())
    if not n_mangled or not n_clean:
        return Calibration(nan, nan, nan, n_mangled, n_clean)
    shares = np.where(mangled, prior / weight[mangled].sum(), (1 - prior) / weight[~mangled].sum())
    at_prior = weight * shares * len(weight)
    model = LogisticRegression(C=1e6).fit(logits.reshape(-1, 1), mangled, sample_weight=at_prior)
    probabilities = 1 / (1 + np.exp(-logits))
    return Calibration(
        float(model.coef_[0, 0]),
        float(model.intercept_[0]),
        debiased_calibration_error(probabilities, mangled, at_prior),
        n_mangled,
        n_clean,
    )


def debiased_calibration_error(
    probabilities: Vector, outcomes: Mask, weight: Vector, bins: int = CALIBRATION_BINS
) -> float:
    """Root mean squared calibration error over bins of equal mass, less its sampling bias.

    Kumar, Liang and Ma, "Verified uncertainty calibration", 2019. Texts are taken to be
    independent, so that what copies of one original share is counted as error.

    >>> sure = np.full(100, 0.5)
    >>> error = debiased_calibration_error(sure, np.arange(100) < 90, np.ones(100), bins=1)
    >>> round(error, 4)  # the square root of 0.4 ** 2 - 0.9 * 0.1 / 99
    0.3989
    """
    order = np.argsort(probabilities, kind="stable")
    p, y, w = probabilities[order], outcomes[order].astype(float), weight[order]
    middle = (np.cumsum(w) - w / 2) / w.sum()
    place = np.minimum((middle * bins).astype(np.int64), bins - 1)
    squared = 0.0
    for number in np.unique(place):
        inside = place == number
        mine = w[inside]
        n = mine.sum() ** 2 / (mine**2).sum()
        predicted, seen = np.average(p[inside], weights=mine), np.average(y[inside], weights=mine)
        chance = seen * (1 - seen) / (n - 1) if n > 1 else 0.0
        squared += mine.sum() / w.sum() * ((predicted - seen) ** 2 - chance)
    return sqrt(max(squared, 0.0))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Spearman's correlation with human judgement, averaged over language pairs."""

    correlation: float
    n_strata: int
    n: int


def rank_agreement(scores: Vector, human: Vector, strata: NDArray[np.str_]) -> Agreement:
    """How well scores (higher is worse) order texts as people (higher is better) do; 1 is best.

    Correlations are taken within a stratum, since people's scales differ between language pairs.

    >>> people = np.linspace(-1, 1, 20)
    >>> round(rank_agreement(-people, people, np.full(20, "de-en")).correlation, 6)
    1.0
    """
    from scipy.stats import spearmanr

    found, n = [], 0
    for name in np.unique(strata):
        mine = (strata == name) & ~np.isnan(human) & ~np.isnan(scores)
        if mine.sum() < MIN_STRATUM or not np.ptp(scores[mine]) or not np.ptp(human[mine]):
            continue
        found.append(spearmanr(-scores[mine], human[mine]).statistic)
        n += int(mine.sum())
    return Agreement(float(np.mean(found)) if found else nan, len(found), n)


@dataclass(frozen=True, slots=True)
class Rate:
    """Alarms in a number of clean texts; with few alarms only ``high``, one-sided, is known."""

    alarms: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.alarms / self.n if self.n else nan

    @property
    def is_decidable(self) -> bool:
        return self.alarms >= DECIDABLE


def alarm_rate(alarms: int, n: int) -> Rate:
    """A rate with its exact interval (Clopper and Pearson 1934) at 95 %.

    >>> alarm_rate(0, 59).is_decidable, round(alarm_rate(0, 59).high, 3)
    (False, 0.05)
    """
    from scipy.stats import binomtest

    if not n:
        return Rate(0, 0, nan, nan)
    two_sided = alarms >= DECIDABLE
    test = binomtest(alarms, n, alternative="two-sided" if two_sided else "less")
    bounds = test.proportion_ci(0.95)
    return Rate(alarms, n, float(bounds.low), float(bounds.high))
