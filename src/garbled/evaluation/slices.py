"""The questions that are asked of the held-out fold, always apart, and their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from garbled.evaluation.architectures import ARCHITECTURES
from garbled.evaluation.comparisons import Comparisons, Mask, Vector
from garbled.evaluation.metrics import bootstrap_auroc
from garbled.evaluation.resampling import Interval
from garbled.model.classifier import prior_shift

NATIVE, EVERYTHING = "native round trips (wmt15, wmt16)", "everything"
FLUENT = "fluent systems, 2021 and later"
FRENCH, HUMAN = "wmt13 fr-en (French)", "human control translations"
JUDGED_SETS = ("wmt16", "mlqe-pe", "wmt21", "wmt22")
"""Sets with human scores."""
NATIVE_SETS, FLUENT_SETS = ("wmt15", "wmt16"), ("wmt21", "wmt22")
APART = "asap-roundtrip"
"""Essays whose engine repaired the writers' misspellings: no part of ``EVERYTHING``."""
LENGTHS = ((25, 40), (40, 80), (80, 160), (160, 10**6))
"""Words of an original, from and below."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A question: copies of these texts against their own originals."""

    name: str
    choose: Callable[[Comparisons], Mask]


def _set(name: str, *sets: str, lang_pair: str | None = None) -> Slice:
    def choose(c: Comparisons) -> Mask:
        chosen = np.isin(c.set, sets) & ~c.human_made
        return chosen if lang_pair is None else chosen & (c.lang_pair == lang_pair)

    return Slice(name, choose)


def _is_fluent(c: Comparisons) -> Mask:
    later = np.isin(c.set, FLUENT_SETS) | np.char.startswith(c.set, "llm-")
    return np.asarray(later & ~c.human_made)


def _is_any(c: Comparisons) -> Mask:
    return np.asarray(~c.human_made & (c.set != APART))


def _architecture(name: str) -> Slice:
    return Slice(f"{name} systems", lambda c: _is_any(c) & (c.architecture == name))


def _length(low: int, high: int) -> Slice:
    name = f"{low} to {high - 1} words" if high < 10**6 else f"{low} words and more"
    return Slice(name, lambda c: _is_any(c) & (c.original_words >= low) & (c.original_words < high))


SLICES: tuple[Slice, ...] = (
    Slice(NATIVE, lambda c: c.native & np.isin(c.set, NATIVE_SETS) & ~c.human_made),
    _set(FRENCH, "wmt13", lang_pair="fr-en"),
    *(
        _set(f"wmt13 {pair}", "wmt13", lang_pair=pair)
        for pair in ("cs-en", "de-en", "es-en", "ru-en")
    ),
    _set("wmt19, small languages", "wmt19"),
    _set("rule-based chains (apertium)", "apertium-roundtrip"),
    _set("abstracts there and back (scifact)", "scifact-roundtrip"),
    Slice(FLUENT, _is_fluent),
    _set("post-edits (mlqe-pe)", "mlqe-pe"),
    *(_architecture(name) for name in ARCHITECTURES),
    *(_length(low, high) for low, high in LENGTHS),
    Slice(HUMAN, lambda c: c.human_made),
    Slice(EVERYTHING, _is_any),
)
"""``human control`` should stand at 0.5: who leaves it detects translation, not mangling."""
BY_NAME = {question.name: question for question in SLICES}


@dataclass(frozen=True, slots=True)
class Separation:
    """Copies against their own originals; the share of each that is flagged at the threshold."""

    n: int
    auroc: Interval
    copies_flagged: float
    originals_flagged: float


@dataclass(frozen=True, slots=True)
class SliceResult:
    """One scorer on one slice; ``n_originals`` are distinct sentences."""

    unit: str
    scorer: str
    slice: str
    n_originals: int
    n_stories: int
    all: Separation
    mangled: Separation


def measure_slice(
    comparisons: Comparisons, question: Slice, scorer: str, cut: float, seed: int, among: Mask
) -> SliceResult:
    """One scorer on one slice.

    Args:
        cut: value at or above which a text is flagged.
        among: comparisons that may be used.
    """
    chosen = question.choose(comparisons) & among
    return SliceResult(
        comparisons.unit,
        scorer,
        question.name,
        comparisons.count_segments(chosen),
        len(np.unique(comparisons.group[chosen])),
        _separate(comparisons, chosen, scorer, cut, seed),
        _separate(comparisons, chosen & comparisons.mangled, scorer, cut, seed),
    )


def _separate(c: Comparisons, chosen: Mask, scorer: str, cut: float, seed: int) -> Separation:
    before, after = c.original[scorer][chosen], c.copy[scorer][chosen]
    group = c.group[chosen]
    auroc = bootstrap_auroc(
        np.concatenate([before, after]),
        np.repeat([False, True], len(before)),
        np.concatenate([group, group]),
        seed=seed,
    )
    return Separation(len(before), auroc, _share(after, cut), _share(before, cut))


def _share(values: Vector, cut: float) -> float:
    return float((values >= cut).mean()) if len(values) and not np.isnan(cut) else float("nan")


def review_cut(threshold: float, prior: float) -> float:
    """The log-odds at even classes whose probability at the prior is the threshold.

    >>> round(review_cut(0.1, prior=0.1), 6), round(review_cut(0.5, prior=0.1), 3)
    (0.0, 2.197)
    """
    from scipy.special import logit

    return float(logit(threshold) - prior_shift(prior))
