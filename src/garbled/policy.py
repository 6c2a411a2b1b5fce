"""What a feed's copy is judged by, where it differs from what the model says for all copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import exp

from garbled.errors import GarbledError


@dataclass(frozen=True, slots=True)
class Policy:
    """Prior and thresholds of a feed; None leaves what the model says.

    Args:
        prior: share of the feed expected to be mangled.
        review, hold: probabilities from which an article goes to review, or may be held.
        shift: log-odds that both thresholds are moved by; above 0 makes alarms rarer.

    Raises:
        GarbledError: one is no probability, or ``hold`` is below ``review``.
    """

    prior: float | None = None
    review: float | None = None
    hold: float | None = None
    shift: float | None = None

    def __post_init__(self) -> None:
        for name in ("prior", "review", "hold"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1:
                raise GarbledError(f"{name} is a share between 0 and 1, not {value}")
        if self.review is not None and self.hold is not None and self.hold < self.review:
            raise GarbledError(f"hold ({self.hold}) is below review ({self.review})")

    def over(self, other: Policy) -> Policy:
        """This policy, and the other's where this one says nothing.

        >>> Policy(prior=0.3).over(Policy(prior=0.1, review=0.4))
        Policy(prior=0.3, review=0.4, hold=None, shift=None)
        """
        mine = {name: getattr(self, name) for name in ("prior", "review", "hold", "shift")}
        return Policy(
            **{n: getattr(other, n) if value is None else value for n, value in mine.items()}
        )

    def thresholds(self, own: Mapping[str, float]) -> dict[str, float]:
        """A model's frozen thresholds with this policy's in their place.

        ``hold`` never stands below ``review``, and what tier ``auto`` passes for good never above.

        >>> Policy(review=0.9).thresholds({"clear_pass": 0.1, "review": 0.3, "hold": 0.7})
        {'clear_pass': 0.1, 'review': 0.9, 'hold': 0.9}
        >>> shifted = Policy(shift=1.0).thresholds({"clear_pass": 0.1, "review": 0.3, "hold": 0.7})
        >>> {name: round(value, 2) for name, value in shifted.items()}
        {'clear_pass': 0.23, 'review': 0.54, 'hold': 0.86}
        """
        review = own["review"] if self.review is None else self.review
        if self.hold is not None and self.review is None:
            review = min(review, self.hold)
        hold = max(own["hold"] if self.hold is None else self.hold, review)
        clear = min(own["clear_pass"], review)
        mine = {"clear_pass": clear, "review": review, "hold": hold}
        if self.shift:
            mine = {name: _moved(value, self.shift) for name, value in mine.items()}
        return {**own, **mine}


@dataclass(frozen=True, slots=True)
class Policies:
    """The policy of all copy, and those of feeds by name or pattern (``*`` and ``?``).

    A feed's name is a document's source up to the first ``#``. An exact name goes before a
    pattern, an earlier pattern before a later one.
    """

    default: Policy = field(default_factory=Policy)
    feeds: tuple[tuple[str, Policy], ...] = ()

    def of(self, source: str) -> Policy:
        """The policy for a document's source.

        >>> policies = Policies(Policy(prior=0.1), (("wire/*", Policy(prior=0.4)),))
        >>> policies.of("wire/fr.xml#item-7").prior, policies.of("desk.xml").prior
        (0.4, 0.1)
        """
        feed = feed_of(source)
        exact = [policy for name, policy in self.feeds if name == feed]
        matching = [policy for name, policy in self.feeds if fnmatchcase(feed, name)]
        return next(iter(exact + matching), Policy()).over(self.default)


def _moved(probability: float, shift: float) -> float:
    """A probability moved by log-odds; 0 and 1 are not moved by any."""
    if not 0 < probability < 1:
        return probability
    odds = probability / (1 - probability) * exp(shift)
    return odds / (1 + odds)


def feed_of(source: str) -> str:
    """The feed, file or folder that a document's source names: what stands before the ``#``.

    >>> feed_of("feeds/world.xml#https://example.org/7")
    'feeds/world.xml'
    """
    return source.partition("#")[0]
