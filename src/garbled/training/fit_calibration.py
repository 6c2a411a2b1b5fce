"""Fits calibration of margins: Platt's line, or a beta curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from garbled.model.calibration import Calibration, log_sides
from garbled.model.classifier import FITTED_PRIOR, prior_shift
from garbled.training.labels import CLEAN, MANGLED

Matrix = NDArray[np.float64]
Numbers = NDArray[np.int64]

DEFAULT_PRIOR = 0.1


def fit_platt(margins: Matrix, truth: Numbers, weight: Matrix) -> Calibration:
    """Platt's line, fitted at even classes on out-of-fold margins."""
    used = truth >= 0
    own = _at_prior(weight[used], truth[used], FITTED_PRIOR)
    model = LogisticRegression(C=1e6).fit(margins[used].reshape(-1, 1), truth[used], own)
    slope = float(model.coef_[0, 0])
    return Calibration(slope, slope, float(model.intercept_[0]))


def fit_beta(margins: Matrix, truth: Numbers, weight: Matrix) -> Calibration:
    """Beta calibration at the default prior, on out-of-fold margins; a line if that would fall.

    A margin far above 0 says more than one as far below: many clean texts are as plain as can be.
    """
    used = truth >= 0
    own = _at_prior(weight[used], truth[used], DEFAULT_PRIOR)
    sides = np.stack(log_sides(margins[used]), axis=1)
    model = LogisticRegression(C=1e6, max_iter=2_000).fit(sides, truth[used], own)
    low, high = map(float, model.coef_[0])
    if min(low, high) <= 0:
        return fit_platt(margins, truth, weight)
    return Calibration(low, high, float(model.intercept_[0]) - prior_shift(DEFAULT_PRIOR))


def _at_prior(weight: Matrix, truth: Numbers, prior: float) -> Matrix:
    """Weights by which the mangled have the prior's share; one text weighs 1 in the mean."""
    scaled = weight.copy()
    for side, share in ((CLEAN, 1 - prior), (MANGLED, prior)):
        scaled[truth == side] *= share / max(scaled[truth == side].sum(), 1e-9)
    return scaled * len(scaled)
