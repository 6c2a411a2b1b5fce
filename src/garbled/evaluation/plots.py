"""The plots of a report: ROC, slices, ablation, reliability, scores.

Every line has a dash or marker of its own, so that nothing hangs on colour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle
from math import isnan
from typing import TYPE_CHECKING

from garbled.evaluation.metrics import Interval
from garbled.evaluation.results import CalibrationResult, Histogram, Results, RocCurve
from garbled.evaluation.slices import EVERYTHING, NATIVE
from garbled.evaluation.svg import Plot, picture, require_matplotlib
from garbled.evaluation.tables import UNITS, main_configuration

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a5c00", "#56b4e9", "#777777")
"""Okabe and Ito's, safe for the colour-blind, the yellow darkened."""
_DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (7, 2, 1, 2, 1, 2)), (0, (3, 5)))
_MARKERS = ("o", "s", "^", "D", "v", "X", "P", "*")
MAX_LABEL = 48
"""Characters of a legend's line."""
_PROBABILITIES = (0, 0.01, 0.03, 0.1, 0.3, 1)


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
    for curve, colour, dash in zip(curves, cycle(_COLOURS), cycle(_DASHES), strict=False):
        rates = (curve.false_positive_rate, curve.true_positive_rate)
        axes.plot(*rates, label=_shorten(curve.scorer), color=colour, linestyle=dash)
    axes.plot([0, 1], [0, 1], color="#777777", linewidth=0.8)
    axes.set(xlabel="originals flagged", ylabel="copies flagged", xlim=(0, 1), ylim=(0, 1.01))
    axes.legend(loc="lower right", frameon=False)


def _intervals(
    axes: Axes, found: Mapping[tuple[str, str], Interval], reference: float, label: str
) -> None:
    """A row for each first name, from the top down, with a marker for each second name."""
    rows = list(dict.fromkeys(row for row, _ in found))
    series = list(dict.fromkeys(name for _, name in found))
    for place, name in enumerate(series):
        known = [(i, found.get((row, name), Interval(float("nan")))) for i, row in enumerate(rows)]
        known = [(i, point) for i, point in known if not isnan(point.value)]
        colour = _COLOURS[place % len(_COLOURS)]
        axes.errorbar(
            [point.value for _, point in known],
            [0.6 * (0.5 - (place + 0.5) / len(series)) - i for i, _ in known],
            xerr=[[_reach(p)[side] for _, p in known] for side in (0, 1)],
            fmt=_MARKERS[place % len(_MARKERS)],
            markerfacecolor="white" if place % 2 else colour,
            color=colour,
            markersize=5,
            linewidth=1,
            label=_shorten(name),
        )
    axes.set_yticks([-i for i in range(len(rows))], [_wrap(row) for row in rows])
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.axvline(reference, color="#777777", linewidth=0.8, linestyle="--")
    axes.set_xlabel(label)
    axes.grid(axis="x", color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False)


def _reach(point: Interval) -> tuple[float, float]:
    """How far the interval goes to the left and to the right of the value."""
    if isnan(point.low) or isnan(point.high):
        return 0.0, 0.0
    return max(point.value - point.low, 0.0), max(point.high - point.value, 0.0)


def _wrap(name: str) -> str:
    return "\n".join(textwrap.wrap(name, 26, max_lines=2, placeholder="…"))


def _shorten(name: str) -> str:
    return name if len(name) <= MAX_LABEL else f"{name[: MAX_LABEL - 1]}…"


def _reliability(axes: Axes, own: Sequence[CalibrationResult]) -> None:
    axes.plot([0, 1], [0, 1], color="#777777", linewidth=0.8)
    for place, result in enumerate(own):
        axes.plot(
            [b.predicted for b in result.bins],
            [b.seen for b in result.bins],
            label=_shorten(result.slice),
            color=_COLOURS[place],
            linestyle=_DASHES[place],
            marker=_MARKERS[place],
            markerfacecolor="white" if place % 2 else _COLOURS[place],
            markersize=5,
        )
    names = [f"{tick:g}" for tick in _PROBABILITIES]
    axes.set_xscale("symlog", linthresh=0.01)
    axes.set_yscale("symlog", linthresh=0.01)
    axes.set_xticks(_PROBABILITIES, names)
    axes.set_yticks(_PROBABILITIES, names)
    axes.minorticks_off()
    axes.set(xlabel="probability said", ylabel="share mangled", xlim=(0, 1.1), ylim=(0, 1.1))
    axes.legend(loc="upper left", frameon=False)


def _histogram(axes: Axes, found: Histogram) -> None:
    sides = (("originals", found.originals), ("copies", found.copies))
    for (name, shares), colour, dash in zip(sides, _COLOURS[::2], _DASHES, strict=False):
        axes.stairs(shares, found.edges, label=name, color=colour, linestyle=dash)
    axes.set(xlabel="log-odds at even classes", ylabel="share of windows")
    axes.legend(frameon=False)
