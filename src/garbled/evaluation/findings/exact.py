"""Exact bounds for counts, which a bootstrap of few or no events makes too narrow."""

from __future__ import annotations

from math import isnan

import numpy as np

from garbled.evaluation.metrics import Interval


def widen_rate(found: Interval, events: float, words: float) -> Interval:
    """A rate per 1,000 words, its interval no narrower than Poisson's exact one.

    >>> widen_rate(Interval(0.0, 0.0, 0.0), 0, 10_000).high
    0.369
    """
    from scipy.stats import chi2

    if isnan(found.value) or not words:
        return found
    low = chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    high = chi2.ppf(0.975, 2 * events + 2) / 2
    return _wider(found, 1_000 * low / words, 1_000 * high / words)


def widen_share(found: Interval, hits: float, n: int) -> Interval:
    """A share of ``n``, its interval no narrower than Clopper and Pearson's.

    >>> widen_share(Interval(1.0, 1.0, 1.0), 10, 10).low
    0.692
    """
    from scipy.stats import beta

    if isnan(found.value) or not n:
        return found
    low = beta.ppf(0.025, hits, n - hits + 1) if hits else 0.0
    high = beta.ppf(0.975, hits + 1, n - hits) if hits < n else 1.0
    return _wider(found, low, high)


def _wider(found: Interval, low: float, high: float) -> Interval:
    return Interval(
        found.value,
        round(float(np.fmin(found.low, low)), 3),
        round(float(np.fmax(found.high, high)), 3),
    )
