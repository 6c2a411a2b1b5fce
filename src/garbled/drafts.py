"""A document on its way to its score."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.faults import Fault
from garbled.documents import Document, Finding
from garbled.evidence import find
from garbled.evidence.doubt import shipped_doubts
from garbled.evidence.tokens import find_doubts
from garbled.features.encoder import Reading
from garbled.features.groups import CONFIGURATIONS
from garbled.features.rows import PlacedMatch, Row, make_rows
from garbled.model.articles import describe_article
from garbled.model.store import Configuration, Model
from garbled.segment.articles import Article
from garbled.segment.windows import MIN_WORDS
from garbled.settings import Settings as Settings
from garbled.settings import Tier as Tier

Matrix = NDArray[np.float64]


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
