"""Metrics against known values: scikit-learn's, SciPy's, and sums done by hand."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from scipy.stats import beta
from sklearn.metrics import roc_auc_score

from garbled.evaluation.metrics import (
    alarm_rate,
    bootstrap_auroc,
    calibration,
    debiased_calibration_error,
    rank_agreement,
)


@pytest.mark.parametrize("levels", [3, 20, 10**6])
def test_auroc_is_scikit_learns_with_ties_and_without(levels):
    random = np.random.default_rng(levels)
    positive = random.random(500) < 0.3
    scores = random.integers(0, levels, 500) + positive * levels / 4
    own = bootstrap_auroc(scores, positive, np.arange(500)).value
    assert own == pytest.approx(roc_auc_score(positive, scores), abs=1e-12)


def test_the_interval_is_as_wide_as_few_groups_make_it():
    """A thousand texts of ten originals say less than a thousand texts of as many."""
    random = np.random.default_rng(1)
    shift = np.repeat(random.normal(size=10), 100)
    positive = np.arange(1_000) % 2 == 0
    scores = random.normal(size=1_000) + positive * (0.5 + shift)
    few = bootstrap_auroc(scores, positive, np.repeat(np.arange(10), 100))
    many = bootstrap_auroc(scores, positive, np.arange(1_000))
    assert few.value == many.value
    assert few.low < many.low < many.value < many.high < few.high


def test_the_interval_of_groups_agrees_with_resampling_by_hand():
    random = np.random.default_rng(3)
    group = np.repeat(np.arange(30), 6)
    positive = np.arange(180) % 2 == 0
    scores = random.normal(size=180) + positive
    own = bootstrap_auroc(scores, positive, group, rounds=4_000)
    drawn = []
    for _ in range(1_000):
        rows = np.concatenate([np.flatnonzero(group == g) for g in random.integers(0, 30, 30)])
        drawn.append(roc_auc_score(positive[rows], scores[rows]))
    assert (own.low, own.high) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.01)


def test_auroc_without_a_class_or_with_one_group_claims_nothing():
    scores = np.array([1.0, 2.0])
    one_class = bootstrap_auroc(scores, np.array([True, True]), np.array([0, 1]))
    one_group = bootstrap_auroc(scores, np.array([False, True]), np.array([0, 0]))
    assert isnan(one_class.value)
    assert one_group.value == 1.0
    assert isnan(one_group.low)


def test_calibration_error_by_hand():
    """Two bins of four: |0.25 - 0.5| and |0.75 - 0.75|, each less y(1 - y) / 3."""
    probabilities = np.array([0.25] * 4 + [0.75] * 4)
    outcomes = np.array([1, 1, 0, 0, 1, 1, 1, 0], dtype=bool)
    by_hand = (0.25**2 - 0.5 * 0.5 / 3 + 0.0 - 0.75 * 0.25 / 3) / 2
    assert by_hand < 0
    error = debiased_calibration_error(probabilities, outcomes, np.ones(8), bins=2)
    assert error == 0.0
    tenfold = debiased_calibration_error(
        np.repeat(probabilities, 10), np.repeat(outcomes, 10), np.ones(80), bins=2
    )
    by_hand = (0.25**2 - 0.5 * 0.5 / 39 - 0.75 * 0.25 / 39) / 2
    assert tenfold == pytest.approx(sqrt(by_hand))


def test_calibration_error_of_perfect_probabilities_is_near_zero_and_debiasing_does_it():
    random = np.random.default_rng(0)
    probabilities = random.random(600)
    outcomes = random.random(600) < probabilities
    biased = np.mean(
        [
            (probabilities[part].mean() - outcomes[part].mean()) ** 2
            for part in np.array_split(np.argsort(probabilities), 15)
        ]
    )
    own = debiased_calibration_error(probabilities, outcomes, np.ones(600))
    assert own < 0.6 * sqrt(biased)


@pytest.mark.parametrize("prior", [0.1, 0.5])
@pytest.mark.parametrize("slope", [0.5, 1.0, 2.0])
def test_calibration_finds_the_slope_and_the_prior(prior, slope):
    """Log-odds that are stated ``1 / slope`` times as strong as they are, classes even."""
    random = np.random.default_rng(0)
    true = random.normal(size=40_000) * 1.5
    mangled = random.random(40_000) < 1 / (1 + np.exp(-true))
    at_prior = true + np.log(prior / (1 - prior))
    found = calibration(at_prior / slope, mangled, np.ones(40_000), prior)
    assert found.slope == pytest.approx(slope, abs=0.06)
    assert found.intercept == pytest.approx(0.0, abs=0.12)
    assert (found.error < 0.02) == (slope == 1.0)
    assert (found.n_mangled, found.n_clean) == (mangled.sum(), (~mangled).sum())


def test_calibration_without_a_class_is_undefined():
    assert isnan(calibration(np.zeros(3), np.zeros(3, dtype=bool), np.ones(3), 0.1).slope)


def test_agreement_stays_within_language_pairs():
    """Two pairs whose scales differ: pooled, the order would be turned round."""
    people = np.concatenate([np.linspace(0, 1, 20), np.linspace(10, 11, 20)])
    scores = np.concatenate([-people[:20], 100 - people[20:]])
    found = rank_agreement(scores, people, np.repeat(["de-en", "ja-en"], 20))
    assert found.correlation == pytest.approx(1.0)
    assert (found.n_strata, found.n) == (2, 40)


def test_agreement_needs_ten_judged_texts():
    people = np.append(np.linspace(0, 1, 9), np.nan)
    assert isnan(rank_agreement(people, people, np.full(10, "de-en")).correlation)


def test_few_alarms_are_only_bounded():
    few, many = alarm_rate(4, 1_000), alarm_rate(5, 1_000)
    assert not few.is_decidable
    assert few.high == pytest.approx(beta.ppf(0.95, 5, 996))
    assert few.low == 0.0
    assert many.is_decidable
    assert (many.low, many.high) == pytest.approx(
        (beta.ppf(0.025, 5, 996), beta.ppf(0.975, 6, 995))
    )
    assert isnan(alarm_rate(0, 0).value)
