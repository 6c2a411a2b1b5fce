"""The plots of a report: ROC, slices, ablation, reliability, scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from garbled.evaluation.metrics import Interval
from garbled.evaluation.results import CalibrationResult, Histogram, Results, RocCurve
from garbled.evaluation.slices import EVERYTHING, NATIVE
from garbled.evaluation.svg import Plot, picture
from garbled.evaluation.tables import UNITS, main_configuration
from garbled.plots.drawing import draw_intervals, draw_reliability, draw_roc, draw_steps
from garbled.plots.style import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(results: Results) -> dict[str, Plot]:
    """All plots that there are results for, by name.

    Raises:
        ResourceError: matplotlib is not installed.
    """
    require_matplotlib()
    scorer = main_configuration(results)
    makers = (_roc_plots, _slice_plots, _ablation_plots, _reliability_plots, _score_plots)
    return {name: plot for make in makers for name, plot in make(results, scorer)}


def _roc_plots(results: Results, scorer: str) -> Iterator[tuple[str, Plot]]:
    for unit in UNITS:
        curves = [c for c in results.roc if (c.unit, c.slice) == (unit, NATIVE)]
        caption = (
            f"ROC curves on {NATIVE}, by {unit}: share of copies against share of their originals "
            "at or above each value. Up and to the left is better."
        )
        if curves:
            name = f"roc_{unit}"
            yield name, picture(name, caption, partial(_roc, curves=curves), 4.4)


def _slice_plots(results: Results, scorer: str) -> Iterator[tuple[str, Plot]]:
    own = [r for r in results.separation if r.scorer == scorer and r.all.n]
    found = {(r.slice, r.unit): r.all.auroc for r in own}
    caption = (
        f"AUROC by slice, configuration {scorer}, windows and articles, with 95 % intervals. The "
        "dashed line is chance."
    )
    if found:
        fill = partial(_intervals, found=found, reference=0.5, label="AUROC")
        yield "slices", picture("slices", caption, fill, 1.2 + 0.4 * len({r.slice for r in own}))


def _ablation_plots(results: Results, scorer: str) -> Iterator[tuple[str, Plot]]:
    height = 1.4 + 0.5 * len({a.group for a in results.ablation})
    lost = {(a.group, a.slice): a.difference for a in results.ablation if a.change == "left out"}
    if lost:
        caption = (
            "Change of AUROC when a feature group is left out, with 95 % intervals. Left of the "
            "dashed line the group was of use."
        )
        fill = partial(_intervals, found=lost, reference=0.0, label="change of AUROC")
        yield "ablation", picture("ablation", caption, fill, height)
    alone = {(a.group, a.slice): a.changed for a in results.ablation if a.change == "alone"}
    if alone:
        caption = (
            "AUROC of each feature group alone, with 95 % intervals. The dashed line is chance."
        )
        fill = partial(_intervals, found=alone, reference=0.5, label="AUROC")
        yield "ablation_alone", picture("ablation_alone", caption, fill, height)


def _reliability_plots(results: Results, scorer: str) -> Iterator[tuple[str, Plot]]:
    for unit in UNITS:
        own = [
            c
            for c in results.calibration
            if (c.unit, c.configuration) == (unit, scorer) and c.slice in (NATIVE, EVERYTHING)
        ]
        caption = (
            f"Reliability by {unit}, configuration {scorer}: share mangled against the probability "
            "that was said, in bins of equal mass. On the line is perfect."
        )
        if any(c.bins for c in own):
            name = f"reliability_{unit}"
            yield name, picture(name, caption, partial(_reliability, own=own), 4.4)


def _score_plots(results: Results, scorer: str) -> Iterator[tuple[str, Plot]]:
    for own in results.histograms:
        if (own.unit, own.scorer, own.slice) == ("window", scorer, NATIVE):
            caption = f"Windows of {NATIVE} by log-odds at even classes, configuration {scorer}."
            yield "scores", picture("scores", caption, partial(_histogram, found=own), 3.2)


def _roc(axes: Axes, curves: Sequence[RocCurve]) -> None:
    draw_roc(axes, {c.scorer: (c.false_positive_rate, c.true_positive_rate) for c in curves})


def _intervals(
    axes: Axes, found: Mapping[tuple[str, str], Interval], reference: float, label: str
) -> None:
    bounds = {name: (own.value, own.low, own.high) for name, own in found.items()}
    draw_intervals(axes, bounds, reference, label)


def _reliability(axes: Axes, own: Sequence[CalibrationResult]) -> None:
    draw_reliability(
        axes, {c.slice: ([b.predicted for b in c.bins], [b.seen for b in c.bins]) for c in own}
    )


def _histogram(axes: Axes, found: Histogram) -> None:
    draw_steps(axes, {"originals": found.originals, "copies": found.copies}, found.edges)
    axes.set(xlabel="log-odds at even classes", ylabel="share of windows")
