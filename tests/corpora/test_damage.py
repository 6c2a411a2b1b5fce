from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.corpora.damage import QualityEstimate, changes, label_windows
from garbled.segment.tokens import tokenise

NAMES = ("names", "numbers", "content", "words", "characters")
ORIGINAL = "Profits at Acme Corp rose 5 percent to 31 million in March, said Lee."


def kept(original: str, retranslated: str) -> dict[str, float]:
    values = changes(tokenise(original), tokenise(retranslated))
    return dict(zip(NAMES, values, strict=True))


def test_nothing_changed() -> None:
    assert set(kept(ORIGINAL, ORIGINAL).values()) == {1.0}


def test_everything_changed() -> None:
    other = kept(ORIGINAL, "zzz qqq xxx")
    assert other == {"names": 0, "numbers": 0, "content": 0, "words": 0, "characters": 0}


def test_lost_name() -> None:
    """Acme, Corp, March and Lee are names; the first word may be a common one."""
    found = kept(ORIGINAL, ORIGINAL.replace("Lee", "Read"))
    assert found["names"] == pytest.approx(3 / 4)
    assert found["numbers"] == 1


def test_lost_number() -> None:
    found = kept(ORIGINAL, ORIGINAL.replace("31 million", "13 million"))
    assert found["numbers"] == pytest.approx(1 / 2)
    assert found["names"] == found["content"] == 1


def test_content_is_compared_by_stem() -> None:
    found = kept("The analysts expected falling prices.", "Analysts expects that prices falls.")
    assert found["content"] == pytest.approx(3 / 4)  # "falli" is not "falls"
    assert found["words"] < 1


def test_what_was_added_does_not_lower_recall() -> None:
    found = kept(ORIGINAL, ORIGINAL + " Nobody at the Harbour Board knew of 7 other boats.")
    assert found["names"] == found["numbers"] == found["content"] == 1
    assert found["words"] < 1
    assert found["characters"] < 1


def test_nothing_to_keep_is_kept() -> None:
    assert kept("It is so.", "so it is")["names"] == 1
    assert kept("It is so.", "so it is")["numbers"] == 1
    assert set(kept("", "").values()) == {1.0}


@given(st.text(), st.text())
def test_changes_are_shares(one: str, other: str) -> None:
    assert all(0 <= value <= 1 for value in kept(one, other).values())


@pytest.mark.parametrize(
    ("quality", "label"),
    [(-3.0, 1), (-0.001, 1), (0.0, -1), (0.3, -1), (0.5, -1), (0.501, 0), (2.0, 0)],
)
def test_labels_by_quality(quality: float, label: int) -> None:
    anything = np.zeros((1, 5))
    assert label_windows(np.array([quality]), anything, np.array([False])).tolist() == [label]


@pytest.mark.parametrize(
    ("names", "content", "label"),
    [
        (1.0, 1.0, 0),
        (0.99, 0.985, 0),
        (1.0, 0.98, -1),
        (0.95, 1.0, -1),
        (0.9, 1.0, -1),
        (0.89, 1.0, 1),
        (1.0, 0.5, 1),
    ],
)
def test_labels_of_direct_round_trips(names: float, content: float, label: int) -> None:
    row = np.array([[names, 0.0, content, 0.0, 0.0]])
    for quality in (-5.0, 5.0):
        assert label_windows(np.array([quality]), row, np.array([True])).tolist() == [label]


def test_estimate_learns_what_scores_follow() -> None:
    random = np.random.default_rng(0)
    X = random.uniform(size=(300, 5))
    scores = 3 * X[:, 0] - 1 + random.normal(0, 0.05, 300)
    estimate = QualityEstimate.fit(X, scores)
    assert estimate.coefficients[0] == pytest.approx(3, abs=0.3)
    assert max(map(abs, estimate.coefficients[1:])) < 0.2
    assert np.corrcoef(estimate.quality(X, np.full(300, np.nan)), scores)[0, 1] > 0.99


def test_human_scores_count_half() -> None:
    estimate = QualityEstimate((1.0, 0.0, 0.0, 0.0, 0.0), -1.0)
    X = np.array([[1.0, 0, 0, 0, 0], [0.0, 0, 0, 0, 0], [0.0, 0, 0, 0, 0]])
    quality = estimate.quality(X, np.array([np.nan, np.nan, 2.0]))
    assert quality.tolist() == [0.0, -1.0, 0.5]
