"""Calibration at the prior, with intervals over stories and the bins of a reliability plot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

import numpy as np

from garbled.evaluation.comparisons import Comparisons
from garbled.evaluation.metrics import calibration_bins, debiased_calibration_error
from garbled.evaluation.resampling import Mask, Numbers, Vector, bootstrap_together
from garbled.evaluation.results import CalibrationResult, ReliabilityBin
from garbled.evaluation.slices import EVERYTHING, Slice
from garbled.model.classifier import prior_shift, sigmoid

NEWTON_STEPS = 12


@dataclass(frozen=True)
class _Outcomes:
    """Texts with log-odds for a prior, whether they are mangled, and weights within the class."""

    logits: Vector
    mangled: Mask
    weight: Vector
    groups: Numbers


def measure_calibration(
    c: Comparisons, question: Slice, configuration: str, prior: float, seed: int
) -> CalibrationResult:
    """Calibration on a slice: mangled copies against originals, faithful and human copies."""
    among = question.choose(c)
    if question.name == EVERYTHING:
        among = among | c.human_made
    among &= c.known(configuration)
    judged = among & (c.mangled | c.faithful)
    own = _Outcomes(
        np.concatenate([c.original[configuration][among], c.copy[configuration][judged]])
        + prior_shift(prior),
        np.concatenate([np.zeros(int(among.sum()), dtype=bool), c.mangled[judged]]),
        np.concatenate([c.original_weight[among], c.copy_weight[judged]]),
        np.concatenate([c.group[among], c.group[judged]]),
    )
    n_mangled = int(own.mangled.sum())

    slope, intercept, error = bootstrap_together(_statistics(own, prior), 3, own.groups, seed=seed)
    n_mangled = int(own.mangled.sum())
    return CalibrationResult(
        c.unit,
        configuration,
        question.name,
        slope,
        intercept,
        error,
        n_mangled,
        len(own.mangled) - n_mangled,
        c.count_segments(among),
        _bins(own, prior),
    )


def _statistics(own: _Outcomes, prior: float) -> Callable[[Vector], tuple[float, float, float]]:
    """Slope, intercept and error of texts whose classes weigh as the prior says."""
    probabilities = sigmoid(own.logits)

    def statistics(drawn: Vector) -> tuple[float, float, float]:
        weight = weigh_at_prior(own.weight * drawn, own.mangled, prior)
        if weight is None:
            return nan, nan, nan
        used = weight > 0
        error = debiased_calibration_error(probabilities[used], own.mangled[used], weight[used])
        return *fit_logistic(own.logits[used], own.mangled[used], weight[used]), error

    return statistics


def weigh_at_prior(weight: Vector, mangled: Mask, prior: float) -> Vector | None:
    """Weights scaled so that the mangled have the prior's share; None without both classes."""
    sums = weight[mangled].sum(), weight[~mangled].sum()
    if not all(sums):
        return None
    return np.asarray(
        weight * np.where(mangled, prior / sums[0], (1 - prior) / sums[1]) * len(weight)
    )


def fit_logistic(x: Vector, outcome: Mask, weight: Vector) -> tuple[float, float]:
    """Slope and intercept of a weighted logistic regression on one value, by Newton's method.

    >>> x = np.array([-1.0, -1.0, -1.0, 1.0, 1.0, 1.0])
    >>> slope, intercept = fit_logistic(x, np.array([0, 0, 1, 0, 1, 1], bool), np.ones(6))
    >>> round(slope, 4), abs(intercept) < 1e-9  # the log-odds are -log(2) and log(2)
    (0.6931, True)
    """
    design = np.stack([x, np.ones_like(x)], axis=1)
    found = np.array([1.0, 0.0])
    for _ in range(NEWTON_STEPS):
        p = sigmoid(design @ found)
        curvature = (design * (weight * p * (1 - p))[:, None]).T @ design
        gradient = design.T @ (weight * (outcome - p))
        try:
            step = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        except np.linalg.LinAlgError:
            return nan, nan
        found = found + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-7:
            break
    return float(found[0]), float(found[1])


def _bins(own: _Outcomes, prior: float) -> tuple[ReliabilityBin, ...]:
    weight = weigh_at_prior(own.weight, own.mangled, prior)
    if weight is None:
        return ()
    probabilities = sigmoid(own.logits)
    place = calibration_bins(probabilities, weight)
    found = []
    for number in np.unique(place):
        inside = place == number
        mine = weight[inside]
        found.append(
            ReliabilityBin(
                float(np.average(probabilities[inside], weights=mine)),
                float(np.average(own.mangled[inside], weights=mine)),
                float(mine.sum() / weight.sum()),
                int(inside.sum()),
            )
        )
    return tuple(found)
