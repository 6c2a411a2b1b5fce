"""What a measurement of findings depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from garbled.drafts import Tier
from garbled.evaluation.findings.checked import Checking
from garbled.training.config import HELD_OUT_FOLD

DEVELOPMENT_FOLD = 1


@dataclass(frozen=True, slots=True)
class FindingsConfig:
    """What is measured, and on what.

    Args:
        pairs: a folder of aligned pairs.
        clean: a folder of clean articles.
        model: a model folder; by default the one that ships.
        cache: folder that keeps the pairs of a fold.
        jobs: processes.
        seed: of sampling and of the bootstrap.
        tier: by which copy is checked.
        development: fold 1 and clean articles outside of the reserved fifth.
        max_clean: clean articles, at the most; of other kinds of copy a part of that each.
        max_planted: corruptions of each sort.
        max_grammar: post-edited and good copies that LanguageTool checks, at the most; 0 leaves
            it out, and 400 of each are compared without.
        rules: beginnings of the rules whose findings count; all where none is given.
    """

    pairs: Path
    clean: Path
    model: Path | None = None
    cache: Path | None = None
    jobs: int = 2
    seed: int = 0
    tier: Tier = "fast"
    development: bool = False
    max_clean: int = 4_000
    max_planted: int = 150
    max_grammar: int = 400
    rules: tuple[str, ...] = ()

    SMALL: ClassVar[Mapping[str, int]] = {"max_clean": 300, "max_planted": 25, "max_grammar": 0}
    """Limits for development, where no others are named."""
    max_timed: ClassVar[int] = 40

    @property
    def fold(self) -> int:
        return DEVELOPMENT_FOLD if self.development else HELD_OUT_FOLD

    @property
    def max_other(self) -> int:
        """Translations, machine copies and wrecked articles, at the most of each."""
        return max(self.max_clean // 4, 60)

    @property
    def max_papers(self) -> int:
        return max(self.max_clean // 2, 150)

    @property
    def max_aligned(self) -> int:
        """Articles of each set that are rearranged."""
        return min(max(self.max_clean // 20, 10), 150)

    @property
    def max_compared(self) -> int:
        """Copies on which detectors are compared token by token."""
        return self.max_grammar or min(self.max_clean, 400)

    @property
    def checking(self) -> Checking:
        return Checking(self.tier, self.model, self.jobs, self.rules)
