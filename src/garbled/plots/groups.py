"""What each feature group adds to articles of several kinds, all of them in one plot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from garbled.explanation import Explanation
from garbled.plots.style import COLOURS, GREY, LIGHT, MARKERS, drawing_on, shorten, wrap
from garbled.report.explain import meanings

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def groups(explanations: Mapping[str, Iterable[Explanation]], *, axes: Axes | None = None) -> Axes:
    """A row a feature group, a mark an article, the median of each kind as a line.

    Right of the middle the group speaks for mangling. The group that tells the kinds apart the
    most stands first.

    Args:
        explanations: kind of article, such as original or copy, to its explanations.

    Raises:
        ValueError: no article was scored.
    """
    found = {kind: _by_group(own) for kind, own in explanations.items()}
    names = sorted({name for own in found.values() for name in own})
    if not names:
        raise ValueError("no article was scored, so there is nothing to explain")
    names.sort(key=lambda name: -_apart([own[name] for own in found.values() if name in own]))
    with drawing_on(axes, 1.2 + 0.5 * len(names)) as axes:
        for place, (kind, own) in enumerate(found.items()):
            colour, shift = COLOURS[place % len(COLOURS)], 0.6 * (0.5 - (place + 0.5) / len(found))
            rows = [(row, name) for row, name in enumerate(names) if name in own]
            for row, name in rows:
                axes.plot(
                    own[name],
                    [shift - row] * len(own[name]),
                    MARKERS[place % len(MARKERS)],
                    color=colour,
                    markerfacecolor="none",
                    markersize=4,
                    label=shorten(f"{kind} ({len(own[name]):,})") if row == rows[0][0] else None,
                )
                middle = float(np.median(own[name]))
                axes.plot([middle] * 2, [shift - row - 0.16, shift - row + 0.16], color=colour)
        labels = [f"{name}: {meanings()[name]['about']}" for name in names]
        axes.set_yticks([-row for row in range(len(names))], [wrap(label) for label in labels])
        axes.axvline(0, color=GREY, linewidth=0.8, linestyle="--")
        axes.grid(axis="x", color=LIGHT, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.set_xlabel("log-odds that the group adds to the article")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)
    return axes


def _apart(kinds: Sequence[Sequence[float]]) -> float:
    return float(np.ptp([np.median(own) for own in kinds]))


def _by_group(explanations: Iterable[Explanation]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for explanation in explanations:
        for group in explanation.article.groups if explanation.article else ():
            found.setdefault(group.name, []).append(group.log_odds)
    return found
