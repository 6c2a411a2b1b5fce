"""Plots for notebooks: of one article, of a feed, and of what a detector is worth.

Every function takes ``axes`` to draw on, makes a figure where there are none, and gives the axes
back. Matplotlib (``pip install 'garbled[plots]'``) is imported when something is drawn.
"""

from garbled.plots.arrays import distributions, intervals, quality, reliability, roc, separation
from garbled.plots.articles import contributions, score_along, verdicts

__all__ = [
    "contributions",
    "distributions",
    "intervals",
    "quality",
    "reliability",
    "roc",
    "score_along",
    "separation",
    "verdicts",
]
