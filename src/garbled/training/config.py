"""What a training run depends on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HELD_OUT_FOLD = 0
"""Groups of this fold are never fitted on, counted or mined; ``garbled evaluate`` reads them."""

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
}
"""So that no set, engine or language dominates; a set that is not named keeps ten."""
DEFAULT_SYSTEMS = 10
LEFT_OUT_SETS = frozenset({"asap-roundtrip"})
"""Its engine repairs the essays' misspellings, which turns every error into a sign of health."""
MAX_GRAMMAR_WINDOWS = 60_000


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
    """

    pairs: Path
    out: Path
    clean: Path | None = None
    cache: Path | None = None
    max_grammar: int = 40_000
    seed: int = 0
    jobs: int = 2
    quick: bool = False
