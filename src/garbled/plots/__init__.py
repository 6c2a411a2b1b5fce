"""Plots for notebooks: of one article, of a feed, and of what a detector is worth.

Every function takes ``axes`` to draw on, makes a figure where there are none, and gives the axes
back. Matplotlib (``pip install 'garbled[plots]'``) is imported when something is drawn.
"""

from garbled.plots.arrays import (
    distributions,
    intervals,
    quality,
    reliability,
    reliability_bins,
    roc,
    separation,
)
from garbled.plots.articles import contributions, score_along, verdicts
from garbled.plots.groups import groups
from garbled.plots.sweeps import sweep

__all__ = [
    "contributions",
    "distributions",
    "groups",
    "intervals",
    "quality",
    "reliability",
    "reliability_bins",
    "roc",
    "score_along",
    "separation",
    "sweep",
    "verdicts",
]
