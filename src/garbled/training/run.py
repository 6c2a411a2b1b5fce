"""The whole of ``garbled train``: pairs in, a model folder out."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import garbled
from garbled.corpora.damage import RULE_VERSION, QualityEstimate
from garbled.errors import GarbledError
from garbled.features.analysers import COUNTS_FILE
from garbled.features.counts import NgramCounts
from garbled.features.grammar import GrammarFeatures
from garbled.features.groups import CONFIGURATIONS
from garbled.model.store import MODEL_FILE, Configuration, default_folder, save_model
from garbled.training.card import write_card
from garbled.training.config import HELD_OUT_FOLD, MAX_GRAMMAR_WINDOWS, TrainingConfig
from garbled.training.fit import DEFAULT_PRIOR, collect_columns, fit_configuration, fit_ngrams
from garbled.training.grammar import measure_grammar
from garbled.training.labels import Labels, described_estimate, fit_estimate, label
from garbled.training.measure import Measured, chunk_pairs, measure
from garbled.training.prepare import Split, prepare_resources, split_pairs


@dataclass(frozen=True)
class Trained:
    """What came of a training run; prints itself for the terminal."""

    folder: Path
    digest: str
    n_windows: int
    n_mangled: int
    n_grammar: int
    skipped: Counter[str]

    def __str__(self) -> str:
        skipped = ", ".join(f"{n} {reason}" for reason, n in self.skipped.most_common()) or "none"
        return (
            f"model {self.digest} in {self.folder}\n"
            f"{self.n_windows} windows, {self.n_mangled} of them mangled, "
            f"{self.n_grammar} checked by LanguageTool; pairs skipped: {skipped}"
        )


def train(config: TrainingConfig) -> Trained:
    """Fit all configurations on every group but the held-out fold and write the model folder.

    Raises:
        IngestError: no pairs could be read.
        ResourceError: LanguageTool is wanted and missing.
    """
    _say("reading and grouping pairs")
    split = split_pairs(config.pairs, held_out=False, seed=config.seed, quick=config.quick)
    _say(f"{len(split.pairs)} pairs; counting and mining")
    digest = prepare_resources(config, split.pairs)
    chunks = chunk_pairs(split.pairs)
    _say(f"measuring {len(chunks)} chunks")
    measured = measure(chunks, config.out, digest, config.cache, config.jobs)
    _say(f"{len(measured)} windows; grammar")
    limit = min(config.max_grammar, MAX_GRAMMAR_WINDOWS)
    grammar = measure_grammar(chunks, measured, limit, config.cache, config.jobs)
    own = split.in_order_of([pair for chunk in chunks for pair in chunk])
    estimate = fit_estimate(measured, own.pairs, shipped_estimate())
    labels = label(measured, own.pairs, own.groups, own.folds, estimate)
    if not (labels.truth == 1).any() or not (labels.truth == 0).any():
        raise GarbledError("too few windows: no mangled or no clean one", source=str(config.pairs))
    _say("fitting")
    ngrams, scores = fit_ngrams(measured, labels, NgramCounts.load(config.out / COUNTS_FILE))
    columns = collect_columns(measured, scores, grammar)
    configurations: dict[str, Configuration] = {}
    for name in CONFIGURATIONS:
        _say(f"fitting {name}")
        configurations[name] = fit_configuration(name, columns, measured, labels, config.seed)
    checked = int((~np.isnan(grammar[:, 0])).sum())
    description = _describe(config, split, measured, labels, estimate, checked)
    card = write_card(description)
    return Trained(
        config.out,
        save_model(config.out, description, ngrams, configurations, card),
        len(measured),
        int((labels.truth == 1).sum()),
        checked,
        split.skipped,
    )


def shipped_estimate() -> QualityEstimate | None:
    """The quality estimate of the model that ships, if one does."""
    try:
        described = json.loads((default_folder() / MODEL_FILE).read_text("utf-8"))
        return described_estimate(described)
    except (OSError, KeyError, ValueError):
        return None


def _describe(
    config: TrainingConfig,
    split: Split,
    measured: Measured,
    labels: Labels,
    estimate: QualityEstimate,
    checked: int,
) -> dict[str, Any]:
    sets = {
        str(name): {
            "windows": int((labels.set == name).sum()),
            "mangled": int(((labels.set == name) & (labels.truth == 1)).sum()),
        }
        for name in np.unique(labels.set)
    }
    return {
        "garbled": garbled.__version__,
        "prior": DEFAULT_PRIOR,
        "rule_version": RULE_VERSION,
        "quality_estimate": asdict(estimate),
        "held_out_fold": HELD_OUT_FOLD,
        "seed": config.seed,
        "quick": config.quick,
        "pairs": len(split.pairs),
        "groups": len(np.unique(split.groups)),
        "skipped": dict(split.skipped),
        "windows": len(measured),
        "grammar_windows": checked,
        "grammar_features": len(GrammarFeatures.names),
        "sets": sets,
    }


def _say(message: str) -> None:
    print(f"train: {message}", file=sys.stderr, flush=True)
