"""A document on its way to its score, and what a run was asked for."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import garbled
from garbled.analysers.faults import Fault
from garbled.documents import Document, Finding
from garbled.evidence import HouseList, find
from garbled.evidence.doubt import shipped_doubts
from garbled.evidence.tokens import find_doubts
from garbled.features.encoder import Reading
from garbled.features.groups import CONFIGURATIONS
from garbled.features.rows import PlacedMatch, Row, make_rows
from garbled.model.articles import describe_article
from garbled.model.classifier import prior_shift
from garbled.model.store import Configuration, Model
from garbled.policy import Policies
from garbled.segment.articles import Article
from garbled.segment.windows import MIN_WORDS

Tier = Literal["fast", "full", "auto"]
Matrix = NDArray[np.float64]


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
        own = (policy.prior, policy.review, policy.hold, self.house_list.digest)
        return hashlib.sha256(repr(said + own).encode()).hexdigest()[:32]


@dataclass
class Draft:
    """A document on its way to its score; a stage fills in what the next one needs."""

    document: Document
    article: Article
    faults: list[Fault]
    check: Future[list[PlacedMatch] | None] | None = None
    configuration: str = "fast"
    matches: list[PlacedMatch] | None = None
    degraded: bool = False
    columns: dict[str, Matrix] = field(default_factory=dict)
    readings: dict[str, list[Reading]] = field(default_factory=dict)

    @property
    def best_readings(self) -> list[Reading]:
        """What the strongest encoder read in each window, in their order; empty if none did."""
        return self.readings.get("large_encoder") or self.readings.get("encoder") or []

    @property
    def is_scored(self) -> bool:
        return self.article.n_words >= MIN_WORDS

    def findings(self, model: Model, settings: Settings) -> dict[int, tuple[Finding, ...]]:
        """Findings by paragraph index, of all that was read so far.

        Doubts are the small encoder's, and only the one's whose thresholds were chosen.
        """
        known = model.description.get("encoder", {}).get("digest") == shipped_doubts().encoder
        readings = self.readings.get("encoder", []) if known else []
        doubts = find_doubts(self.article, readings, model.resources)
        faults = settings.house_list.spare([*self.faults, *doubts], self.article)
        return find(self.article, faults, self.matches, model.resources.counts)

    def rows(self) -> list[Row]:
        return make_rows(self.article.windows, self.faults, self.matches)

    def matrix(self) -> Matrix:
        """All columns of the configuration, shape (n_windows, n_features)."""
        return np.hstack([self.columns[name] for name in CONFIGURATIONS[self.configuration]])

    def calibrated(self, model: Model) -> Configuration:
        return model.configurations[self.configuration]

    def window_logits(self, model: Model) -> Matrix:
        """Log-odds of each window at even classes, shape (n_windows,)."""
        return self.calibrated(model).windows.logits(self.matrix())

    def article_logit(self, window_logits: Matrix, model: Model) -> Matrix:
        """Log-odds of the article at even classes, shape (1,)."""
        n_words = np.array([window.n_words for window in self.article.windows])
        described = describe_article(window_logits, n_words)
        return self.calibrated(model).articles.logits(np.array([described]))
