"""ROC curves and histograms of log-odds, as few points as a plot needs."""

from __future__ import annotations

import numpy as np

from garbled.evaluation.comparisons import Comparisons, Mask
from garbled.evaluation.resampling import Vector
from garbled.evaluation.results import Histogram, RocCurve

ROC_POINTS = 101
EDGES = np.linspace(-6.0, 6.0, 49)
"""Log-odds at even classes; what lies outside counts in the outermost bins."""


def roc_curve(c: Comparisons, scorer: str, name: str, chosen: Mask) -> RocCurve | None:
    """True positive rates at evenly spaced false positive rates; None without a text."""
    before, after = c.original[scorer][chosen], c.copy[scorer][chosen]
    if not len(before):
        return None
    false = np.linspace(0.0, 1.0, ROC_POINTS)
    scores = np.unique(np.concatenate([before, after]))[::-1]
    rates = [
        1.0 - np.searchsorted(np.sort(side), scores, side="left") / len(side)
        for side in (before, after)
    ]
    x, y = (np.concatenate([[0.0], rate]) for rate in rates)
    return RocCurve(
        c.unit, scorer, name, tuple(false.tolist()), tuple(np.interp(false, x, y).tolist())
    )


def histogram(c: Comparisons, scorer: str, name: str, chosen: Mask) -> Histogram | None:
    """Shares of originals and copies by log-odds; None without a text."""
    if not chosen.any():
        return None
    shares = [_shares(side[scorer][chosen]) for side in (c.original, c.copy)]
    return Histogram(c.unit, scorer, name, tuple(EDGES.tolist()), shares[0], shares[1])


def _shares(logits: Vector) -> tuple[float, ...]:
    counts, _ = np.histogram(np.clip(logits, EDGES[0], EDGES[-1]), EDGES)
    return tuple((counts / len(logits)).tolist())
