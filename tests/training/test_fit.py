"""Stacking: what is learned where, and that groups never stand on two sides."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from garbled.errors import GarbledError
from garbled.features.groups import DESCRIPTION_ONLY, columns_of, columns_within
from garbled.model.calibration import Calibration
from garbled.training.articles import LENGTHS, make_articles
from garbled.training.config import ENCODER_FOLDS, STACKING_FOLD
from garbled.training.fit import (
    calibrate_deaf,
    collect_columns,
    fit_configuration,
    fit_ngrams,
    is_stacked,
    stacking_folds,
)
from garbled.training.labels import CLEAN, MANGLED

GROUPS = ("fluency", "words", "encoder")


@pytest.fixture(scope="module")
def scores(small_corpus):
    return fit_ngrams(small_corpus.measured, small_corpus.labels, small_corpus.counts)[1]


@pytest.fixture(scope="module")
def columns(small_corpus, scores):
    n = len(small_corpus.measured)
    encoder = np.random.default_rng(0).normal(size=(n, 4))
    encoder[small_corpus.labels.fold != STACKING_FOLD] = np.nan
    return collect_columns(small_corpus.measured, scores, np.full((n, 12), np.nan), encoder)


def test_only_the_stacking_fold_is_fitted_on_in_whole_groups(small_corpus) -> None:
    labels = small_corpus.labels
    assert is_stacked(labels)
    folds = stacking_folds(labels)
    assert set(labels.fold[folds >= 0]) == {STACKING_FOLD}
    assert set(folds[labels.fold == STACKING_FOLD]) == {0, 1, 2, 3}
    for group in np.unique(labels.group):
        assert len(set(folds[labels.group == group])) == 1


def test_too_small_a_stacking_fold_makes_all_folds_parts(small_corpus) -> None:
    labels = small_corpus.labels
    mangled = (labels.fold == STACKING_FOLD) & (labels.truth == MANGLED)
    few = mangled & (np.cumsum(mangled) > 30)
    other = replace(labels, fold=np.where(few, 2, labels.fold))
    assert not is_stacked(other)
    np.testing.assert_array_equal(stacking_folds(other), other.fold)


def test_ngrams_learn_nothing_of_the_stacking_fold(small_corpus) -> None:
    measured, labels, counts = small_corpus.measured, small_corpus.labels, small_corpus.counts
    models, scores = fit_ngrams(measured, labels, counts)
    inside = labels.fold == STACKING_FOLD
    turned = replace(labels, machine=labels.machine ^ (inside & (np.arange(len(inside)) % 2 == 0)))
    again, _ = fit_ngrams(measured, turned, counts, np.ones(len(measured), dtype=bool))
    below = replace(labels, machine=labels.machine ^ (labels.fold == ENCODER_FOLDS[0]))
    other, _ = fit_ngrams(measured, below, counts)
    np.testing.assert_allclose(
        scores["words"][:, 0], models["words"].score_hashed(measured.words), rtol=1e-6
    )
    assert np.corrcoef(models["words"].coef_, again["words"].coef_)[0, 1] > 0.999
    assert np.corrcoef(models["words"].coef_, other["words"].coef_)[0, 1] < 0.99


def test_rows_that_are_left_out_change_nothing(small_corpus, columns) -> None:
    """What evaluation relies on to leave a system out."""
    measured, labels = small_corpus.measured, small_corpus.labels
    rows = labels.system != "bad"
    rows |= np.arange(len(rows)) % 3 > 0
    fitted = fit_configuration(GROUPS, columns, measured, labels, 0, rows)
    spoiled = {**columns.groups, "words": np.where(rows[:, None], columns.groups["words"], 1e6)}
    again = fit_configuration(GROUPS, replace(columns, groups=spoiled), measured, labels, 0, rows)
    X = columns.matrix(GROUPS)[:50]
    np.testing.assert_allclose(fitted.windows.logits(X), again.windows.logits(X))
    assert fitted.thresholds == again.thresholds


def test_any_groups_can_be_fitted(small_corpus, columns) -> None:
    fitted = fit_configuration(GROUPS, columns, small_corpus.measured, small_corpus.labels, 0)
    assert fitted.windows.features == tuple(columns_of(GROUPS))
    inside = small_corpus.labels.fold == STACKING_FOLD
    logits = fitted.windows.logits(columns.matrix(GROUPS)[inside])
    truth = small_corpus.labels.truth[inside]
    assert np.median(logits[truth == MANGLED]) > 0 > np.median(logits[truth == CLEAN])


def test_a_group_that_only_describes_moves_nothing(small_corpus, columns) -> None:
    groups = (*GROUPS, *DESCRIPTION_ONLY)
    told = columns.groups["words"] * 0 + small_corpus.labels.machine.reshape(-1, 1)
    width = len(columns_of(DESCRIPTION_ONLY))
    given = replace(columns, groups={**columns.groups, "lexicon": np.repeat(told, width, axis=1)})
    fit = partial(fit_configuration, groups, given, small_corpus.measured, small_corpus.labels, 0)
    moved = [
        configuration.windows.contributions(
            given.matrix(groups), [columns_within(groups, DESCRIPTION_ONLY)]
        )
        for configuration in (fit(), fit(description_only=()))
    ]
    assert not moved[0].any()
    assert np.abs(moved[1]).max() > 1


def test_deaf_classifiers_are_kept_and_calibrated_as_if_they_had_not_seen_the_windows(
    small_corpus, columns
) -> None:
    measured, labels = small_corpus.measured, small_corpus.labels
    groups = (*GROUPS, *DESCRIPTION_ONLY)
    fit = partial(fit_configuration, groups, columns, measured, labels, 0)
    heard = fit(description_only=())
    wrong = replace(
        heard,
        windows=replace(heard.windows, calibration=Calibration(9.0, 9.0, -4.0)),
        articles=replace(heard.articles, calibration=Calibration(0.1, 0.1, 3.0)),
        thresholds={"clear_pass": 0.9, "review": 0.9, "hold": 0.9},
    )
    mended = calibrate_deaf(wrong, groups, columns, measured, labels, 0)
    assert mended.windows.pipeline is heard.windows.pipeline
    assert mended.articles.pipeline["logistic"] is heard.articles.pipeline["logistic"]
    assert mended.thresholds["review"] < 0.9
    silent = {**columns.groups, "lexicon": np.zeros_like(columns.groups["lexicon"])}
    never = replace(columns, groups=silent)
    told = calibrate_deaf(heard, groups, never, measured, labels, 0)
    same = fit_configuration(groups, never, measured, labels, 0, description_only=())
    assert told.windows.calibration == same.windows.calibration
    assert mended.windows.calibration != heard.windows.calibration


def test_nothing_left_to_fit_on_is_told(small_corpus, columns) -> None:
    rows = ~small_corpus.labels.machine
    with pytest.raises(GarbledError, match="too little to fit on"):
        fit_configuration(GROUPS, columns, small_corpus.measured, small_corpus.labels, 0, rows)
    with pytest.raises(GarbledError, match="too little to fit on"):
        fit_ngrams(small_corpus.measured, small_corpus.labels, small_corpus.counts, rows)


@pytest.fixture(scope="module")
def articles(small_corpus):
    """Made with log-odds that give each window's row away: highest and mean tell which it holds."""
    logits = np.arange(len(small_corpus.measured), dtype=float)
    folds = stacking_folds(small_corpus.labels)
    return make_articles(
        logits, small_corpus.measured, small_corpus.labels, folds, folds >= 0, seed=0
    )


def test_articles_stay_in_their_fold(small_corpus, articles) -> None:
    folds = stacking_folds(small_corpus.labels)
    worst = articles.X[:, 1].astype(int)
    np.testing.assert_array_equal(folds[worst], articles.fold)
    assert articles.fold.min() >= 0


def test_some_articles_are_long_and_part_mangled(small_corpus, articles) -> None:
    n_windows = np.exp(articles.X[:, -1]).round().astype(int)
    long = n_windows >= 10
    assert long.sum() > 10
    assert {CLEAN, MANGLED} <= set(articles.truth[long])
    assert not articles.is_whole_original[long].any()


def test_both_sides_weigh_alike_at_every_length(articles) -> None:
    lengths = np.searchsorted(LENGTHS, np.exp(articles.X[:, -1]).round())
    for length in np.unique(lengths):
        clean, mangled = (
            articles.weight[(lengths == length) & (articles.truth == side)].sum()
            for side in (CLEAN, MANGLED)
        )
        assert clean == pytest.approx(mangled, rel=1e-6) or not (clean and mangled)
    assert not articles.weight[articles.truth < 0].any()
