"""Calibration of margins: what is fitted is what the margins were made by."""

from __future__ import annotations

import numpy as np
import pytest

from garbled.model.calibration import Calibration
from garbled.model.classifier import sigmoid
from garbled.training.fit_calibration import fit_beta, fit_platt

MARGINS = np.random.default_rng(3).normal(0, 2.5, 200_000)


def drawn(made_by: Calibration) -> tuple[np.ndarray, np.ndarray]:
    """Truth, and weights by which both sides of it weigh alike but for the odds that they have."""
    odds = sigmoid(made_by.logits(MARGINS))
    truth = (np.random.default_rng(4).random(len(MARGINS)) < odds).astype(np.int64)
    return truth, np.ones(len(MARGINS))


def at_even_classes(made_by: Calibration, truth: np.ndarray) -> float:
    """What the intercept becomes once both sides weigh alike."""
    return made_by.intercept - float(np.log(truth.mean() / (1 - truth.mean())))


def test_beta_finds_both_slopes() -> None:
    made_by = Calibration(0.6, 1.8, -0.7)
    truth, weight = drawn(made_by)
    found = fit_beta(MARGINS, truth, weight)
    assert found.low == pytest.approx(made_by.low, abs=0.05)
    assert found.high == pytest.approx(made_by.high, abs=0.05)
    assert found.intercept == pytest.approx(at_even_classes(made_by, truth), abs=0.1)


def test_platt_finds_the_line() -> None:
    made_by = Calibration(1.3, 1.3, -0.4)
    truth, weight = drawn(made_by)
    found = fit_platt(MARGINS, truth, weight)
    assert found.low == found.high == pytest.approx(1.3, abs=0.05)
    assert found.intercept == pytest.approx(at_even_classes(made_by, truth), abs=0.05)


def test_what_is_left_out_weighs_nothing() -> None:
    truth, weight = drawn(Calibration(0.6, 1.8, -0.7))
    spoiled = MARGINS.copy()
    spoiled[::3] = 50.0
    truth[::3] = -1
    own = np.arange(len(MARGINS)) % 3 > 0
    assert fit_beta(spoiled, truth, weight) == fit_beta(MARGINS[own], truth[own], weight[own])


def test_a_curve_that_would_fall_becomes_a_line() -> None:
    rises = 0.5 * np.logaddexp(0, MARGINS) + 1.5 * np.logaddexp(0, -MARGINS) - 2
    truth = (np.random.default_rng(4).random(len(MARGINS)) < sigmoid(rises)).astype(np.int64)
    found = fit_beta(MARGINS, truth, np.ones(len(MARGINS)))
    assert found.low == found.high
