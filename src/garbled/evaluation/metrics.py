"""Separation, calibration and agreement, each with what says how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from garbled.evaluation.resampling import (
    ROUNDS,
    Interval,
    Mask,
    Vector,
    auroc_of,
    bootstrap,
)

__all__ = ["ROUNDS", "Interval", "Mask", "Vector"]

CALIBRATION_BINS = 15
MIN_STRATUM = 10
"""Scored texts a language pair needs for a rank correlation."""
DECIDABLE = 5
"""Alarms below which a rate is only bounded."""


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
    return bootstrap(auroc_of(scores, positive), groups, rounds, seed)


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
    place = calibration_bins(probabilities, weight, bins)
    total = np.bincount(place, weights=weight)
    filled = total > 0
    total = total[filled]
    n = total**2 / np.bincount(place, weights=weight**2)[filled]
    predicted = np.bincount(place, weights=weight * probabilities)[filled] / total
    seen = np.bincount(place, weights=weight * outcomes)[filled] / total
    chance = np.where(n > 1 + 1e-9, seen * (1 - seen) / np.maximum(n - 1, 1e-9), 0.0)
    return sqrt(max(float((total / total.sum()) @ ((predicted - seen) ** 2 - chance)), 0.0))


def calibration_bins(
    probabilities: Vector, weight: Vector, bins: int = CALIBRATION_BINS
) -> NDArray[np.int64]:
    """The bin of each text, of equal mass, the lowest probabilities in bin 0."""
    order = np.argsort(probabilities, kind="stable")
    w = weight[order]
    middle = (np.cumsum(w) - w / 2) / w.sum()
    place = np.empty(len(w), dtype=np.int64)
    place[order] = np.minimum((middle * bins).astype(np.int64), bins - 1)
    return place


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


def flagged_at(probabilities: Vector, thresholds: Vector) -> Vector:
    """Share of texts at or above each threshold, with its bounds, shape (3, n_thresholds).

    >>> flagged_at(np.array([0.2, 0.8]), np.array([0.5])).round(2).tolist()  # one of two
    [[0.5], [0.0], [0.97]]
    """
    rates = [alarm_rate(int((probabilities >= t).sum()), len(probabilities)) for t in thresholds]
    return np.array([[r.value for r in rates], [r.low for r in rates], [r.high for r in rates]])
