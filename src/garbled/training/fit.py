"""Fits the n-gram models and the calibrated configurations: stacking, across folds of groups.

What feeds the classifiers is learned elsewhere: encoders and n-gram models on ``ENCODER_FOLDS``.
Classifiers, calibration, scales and thresholds are fitted on ``STACKING_FOLD``, where those
columns are as honest as they will be at run time (Wolpert 1992), out-of-fold over parts of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.pipeline import Pipeline

from garbled.analysers.counts import NgramCounts
from garbled.corpora.splits import fold_of
from garbled.errors import GarbledError
from garbled.features.groups import (
    CONFIGURATIONS,
    DESCRIPTION_ONLY,
    NGRAM_VIEWS,
    columns_of,
    columns_within,
    feature_names,
)
from garbled.features.ngrams import NgramScore
from garbled.model.articles import ARTICLE_FEATURES
from garbled.model.basis import PiecewiseLinear
from garbled.model.classifier import CalibratedClassifier, make_pipeline, prior_shift, sigmoid
from garbled.model.scale import ScoreScale
from garbled.model.store import Configuration
from garbled.training.articles import ArticleSet, make_articles
from garbled.training.config import ENCODER_FOLDS, STACKING_FOLD
from garbled.training.fit_calibration import DEFAULT_PRIOR, fit_beta, fit_platt
from garbled.training.labels import CLEAN, MANGLED, SCALE_SET, Labels
from garbled.training.measure import DENSE, Measured

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

REVIEW_FALSE_ALARMS, HOLD_FALSE_ALARMS = 0.04, 0.004
"""Shares of held-in originals and human versions that the frozen thresholds let through."""
CLEAR_PASS = 0.66
"""Share of originals that tier ``auto`` lets pass on the fast configuration alone."""
STACKING_PARTS = 4
MIN_STACKING_WINDOWS = 40
"""Mangled and human windows that the stacking fold must have of each; else all folds stack."""


@dataclass(frozen=True)
class Columns:
    """All feature columns of all windows, by group; NaN where a group measured nothing."""

    groups: Mapping[str, Matrix]

    def matrix(self, groups: str | Sequence[str]) -> Matrix:
        """Columns of a configuration, by its name, or of any groups, shape (n_windows, n)."""
        names = CONFIGURATIONS[groups] if isinstance(groups, str) else groups
        return np.hstack([self.groups[name] for name in names])


def is_stacked(labels: Labels) -> bool:
    """Whether there is enough of the stacking fold to fit on it alone."""
    target, _ = _fitting_target(labels)
    inside, below = labels.fold == STACKING_FOLD, np.isin(labels.fold, ENCODER_FOLDS)
    sides = (CLEAN, MANGLED)
    enough = [
        (inside & (values == side)).sum() >= MIN_STACKING_WINDOWS
        for values in (target, labels.truth)
        for side in sides
    ]
    return all(enough) and all((below & (target == side)).any() for side in sides)


def stacking_folds(labels: Labels) -> Numbers:
    """The part that each window is fitted with, shape (n_windows,); -1 where nothing is fitted.

    Groups stay whole. Too small a stacking fold makes every fold a part, as plain
    cross-validation does; encoder columns are honest then only of texts the encoder never saw.
    """
    if not is_stacked(labels):
        return labels.fold
    groups = np.unique(labels.group)
    parts = np.array([fold_of(f"stacking/{group}", STACKING_PARTS) for group in groups.tolist()])
    own = parts[np.searchsorted(groups, labels.group)]
    return np.where(labels.fold == STACKING_FOLD, own, -1)


def fit_ngrams(
    measured: Measured, labels: Labels, counts: NgramCounts, rows: Mask | None = None
) -> tuple[dict[str, NgramScore], dict[str, Matrix]]:
    """One model a view, and each window's score by a model that saw nothing of its fold.

    Where the stacking fold is used, that is the very model that ships, fitted on the folds that
    encoders learn from; scores of those folds are then not to be used.

    Args:
        measured: whose hashed n-grams are fitted on.
        labels: of its windows.
        counts: tell function words from others.
        rows: windows that may be fitted on; by default all.

    Raises:
        GarbledError: no mangled or no human window is left to fit on.
    """
    models, scores = {}, {}
    usable = np.ones(len(measured), dtype=bool) if rows is None else rows
    target, weight = _fitting_target(labels, usable)
    stacked = is_stacked(labels)
    for view in NGRAM_VIEWS:
        hashed: csr_array = getattr(measured, view)

        def fit(rows: Mask, view: str = view, X: csr_array = hashed) -> NgramScore:
            _refuse_one_side(target[rows])
            model = NgramScore(view, counts)  # type: ignore[arg-type]
            return model.fit_hashed(X[rows.nonzero()[0]], target[rows], weight[rows])

        used = target >= 0
        if stacked:
            models[view] = fit(used & np.isin(labels.fold, ENCODER_FOLDS))
            found = models[view].score_hashed(hashed)
        else:
            models[view], found = fit(used), np.zeros(len(target))
            for fold in np.unique(labels.fold):
                inside = labels.fold == fold
                found[inside] = fit(used & ~inside).score_hashed(hashed[inside.nonzero()[0]])
        scores[view] = found.reshape(-1, 1)
    return models, scores


def score_ngrams(ngrams: Mapping[str, NgramScore], measured: Measured) -> dict[str, Matrix]:
    """Each window's score by fitted n-gram models, by view, shape (n_windows, 1)."""
    return {
        view: ngram.score_hashed(getattr(measured, view)).reshape(-1, 1)
        for view, ngram in ngrams.items()
    }


