"""The held-out fold, measured: the pairs that training sampled away from, and human controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from garbled.corpora.pairs import Pair, read_pairs
from garbled.corpora.splits import group_pairs, normalise_original
from garbled.errors import GarbledError, ResourceError
from garbled.evaluation.comparisons import Comparisons, compare_windows, score_windows
from garbled.model.store import Model
from garbled.training.config import HELD_OUT_FOLD
from garbled.training.fit import collect_columns
from garbled.training.grammar import measure_grammar
from garbled.training.labels import Labels, described_estimate, label
from garbled.training.measure import Measured, chunk_pairs, measure
from garbled.training.prepare import Split, resources_digest, split_pairs


@dataclass(frozen=True)
class HeldOut:
    """Windows of the fold with their labels; ``grammar`` is NaN where nothing was checked."""

    pairs: list[Pair]
    measured: Measured
    labels: Labels
    grammar: NDArray[np.float64]
    languagetool: str

    def compare(self, model: Model) -> Comparisons:
        """Every window beside its other version, scored."""
        ngrams = {
            view: ngram.score_hashed(getattr(self.measured, view)).reshape(-1, 1)
            for view, ngram in model.ngrams.items()
        }
        columns = collect_columns(self.measured, ngrams, self.grammar)
        scores = score_windows(self.measured, columns, model)
        return compare_windows(
            scores, self.measured, self.labels, self.pairs, group_stories(self.pairs)
        )


def measure_held_out(
    path: Path,
    model: Model,
    folder: Path,
    *,
    seed: int,
    max_grammar: int,
    cache: Path | None,
    jobs: int,
) -> HeldOut:
    """Read, sample and measure the held-out fold.

    Args:
        path: the aligned pairs.
        model: whose description holds the fold and the quality estimate that labels are made by.
        folder: the model's folder.
        seed: of the sample.
        max_grammar: windows that LanguageTool checks at the most.
        cache: folder of features, or None.
        jobs: processes.

    Raises:
        GarbledError: nothing of the fold is long enough, or the model held out another one.
    """
    if model.description["held_out_fold"] != HELD_OUT_FOLD:
        raise GarbledError("the model was fitted on the fold to be measured on; train it again")
    split = add_human_controls(split_pairs(path, held_out=True, seed=seed), path)
    chunks = chunk_pairs(split.pairs)
    if not split.pairs:
        raise GarbledError("no pair of the held-out fold here", source=str(path))
    measured = measure(chunks, folder, resources_digest(folder), cache, jobs)
    grammar, languagetool = _grammar(chunks, measured, max_grammar, cache, jobs)
    if not len(measured):
        raise GarbledError("no text of 25 words or more in the held-out fold", source=str(path))
    pairs = [pair for chunk in chunks for pair in chunk]
    own = split.in_order_of(pairs)
    labels = label(measured, pairs, own.groups, own.folds, described_estimate(model.description))
    return HeldOut(pairs, measured, labels, grammar, languagetool)


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
