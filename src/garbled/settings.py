"""What a run was asked for. Making it loads no model, so a run that scores nothing needs none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import garbled
from garbled.evidence.house_list import HouseList
from garbled.policy import Policies

if TYPE_CHECKING:
    from garbled.model.store import Configuration, Model

Tier = Literal["fast", "full", "auto"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was asked for; small and picklable, so that workers are given it.

    ``large`` is the folder of the large encoder, None where there is none or the tier is fast;
    ``prior`` is for all copy; where it is None, ``policies`` say it feed by feed, as they do the
    thresholds. ``house_list`` holds the names and terms to leave alone.
    """

    tier: Tier
    grammar: bool
    prior: float | None
    model: Path
    digest: str
    large: Path | None = None
    house_list: HouseList = field(default_factory=HouseList)
    policies: Policies = field(default_factory=Policies)

    def full_configuration(self, *, grammar: bool) -> str:
        """The configuration of the full tier, with what there is."""
        name = "full" if self.large is None else "large"
        return name if grammar else f"{name}_without_grammar"

    def prior_of(self, model: Model, source: str) -> float:
        """The share of mangled texts that a source's probabilities are for."""
        own = self.policies.of(source).prior if self.prior is None else self.prior
        return float(model.description["prior"]) if own is None else own

    def shift_of(self, model: Model, source: str) -> float:
        """What the prior adds to log-odds at even classes."""
        from garbled.model.classifier import prior_shift

        return prior_shift(self.prior_of(model, source))

    def thresholds_of(self, configuration: Configuration, source: str) -> dict[str, float]:
        """The probabilities at which a source's copy is passed, reviewed and held."""
        return self.policies.of(source).thresholds(configuration.thresholds)

    def fingerprint(self, source: str) -> str:
        """What the result of an article of this source depends on besides the article, in short.

        Two runs whose fingerprints are equal give an article the same result.
        """
        large = None if self.large is None else self.large.name
        policy = self.policies.of(source)
        said = (garbled.__version__, self.digest, self.tier, self.grammar, self.prior, large)
        own = (policy.prior, policy.review, policy.hold, policy.shift, self.house_list.digest)
        return hashlib.sha256(repr(said + own).encode()).hexdigest()[:32]
