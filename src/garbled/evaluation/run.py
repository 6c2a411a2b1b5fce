"""The whole of ``garbled evaluate``: a model and held-out pairs in, a report out."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import garbled
from garbled.corpora.damage import RULE_VERSION
from garbled.corpora.splits import FOLDS
from garbled.errors import GarbledError
from garbled.evaluation.alarms import measure_alarms
from garbled.evaluation.comparisons import BASELINES, SCORERS, Comparisons, compare_articles
from garbled.evaluation.held_out import HeldOut, measure_held_out
from garbled.evaluation.metrics import ROUNDS
from garbled.evaluation.report import Report
from garbled.evaluation.slices import (
    EVERYTHING,
    FLUENT,
    NATIVE,
    SLICES,
    SliceResult,
    measure_agreement,
    measure_calibration,
    measure_slice,
    review_cut,
)
from garbled.features.groups import CONFIGURATIONS
from garbled.model.store import Model, default_folder, load_model
from garbled.training.config import HELD_OUT_FOLD

COMPARED_SLICES = (NATIVE, FLUENT, EVERYTHING)
"""Where single features stand beside the configurations."""


@dataclass(frozen=True, slots=True)
class EvaluationConfig:
    """What is measured, and on what.

    Args:
        pairs: a folder of Parquet files of aligned pairs; only the held-out fold is used.
        model: a model folder; by default the model that ships.
        clean: a folder of clean articles, for false alarms; only the reserved fifth is used.
        cache: folder for cached features.
        jobs: processes.
        seed: of sampling and of the bootstrap.
        max_grammar: windows that LanguageTool checks at the most; 0 leaves grammar out.
        max_clean: clean articles that are scored at the most.
    """

    pairs: Path
    model: Path | None = None
    clean: Path | None = None
    cache: Path | None = None
    jobs: int = 2
    seed: int = 0
    max_grammar: int = 6_000
    max_clean: int = 3_000


def evaluate(config: EvaluationConfig) -> Report:
    """Measure a model on the held-out fold. Nothing is fitted or tuned.

    Raises:
        IngestError: no pairs or no clean articles could be read.
        ModelError: the model folder is missing or damaged.
        GarbledError: there is nothing to measure on.
    """
    folder = config.model or default_folder()
    model = load_model(folder)
    held_out = measure_held_out(
        config.pairs,
        model,
        folder,
        seed=config.seed,
        max_grammar=config.max_grammar,
        cache=config.cache,
        jobs=config.jobs,
    )
    windows = held_out.compare(model)
    units = (windows, compare_articles(windows, model))
    separation = [r for c in units for r in _configurations(c, model, config.seed)]
    refuse_emptiness(separation, str(config.pairs))
    prior = float(model.description["prior"])
    return Report(
        signature=_signature(config, model, held_out, windows),
        separation=tuple(separation),
        comparison=tuple(r for c in units for r in _beside_baselines(c, config.seed)),
        calibration={
            c.unit: {
                name: measure_calibration(c, (NATIVE, EVERYTHING), name, prior)
                for name in CONFIGURATIONS
            }
            for c in units
        },
        agreement={c.unit: {name: measure_agreement(c, name) for name in SCORERS} for c in units},
        alarms=None
        if config.clean is None
        else measure_alarms(config.clean, folder, config.max_clean, config.seed, config.jobs),
    )


def refuse_emptiness(results: Iterable[SliceResult], source: str) -> None:
    """A report that measured nothing where it matters most must not look like a pass.

    Raises:
        GarbledError: there is no native round trip.
    """
    if not any(r.all.n for r in results if r.slice == NATIVE):
        raise GarbledError(
            "no native round trip in the held-out fold (sets wmt15 and wmt16 with origlang 'en'), "
            "so there is nothing to report on",
            source=source,
        )


def _configurations(c: Comparisons, model: Model, seed: int) -> Iterable[SliceResult]:
    """Every configuration on every slice, on all that it measured."""
    for name in CONFIGURATIONS:
        threshold = model.configurations[name].thresholds["review"]
        cut = review_cut(threshold, float(model.description["prior"]))
        for question in SLICES:
            yield measure_slice(c, question, name, cut, seed, c.known(name))


def _beside_baselines(c: Comparisons, seed: int) -> Iterable[SliceResult]:
    """Configurations and single features on the same comparisons, those that all measured."""
    checked = c.known(*SCORERS)
    names = SCORERS if checked.any() else ("fast", "full_without_grammar", *BASELINES[:3])
    among = c.known(*names)
    for question in (s for s in SLICES if s.name in COMPARED_SLICES):
        for name in names:
            yield measure_slice(c, question, name, float("nan"), seed, among)


def _signature(
    config: EvaluationConfig, model: Model, held_out: HeldOut, windows: Comparisons
) -> dict[str, str | int | float]:
    return {
        "garbled": garbled.__version__,
        "model": model.digest,
        "languagetool": held_out.languagetool,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "scikit-learn": version("scikit-learn"),
        "rule": RULE_VERSION,
        "fold": f"{HELD_OUT_FOLD} of {FOLDS}",
        "prior": float(model.description["prior"]),
        "seed": config.seed,
        "bootstrap": ROUNDS,
        "pairs": len(held_out.pairs),
        "window_pairs": len(windows),
        "checked_window_pairs": int(windows.known("grammar_matches").sum()),
        "documents": len(set(windows.document.tolist())),
        "stories": len(set(windows.group.tolist())),
    }
