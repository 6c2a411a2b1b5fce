"""What a training run depends on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from garbled.errors import GarbledError

HELD_OUT_FOLD = 0
"""Groups of this fold are never fitted on, counted or mined; ``garbled evaluate`` reads them."""
STACKING_FOLD = 1
"""The classifiers are fitted on this fold, whose windows the encoder has not seen."""
ENCODER_FOLDS = (2, 3, 4)
"""The encoder and the n-gram models are fitted on these."""

SYSTEMS_PER_DOCUMENT = {
    "wmt13": 3,
    "wmt15": 10,
    "wmt16": 10,
    "wmt19": 4,
    "wmt21": 2,
    "wmt22": 2,
    "llm-wmt-gptmt": 1,
    "llm-wmt22-bayling": 1,
    "llm-wmt22-alma": 1,
    "mlqe-pe": 1,
    "apertium-roundtrip": 1,
    "scifact-roundtrip": 2,
    "default": 10,
}
"""So that no set, engine or language dominates; ``default`` is for sets that are not named."""
LEFT_OUT_SETS = frozenset({"asap-roundtrip"})
"""Its engine repairs the essays' misspellings, which turns every error into a sign of health."""
MAX_GRAMMAR_WINDOWS = 60_000


PATHS = frozenset(
    {
        *("pairs", "clean", "out", "cache", "encoder", "large_encoder"),
        *("small_base", "large_base", "work", "language_model"),
    }
)
ENCODER_FOLDERS = {"folder": "encoder", "large_folder": "large_encoder"}
"""Keys of the section ``[encoder]`` that name encoders to take as they are."""


@dataclass(frozen=True, slots=True)
class EncoderTraining:
    """How encoders are fine-tuned, where they are not taken as they ship.

    Args:
        small_base, large_base: folders with pretrained weights and tokenizers; the large encoder
            teaches the small one.
        work: folder of checkpoints and cached examples; outside the tree.
        minutes: after which a stage ends; the same command goes on.
        large_pairs, small_pairs: labelled window pairs that each encoder sees, once.
        unlabelled_windows: clean ones that the small encoder sees besides, labelled by teachers.
        taught_pairs: pairs of the small encoder that the large one reads first, to teach it, those
            of unlabelled windows before the others.
        language_model: GGUF file of a causal model whose surprisal is taught too; None for none.
        surprisal_pairs: pairs whose surprisal is read.
        clean_windows: clean windows for planted errors, and half as many for Apertium.
    """

    small_base: Path
    large_base: Path
    work: Path
    minutes: float = 100.0
    large_pairs: int = 4_800
    small_pairs: int = 50_000
    unlabelled_windows: int = 6_000
    taught_pairs: int = 13_000
    language_model: Path | None = None
    surprisal_pairs: int = 3_000
    clean_windows: int = 9_000


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Where training reads and writes, and its sizes.

    Args:
        pairs: a folder of Parquet files of aligned pairs, or one file.
        out: the model folder to write.
        clean: a folder of clean articles to count n-grams in; by default the counts of the model
            that ships are taken over.
        cache: folder for cached features; outside the tree.
        max_grammar: windows that LanguageTool checks, 60,000 at most; 0 leaves grammar out.
        seed: of sampling.
        jobs: processes.
        quick: a tenth of the documents, to try things out.
        encoder: folder of the encoder that goes into the model; by default that which ships.
        large_encoder: folder of the optional encoder; by default the model has no configurations
            that read it.
        systems: systems that a document keeps, by set; ``default`` is for sets that are not named.
        encoder_training: how to fine-tune encoders instead, on other folds than are fitted on.
    """

    pairs: Path
    out: Path
    clean: Path | None = None
    cache: Path | None = None
    max_grammar: int = 40_000
    seed: int = 0
    jobs: int = 2
    quick: bool = False
    encoder: Path | None = None
    large_encoder: Path | None = None
    systems: Mapping[str, int] = field(default_factory=lambda: SYSTEMS_PER_DOCUMENT)
    encoder_training: EncoderTraining | None = None


def read_config(path: Path) -> dict[str, Any]:
    """The fields of ``TrainingConfig`` that a TOML file names; its paths start at its folder.

    Raises:
        GarbledError: the file is not TOML, or names what there is not.
    """
    try:
        named = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise GarbledError(f"not a TOML file ({error})", source=str(path)) from error
    try:
        encoder = dict(named.pop("encoder", {}))
        is_trained = encoder.pop("train", False)
        named |= {
            field: encoder.pop(key) for key, field in ENCODER_FOLDERS.items() if key in encoder
        }
        training = EncoderTraining(**_with_paths(encoder, path)) if is_trained else None
        fields = {**_with_paths(named, path), "encoder_training": training}
        TrainingConfig(**{"pairs": path, "out": path, **fields})
    except (TypeError, ValueError) as error:
        raise GarbledError(f"not a training configuration ({error})", source=str(path)) from error
    return fields


def _with_paths(fields: Mapping[str, Any], path: Path) -> dict[str, Any]:
    return {
        name: path.parent / Path(value).expanduser() if name in PATHS else value
        for name, value in fields.items()
    }
