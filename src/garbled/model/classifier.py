"""Classifier and calibrator of one unit: windows, or whole articles."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from garbled.model.basis import PiecewiseLinear
from garbled.model.calibration import Calibration
from garbled.model.scale import ScoreScale

Matrix = NDArray[np.float64]
Arrays = dict[str, NDArray[np.float64]]

FITTED_PRIOR = 0.5
"""Classes weigh alike in fitting; other priors are a shift of the logit."""


def make_pipeline(C: float = 0.02) -> Pipeline:
    """The untrained classifier."""
    return Pipeline(
        [
            ("basis", PiecewiseLinear()),
            ("logistic", LogisticRegression(C=C, max_iter=2_000)),
        ]
    )


def prior_shift(prior: float) -> float:
    """What to add to a logit that was fitted at even classes.

    >>> round(prior_shift(0.1), 3)
    -2.197
    """
    return float(np.log(prior / (1 - prior)) - np.log(FITTED_PRIOR / (1 - FITTED_PRIOR)))


def at_prior(probabilities: ArrayLike, prior: ArrayLike, own: float = 0.1) -> Matrix:
    """Probabilities for another prior than their ``own``: a shift of the logit.

    >>> at_prior([0.1, 0.5], 0.5).round(3).tolist()
    [0.5, 0.9]
    """
    odds = [np.clip(np.asarray(p, dtype=float), 1e-12, 1 - 1e-12) for p in (probabilities, prior)]
    said, wanted = (np.log(p / (1 - p)) for p in odds)
    return sigmoid(said - prior_shift(own) + wanted)


def sigmoid(logits: Matrix) -> Matrix:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -60, 60))))


@dataclass(frozen=True)
class CalibratedClassifier:
    """A fitted pipeline, the calibration of its margin, and the score's scale."""

    features: tuple[str, ...]
    pipeline: Pipeline
    calibration: Calibration
    scale: ScoreScale

    def logits(self, X: Matrix) -> Matrix:
        """Calibrated log-odds of being mangled at even classes, shape (n,)."""
        return self.calibration.logits(self.margins(X))

    def margins(self, X: Matrix) -> Matrix:
        """What is calibrated: the pipeline's decision function, shape (n,).

        Without its validation of every little matrix.
        """
        basis, logistic = self.pipeline.named_steps["basis"], self.pipeline.named_steps["logistic"]
        return np.asarray((basis.columns(X) @ logistic.coef_.T + logistic.intercept_).ravel())

    def contributions(self, X: Matrix, groups: Sequence[Sequence[int]]) -> Matrix:
        """How much each group of columns moves the logit from the average text, (n, n_groups)."""
        basis, logistic = self.pipeline.named_steps["basis"], self.pipeline.named_steps["logistic"]
        moved = basis.columns(X) * logistic.coef_[0]
        average = float(logistic.intercept_[0])
        secant = self.calibration.secant(average, average + moved.sum(axis=1))
        moved *= secant[:, np.newaxis]
        per_feature = moved.reshape(len(X), len(self.features), -1).sum(axis=2)
        return np.stack([per_feature[:, list(group)].sum(axis=1) for group in groups], axis=1)

    def without(self, columns: Sequence[int]) -> CalibratedClassifier:
        """The same classifier, deaf to some features: it takes them to be 0 in every text.

        Counts of faults are 0 in most texts, whose log-odds stay what they were.
        """
        fitted = self.pipeline.named_steps["logistic"]
        undefined, zero = np.full((2, len(self.features)), np.nan)
        zero[list(columns)] = 0.0
        unknown, none = self.pipeline.decision_function(np.stack([undefined, zero]))
        by_feature = fitted.coef_.reshape(len(self.features), -1).copy()
        by_feature[list(columns)] = 0.0
        deaf = copy(fitted)
        deaf.coef_ = by_feature.reshape(1, -1)
        deaf.intercept_ = fitted.intercept_ + none - unknown
        basis = self.pipeline.named_steps["basis"]
        return replace(self, pipeline=Pipeline([("basis", basis), ("logistic", deaf)]))

    def with_basis(self, basis: PiecewiseLinear) -> CalibratedClassifier:
        """The same coefficients on a basis that was fitted to other texts."""
        steps = [("basis", basis), ("logistic", self.pipeline.named_steps["logistic"])]
        return replace(self, pipeline=Pipeline(steps))

    def to_arrays(self) -> Arrays:
        """The fitted pipeline; calibration and the score's scale stand in ``model.json``."""
        basis, logistic = self.pipeline.named_steps["basis"], self.pipeline.named_steps["logistic"]
        return {
            "knots": basis.knots_,
            "center": basis.center_,
            "scale": basis.scale_,
            "coef": logistic.coef_[0],
            "intercept": logistic.intercept_,
        }

    @classmethod
    def from_arrays(
        cls,
        features: Sequence[str],
        arrays: Arrays,
        calibration: Calibration,
        scale: ScoreScale,
    ) -> CalibratedClassifier:
        pipeline = make_pipeline()
        basis, logistic = pipeline.named_steps["basis"], pipeline.named_steps["logistic"]
        basis.knots_, basis.center_ = arrays["knots"], arrays["center"]
        basis.scale_ = arrays["scale"]
        basis.n_features_in_ = len(features)
        logistic.coef_ = arrays["coef"].reshape(1, -1)
        logistic.intercept_ = arrays["intercept"].reshape(1)
        logistic.classes_ = np.array([0, 1])
        logistic.n_features_in_ = logistic.coef_.shape[1]
        return cls(tuple(features), pipeline, calibration, scale)
