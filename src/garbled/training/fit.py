"""Fits the n-gram models and the calibrated configurations, always across folds of groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from garbled.features.counts import NgramCounts
from garbled.features.groups import CONFIGURATIONS, NGRAM_VIEWS, feature_names
from garbled.features.ngrams import NgramScore
from garbled.model.articles import ARTICLE_FEATURES
from garbled.model.classifier import CalibratedClassifier, make_pipeline, prior_shift, sigmoid
from garbled.model.scale import ScoreScale
from garbled.model.store import Configuration
from garbled.training.articles import ArticleSet, make_articles
from garbled.training.labels import CLEAN, MANGLED, SCALE_SET, Labels
from garbled.training.measure import DENSE, Measured

Matrix = NDArray[np.float64]
DEFAULT_PRIOR = 0.1
REVIEW_FALSE_ALARMS, HOLD_FALSE_ALARMS = 0.04, 0.004
"""Shares of held-in originals and human versions that the frozen thresholds let through."""
CLEAR_PASS = 0.66
"""Share of originals that tier ``auto`` lets pass on the fast configuration alone."""


@dataclass(frozen=True)
class Columns:
    """All feature columns of all windows, by group; n-gram scores are from other folds."""

    groups: Mapping[str, Matrix]

    def matrix(self, configuration: str) -> Matrix:
        return np.hstack([self.groups[name] for name in CONFIGURATIONS[configuration]])


def fit_ngrams(
    measured: Measured, labels: Labels, counts: NgramCounts
) -> tuple[dict[str, NgramScore], dict[str, Matrix]]:
    """One model a view, and each window's score by a model that saw nothing of its fold."""
    models, scores = {}, {}
    target, weight = _fitting_target(labels)
    for view in NGRAM_VIEWS:
        hashed: csr_array = getattr(measured, view)

        def fit(rows: NDArray[np.bool_], view: str = view, X: csr_array = hashed) -> NgramScore:
            model = NgramScore(view, counts)  # type: ignore[arg-type]
            return model.fit_hashed(X[rows.nonzero()[0]], target[rows], weight[rows])

        used = target >= 0
        out_of_fold = np.zeros(len(target))
        for fold in np.unique(labels.fold):
            inside = labels.fold == fold
            model = fit(used & ~inside)
            out_of_fold[inside] = model.score_hashed(hashed[inside.nonzero()[0]])
        models[view], scores[view] = fit(used), out_of_fold.reshape(-1, 1)
    return models, scores


def collect_columns(
    measured: Measured, ngram_scores: Mapping[str, Matrix], grammar: Matrix
) -> Columns:
    widths = [len(feature_names(name)) for name in DENSE]
    parts = np.split(measured.dense, np.cumsum(widths)[:-1], axis=1)
    return Columns({**dict(zip(DENSE, parts, strict=True)), **ngram_scores, "grammar": grammar})


def fit_configuration(
    name: str, columns: Columns, measured: Measured, labels: Labels, seed: int
) -> Configuration:
    """Fit one configuration: windows, then articles on the windows' out-of-fold logits."""
    X = columns.matrix(name)
    rows = np.ones(len(X), dtype=bool)
    if "grammar" in CONFIGURATIONS[name]:
        rows = ~np.isnan(columns.groups["grammar"][:, 0])
        if not rows.any():
            rows[:] = True
    target, weight = _fitting_target(labels)
    target = np.where(rows, target, -1)
    truth = np.where(rows, labels.truth, -1)
    window_pipeline, margins = _fit_across_folds(X, target, weight, labels.fold)
    slope, intercept = _calibrate(margins, truth, labels.weight)
    logits = slope * margins + intercept
    names = tuple(f for group in CONFIGURATIONS[name] for f in feature_names(group))
    windows = CalibratedClassifier(
        names, window_pipeline, slope, intercept, _window_scale(logits, measured, labels, rows)
    )
    articles, thresholds = _fit_articles(logits, measured, labels, rows, seed)
    return Configuration(windows, articles, thresholds)


