"""What several plots are made of: curves, rows of intervals, steps; all take points, not texts.

The reports of ``garbled evaluate`` draw with these too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from math import isnan
from typing import TYPE_CHECKING

from garbled.plots.style import COLOURS, DASHES, GREY, HATCHES, LIGHT, MARKERS, shorten, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PROBABILITIES = (0, 0.01, 0.03, 0.1, 0.3, 1)
"""Marks of an axis of probabilities, most of which are small."""
Points = tuple[Sequence[float], Sequence[float]]


def draw_roc(axes: Axes, curves: Mapping[str, Points]) -> None:
    """ROC curves over the diagonal of chance.

    Args:
        curves: name to false positive rates and true positive rates, both rising.
    """
    for (name, rates), colour, dash in zip(
        curves.items(), cycle(COLOURS), cycle(DASHES), strict=False
    ):
        axes.plot(*rates, label=shorten(name), color=colour, linestyle=dash)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    axes.set(xlabel="originals flagged", ylabel="copies flagged", xlim=(0, 1), ylim=(0, 1.01))
    axes.legend(loc="lower right", frameon=False)


def draw_intervals(
    axes: Axes,
    found: Mapping[tuple[str, str], tuple[float, float, float]],
    reference: float,
    label: str,
) -> None:
    """A row for each first name, from the top down, with a marker for each second name.

    Args:
        found: names to a value with its lower and upper bound; NaN where there is none.
        reference: where a dashed line stands.
        label: of the axis.
    """
    rows = list(dict.fromkeys(row for row, _ in found))
    series = list(dict.fromkeys(name for _, name in found))
    nothing = (float("nan"),) * 3
    for place, name in enumerate(series):
        known = [(i, found.get((row, name), nothing)) for i, row in enumerate(rows)]
        known = [(i, point) for i, point in known if not isnan(point[0])]
        colour = COLOURS[place % len(COLOURS)]
        axes.errorbar(
            [point[0] for _, point in known],
            [0.6 * (0.5 - (place + 0.5) / len(series)) - i for i, _ in known],
            xerr=[[_reach(*point)[side] for _, point in known] for side in (0, 1)],
            fmt=MARKERS[place % len(MARKERS)],
            markerfacecolor="white" if place % 2 else colour,
            color=colour,
            markersize=5,
            linewidth=1,
            label=shorten(name),
        )
    axes.set_yticks([-i for i in range(len(rows))], [wrap(row) for row in rows])
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.axvline(reference, color=GREY, linewidth=0.8, linestyle="--")
    axes.set_xlabel(label)
    axes.grid(axis="x", color=LIGHT, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False)


def _reach(value: float, low: float, high: float) -> tuple[float, float]:
    """How far the interval goes to the left and to the right of the value."""
    if isnan(low) or isnan(high):
        return 0.0, 0.0
    return max(value - low, 0.0), max(high - value, 0.0)


def draw_reliability(
    axes: Axes,
    bins: Mapping[str, Points],
    bounds: Mapping[str, Sequence[tuple[float, float]]] = {},
    is_even: bool = False,
) -> None:
    """Share mangled against the probability that was said, over the diagonal.

    Args:
        bins: name to the mean probability and the share mangled of each bin.
        bounds: name to the lower and the upper bound of each share, where they are known.
        is_even: do not spread small probabilities.
    """
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    for place, (name, points) in enumerate(bins.items()):
        colour = COLOURS[place % len(COLOURS)]
        for said, (low, high) in zip(points[0], bounds.get(name, ()), strict=False):
            axes.vlines(said, low, high, color=colour, linewidth=0.8)
        axes.plot(
            *points,
            label=shorten(name),
            color=colour,
            linestyle=DASHES[place % len(DASHES)],
            marker=MARKERS[place % len(MARKERS)],
            markerfacecolor="white" if place % 2 else colour,
            markersize=5,
        )
    if not is_even:
        _spread_small(axes)
    axes.set(xlabel="probability said", ylabel="share mangled", xlim=(0, 1.1), ylim=(0, 1.1))
    axes.legend(loc="upper left", frameon=False)


def _spread_small(axes: Axes) -> None:
    names = [f"{tick:g}" for tick in PROBABILITIES]
    axes.set_xscale("symlog", linthresh=0.01)
    axes.set_yscale("symlog", linthresh=0.01)
    axes.set_xticks(PROBABILITIES, names)
    axes.set_yticks(PROBABILITIES, names)
    axes.minorticks_off()


def draw_steps(axes: Axes, shares: Mapping[str, Sequence[float]], edges: Sequence[float]) -> None:
    """Histograms as outlines over one another.

    Args:
        shares: name to the share of its texts in each bin.
        edges: of the bins, one more than there are shares.
    """
    colours = (COLOURS[0], *COLOURS[2:])
    for (name, own), colour, dash in zip(
        shares.items(), cycle(colours), cycle(DASHES), strict=False
    ):
        axes.stairs(own, edges, label=shorten(name), color=colour, linestyle=dash)
    axes.legend(frameon=False)


def draw_bars(axes: Axes, found: Sequence[tuple[float, str]], middle: float) -> None:
    """A bar to the right or the left of the middle for each name, from the top down."""
    for place, (value, _) in enumerate(found):
        colour, hatch = (COLOURS[2], HATCHES[0]) if value > 0 else ("white", HATCHES[1])
        axes.barh(-place, value, 0.7, left=middle, color=colour, edgecolor=COLOURS[2], hatch=hatch)
    axes.set_yticks([-place for place in range(len(found))], [wrap(name) for _, name in found])
    axes.axvline(middle, color=GREY, linewidth=0.8)