def collect_columns(
    measured: Measured,
    ngram_scores: Mapping[str, Matrix],
    grammar: Matrix,
    encoder: Matrix,
    large_encoder: Matrix | None = None,
) -> Columns:
    """All columns by group; without the large encoder's there is no such group."""
    widths = [len(feature_names(name)) for name in DENSE]
    parts = np.split(measured.dense, np.cumsum(widths)[:-1], axis=1)
    groups = {**dict(zip(DENSE, parts, strict=True)), **ngram_scores}
    groups |= {"grammar": grammar, "encoder": encoder}
    return Columns(groups if large_encoder is None else groups | {"large_encoder": large_encoder})


def fit_configuration(
    groups: Sequence[str],
    columns: Columns,
    measured: Measured,
    labels: Labels,
    seed: int,
    rows: Mask | None = None,
    description_only: Collection[str] = DESCRIPTION_ONLY,
) -> Configuration:
    """Fit one configuration: windows, then articles on the windows' out-of-fold logits.

    Args:
        groups: feature groups, whose columns the window classifier reads in this order.
        columns: of all windows.
        measured: the windows.
        labels: of the windows.
        seed: of the articles that are made.
        rows: windows that may be fitted on; by default all.
        description_only: groups among them whose columns are fitted as if undefined.

    Raises:
        GarbledError: some part has no mangled or no human window outside of it.
    """
    folds, usable = _rows_of(groups, columns, labels, rows)
    X = columns.matrix(groups)
    X[:, columns_within(groups, description_only)] = np.nan
    target, weight = _fitting_target(labels, usable)
    fitted = _fit_across_folds(X, target, weight, folds)
    margins = fitted.margins(X, folds)
    windows = _calibrate_windows(groups, fitted.whole, margins, measured, labels, usable)
    logits = windows.calibration.logits(margins)
    made = make_articles(logits, measured, labels, folds, usable, seed)
    fitted = _fit_across_folds(made.X, made.truth, made.weight, made.fold)
    margins = fitted.margins(made.X, made.fold)
    return Configuration(windows, *_calibrate_articles(fitted.whole, margins, made))


def calibrate_deaf(
    kept: Configuration,
    groups: Sequence[str],
    columns: Columns,
    measured: Measured,
    labels: Labels,
    seed: int,
) -> Configuration:
    """Calibration, scales and thresholds anew for classifiers that were made deaf to some groups.

    They were fitted on these very windows, and hearing ``DESCRIPTION_ONLY``. So they are fitted
    again across folds, hearing it, and calibrated on the rows that each left out, without it.
    Deaf windows spread otherwise than heard ones, so that the article model's features are scaled
    by their own statistics (as Li et al. do, "Revisiting batch normalization for practical domain
    adaptation", 2016). No coefficient changes.

    Args:
        kept: the classifiers, which keep their coefficients.
        groups, columns, measured, labels, seed: those that they were fitted with.
    """
    folds, usable = _rows_of(groups, columns, labels)
    X = columns.matrix(groups)
    deaf = X.copy()
    deaf[:, columns_within(groups, DESCRIPTION_ONLY)] = 0.0
    target, weight = _fitting_target(labels, usable)
    fitted = _fit_across_folds(X, target, weight, folds)
    heard, margins = fitted.margins(X, folds), fitted.margins(deaf, folds)
    before = fit_platt(heard, np.where(usable, labels.truth, -1), labels.weight).logits(heard)
    made = make_articles(before, measured, labels, folds, usable, seed)
    fitted = _fit_across_folds(made.X, made.truth, made.weight, made.fold)
    windows = _calibrate_windows(groups, kept.windows.pipeline, margins, measured, labels, usable)
    logits = windows.calibration.logits(margins)
    made = make_articles(logits, measured, labels, folds, usable, seed)
    margins = fitted.with_bases(made).margins(made.X, made.fold)
    articles, thresholds = _calibrate_articles(kept.articles.pipeline, margins, made)
    own = PiecewiseLinear().fit(made.X[made.truth >= 0])
    return Configuration(windows, articles.with_basis(own), thresholds)


