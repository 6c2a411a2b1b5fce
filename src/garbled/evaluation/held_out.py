"""The held-out fold, measured: the pairs that training sampled away from, and human controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from garbled.corpora.pairs import Pair, read_pairs
from garbled.corpora.splits import group_pairs, normalise_original
from garbled.errors import GarbledError, ResourceError
from garbled.evaluation.comparisons import (
    Comparisons,
    compare_windows,
    document_run,
    score_windows,
)
from garbled.model.large import find_large
from garbled.model.store import Model
from garbled.training.config import HELD_OUT_FOLD
from garbled.training.encode import encoder_digest, measure_encoder
from garbled.training.fit import Columns, collect_columns, score_ngrams
from garbled.training.grammar import measure_grammar
from garbled.training.labels import Labels, described_estimate, label
from garbled.training.measure import Measured, chunk_pairs, measure
from garbled.training.prepare import Split, resources_digest, split_pairs


@dataclass(frozen=True)
class Material:
    """Pairs with the columns that a model reads of their windows.

    Grammar is NaN where nothing was checked; ``surprisal`` is an untrained language model's, NaN
    where it read nothing.
    """

    chunks: Sequence[Sequence[Pair]]
    pairs: list[Pair]
    measured: Measured
    columns: Columns
    languagetool: str
    surprisal: NDArray[np.float64] | None = None

    def scores(self, model: Model) -> dict[str, NDArray[np.float64]]:
        return score_windows(self.measured, self.columns, model, self.surprisal)


@dataclass(frozen=True)
class HeldOut:
    """The fold's material with its labels and its stories."""

    material: Material
    labels: Labels
    stories: NDArray[np.int64]

    @property
    def pairs(self) -> list[Pair]:
        return self.material.pairs

    @property
    def measured(self) -> Measured:
        return self.material.measured

    def compare(self, model: Model) -> Comparisons:
        """Every window beside its other version, scored."""
        return self.compare_scores(self.material.scores(model))

    def compare_scores(self, scores: Mapping[str, NDArray[np.float64]]) -> Comparisons:
        """Every window beside its other version, by scores of one's own."""
        return compare_windows(scores, self.measured, self.labels, self.pairs, self.stories)

    def document_pairs(self, document: int) -> list[Pair]:
        """The pairs of an aligned document, by its number."""
        first = int(self.measured.pair[np.searchsorted(self.measured.document, document)])
        return [self.pairs[index] for index in document_run(self.pairs, first)]


@dataclass(frozen=True, slots=True)
class Measuring:
    """How windows are measured.

    Args:
        folder: the model's.
        max_grammar: windows that LanguageTool checks at the most; 0 leaves it out.
        cache: folder of features, or None.
        jobs: processes.
        large: whether the large encoder reads them too, where it is installed.
    """

    folder: Path
    max_grammar: int = 0
    cache: Path | None = None
    jobs: int = 1
    large: bool = True


def measure_held_out(path: Path, model: Model, how: Measuring, seed: int) -> HeldOut:
    """Read, sample and measure the held-out fold.

    Args:
        path: the aligned pairs.
        model: whose description holds the fold and the quality estimate that labels are made by.
        how: to measure.
        seed: of the sample.

    Raises:
        GarbledError: nothing of the fold is long enough, or the model held out another one.
    """
    if model.description["held_out_fold"] != HELD_OUT_FOLD:
        raise GarbledError("the model was fitted on the fold to be measured on; train it again")
    split = add_human_controls(split_pairs(path, held_out=True, seed=seed), path)
    if not split.pairs:
        raise GarbledError("no pair of the held-out fold here", source=str(path))
    material = measure_pairs(split.pairs, model, how)
    if not len(material.measured):
        raise GarbledError("no text of 25 words or more in the held-out fold", source=str(path))
    own = split.in_order_of(material.pairs)
    estimate = described_estimate(model.description)
    labels = label(material.measured, material.pairs, own.groups, own.folds, estimate)
    return HeldOut(material, labels, group_stories(material.pairs))


