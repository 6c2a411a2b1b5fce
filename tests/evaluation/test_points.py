"""Results become the rows and series that a plot of intervals has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from garbled.evaluation import points
from garbled.evaluation.results import Results
from garbled.evaluation.slices import BY_NAME, FLUENT, NATIVE
from garbled.evaluation.stored import read_results

REPORT = Path(__file__).parents[2] / "data" / "evaluation.json"


@pytest.fixture(scope="module")
def results() -> Results:
    return read_results(REPORT)


def test_separation_has_the_slices_in_the_order_asked_for(results):
    found = points.separation(results, [FLUENT, "no such slice", NATIVE])
    rows = list(dict.fromkeys(row for row, _ in found))
    assert [row.partition(" (")[0] for row in rows] == [FLUENT, NATIVE.partition(" (")[0]]
    own = next(
        r for r in results.separation if (r.unit, r.scorer, r.slice) == ("article", "fast", FLUENT)
    )
    auroc = own.all.auroc
    assert found[rows[0], "fast, articles"] == (auroc.value, auroc.low, auroc.high)
    assert rows[0].endswith(f"({own.n_originals:,})")


def test_with_a_peer_all_scorers_are_on_the_same_rows(results):
    found = points.separation(results, [NATIVE], ["fast", "readability"], ["window"])
    assert [series for _, series in found] == ["fast, windows", "readability, windows"]
    [own] = [
        r for r in results.comparison if (r.unit, r.scorer, r.slice) == ("window", "fast", NATIVE)
    ]
    assert next(iter(found.values()))[0] == own.all.auroc.value


def test_empty_slices_are_left_out(results):
    names = {row for row, _ in points.separation(results, BY_NAME)}
    assert len(names) >= 15
    assert not any(row.endswith("(0)") for row in names)


def test_left_out_kinds_stand_beside_seen_ones(results):
    found = points.generalisation(results, ["year"])
    assert {series for _, series in found} == {"kind seen in training", "kind left out"}
    assert {row.partition(" (")[0] for row, _ in found} == {"year: 2016", "year: 2022"}


@pytest.mark.parametrize(
    "make",
    [
        lambda r: points.agreement(r, ("fast", "large")),
        points.system_order,
        points.false_alarms,
        points.human_translation,
        lambda r: points.ablation(r, "alone"),
        lambda r: points.ablation(r, "left out"),
        lambda r: points.calibration(r, "slope"),
    ],
)
def test_values_lie_in_their_intervals(results, make):
    found = make(results)
    assert len(found) > 2
    for value, low, high in found.values():
        assert np.isnan(low) or low <= value <= high


def test_a_row_tells_how_many_texts_its_series_have(results):
    rows = {row for row, _ in points.agreement(results, ("fast", "large"))}
    assert len(rows) == len({a.set for a in results.agreement})
    assert any(" to " in row for row in rows)


def test_reliability_has_as_many_shares_as_probabilities(results):
    found = points.reliability(results)
    assert len(found) == 2
    for said, seen in found.values():
        assert len(said) == len(seen) > 5
        assert said == sorted(said)
