"""The bootstrap and its statistics against known values and against resampling by hand."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from garbled.evaluation.resampling import (
    Texts,
    auroc_of,
    average_precision_of,
    bootstrap,
    compare_aurocs,
    rank_correlation_of,
    share_of,
)


@pytest.fixture
def drawn():
    """Texts of two classes with ties, and how often each was drawn."""
    random = np.random.default_rng(4)
    scores = random.integers(0, 12, 300).astype(float)
    positive = random.random(300) < 0.3
    return scores + positive, positive, random.integers(0, 4, 300)


def test_weighted_statistics_are_those_of_repeated_texts(drawn):
    scores, positive, weight = drawn
    again = np.repeat(np.arange(300), weight)
    weight = weight.astype(float)
    assert auroc_of(scores, positive)(weight) == pytest.approx(
        roc_auc_score(positive[again], scores[again])
    )
    assert average_precision_of(scores, positive)(weight) == pytest.approx(
        average_precision_score(positive[again], scores[again])
    )
    assert share_of(positive)(weight) == pytest.approx(positive[again].mean())
    other = scores + np.arange(300) % 7
    assert rank_correlation_of(scores, other)(weight) == pytest.approx(
        spearmanr(scores[again], other[again]).statistic
    )


def test_statistics_of_nothing_are_unknown():
    none, flags = np.empty(0), np.empty(0, dtype=bool)
    for statistic in (auroc_of(none, flags), average_precision_of(none, flags), share_of(flags)):
        assert isnan(statistic(none))
        assert isnan(bootstrap(statistic, np.empty(0, dtype=np.int64)).value)
    assert isnan(auroc_of(np.ones(3), np.ones(3, dtype=bool))(np.ones(3)))


def test_a_difference_is_paired(drawn):
    """Two scorers that differ by a little noise: sure of the difference, not of either."""
    scores, positive, _ = drawn
    random = np.random.default_rng(0)
    first = scores + 3 * random.normal(size=300)
    second = first - 0.5 * positive
    stories = np.arange(300) // 5
    found = compare_aurocs(Texts(first, positive, stories), Texts(second, positive, stories))
    assert found.difference.value == pytest.approx(found.second.value - found.first.value)
    assert found.difference.high < 0
    wide = found.first.high - found.first.low
    assert found.difference.high - found.difference.low < wide / 3


def test_pairs_of_unlike_length_share_their_draws():
    """The second set of texts has every text twice: nothing changes but its length."""
    random = np.random.default_rng(2)
    positive = np.arange(200) % 2 == 0
    scores = random.normal(size=200) + positive
    stories = np.arange(200) // 4
    twice = np.tile(np.arange(200), 2)
    found = compare_aurocs(
        Texts(scores, positive, stories), Texts(scores[twice], positive[twice], stories[twice])
    )
    assert found.difference.low == pytest.approx(0.0, abs=1e-12)
    assert found.difference.high == pytest.approx(0.0, abs=1e-12)