def measure_pairs(pairs: Sequence[Pair], model: Model, how: Measuring) -> Material:
    """Measure pairs as the model that ships does, its n-gram models and encoders included."""
    chunks = chunk_pairs(pairs)
    return measure_columns(chunks, measure_chunks(chunks, how), model, how)


def measure_chunks(chunks: Sequence[Sequence[Pair]], how: Measuring) -> Measured:
    """What needs no model."""
    return measure(chunks, how.folder, resources_digest(how.folder), how.cache, how.jobs)


def measure_columns(
    chunks: Sequence[Sequence[Pair]],
    measured: Measured,
    model: Model,
    how: Measuring,
    rows: NDArray[np.bool_] | None = None,
) -> Material:
    """What the model's n-gram models, LanguageTool and the encoders make of measured windows.

    ``rows`` are those that the encoders read, by default all.
    """
    grammar, languagetool = _grammar(chunks, measured, how.max_grammar, how.cache, how.jobs)
    ngrams = score_ngrams(model.ngrams, measured)

    def read(folder: Path) -> NDArray[np.float64]:
        digest = encoder_digest(folder)
        return measure_encoder(chunks, measured, folder, digest, how.cache, how.jobs, rows)

    large = find_large(model.description) if how.large else None
    columns = collect_columns(
        measured, ngrams, grammar, read(how.folder), None if large is None else read(large)
    )
    flat = [pair for chunk in chunks for pair in chunk]
    return Material(chunks, flat, measured, columns, languagetool)


def compare_pairs(
    pairs: Sequence[Pair],
    model: Model,
    how: Measuring,
    stories: Callable[[Sequence[Pair]], NDArray[np.int64]],
) -> Comparisons:
    """Measure, score and compare pairs outside of the sample; ``stories`` groups them.

    The large encoder does not read them: no figure on such pairs is of a configuration with it.
    """
    material = measure_pairs(pairs, model, replace(how, large=False))
    nothing = np.zeros(len(material.pairs), dtype=np.int64)
    estimate = described_estimate(model.description)
    labels = label(material.measured, material.pairs, nothing, nothing, estimate)
    scores, own = material.scores(model), stories(material.pairs)
    return compare_windows(scores, material.measured, labels, material.pairs, own)


def add_human_controls(split: Split, path: Path) -> Split:
    """All human versions of the split's documents; sampling leaves few of them, and all are few."""
    place = {(p.set, p.document): index for index, p in enumerate(split.pairs) if p.document}
    known = {(p.set, p.lang_pair, p.document, p.system, p.seg) for p in split.pairs}
    controls = [
        pair
        for pair in read_pairs(path)
        if pair.kind == "human"
        and (pair.set, pair.document) in place
        and (pair.set, pair.lang_pair, pair.document, pair.system, pair.seg) not in known
    ]
    own = [place[pair.set, pair.document] for pair in controls]
    return Split(
        [*split.pairs, *controls],
        np.concatenate([split.groups, split.groups[own]]),
        np.concatenate([split.folds, split.folds[own]]),
        split.skipped,
    )


def group_stories(pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """Groups to resample: the pairs that share a document or an original.

    Coarser groups keep the fold apart: there, blocks of 50 segments that stand for a document
    where a set names none chain most of wmt15 into one. Here they tie only what no document names.
    """
    named = {normalise_original(p.original) for p in pairs if p.document and not p.is_in_block}
    return group_pairs(
        [
            replace(p, document="")
            if p.is_in_block and normalise_original(p.original) in named
            else p
            for p in pairs
        ]
    )


def _grammar(
    chunks: Sequence[Sequence[Pair]], measured: Measured, limit: int, cache: Path | None, jobs: int
) -> tuple[NDArray[np.float64], str]:
    """Grammar features and LanguageTool's version, or why there are none."""
    from garbled.languagetool.server import shared_server

    unchecked = measure_grammar(chunks, measured, 0, cache, jobs)
    if limit <= 0:
        return unchecked, "not asked for"
    try:
        version = shared_server().version()
        return measure_grammar(chunks, measured, limit, cache, jobs), version
    except ResourceError as error:
        return unchecked, f"not measured ({error})"
