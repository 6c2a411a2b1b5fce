"""Reads pairs, splits them by group, and makes the counts and phrases that features read."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Memory
from numpy.typing import NDArray

from garbled.analysers.counts import NgramCounts
from garbled.analysers.run import COUNTS_FILE, SUBSTITUTIONS_FILE
from garbled.corpora.aligned import sample_systems
from garbled.corpora.clean import read_clean
from garbled.corpora.damage import QualityEstimate
from garbled.corpora.pairs import Pair, read_pairs
from garbled.corpora.splits import fold_of, group_folds, group_pairs
from garbled.errors import GarbledError, IngestError, ResourceError
from garbled.features.encoder import ENCODER_FILE, TOKENIZER_FILE
from garbled.model.store import default_folder
from garbled.training.config import (
    HELD_OUT_FOLD,
    LEFT_OUT_SETS,
    SYSTEMS_PER_DOCUMENT,
    EncoderTraining,
    TrainingConfig,
)
from garbled.training.count_ngrams import count_ngrams
from garbled.training.encode import encoder_digest
from garbled.training.mine import mine_substitutions, save_phrases

SUBSTITUTIONS_SOURCE = (
    "phrase, what originals have there in five documents or more, documents; "
    "mined by garbled from aligned pairs"
)

COUNTS_VERSION = 2
"""Raise it when counting changes: cached counts of another version are not used."""


@dataclass(frozen=True)
class Split:
    """Sampled pairs of one side of the split, their groups and folds, and what was skipped."""

    pairs: list[Pair]
    groups: NDArray[np.int64]
    folds: NDArray[np.int64]
    skipped: Counter[str]

    def in_order_of(self, pairs: Sequence[Pair]) -> Split:
        """The same split with its pairs, these very objects, in another order."""
        place = {id(pair): index for index, pair in enumerate(self.pairs)}
        places = np.array([place[id(pair)] for pair in pairs], dtype=np.int64)
        return Split(list(pairs), self.groups[places], self.folds[places], self.skipped)


def split_pairs(
    path: Path,
    *,
    held_out: bool,
    seed: int,
    quick: bool = False,
    systems: Mapping[str, int] = SYSTEMS_PER_DOCUMENT,
) -> Split:
    """Read all pairs, group them, and sample the systems of one side of the split.

    Args:
        path: the aligned pairs.
        held_out: the side.
        seed: of the sample.
        quick: keep a tenth of the documents.
        systems: that a document keeps, by set; ``default`` is for sets that are not named.

    Raises:
        IngestError: there is no pair, or none on this side.
    """
    skipped: Counter[str] = Counter()
    pairs = [p for p in read_pairs(path, skipped) if p.set not in LEFT_OUT_SETS]
    if not pairs:
        raise IngestError("no usable pair here", source=str(path))
    groups = group_pairs(pairs)
    folds = group_folds(pairs, groups)
    side = (folds == HELD_OUT_FOLD) == held_out
    chosen = [pair for pair, mine in zip(pairs, side.tolist(), strict=True) if mine]
    if quick:
        chosen = [p for p in chosen if fold_of(f"quick/{p.document}", 10) == 0]
    default = systems.get("default", SYSTEMS_PER_DOCUMENT["default"])
    per_document = {p.set: systems.get(p.set, default) for p in chosen}
    sampled = sample_systems(chosen, per_document, seed)
    if not sampled:
        side_name = "held-out fold" if held_out else "folds that are fitted on"
        raise IngestError(
            f"no document of these {len(pairs)} pairs falls into the {side_name}"
            f"{', of which --quick takes a tenth' if quick else ''}: give more documents",
            source=str(path),
        )
    return Split(pairs, groups, folds, skipped).in_order_of(sampled)


def prepare_resources(config: TrainingConfig, pairs: Sequence[Pair]) -> str:
    """Write the counts and the mined phrases to the model folder; return their digest."""
    config.out.mkdir(parents=True, exist_ok=True)
    counts_file = config.out / COUNTS_FILE
    if config.clean is None:
        shutil.copy(default_folder() / COUNTS_FILE, counts_file)
    else:
        memory = Memory(config.cache, verbose=0)
        content = [hashlib.sha256(f.read_bytes()).hexdigest() for f in _files(config.clean)]
        memory.cache(_count, ignore=["clean"])(config.clean, content, COUNTS_VERSION).save(
            counts_file
        )
    phrases = mine_substitutions(pairs, NgramCounts.load(counts_file))
    save_phrases(config.out / SUBSTITUTIONS_FILE, phrases, SUBSTITUTIONS_SOURCE)
    return resources_digest(config.out)


def prepare_encoder(config: TrainingConfig) -> None:
    """Copy the encoder to the model folder.

    Raises:
        ResourceError: there is none.
    """
    source = config.encoder or default_folder()
    config.out.mkdir(parents=True, exist_ok=True)
    encoder_digest(source)
    for name in (ENCODER_FILE, TOKENIZER_FILE):
        if source.resolve() != config.out.resolve():
            shutil.copyfile(source / name, config.out / name)


def train_encoders(
    config: TrainingConfig, training: EncoderTraining, estimate: QualityEstimate | None
) -> Path:
    """Fine-tune encoders into the model folder, or go on where an earlier call stopped.

    Returns:
        The folder of the large encoder as an installation makes it.

    Raises:
        GarbledError: something that fine-tuning needs is missing, or the stage's time is up.
    """
    if config.clean is None or estimate is None:
        raise GarbledError("to train an encoder, name clean articles and keep the shipped model")
    try:
        from garbled.training.encoder.run import FINISHED, FineTuning, fine_tune

        fine_tuning = FineTuning(
            pairs=config.pairs,
            clean=config.clean,
            counts=config.out / COUNTS_FILE,
            estimate=estimate,
            out=config.out,
            seed=config.seed,
            jobs=config.jobs,
            training=training,
        )
        is_finished = fine_tune(fine_tuning)
    except ImportError as error:
        raise ResourceError(
            f"training an encoder needs more packages ({error}): pip install 'garbled[train]'"
        ) from error
    if not is_finished:
        raise GarbledError(
            "the encoder's stage is over: run the same command again to go on from its checkpoint",
            source=str(training.work),
        )
    return training.work / FINISHED


def resources_digest(folder: Path) -> str:
    """Digest of the files that features read: part of the key of cached features."""
    content = (folder / COUNTS_FILE).read_bytes() + (folder / SUBSTITUTIONS_FILE).read_bytes()
    return hashlib.sha256(content).hexdigest()


def _files(clean: Path) -> list[Path]:
    return sorted(clean.glob("*.parquet"))


def _count(clean: Path, content: list[str], version: int) -> NgramCounts:
    return count_ngrams(read_clean(clean, reserved=False))
