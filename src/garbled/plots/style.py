"""How every plot of garbled looks: no line, bar or mark hangs on its colour alone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from garbled.errors import ResourceError
from garbled.report.plain import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a5c00", "#56b4e9", "#777777")
"""Okabe and Ito's, safe for the colour-blind, the yellow darkened."""
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (7, 2, 1, 2, 1, 2)), (0, (3, 5)))
MARKERS = ("o", "s", "^", "D", "v", "X", "P", "*")
HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\", "++++", "oo", "--")
GREY, LIGHT = "#777777", "#dddddd"
SETTINGS: Mapping[Any, Any] = {
    "svg.hashsalt": "garbled",
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
"""Nothing in a text is read as a formula."""
WIDTH = 5.2
"""Inches; a phone shows it at about two thirds."""
MAX_LABEL = 48
"""Characters of a legend's line."""


def require_matplotlib() -> None:
    """Say early that plots cannot be drawn.

    Raises:
        ResourceError: matplotlib is not installed.
    """
    if find_spec("matplotlib") is None:
        raise ResourceError("plots need matplotlib: install 'garbled[plots]'")


@contextmanager
def drawing_on(axes: Axes | None, height: float = 3.2) -> Iterator[Axes]:
    """The given axes, or those of a new figure, to draw on in garbled's style.

    Args:
        axes: None makes a figure, which a notebook shows.
        height: in inches, of a new figure.

    Raises:
        ResourceError: matplotlib is not installed.
    """
    require_matplotlib()
    import matplotlib as mpl

    is_interactive = mpl.is_interactive()
    try:
        with mpl.rc_context(dict(SETTINGS)):
            if axes is None:
                from matplotlib import pyplot

                _, axes = pyplot.subplots(figsize=(WIDTH, height), layout="constrained")
                is_interactive = mpl.is_interactive()
            yield axes
    finally:  # a notebook's backend sets it with its first figure; without it no other one shows
        mpl.interactive(is_interactive)


def shorten(name: object) -> str:
    """A name as a legend's line, whatever is in it.

    >>> shorten("a" * 60)[-2:], shorten("two\\nlines")
    ('a…', 'two lines')
    """
    label = plain(str(name), MAX_LABEL)
    return f" {label}" if label.startswith("_") else label  # which a legend would leave out


def wrap(name: object) -> str:
    """A name as the label of a row, in two lines at most."""
    return "\n".join(textwrap.wrap(plain(str(name)), 26, max_lines=2, placeholder="…"))