def _rows_of(
    groups: Sequence[str], columns: Columns, labels: Labels, rows: Mask | None = None
) -> tuple[Numbers, Mask]:
    """Each window's part, and whether it is used: those that LanguageTool checked, if it is."""
    folds = stacking_folds(labels)
    usable = (folds >= 0) & (True if rows is None else rows)
    checked = ~np.isnan(columns.groups["grammar"][:, 0])
    if "grammar" in groups and (usable & checked).any():
        usable &= checked
    return folds, usable


def _calibrate_windows(
    groups: Sequence[str],
    pipeline: Pipeline,
    margins: Matrix,
    measured: Measured,
    labels: Labels,
    usable: Mask,
) -> CalibratedClassifier:
    truth = np.where(usable, labels.truth, -1)
    calibration = fit_beta(margins, truth, labels.weight)
    scale = _window_scale(calibration.logits(margins), measured, labels, usable)
    return CalibratedClassifier(tuple(columns_of(groups)), pipeline, calibration, scale)


def _calibrate_articles(
    pipeline: Pipeline, margins: Matrix, made: ArticleSet
) -> tuple[CalibratedClassifier, dict[str, float]]:
    calibration = fit_platt(margins, made.truth, made.weight)
    own = calibration.logits(margins)
    classifier = CalibratedClassifier(
        ARTICLE_FEATURES, pipeline, calibration, _article_scale(own, made)
    )
    return classifier, _thresholds(own[made.is_whole_original])


def _fitting_target(labels: Labels, rows: Mask | None = None) -> tuple[Numbers, Matrix]:
    """Machine windows against human ones; faithful ones are left out, worse ones weigh more."""
    target = np.where(labels.machine, np.where(labels.truth == CLEAN, -1, 1), 0)
    if rows is not None:
        target = np.where(rows, target, -1)
    harm = np.clip(0.75 - np.nan_to_num(labels.quality), 0.25, 1.5)
    harm = np.where(labels.machine & (labels.truth == MANGLED), np.maximum(harm, 0.75), harm)
    weight = labels.weight * np.where(labels.machine, harm, 1.0)
    for side in (0, 1):
        weight[target == side] /= max(weight[target == side].sum(), 1e-9)
    return target, weight * (target >= 0).sum()


@dataclass(frozen=True)
class _Fitted:
    """The pipeline fitted on all rows, and those that left out one fold each."""

    whole: Pipeline
    without: Mapping[int, Pipeline]

    def margins(self, X: Matrix, fold: Numbers) -> Matrix:
        """Each row's margin by the pipeline that left out its fold; 0 for a negative fold."""
        margins = np.zeros(len(X))
        for number, pipeline in self.without.items():
            inside = fold == number
            margins[inside] = pipeline.decision_function(X[inside])
        return margins

    def with_bases(self, made: ArticleSet) -> _Fitted:
        """The same coefficients on bases of other articles, each without those it leaves out."""
        return _Fitted(
            self.whole,
            {
                number: Pipeline(
                    [
                        ("basis", PiecewiseLinear().fit(made.X[_fitted_on(made, number)])),
                        ("logistic", pipeline.named_steps["logistic"]),
                    ]
                )
                for number, pipeline in self.without.items()
            },
        )


def _fitted_on(made: ArticleSet, left_out: int) -> Mask:
    return np.asarray((made.truth >= 0) & (made.fold >= 0) & (made.fold != left_out))


def _fit_across_folds(X: Matrix, target: Numbers, weight: Matrix, fold: Numbers) -> _Fitted:
    """Rows of a negative fold or target are not fitted on."""
    used = (target >= 0) & (fold >= 0)

    def fit(rows: Mask) -> Pipeline:
        _refuse_one_side(target[rows])
        return make_pipeline().fit(X[rows], target[rows], logistic__sample_weight=weight[rows])

    numbers = np.unique(fold[fold >= 0]).tolist()
    return _Fitted(fit(used), {number: fit(used & (fold != number)) for number in numbers})


def _refuse_one_side(target: Numbers) -> None:
    if set(np.unique(target).tolist()) != {0, 1}:
        raise GarbledError(
            "too little to fit on: outside of some fold there is no mangled or no human window; "
            "give more pairs, of more documents"
        )


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
    """Probabilities at the default prior that only so many originals reach.

    An original that stands beside many systems counts once.
    """
    probabilities = sigmoid(np.unique(originals.round(9)) + prior_shift(DEFAULT_PRIOR))
    levels = {
        "clear_pass": CLEAR_PASS,
        "review": 1 - REVIEW_FALSE_ALARMS,
        "hold": 1 - HOLD_FALSE_ALARMS,
    }
    return {name: round(float(np.quantile(probabilities, q)), 4) for name, q in levels.items()}
