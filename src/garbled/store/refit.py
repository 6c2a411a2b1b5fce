"""How far a feed's labels move its thresholds.

An editor's labels say how often articles of a feed were mangled where the model gave them a
probability. If they were so less often, the feed's probabilities are too high, and its thresholds
go up by as much; if more often, down. How much is the intercept of a logistic regression of the
labels on the model's own log-odds, whose slope is held at 1 (Cox, "Two further applications of a
model for binary regression", Biometrika 1958), shrunk towards none by a normal prior, as is
advised where labels are few (Steyerberg et al., "Validation and updating of predictive logistic
regression models", Statistics in Medicine 2004).

Labels cancel where as many are "mangled" as the probabilities said: at 0.5 one "mangled" undoes
one "false alarm", at 0.9 nine do.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, log
from typing import NamedTuple

PRIOR_VARIANCE = 0.1
"""Of a feed's intercept in log-odds: a single label moves thresholds by less than 0.1."""
MAX_SHIFT = 2.0
"""No number of labels moves thresholds further: by 2, a threshold of 0.5 goes to 0.88."""
DECIMALS = 3
_LEAST = 1e-4
_HALVINGS = 40


class Labelled(NamedTuple):
    """The probability that a model gave an article, and whether an editor found it mangled."""

    probability: float
    is_mangled: bool


def fit_shift(labels: Iterable[Labelled]) -> float:
    """The log-odds to add to a feed's thresholds; above 0 makes alarms rarer.

    The maximum of the posterior, within ``MAX_SHIFT``; 0 without labels.

    >>> fit_shift([Labelled(0.9, False)]), fit_shift([Labelled(0.05, True)])
    (0.089, -0.095)
    >>> fit_shift([Labelled(0.5, True), Labelled(0.5, False)])
    0.0
    >>> fit_shift([Labelled(0.9, False)] * 1000)
    2.0
    """
    judged = [(_logit(label.probability), label.is_mangled) for label in sorted(labels)]
    low, high = -MAX_SHIFT, MAX_SHIFT
    if not judged:
        return 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _gradient(middle, judged) > 0:
            low = middle
        else:
            high = middle
    return round(-(low + high) / 2, DECIMALS) + 0.0


def _gradient(intercept: float, judged: list[tuple[float, bool]]) -> float:
    """Of the log-posterior; it falls as the intercept grows."""
    surprise = sum(is_mangled - _sigmoid(logit + intercept) for logit, is_mangled in judged)
    return surprise - intercept / PRIOR_VARIANCE


def _logit(probability: float) -> float:
    bounded = min(max(probability, _LEAST), 1 - _LEAST)
    return log(bounded / (1 - bounded))


def _sigmoid(logit: float) -> float:
    return 1 / (1 + exp(-logit))
