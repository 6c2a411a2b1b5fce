"""Heads refitted on the training side, measured on the held-out fold.

The encoder stays as it is: it has seen what the head has not. N-gram models are fitted anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.counts import NgramCounts
from garbled.corpora.pairs import Pair
from garbled.evaluation.architectures import architecture_of, system_fold
from garbled.evaluation.held_out import (
    HeldOut,
    Material,
    Measuring,
    measure_chunks,
    measure_columns,
)
from garbled.evaluation.resampling import Mask, Numbers, Vector
from garbled.features.groups import DESCRIPTION_ONLY
from garbled.model.store import Configuration, Model
from garbled.training.fit import (
    Columns,
    fit_configuration,
    fit_ngrams,
    score_ngrams,
    stacking_folds,
)
from garbled.training.labels import Labels, described_estimate, label
from garbled.training.measure import Measured, chunk_pairs
from garbled.training.prepare import split_pairs


@dataclass(frozen=True)
class Kinds:
    """What each window is of, by which rows are left out of a refit."""

    set: NDArray[np.str_]
    lang_pair: NDArray[np.str_]
    architecture: NDArray[np.str_]
    system_fold: Numbers
    system: NDArray[np.str_]
    year: Numbers

    @classmethod
    def of(cls, pairs: Sequence[Pair], measured: Measured) -> Kinds:
        first, place = np.unique(measured.pair, return_inverse=True)
        own = [pairs[index] for index in first.tolist()]
        return cls(
            np.array([p.set for p in own])[place],
            np.array([p.lang_pair for p in own])[place],
            np.array([architecture_of(p.set, p.system) for p in own])[place],
            np.array([system_fold(p.system) for p in own])[place],
            np.array([p.system for p in own])[place],
            np.array([p.year or 0 for p in own])[place],
        )

    def __len__(self) -> int:
        return len(self.year)

    def has_language(self, language: str) -> Mask:
        """Whether a language is any of those that the text went through."""
        pairs, place = np.unique(self.lang_pair, return_inverse=True)
        has = np.array([language in pair.split("-") for pair in pairs.tolist()], dtype=bool)
        return np.asarray(has[place])


@dataclass(frozen=True)
class TrainingSide:
    """The windows that a model was fitted on, with their columns and labels."""

    material: Material
    labels: Labels
    counts: NgramCounts
    kinds: Kinds
    seed: int


@dataclass(frozen=True)
class Refit:
    """N-gram models fitted without some rows, and both sides' columns with their scores."""

    side: TrainingSide
    rows: Mask
    fitted: Columns
    held_out: Columns

    def configuration(
        self, groups: Sequence[str], description_only: Collection[str] = DESCRIPTION_ONLY
    ) -> Configuration:
        """A head on some groups of features, on the rows that were not left out."""
        side = self.side
        return fit_configuration(
            groups,
            self.fitted,
            side.material.measured,
            side.labels,
            side.seed,
            self.rows,
            description_only,
        )

    def logits(self, groups: Sequence[str], fitted: Configuration) -> Vector:
        """Log-odds of the held-out windows; NaN where grammar was wanted and not checked."""
        logits = fitted.windows.logits(self.held_out.matrix(groups))
        if "grammar" not in groups:
            return logits
        return np.where(np.isnan(self.held_out.groups["grammar"][:, 0]), np.nan, logits)


def measure_training_side(path: Path, model: Model, how: Measuring) -> TrainingSide:
    """Measure again, or take from the cache, what the model was fitted on.

    Raises:
        GarbledError: the pairs are not there.
    """
    seed = int(model.description["seed"])
    quick = bool(model.description.get("quick", False))
    split = split_pairs(path, held_out=False, seed=seed, quick=quick)
    chunks = chunk_pairs(split.pairs)
    measured = measure_chunks(chunks, how)
    own = split.in_order_of([pair for chunk in chunks for pair in chunk])
    estimate = described_estimate(model.description)
    labels = label(measured, own.pairs, own.groups, own.folds, estimate)
    rows = stacking_folds(labels) >= 0
    material = measure_columns(chunks, measured, model, how, rows)
    kinds = Kinds.of(material.pairs, measured)
    return TrainingSide(material, labels, model.resources.counts, kinds, seed)


def refit_without(side: TrainingSide, held_out: HeldOut, left_out: Mask) -> Refit:
    """Fit the n-gram models without some of the training side's windows.

    Raises:
        GarbledError: nothing is left to fit on.
    """
    rows = ~left_out
    ngrams, scores = fit_ngrams(side.material.measured, side.labels, side.counts, rows=rows)
    own = score_ngrams(ngrams, held_out.measured)
    return Refit(
        side,
        rows,
        Columns({**side.material.columns.groups, **scores}),
        Columns({**held_out.material.columns.groups, **own}),
    )
