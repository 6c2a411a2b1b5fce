"""Fine-tunes the large encoder, lets it teach the small one, and exports both; resumable."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joblib import Memory, Parallel, delayed

from garbled.analysers.counts import NgramCounts
from garbled.corpora.damage import QualityEstimate
from garbled.corpora.pairs import Pair
from garbled.training.config import EncoderTraining
from garbled.training.encoder.data import (
    Example,
    aligned_examples,
    apertium_examples,
    clean_windows,
    mine_training_words,
    mix,
    planted_examples,
    read_training_pairs,
    unlabelled_examples,
)

if TYPE_CHECKING:
    from garbled.training.encoder.network import EncoderNetwork
    from garbled.training.encoder.teach import Lessons

VERSION = 1
"""Raise it when examples change: cached ones of another version are not used."""
CHUNK_PAIRS = 4_000
CYCLES = 2
FINISHED = "large"
"""Folder in ``work`` with the large encoder as an installation makes it."""


@dataclass(frozen=True, slots=True)
class FineTuning:
    """What a fine-tuning run depends on.

    Args:
        pairs, clean: folders as for ``garbled train``.
        counts: n-gram counts, which tell misspelt essays from sound ones.
        estimate: of quality, by which windows are labelled.
        out: folder that the encoders are written to.
        training: base weights, working folder and sizes.
        seed: of every choice.
        jobs: processes.
    """

    pairs: Path
    clean: Path
    counts: Path
    estimate: QualityEstimate
    out: Path
    training: EncoderTraining
    seed: int = 0
    jobs: int = 2


def fine_tune(config: FineTuning) -> bool:
    """Run, or go on with, all stages; False if the time of one was up: run the same again.

    Raises:
        ImportError: PyTorch or transformers is missing (the extra ``train``).
        ResourceError: Apertium is not installed.
    """
    from garbled.model.recipe import RECIPE_FILE, read_recipe
    from garbled.training.encoder.export import export_large, export_small
    from garbled.training.encoder.fit import EncoderConfig, train_encoder
    from garbled.training.encoder.pack import finish_large
    from garbled.training.encoder.teach import teach

    training = config.training
    memory = Memory(training.work, verbose=0)
    examples = memory.cache(make_examples, ignore=["jobs"])(
        config.pairs,
        config.clean,
        config.counts,
        config.estimate,
        training.clean_windows,
        config.seed,
        VERSION,
        config.jobs,
    )
    stage = EncoderConfig(
        training.large_base,
        training.work / "large.pt",
        rank=16,
        learning_rate=4e-4,
        minutes=training.minutes,
        seed=config.seed,
    )
    teacher = train_encoder(stage, mix(examples, training.large_pairs, config.seed))
    if teacher is None:
        return False
    shipped = config.out / "large"
    export_large(teacher, training.large_base / "tokenizer.json", shipped)
    finished = training.work / FINISHED
    finish_large(read_recipe(shipped / RECIPE_FILE), training.large_base, shipped, finished)
    chosen = mix(examples, training.small_pairs, config.seed + 1)
    unlabelled = clean_windows(config.clean, training.unlabelled_windows, config.seed + 2)
    chosen = [*unlabelled_examples(unlabelled), *chosen]
    lessons = teach(
        chosen[: training.taught_pairs],
        finished,
        training.language_model,
        training.surprisal_pairs,
        training.work,
    )
    untaught = [None] * (len(chosen) - len(lessons))
    student = _train_student(config, chosen, [*lessons, *untaught])
    if student is None:
        return False
    export_small(student, training.small_base / "tokenizer.json", config.out)
    return True


def _train_student(
    config: FineTuning, examples: list[Example], lessons: list[Lessons | None]
) -> EncoderNetwork | None:
    """One pass in two cycles of the learning rate, averaged; None if the time of one was up.

    Izmailov et al., "Averaging weights leads to wider optima and better generalization", 2018.
    """
    from garbled.training.encoder.fit import EncoderConfig, average_checkpoints, train_encoder
    from garbled.training.encoder.network import load_network

    training = config.training
    order = list(range(len(examples)))
    random.Random(config.seed).shuffle(order)
    checkpoints: list[Path] = []
    for cycle in range(CYCLES):
        stage = EncoderConfig(
            training.small_base,
            training.work / f"small-{cycle}.pt",
            learning_rate=1.5e-4,
            minutes=training.minutes,
            seed=config.seed + cycle,
            start=checkpoints[-1] if checkpoints else None,
        )
        mine = order[cycle::CYCLES]
        if train_encoder(stage, [examples[i] for i in mine], [lessons[i] for i in mine]) is None:
            return None
        checkpoints.append(stage.checkpoint)
    return average_checkpoints(load_network(training.small_base), checkpoints)


def make_examples(
    pairs: Path,
    clean: Path,
    counts: Path,
    estimate: QualityEstimate,
    n_clean: int,
    seed: int,
    version: int,
    jobs: int,
) -> list[Example]:
    """All examples of the encoder's folds, from aligned pairs and from clean windows."""
    chosen = read_training_pairs(pairs, seed)
    table = NgramCounts.load(counts)
    parts = Parallel(n_jobs=jobs)(
        delayed(_aligned)(chunk, estimate, table) for chunk in _chunks(chosen)
    )
    examples = [example for part in parts for example in part]
    windows = clean_windows(clean, n_clean, seed)
    examples += planted_examples(windows, mine_training_words(chosen), seed)
    examples += apertium_examples(clean_windows(clean, n_clean // 2, seed + 1))
    return examples


def _aligned(chunk: list[Pair], estimate: QualityEstimate, counts: NgramCounts) -> list[Example]:
    return list(aligned_examples(chunk, estimate, counts))


def _chunks(pairs: list[Pair]) -> list[list[Pair]]:
    """Whole documents together, all their systems too: an original is analysed once."""
    documents: dict[tuple[str, str, str], list[Pair]] = {}
    for number, pair in enumerate(pairs):
        key = (pair.set, pair.lang_pair, pair.document or f"row {number}")
        documents.setdefault(key, []).append(pair)
    chunks: list[list[Pair]] = [[]]
    for rows in documents.values():
        if len(chunks[-1]) + len(rows) > CHUNK_PAIRS and chunks[-1]:
            chunks.append([])
        chunks[-1].extend(rows)
    return chunks
