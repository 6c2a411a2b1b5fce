from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.utils.estimator_checks import parametrize_with_checks

from garbled.features.groups import (
    CONFIGURATIONS,
    DESCRIPTION_ONLY,
    columns_within,
    feature_names,
)
from garbled.model.articles import ARTICLE_FEATURES, describe_article
from garbled.model.basis import PiecewiseLinear
from garbled.model.calibration import Calibration
from garbled.model.classifier import CalibratedClassifier, prior_shift, sigmoid
from garbled.model.store import Model

from .conftest import tiny_classifier

EXEMPT = {
    "check_estimators_nan_inf": "NaN is an undefined feature and welcome; infinity is refused, "
    "see test_infinity_is_refused",
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks([PiecewiseLinear()], expected_failed_checks=lambda _: EXEMPT)
def test_sklearns_contract(estimator, check) -> None:
    check(estimator)


def test_infinity_is_refused() -> None:
    X = np.arange(12.0).reshape(6, 2)
    fitted = PiecewiseLinear().fit(X)
    X[2, 1] = np.inf
    for act in (PiecewiseLinear().fit, fitted.transform):
        with pytest.raises(ValueError, match="infinity"):
            act(X)


def test_undefined_moves_nothing() -> None:
    X = np.random.default_rng(0).normal(size=(50, 3))
    X[:20, 1] = np.nan
    basis = PiecewiseLinear().fit(X)
    moved = basis.transform(np.full((1, 3), np.nan))
    assert (moved == 0).all()
    assert (basis.transform(X)[:20, 4:8] == 0).all()
    np.testing.assert_allclose(basis.transform(X)[20:, 4:8].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(basis.transform(X)[:, :4].std(axis=0), 1)


@pytest.mark.parametrize("value", [np.nan, 0.0, 7.0])
def test_constant_column_moves_nothing(value: float) -> None:
    basis = PiecewiseLinear().fit(np.full((9, 1), value))
    assert (basis.transform(np.array([[-5.0], [value], [99.0]])) == 0).all()


@given(arrays(np.float64, 30, elements=st.floats(-1e6, 1e6)))
def test_basis_is_monotone_and_clipped(column: np.ndarray) -> None:
    basis = PiecewiseLinear().fit(column.reshape(-1, 1))
    grid = np.sort(np.concatenate([column, [-1e9, 1e9]])).reshape(-1, 1)
    parts = basis.transform(grid)
    assert (np.diff(parts, axis=0) >= -1e-9).all()
    low, high = basis.knots_[0, [0, -1]]
    ends = basis.transform(np.array([[-1e9], [low], [high], [1e9]]))
    np.testing.assert_array_equal(ends[0], ends[1])
    np.testing.assert_array_equal(ends[2], ends[3])


def test_rare_feature_keeps_its_spread() -> None:
    """Where most values are 0, quantiles of all would be 0 and the feature lost."""
    column = np.zeros(100)
    column[:10] = np.arange(1, 11)
    basis = PiecewiseLinear().fit(column.reshape(-1, 1))
    one, five = basis.transform(np.array([[1.0], [5.0]]))
    assert five[0] > one[0] > basis.transform(np.zeros((1, 1)))[0, 0]


def test_basis_names() -> None:
    basis = PiecewiseLinear().fit(np.arange(8.0).reshape(4, 2))
    names = basis.get_feature_names_out(["a", "b"]).tolist()
    assert names[:4] == ["a_value", "a_q25", "a_q50", "a_q75"]
    assert len(names) == basis.transform(np.zeros((1, 2))).shape[1]


def test_prior_shift() -> None:
    assert prior_shift(0.5) == 0
    assert prior_shift(0.9) == pytest.approx(-prior_shift(0.1))
    assert sigmoid(np.array([prior_shift(0.03)]))[0] == pytest.approx(0.03)


@given(st.floats(0.001, 0.999), st.floats(-20, 20))
def test_prior_shift_is_bayes(prior: float, logit: float) -> None:
    even = sigmoid(np.array([logit]))[0]
    expected = prior * even / (prior * even + (1 - prior) * (1 - even))
    assert sigmoid(np.array([logit + prior_shift(prior)]))[0] == pytest.approx(expected, rel=1e-6)


def test_sigmoid_does_not_overflow() -> None:
    values = sigmoid(np.array([-1e9, 0.0, 1e9]))
    assert values[1] == 0.5
    assert 0 <= values[0] < 1e-20
    assert values[2] == 1


@pytest.fixture
def classifier() -> CalibratedClassifier:
    return tiny_classifier(("a", "b", "c", "d"), 3)


@pytest.mark.parametrize("groups", [[[0, 1, 2, 3]], [[0], [1], [2], [3]], [[1, 3], [0, 2]]])
def test_contributions_add_up_to_the_logit(classifier, groups: list[list[int]]) -> None:
    X = np.random.default_rng(5).normal(size=(20, 4))
    X[::3, 2] = np.nan
    parts = classifier.contributions(X, groups)
    assert parts.shape == (20, len(groups))
    rest = classifier.logits(X) - parts.sum(axis=1)
    np.testing.assert_allclose(rest, rest[0])
    undefined = classifier.logits(np.full((1, 4), np.nan))
    np.testing.assert_allclose(rest[0], undefined[0])


def test_shipped_contributions_add_up(model: Model) -> None:
    for name, configuration in model.configurations.items():
        windows = configuration.windows
        widths = [len(feature_names(group)) for group in CONFIGURATIONS[name]]
        ends = np.cumsum(widths)
        groups = [range(end - width, end) for end, width in zip(ends, widths, strict=True)]
        knots = windows.pipeline.named_steps["basis"].knots_
        X = np.random.default_rng(0).uniform(knots[:, 0], knots[:, -1] + 1e-9, (30, len(knots)))
        rest = windows.logits(X) - windows.contributions(X, groups).sum(axis=1)
        np.testing.assert_allclose(rest, rest[0], atol=1e-9)


def test_deaf_to_a_feature_is_as_if_it_were_zero(classifier) -> None:
    X = np.random.default_rng(7).normal(size=(20, 4))
    deaf = classifier.without([1, 3])
    zero = X.copy()
    zero[:, [1, 3]] = 0.0
    np.testing.assert_allclose(deaf.logits(X), classifier.logits(zero))
    assert np.abs(deaf.logits(X) - classifier.logits(X)).max() > 0.1
    assert not deaf.contributions(X, [[1, 3]]).any()


def test_the_shipped_model_is_deaf_to_what_only_describes(model: Model) -> None:
    for name, configuration in model.configurations.items():
        described = columns_within(CONFIGURATIONS[name], DESCRIPTION_ONLY)
        assert described
        X = np.full((2, len(configuration.windows.features)), np.nan)
        X[1, described] = 1e3
        before, after = configuration.windows.logits(X)
        assert before == after


def test_arrays_round_trip(classifier) -> None:
    copy = CalibratedClassifier.from_arrays(
        classifier.features, classifier.to_arrays(), classifier.calibration, classifier.scale
    )
    X = np.random.default_rng(6).normal(size=(20, 4))
    X[3] = np.nan
    np.testing.assert_array_equal(copy.logits(X), classifier.logits(X))


@pytest.mark.parametrize("own", [Calibration(0.7, 1.9, 0.4), Calibration(1.2, 1.2, -0.3)])
def test_calibration_rises_between_its_slopes(own: Calibration) -> None:
    margins = np.linspace(-40, 40, 801)
    logits = own.logits(margins)
    steps = np.diff(logits) / np.diff(margins)
    assert steps.min() >= min(own.low, own.high) - 1e-9
    assert steps.max() <= max(own.low, own.high) + 1e-9
    assert steps[0] == pytest.approx(own.low)
    assert steps[-1] == pytest.approx(own.high)
    assert logits[400] == pytest.approx(own.intercept + (own.high - own.low) * np.log(2))
    assert Calibration.from_dict(json.loads(json.dumps(own.as_dict()))) == own


def test_secant_leads_from_one_text_to_another() -> None:
    own = Calibration(0.7, 1.9, 0.4)
    margins = np.array([-30.0, -1.0, 0.25, 0.25 + 1e-9, 7.0])
    led = own.logits(np.array([0.25])) + own.secant(0.25, margins) * (margins - 0.25)
    np.testing.assert_allclose(led, own.logits(margins))
    assert own.secant(0.25, margins)[2] == pytest.approx(own.secant(0.25, margins + 1e-5)[2], 1e-4)


def test_article_features() -> None:
    described = dict(
        zip(
            ARTICLE_FEATURES,
            describe_article(np.array([0.0, 4.0, 1.0, -1.0]), np.array([30, 10, 40, 20])),
            strict=True,
        )
    )
    assert described["mean"] == pytest.approx(0.6)  # weighted by words
    assert described["highest"] == 4.0
    assert described["upper_quarter"] == 4.0
    assert described["evidence"] == pytest.approx(4.0 / 2)
    assert described["second_highest"] == 1.0
    assert (described["suspect_share"], described["clear_share"]) == (0.5, 0.25)
    assert described["length"] == pytest.approx(np.log(4))


def test_one_window_is_compared_with_none() -> None:
    values = dict(
        zip(ARTICLE_FEATURES, describe_article(np.array([0.7]), np.array([9])), strict=True)
    )
    same = ("mean", "highest", "upper_quarter", "evidence")
    assert [values[name] for name in same] == pytest.approx([0.7] * 4)
    assert {name for name, value in values.items() if np.isnan(value)} == {
        *("second_highest", "suspect_share", "clear_share", "spread"),
    }


def test_a_clean_window_is_evidence_against() -> None:
    """An article that goes on in clean English is not more mangled for it."""
    short = describe_article(np.array([3.0, 3.0, 3.0]), np.array([50, 50, 50]))
    longer = describe_article(np.array([3.0, 3.0, 3.0, -2.0]), np.array([50, 50, 50, 50]))
    told = dict(zip(ARTICLE_FEATURES, zip(short, longer, strict=True), strict=True))
    for name in set(ARTICLE_FEATURES) - {"spread", "length"}:
        assert told[name][1] <= told[name][0], name
