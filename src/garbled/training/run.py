"""The whole of ``garbled train``: pairs in, a model folder out."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import garbled
from garbled.analysers.counts import NgramCounts
from garbled.analysers.run import COUNTS_FILE
from garbled.corpora.damage import RULE_VERSION, QualityEstimate
from garbled.corpora.pairs import Pair
from garbled.corpora.splits import FOLDS
from garbled.errors import GarbledError
from garbled.features.grammar import GrammarFeatures
from garbled.features.groups import CONFIGURATIONS
from garbled.model.large import digest_of
from garbled.model.store import MODEL_FILE, Configuration, default_folder, save_model
from garbled.training.card import write_card
from garbled.training.config import (
    HELD_OUT_FOLD,
    MAX_GRAMMAR_WINDOWS,
    STACKING_FOLD,
    TrainingConfig,
)
from garbled.training.encode import encoder_digest, measure_encoder
from garbled.training.fit import (
    Columns,
    collect_columns,
    fit_configuration,
    fit_ngrams,
    is_stacked,
    stacking_folds,
)
from garbled.training.fit_calibration import DEFAULT_PRIOR
from garbled.training.grammar import measure_grammar
from garbled.training.labels import Labels, described_estimate, fit_estimate, label
from garbled.training.measure import Measured, chunk_pairs, measure
from garbled.training.prepare import (
    Split,
    prepare_encoder,
    prepare_resources,
    split_pairs,
    train_encoders,
)

ALL_FOLDS = "all folds, each fitted without itself: the stacking fold alone has too few windows"


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
        return (
            f"model {self.digest} in {self.folder}\n"
            f"{self.n_windows} windows, {self.n_mangled} of them mangled, "
            f"{self.n_grammar} checked by LanguageTool; pairs skipped: {_list(self.skipped)}"
        )


@dataclass(frozen=True)
class Side:
    """The pairs of the folds that are fitted on, in chunks, with their windows and labels."""

    split: Split
    chunks: Sequence[Sequence[Pair]]
    measured: Measured
    labels: Labels
    estimate: QualityEstimate


def train(config: TrainingConfig) -> Trained:
    """Fit all configurations on every group but the held-out fold and write the model folder.

    What was measured is cached, and a fine-tuned encoder keeps a checkpoint: the same call goes on
    where another one stopped.

    Raises:
        IngestError: no pairs could be read.
        ResourceError: LanguageTool is wanted and missing, or there is no encoder.
        GarbledError: there is too little to fit on, or the encoder's stage is over.
    """
    if config.encoder_training is None:
        prepare_encoder(config)
    split = read_split(config)
    say("counting and mining")
    digest = prepare_resources(config, split.pairs)
    if config.encoder_training is not None:
        large = train_encoders(config, config.encoder_training, shipped_estimate())
        config = replace(config, large_encoder=large)
    side = measure_side(config, split, digest)
    say("fitting n-grams")
    counts = NgramCounts.load(config.out / COUNTS_FILE)
    ngrams, scores = fit_ngrams(side.measured, side.labels, counts)
    columns = measure_columns(config, side, scores)
    configurations: dict[str, Configuration] = {}
    for name, groups in CONFIGURATIONS.items():
        if all(group in columns.groups for group in groups):
            say(f"fitting {name}")
            configurations[name] = fit_configuration(
                groups, columns, side.measured, side.labels, config.seed
            )
    checked = int((~np.isnan(columns.groups["grammar"][:, 0])).sum())
    description = _describe(config, side, checked)
    card = write_card(description)
    return Trained(
        config.out,
        save_model(config.out, description, ngrams, configurations, card),
        len(side.measured),
        int((side.labels.truth == 1).sum()),
        checked,
        split.skipped,
    )


def read_split(config: TrainingConfig) -> Split:
    """The pairs that are not held out, with their groups and folds."""
    say("reading and grouping pairs")
    split = split_pairs(
        config.pairs,
        held_out=False,
        seed=config.seed,
        quick=config.quick,
        systems=config.systems,
    )
    say(f"{len(split.pairs)} pairs; skipped: {_list(split.skipped)}")
    return split


def measure_side(config: TrainingConfig, split: Split, digest: str) -> Side:
    """Windows and labels; ``digest`` is that of the counts and phrases in the model folder.

    Raises:
        GarbledError: no window is mangled, or none is clean.
    """
    chunks = chunk_pairs(split.pairs)
    say(f"measuring {len(chunks)} chunks")
    measured = measure(chunks, config.out, digest, config.cache, config.jobs)
    own = split.in_order_of([pair for chunk in chunks for pair in chunk])
    estimate = fit_estimate(measured, own.pairs, shipped_estimate())
    labels = label(measured, own.pairs, own.groups, own.folds, estimate)
    if not (labels.truth == 1).any() or not (labels.truth == 0).any():
        raise GarbledError("too few windows: no mangled or no clean one", source=str(config.pairs))
    say(f"{len(measured)} windows")
    return Side(split, chunks, measured, labels, estimate)


def measure_columns(
    config: TrainingConfig, side: Side, scores: Mapping[str, NDArray[np.float64]]
) -> Columns:
    """What is left to measure: grammar, and what the encoders read where it is fitted on."""
    say("grammar")
    chunks, measured = side.chunks, side.measured
    limit = min(config.max_grammar, MAX_GRAMMAR_WINDOWS)
    grammar = measure_grammar(chunks, measured, limit, config.cache, config.jobs)
    rows = stacking_folds(side.labels) >= 0

    def read(folder: Path) -> NDArray[np.float64]:
        say(f"reading {int(rows.sum())} windows by the encoder in {folder}")
        digest = encoder_digest(folder)
        return measure_encoder(chunks, measured, folder, digest, config.cache, config.jobs, rows)

    large = None if config.large_encoder is None else read(config.large_encoder)
    return collect_columns(measured, scores, grammar, read(config.out), large)


def shipped_estimate() -> QualityEstimate | None:
    """The quality estimate of the model that ships, if one does."""
    try:
        described = json.loads((default_folder() / MODEL_FILE).read_text("utf-8"))
        return described_estimate(described)
    except (OSError, KeyError, ValueError):
        return None


def _describe(config: TrainingConfig, side: Side, checked: int) -> dict[str, Any]:
    split, labels = side.split, side.labels
    sets = {
        str(name): {
            "windows": int((labels.set == name).sum()),
            "mangled": int(((labels.set == name) & (labels.truth == 1)).sum()),
        }
        for name in np.unique(labels.set)
    }
    description = {
        "garbled": garbled.__version__,
        "prior": DEFAULT_PRIOR,
        "rule_version": RULE_VERSION,
        "quality_estimate": asdict(side.estimate),
        "held_out_fold": HELD_OUT_FOLD,
        "seed": config.seed,
        "quick": config.quick,
        "pairs": len(split.pairs),
        "groups": len(np.unique(split.groups)),
        "skipped": dict(split.skipped),
        "windows": len(side.measured),
        "grammar_windows": checked,
        "grammar_features": len(GrammarFeatures.names),
        "sets": sets,
        "stacking": f"fold {STACKING_FOLD} of {FOLDS}" if is_stacked(labels) else ALL_FOLDS,
        "stacking_windows": int((stacking_folds(labels) >= 0).sum()),
        "encoder": {"digest": f"sha256:{encoder_digest(config.out)}"},
    }
    if config.large_encoder is not None:
        description["large_encoder"] = {"digest": digest_of(config.large_encoder)}
    return description


def _list(skipped: Counter[str]) -> str:
    return ", ".join(f"{n} {reason}" for reason, n in skipped.most_common()) or "none"


def say(message: str) -> None:
    """A line of progress."""
    print(f"train: {message}", file=sys.stderr, flush=True)
