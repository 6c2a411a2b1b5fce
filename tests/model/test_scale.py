from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.model.scale import ScoreScale
from garbled.model.store import Model


@pytest.fixture(scope="module")
def samples() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    machine = random.normal(1, 1, 500)
    return {
        "clean": random.normal(-1, 1, 400),
        "machine": machine,
        "human": -machine + random.normal(0, 0.5, 500),
        "worst": random.normal(1.5, 1, 2_000),
    }


def test_anchors(samples) -> None:
    scale = ScoreScale.fit(**samples)
    anchors = np.array(
        [
            np.median(samples["clean"]),
            np.median(samples["machine"]),
            np.quantile(samples["worst"], 0.99),
        ]
    )
    np.testing.assert_allclose(scale(anchors), [0, 50, 100], atol=1e-9)


def test_scores_stay_within_0_and_100(samples) -> None:
    scale = ScoreScale.fit(**samples)
    np.testing.assert_array_equal(scale(np.array([-1e9, 1e9])), [0, 100])


numbers = st.lists(st.floats(-20, 20), min_size=2, max_size=40).map(np.array)


@given(numbers, numbers, st.integers(0, 10**6), numbers)
def test_any_fit_is_monotone(clean, machine, seed: int, worst) -> None:
    human = np.random.default_rng(seed).normal(size=len(machine))
    scale = ScoreScale.fit(clean, machine, human, worst)
    assert (np.diff(scale.logits) >= 0).all()
    assert (np.diff(scale.scores) >= 0).all()
    assert (scale.scores[0], scale.scores[-1]) == (0.0, 100.0)
    scores = scale(np.linspace(-30, 30, 200))
    assert (np.diff(scores) >= 0).all()


def test_damage_bends_the_scale(samples) -> None:
    """Human scores that fall late pull the score of an early logit down."""
    machine = np.linspace(-2, 4, 500)
    late = np.where(machine < 2.5, 0.0, -3.0)
    even = -machine
    bent = ScoreScale.fit(samples["clean"], machine, late, samples["worst"])
    straight = ScoreScale.fit(samples["clean"], machine, even, samples["worst"])
    assert bent(np.array([2.0]))[0] < straight(np.array([2.0]))[0] - 5


@pytest.mark.parametrize("unit", ["windows", "articles"])
def test_shipped_scales(model: Model, unit: str) -> None:
    for configuration in model.configurations.values():
        scale = getattr(configuration, unit).scale
        assert (np.diff(scale.logits) >= 0).all()
        assert (np.diff(scale.scores) >= 0).all()
        assert scale.scores[0] == 0
        assert 50 in np.round(scale.scores, 9)
        assert scale.scores[-1] == 100
