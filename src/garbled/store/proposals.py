"""Thresholds for a feed, from how many items a day of its history they would have held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from garbled.errors import GarbledError
from garbled.store.statements import Observed

MIN_ITEMS, MIN_DAYS = 100, 3.0
"""Below which a history says too little: a day or two are not like a week."""
MAX_CANDIDATES = 250
"""Review thresholds that are tried at the most."""
BACKLOG_SECONDS = 3_600.0
"""Items seen this soon after the first stood in the feed before: they tell no rate."""
CONFIDENCE = 0.95
_DAY = 86_400.0
_VERDICTS = ("pass", "review", "hold")
_NEVER = 2.0  # no probability is as high
_ADVICE = "allow more, or see whether a house list takes out names that are right"

Vector = NDArray[np.float64]
Counts = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Alarms:
    """So many items a day, as expected from ``n`` of the history, with an interval for the rate."""

    n: int
    a_day: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """Thresholds, what they would have done to the feed's history, and what that rests on.

    ``days`` lie between the first and the last new item, of which ``items_a_day`` came;
    ``held_before`` and ``reviewed_before`` are what the present thresholds give.
    """

    review: float
    hold: float
    held: Alarms
    reviewed: Alarms
    held_before: float
    reviewed_before: float
    n_items: int
    days: float
    items_a_day: float
    first_at: float
    last_at: float


@dataclass(frozen=True)
class History:
    """The items of a feed: probabilities (-1 where there is none) and verdicts by style.

    ``verdicts`` has the shape (n_items, 3), as indices of pass, review and hold.
    """

    probabilities: Vector
    verdicts: Counts
    items_a_day: float

    def verdicts_at(self, review: float, hold: float) -> Counts:
        """What the items' verdicts would be, shape (n_items,)."""
        style = (self.probabilities >= review).astype(int) + (self.probabilities >= hold)
        found: Counts = self.verdicts[np.arange(len(style)), style]
        return found

    def a_day(self, n: float) -> float:
        """A number of these items as a rate."""
        return n / len(self.probabilities) * self.items_a_day

    def held(self, review: float, hold: float) -> float:
        return self.a_day(int(np.count_nonzero(self.verdicts_at(review, hold) == 2)))

    def reviewed(self, review: float, hold: float) -> float:
        return self.a_day(int(np.count_nonzero(self.verdicts_at(review, hold) == 1)))


def propose(
    observed: Sequence[Observed], holds_a_day: float, reviews_a_day: float | None = None
) -> Proposal:
    """The lowest thresholds that keep to so many held items, and so many to review, a day.

    Verdicts are those that each item would have had, findings included: a threshold alone never
    holds. Without ``reviews_a_day`` the review threshold stays as it is.

    Raises:
        GarbledError: the history is too short, or no threshold keeps to the numbers, because the
            findings alone give more alarms.
    """
    days, items_a_day = _rate(observed)
    history = History(
        np.array([-1.0 if o.probability is None else o.probability for o in observed]),
        np.array([[_VERDICTS.index(v) for v in o.by_style.split()] for o in observed], np.int8),
        items_a_day,
    )
    now = observed[-1]
    candidates = _candidates(history.probabilities)
    if reviews_a_day is None:
        review = now.review
    else:
        review = _lowest_review(history, candidates, holds_a_day, reviews_a_day)
    hold = _lowest_hold(history, candidates, review, holds_a_day)
    if hold is None:
        least = history.held(review, _NEVER)
        raise GarbledError(
            f"findings alone would hold {least:.2g} of its items a day, whatever the threshold;"
            f" {_ADVICE}"
        )
    verdicts = history.verdicts_at(review, hold)
    return Proposal(
        review=review,
        hold=hold,
        held=_alarms(int(np.count_nonzero(verdicts == 2)), history),
        reviewed=_alarms(int(np.count_nonzero(verdicts == 1)), history),
        held_before=history.held(now.review, now.hold),
        reviewed_before=history.reviewed(now.review, now.hold),
        n_items=len(observed),
        days=days,
        items_a_day=items_a_day,
        first_at=observed[0].first_at,
        last_at=observed[-1].first_at,
    )


def _rate(observed: Sequence[Observed]) -> tuple[float, float]:
    """Days that the history spans, and items that came new on each."""
    first = observed[0].first_at if observed else 0.0
    days = (observed[-1].first_at - first) / _DAY if observed else 0.0
    if len(observed) < MIN_ITEMS or days < MIN_DAYS:
        raise GarbledError(
            f"its history has {len(observed)} items over {days:.1f} days; {MIN_ITEMS} items over"
            f" {MIN_DAYS:.0f} days are needed, so run the gate for a while"
        )
    return days, sum(o.first_at > first + BACKLOG_SECONDS for o in observed) / days


def _candidates(probabilities: Vector) -> list[float]:
    """Thresholds that part the items differently, from the lowest."""
    known = np.unique(probabilities[probabilities >= 0])
    if not len(known):
        raise GarbledError("none of its items was long enough to have a probability")
    gaps = [(0.0, float(known[0])), *zip(known[:-1].tolist(), known[1:].tolist(), strict=True)]
    gaps.append((float(known[-1]), 1.0))
    return [_between(low, high) for low, high in gaps if high > low]


def _between(low: float, high: float) -> float:
    """A short number that parts two probabilities, half-way in log-odds.

    >>> _between(0.2, 0.9), _between(0.8812, 0.8813), _between(0.9999, 1.0)
    (0.6, 0.88125, 0.99999)
    """
    edges = [min(max(edge, 1e-6), 1 - 1e-6) for edge in (low, high)]
    logit = sum(log(edge / (1 - edge)) for edge in edges) / 2
    middle = 1 / (1 + exp(-logit))
    short = (round(middle, digits) for digits in range(1, 8))
    return next((value for value in short if low < value < high), middle)


def _lowest_hold(
    history: History, candidates: Sequence[float], review: float, holds_a_day: float
) -> float | None:
    """From ``review`` on; the held items grow fewer as the threshold grows."""
    tried = [review, *(c for c in candidates if c > review)]
    return _first(tried, lambda hold: history.held(review, hold) <= holds_a_day)


def _lowest_review(
    history: History, candidates: Sequence[float], holds_a_day: float, reviews_a_day: float
) -> float:
    step = -(-len(candidates) // MAX_CANDIDATES)
    tried = [*candidates[::step], candidates[-1]]
    for review in tried:
        hold = _lowest_hold(history, candidates, review, holds_a_day)
        if hold is not None and history.reviewed(review, hold) <= reviews_a_day:
            return review
    held, reviewed = history.held(_NEVER, _NEVER), history.reviewed(_NEVER, _NEVER)
    raise GarbledError(
        f"findings alone would hold {held:.2g} and send to review {reviewed:.2g} of its items a"
        f" day, whatever the thresholds; {_ADVICE}"
    )


def _first(tried: Sequence[float], is_enough: Callable[[float], bool]) -> float | None:
    """The first that is enough, where all after it are; None if none is."""
    low, high = 0, len(tried)
    while low < high:
        middle = (low + high) // 2
        if is_enough(tried[middle]):
            high = middle
        else:
            low = middle + 1
    return tried[low] if low < len(tried) else None


def _alarms(n: int, history: History) -> Alarms:
    """With the exact interval of a Poisson rate (Garwood, Biometrika 1936)."""
    from scipy.special import gammaincinv

    tail = (1 - CONFIDENCE) / 2
    low = float(gammaincinv(n, tail)) if n else 0.0
    high = float(gammaincinv(n + 1, 1 - tail))
    return Alarms(n, *(history.a_day(value) for value in (n, low, high)))
