"""The gate: what is worse is refused, and so is every way to pass without being as good."""

from __future__ import annotations

import json
from dataclasses import replace
from math import nan

import pytest

from garbled.errors import IngestError
from garbled.evaluation.gate import MUST_AGREE, compare
from garbled.evaluation.stored import to_json

from .made_up import make_results

SHIPPED = json.loads(to_json(make_results()))
WINDOW, ARTICLE, CLEAN, HUMAN, ERROR = range(5)


def report(place: int | None = None, **changes: object) -> dict[str, object]:
    """The shipped report with one target changed."""
    results = make_results()
    targets = list(results.targets)
    if place is not None:
        targets[place] = replace(targets[place], **changes)
    return json.loads(to_json(replace(results, targets=tuple(targets))))


def refusal(new: dict[str, object], old: dict[str, object] = SHIPPED) -> str:
    verdict = compare(new, old)
    assert not verdict.passed
    return str(verdict)


def test_a_model_is_no_worse_than_itself():
    verdict = compare(SHIPPED, SHIPPED)
    assert verdict.passed
    assert verdict.n_compared == 5
    assert str(verdict) == "gate: passed, no worse on any of 5 targets"


@pytest.mark.parametrize(
    ("place", "better"),
    [
        (WINDOW, {"value": 0.95, "low": 0.94, "high": 0.96}),
        (ARTICLE, {"value": 0.94, "low": 0.92, "high": 0.96}),  # lower, by chance
        (CLEAN, {"value": 0.0008, "low": 0.0002, "high": 0.002}),  # the same
        (HUMAN, {"value": 0.5, "low": 0.47, "high": 0.53}),
        (ERROR, {"value": 0.01, "low": 0.0, "high": 0.02, "n_originals": 90}),
    ],
)
def test_better_and_within_the_interval_pass(place, better):
    assert compare(report(place, **better), SHIPPED).passed


@pytest.mark.parametrize(
    ("place", "worse"),
    [
        (WINDOW, {"value": 0.85, "low": 0.83, "high": 0.87}),
        (CLEAN, {"value": 0.03, "low": 0.02, "high": 0.04}),
        (HUMAN, {"value": 0.62, "low": 0.58, "high": 0.66, "met": False}),
        (HUMAN, {"value": 0.35, "low": 0.31, "high": 0.39, "met": False}),
    ],
)
def test_worse_on_one_target_is_refused_whichever_way_it_improves(place, worse):
    assert "worse" in refusal(report(place, **worse))


def test_an_interval_that_was_blown_up_hides_nothing():
    assert "worse" in refusal(report(WINDOW, value=0.6, low=0.0, high=1.0))


@pytest.mark.parametrize("left_out", [{"low": nan}, {"high": nan}, {"low": nan, "high": nan}])
def test_an_interval_that_was_left_out_hides_nothing(left_out):
    assert "no interval any more" in refusal(report(WINDOW, **left_out))
    assert "worse" in refusal(report(WINDOW, value=0.88, **left_out))


def test_a_figure_without_interval_may_vary_by_a_tenth():
    """Such as a time; what is refused is what is clearly worse."""
    cost = {"low": nan, "high": nan}
    old = report(CLEAN, value=0.30, **cost)
    assert compare(report(CLEAN, value=0.32, **cost), old).passed
    assert "worse" in refusal(report(CLEAN, value=0.34, **cost), old)


def test_a_figure_may_move_within_its_band_and_not_out_of_it():
    moved = {"value": 0.58, "low": 0.57, "high": 0.59}
    assert compare(report(HUMAN, **moved), SHIPPED).passed
    assert "worse" in refusal(report(HUMAN, **moved, met=False))
    assert "worse" in refusal(report(HUMAN, **moved, met=None))


def test_a_figure_outside_its_interval_is_refused():
    assert "does not lie" in refusal(report(WINDOW, value=0.95, low=0.6, high=0.7))


@pytest.mark.parametrize("nothing", [{"value": nan, "low": nan, "high": nan}, {"n_originals": 0}])
def test_a_target_that_was_not_measured_is_refused(nothing):
    assert "article: not measured" in refusal(report(ARTICLE, **nothing))


def test_a_bound_that_got_worse_is_refused():
    bounded = report(CLEAN, value=nan, low=nan, high=0.0012)
    assert compare(bounded, bounded).passed
    assert "worse" in refusal(report(CLEAN, value=nan, low=nan, high=0.02), bounded)
    assert "worse" in refusal(report(CLEAN, value=0.02, low=0.01, high=0.03), bounded)


def test_a_bound_on_the_good_side_alone_is_no_measurement():
    assert "not measured" in refusal(report(CLEAN, value=nan, low=0.0, high=nan))
    assert "not measured" in refusal(report(WINDOW, value=nan, low=nan, high=1.0))
    assert "not measured" in refusal(report(HUMAN, value=nan, low=0.5, high=nan, met=True))


def test_a_target_that_is_missing_is_refused():
    new = report()
    del new["targets"][ARTICLE]
    assert "article: missing" in refusal(new)


@pytest.mark.parametrize("targets", [[], None, {}, "none", [{}], [3]])
def test_a_report_without_targets_is_refused(targets):
    assert "target" in refusal({**SHIPPED, "targets": targets})
    with pytest.raises(IngestError, match="shipped report"):
        compare(SHIPPED, {**SHIPPED, "targets": targets})


def test_a_target_that_stands_twice_is_refused():
    new = report()
    new["targets"].append(new["targets"][WINDOW])
    assert "twice" in refusal(new)


def test_fewer_originals_are_refused():
    assert "814 originals, not 815" in refusal(report(WINDOW, n_originals=814))
    assert compare(report(WINDOW, n_originals=900), SHIPPED).passed


@pytest.mark.parametrize("goal", [{"aim": "0.80"}, {"better": "lower"}, {"ideal": 0.9}])
def test_a_target_that_was_moved_is_refused(goal):
    assert "itself was changed" in refusal(report(WINDOW, **goal))


@pytest.mark.parametrize("name", MUST_AGREE)
def test_reports_about_other_things_are_refused(name):
    without = {k: v for k, v in SHIPPED["signature"].items() if k != name}
    assert name in refusal({**SHIPPED, "signature": {**without, name: "another"}})
    assert name in refusal({**SHIPPED, "signature": without})
    assert name in refusal({**SHIPPED, "signature": [name]})
    neither = {**SHIPPED, "signature": without}
    assert f"no {name} in the signature of both" in refusal(neither, neither)


def test_a_shipped_report_that_measured_nothing_lets_nothing_pass():
    empty = report()
    for target in empty["targets"]:
        target.update(value=None, low=None, high=None, n_originals=0)
    with pytest.raises(IngestError, match="no measured target"):
        compare(SHIPPED, empty)


def test_what_the_shipped_model_never_measured_is_not_asked_for():
    assert SHIPPED["targets"][ERROR]["value"] is None
    assert compare(report(ERROR, note="still too few"), SHIPPED).passed


def test_infinite_figures_are_no_figures():
    new = report()
    new["targets"][WINDOW].update(value=float("inf"), low=float("inf"), high=float("inf"))
    assert "not measured" in refusal(new)


def test_every_reason_is_told():
    new = report(WINDOW, value=0.5, low=0.49, high=0.51, n_originals=10)
    new["signature"]["manifest"] = "another"
    assert len(compare(new, SHIPPED).refusals) == 3
