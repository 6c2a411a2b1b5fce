"""Fitting the guess on pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from garbled.pivot.classifier import Labelled, PivotClassifier
from garbled.pivot.naming import UNKNOWN
from garbled.pivot.samples import Sample, Samples, read_samples, windows_of_segments

NOBODY = "original"
"""Stands for the engine of human English."""


def train_pivot(
    path: Path, per_engine: int = 30, *, any_original: bool = False
) -> tuple[PivotClassifier, dict[str, Any]]:
    """Fit on a file or folder of pairs; a description of what was fitted on goes with it.

    Raises:
        IngestError: as ``read_samples``.
    """
    samples = read_samples(path, per_engine, any_original=any_original)
    classifier = PivotClassifier()
    classifier.fit_measured(label_samples(samples.chosen, classifier))
    return classifier, describe(samples, any_original)


def label_samples(
    samples: Sequence[Sample],
    classifier: PivotClassifier,
    texts_of: Callable[[Sample], Sequence[str]] = lambda sample: sample.copy,
) -> Labelled:
    """Copies with their languages, and each original once as "unknown"."""
    originals = distinct_originals(samples)
    texts = [texts_of(sample) for sample in samples] + [sample.original for sample in originals]
    return Labelled(
        classifier.measure([windows_of_segments(text) for text in texts]),
        np.array([s.language for s in samples] + [UNKNOWN] * len(originals), dtype=str),
        np.array([s.engine for s in samples] + [NOBODY] * len(originals), dtype=str),
        np.array([str(s.group) for s in (*samples, *originals)], dtype=str),
    )


def distinct_originals(samples: Iterable[Sample]) -> list[Sample]:
    """One sample for each original text."""
    return list({sample.original: sample for sample in samples}.values())


def describe(samples: Samples, any_original: bool) -> dict[str, Any]:
    """What a guess was fitted on, in counts."""
    chosen = samples.chosen
    engines = {(s.language, s.engine) for s in chosen}
    return {
        "texts": dict(sorted(Counter(s.language for s in chosen).items())),
        "engines": dict(sorted(Counter(language for language, _ in engines).items())),
        "sets": dict(sorted(Counter(s.set for s in chosen).items())),
        "originals": len(distinct_originals(chosen)),
        "any_original": any_original,
        "left_out": dict(sorted(samples.left_out.items())),
    }
