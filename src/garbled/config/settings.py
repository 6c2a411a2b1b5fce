"""What ``garbled.toml`` says, as frozen values; what it leaves out has its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from garbled.policy import Policies, Policy

Tier = Literal["fast", "full", "auto"]


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """The memory of results.

    Args:
        path: the SQLite file; None for the user's own.
        enabled: False switches it off where it is on by default.
        retention_days: after how many days a result is forgotten; 0 keeps all.
        keep_text: False keeps none of the articles' wording.
    """

    path: Path | None = None
    enabled: bool = True
    retention_days: int = 90
    keep_text: bool = True


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """The HTTP service.

    Args:
        host, port: where it listens.
        max_bytes: largest body of a request.
        max_items: most articles in a request.
        max_characters: longest article that is scored.
        max_seconds: longest that a request is worked on.
        queue: requests that may wait; one more is refused.
        workers: threads that score.
        token_file: file with the token that clients must send; needed off this machine.
    """

    host: str = "127.0.0.1"
    port: int = 8035
    max_bytes: int = 10_000_000
    max_items: int = 100
    max_characters: int = 50_000
    max_seconds: float = 60.0
    queue: int = 32
    workers: int = 1
    token_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """How to score, remember and serve.

    Args:
        tier, grammar, house_list, model: as ``Scorer`` takes them.
        prior, review, hold: of all copy; None leaves what the model says.
        feeds: prior and thresholds of feeds by name or pattern, the first that fits counts.
        store, serve: the memory's and the service's own.
        source: the file that it was read from; None where none was found.
        stated: dotted names of the keys that the file states.
    """

    tier: Tier = "auto"
    grammar: bool = True
    prior: float | None = None
    review: float | None = None
    hold: float | None = None
    house_list: Path | None = None
    model: Path | None = None
    feeds: tuple[tuple[str, Policy], ...] = ()
    store: StoreConfig = field(default_factory=StoreConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)
    source: Path | None = None
    stated: frozenset[str] = frozenset()

    @property
    def policies(self) -> Policies:
        """Prior and thresholds of all copy and of the feeds that the file names."""
        return Policies(Policy(self.prior, self.review, self.hold), self.feeds)

    def policies_with(self, refits: Mapping[str, Policy]) -> Policies:
        """The policies with those that labels refitted, by feed.

        What the file says of a feed goes before its refit, the refit before what the file says
        of all copy: thresholds that the file gives to a feed stay as they are.

        >>> config = Config(hold=0.8, feeds=(("wire/*", Policy(prior=0.2)),))
        >>> config.policies_with({"wire/fr": Policy(shift=0.5)}).of("wire/fr#7")
        Policy(prior=0.2, review=None, hold=0.8, shift=0.5)
        """
        named = Policies(feeds=self.feeds)
        merged = [(feed, _before(named.of(feed), refit)) for feed, refit in refits.items()]
        return Policies(self.policies.default, (*merged, *self.feeds))


def _before(stated: Policy, refit: Policy) -> Policy:
    if stated.review is not None or stated.hold is not None:
        return stated
    return stated.over(refit)