def _fit_articles(
    logits: Matrix, measured: Measured, labels: Labels, rows: NDArray[np.bool_], seed: int
) -> tuple[CalibratedClassifier, dict[str, float]]:
    made = make_articles(logits, measured, labels, rows, seed)
    pipeline, margins = _fit_across_folds(made.X, made.truth, made.weight, made.fold)
    slope, intercept = _calibrate(margins, made.truth, made.weight)
    own = slope * margins + intercept
    classifier = CalibratedClassifier(
        ARTICLE_FEATURES, pipeline, slope, intercept, _article_scale(own, made)
    )
    return classifier, _thresholds(own[made.is_whole_original])


def _fitting_target(labels: Labels) -> tuple[NDArray[np.int64], Matrix]:
    """Machine windows against human ones; faithful ones are left out, worse ones weigh more."""
    target = np.where(labels.machine, np.where(labels.truth == CLEAN, -1, 1), 0)
    harm = np.clip(0.75 - np.nan_to_num(labels.quality), 0.25, 1.5)
    harm = np.where(labels.machine & (labels.truth == MANGLED), np.maximum(harm, 0.75), harm)
    weight = labels.weight * np.where(labels.machine, harm, 1.0)
    for side in (0, 1):
        weight[target == side] /= max(weight[target == side].sum(), 1e-9)
    return target, weight * (target >= 0).sum()


def _fit_across_folds(
    X: Matrix, target: NDArray[np.int64], weight: Matrix, fold: NDArray[np.int64]
) -> tuple[Pipeline, Matrix]:
    """The pipeline fitted on all rows, and each row's margin by one that left out its fold."""
    used = target >= 0
    margins = np.zeros(len(X))

    def fit(rows: NDArray[np.bool_]) -> Pipeline:
        return make_pipeline().fit(X[rows], target[rows], logistic__sample_weight=weight[rows])

    for number in np.unique(fold):
        inside = fold == number
        margins[inside] = fit(used & ~inside).decision_function(X[inside])
    return fit(used), margins


def _calibrate(margins: Matrix, truth: NDArray[np.int64], weight: Matrix) -> tuple[float, float]:
    """Platt's slope and intercept at even classes, on out-of-fold margins."""
    used = truth >= 0
    balanced = weight[used].copy()
    for side in (0, 1):
        balanced[truth[used] == side] /= max(balanced[truth[used] == side].sum(), 1e-9)
    model = LogisticRegression(C=1e6)
    model.fit(margins[used].reshape(-1, 1), truth[used], sample_weight=balanced * used.sum())
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _window_scale(
    logits: Matrix, measured: Measured, labels: Labels, rows: NDArray[np.bool_]
) -> ScoreScale:
    clean = rows & ~labels.machine & ~labels.human_made
    scored = rows & labels.machine & (labels.set == SCALE_SET) & ~np.isnan(measured.human)
    if scored.sum() < 50:
        scored = rows & labels.machine
    human = np.where(np.isnan(measured.human), labels.quality, measured.human)
    return ScoreScale.fit(
        logits[clean], logits[scored], human[scored], logits[rows & labels.machine]
    )


def _article_scale(logits: Matrix, made: ArticleSet) -> ScoreScale:
    scored = made.is_whole_machine & (made.set == SCALE_SET)
    if scored.sum() < 50:
        scored = made.is_whole_machine
    return ScoreScale.fit(
        logits[made.is_whole_original],
        logits[scored],
        made.quality[scored],
        logits[made.is_whole_machine],
    )


def _thresholds(originals: Matrix) -> dict[str, float]:
    """Probabilities at the default prior that only so many originals reach."""
    probabilities = sigmoid(originals + prior_shift(DEFAULT_PRIOR))
    levels = {
        "clear_pass": CLEAR_PASS,
        "review": 1 - REVIEW_FALSE_ALARMS,
        "hold": 1 - HOLD_FALSE_ALARMS,
    }
    return {name: round(float(np.quantile(probabilities, q)), 4) for name, q in levels.items()}
