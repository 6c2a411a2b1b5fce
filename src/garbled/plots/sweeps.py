"""What becomes of articles as a threshold, or the prior, moves."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from garbled.plots.style import COLOURS, DASHES, GREY, LIGHT, drawing_on, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TICKS = (0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999)


def sweep(
    at: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    over: str = "threshold",
    label: str = "articles",
    marks: Mapping[str, float] = {},
    axes: Axes | None = None,
) -> Axes:
    """Curves over a probability, which is spread by its log-odds.

    Args:
        at: probabilities between 0 and 1, both left out, rising; shape (n,).
        curves: name to its values, shape (n,), or to these with lower and upper bounds, shape
            (3, n), which are drawn as a band between thin lines.
        over: what moves.
        label: what the values are.
        marks: name to a probability where a dashed line stands, if it lies among them.

    Raises:
        ValueError: there is nothing to draw, or a curve does not fit the probabilities.
    """
    x = np.asarray(at, dtype=float)
    known = {name: np.atleast_2d(np.asarray(own, dtype=float)) for name, own in curves.items()}
    if not known or any(own.shape not in ((1, len(x)), (3, len(x))) for own in known.values()):
        raise ValueError("each curve needs a value, or one with two bounds, for each place")
    with drawing_on(axes) as axes:
        for (name, own), colour, dash in zip(
            known.items(), cycle(COLOURS), cycle(DASHES), strict=False
        ):
            axes.plot(x, own[0], label=shorten(name), color=colour, linestyle=dash)
            for bound in own[1:]:
                axes.plot(x, bound, color=colour, linestyle=dash, linewidth=0.4)
            if len(own) == 3:
                axes.fill_between(x, own[1], own[2], color=colour, alpha=0.12, linewidth=0)
        inside = {name: p for name, p in marks.items() if x.min() <= p <= x.max()}
        for name, place in inside.items():
            axes.axvline(place, color=GREY, linewidth=0.8, linestyle="--")
            axes.annotate(
                shorten(name),
                (place, 1),
                xycoords=("data", "axes fraction"),
                rotation=90,
                ha="right",
                va="top",
                color=GREY,
            )
        axes.set_xscale("logit")
        shown = [tick for tick in TICKS if x.min() <= tick <= x.max()]
        axes.set_xticks(shown, [f"{tick:g}" for tick in shown])
        axes.minorticks_off()
        axes.set(xlabel=over, ylabel=label, xlim=(x.min(), x.max()))
        axes.set_ylim(bottom=0)
        if all(np.asarray(own).dtype.kind in "iu" for own in curves.values()):
            axes.locator_params(axis="y", integer=True)
        axes.grid(color=LIGHT, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)
    return axes
