"""The whole of ``garbled evaluate``: a model and held-out pairs in, results out."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import numpy as np

import garbled
from garbled.corpora.damage import RULE_VERSION
from garbled.corpora.splits import FOLDS
from garbled.drafts import Tier
from garbled.errors import GarbledError, ResourceError
from garbled.evaluation import verdicts as judging
from garbled.evaluation.ablation import measure_ablation
from garbled.evaluation.agreement import measure_agreement
from garbled.evaluation.alarms import Alarms, measure_alarms, score_reserved
from garbled.evaluation.comparisons import (
    LANGUAGE_MODEL,
    SCORERS,
    Comparisons,
    compare_articles,
)
from garbled.evaluation.controls import measure_controls
from garbled.evaluation.curves import histogram, roc_curve
from garbled.evaluation.generalisation import measure_generalisation
from garbled.evaluation.held_out import HeldOut, Measuring, measure_held_out
from garbled.evaluation.human_translation import measure_human_translation
from garbled.evaluation.judged import measure_system_order
from garbled.evaluation.language_model import add_surprisal
from garbled.evaluation.named_slices import measure_named_slices
from garbled.evaluation.part_mangled import measure_part_mangled
from garbled.evaluation.quartiles import measure_quartiles
from garbled.evaluation.refits import measure_training_side
from garbled.evaluation.reliability import measure_calibration
from garbled.evaluation.resampling import ROUNDS, Mask
from garbled.evaluation.results import (
    Ablation,
    FalseAlarms,
    Flagged,
    Generalisation,
    NamedSlice,
    Results,
    TierComparison,
)
from garbled.evaluation.slices import (
    BY_NAME,
    EVERYTHING,
    FLUENT,
    FRENCH,
    JUDGED_SETS,
    NATIVE,
    NATIVE_SETS,
    SLICES,
    SliceResult,
    measure_slice,
    review_cut,
)
from garbled.evaluation.targets import fill_targets, no_native, refuse_emptiness
from garbled.evaluation.tiers import compare_auto, compare_configurations
from garbled.features.groups import CONFIGURATIONS
from garbled.model.store import Model, default_folder, load_model
from garbled.training.config import HELD_OUT_FOLD

T = TypeVar("T")

COMPARED_SLICES = (NATIVE, FLUENT, EVERYTHING)
"""Where peers stand beside the configurations."""
PLOTTED_SLICES = (NATIVE, FRENCH, FLUENT, EVERYTHING)
AGREEMENT_SETS = (("wmt16", "mlqe-pe"), ("wmt21", "wmt22"))
"""Sets whose language pairs are averaged together."""
NATIVE_PART = "native news"
PREFERRED = ("full", "full_without_grammar", "fast")


@dataclass(frozen=True, slots=True)
class EvaluationConfig:
    """What is measured, and on what.

    Args:
        pairs: a folder of Parquet files of aligned pairs; the held-out fold is measured on, the
            others are what heads are refitted on.
        model: a model folder; by default the model that ships.
        clean: a folder of clean articles, for false alarms; only the reserved fifth is used.
        cache: folder for cached features.
        jobs: processes.
        seed: of sampling and of the bootstrap.
        max_grammar: held-out windows that LanguageTool checks at the most; 0 leaves grammar out.
        max_training_grammar: windows that it checks for refitted heads at the most; those that
            training had checked come from the cache.
        max_clean: clean articles that are scored at the most.
        tier: by which verdicts are taken, for false alarms and what is flagged.
        language_model: a GGUF file of an untrained language model, a peer; not measured without.
        refits: whether heads are refitted, for generalisation and ablation.
    """

    pairs: Path
    model: Path | None = None
    clean: Path | None = None
    cache: Path | None = None
    jobs: int = 2
    seed: int = 0
    max_grammar: int = 10_000
    max_training_grammar: int = 40_000
    max_clean: int = 6_000
    tier: Tier = "fast"
    language_model: Path | None = None
    refits: bool = True


@dataclass(frozen=True)
class _Evaluation:
    """What every part of an evaluation reads, and why parts were left out."""

    config: EvaluationConfig
    model: Model
    how: Measuring
    held_out: HeldOut
    windows: Comparisons
    articles: Comparisons
    not_measured: dict[str, str] = field(default_factory=dict)

    @property
    def units(self) -> tuple[Comparisons, Comparisons]:
        return self.windows, self.articles

    @property
    def prior(self) -> float:
        return float(self.model.description["prior"])

    @property
    def configurations(self) -> list[str]:
        """Those that measured anything."""
        return [name for name in CONFIGURATIONS if self.windows.known(name).any()]

    @property
    def headline(self) -> str:
        """The configuration that the targets are about."""
        native = BY_NAME[NATIVE].choose(self.windows)
        measured = [n for n in PREFERRED if (native & self.windows.known(n)).any()]
        return measured[0] if measured else PREFERRED[-1]


def evaluate(config: EvaluationConfig) -> Results:
    """Measure a model on the held-out fold. Nothing is fitted or tuned on it.

    Raises:
        IngestError: no pairs or no clean articles could be read.
        ModelError: the model folder is missing or damaged.
        GarbledError: there is nothing to measure on.
    """
    own = _prepare(config)
    results = _measure(own)
    results = replace(results, targets=fill_targets(results, own.headline))
    if NATIVE_PART not in own.not_measured:
        refuse_emptiness(results.targets, str(config.pairs))
    return results


def _prepare(config: EvaluationConfig) -> _Evaluation:
    folder = config.model or default_folder()
    model = load_model(folder)
    how = Measuring(folder, config.max_grammar, config.cache, config.jobs)
    _say("measuring the held-out fold")
    held_out = measure_held_out(config.pairs, model, how, config.seed)
    not_measured: dict[str, str] = {}
    if config.language_model is None:
        not_measured[LANGUAGE_MODEL] = "no language model was named"
    else:
        try:
            held_out = add_surprisal(held_out, config.language_model, config.cache, config.seed)
        except ResourceError as error:
            not_measured[LANGUAGE_MODEL] = str(error)
    windows = held_out.compare(model)
    if not BY_NAME[NATIVE].choose(windows).any():
        if np.isin(windows.set, NATIVE_SETS).any():
            raise no_native(str(config.pairs))
        not_measured[NATIVE_PART] = "data of one's own, without wmt15 and wmt16: see the slices"
    own = _Evaluation(
        config, model, how, held_out, windows, compare_articles(windows, model), not_measured
    )
    for name in (name for name in CONFIGURATIONS if name not in own.configurations):
        not_measured[name] = (
            f"LanguageTool: {held_out.material.languagetool}"
            if name == "full"
            else "its large encoder or LanguageTool is missing"
        )
    return own


def _measure(own: _Evaluation) -> Results:
    """Everything but the targets."""
    seed, headline = own.config.seed, own.headline
    _say("separation")
    separation = tuple(r for c in own.units for r in _separation(c, own))
    comparison = tuple(r for c in own.units for r in _beside_peers(c, seed))
    _say("calibration, agreement")
    calibration = tuple(
        measure_calibration(c, BY_NAME[name], configuration, own.prior, seed)
        for c in own.units
        for configuration in own.configurations
        for name in (NATIVE, EVERYTHING)
    )
    agreement = tuple(
        measure_agreement(c, scorer, sets, seed)
        for c in own.units
        for scorer in _measured_scorers(c)
        for sets in (*AGREEMENT_SETS, *((name,) for name in JUDGED_SETS))
    )
    generalisation, ablation = _refit(own)
    _say("systems, controls")
    system_order = measure_system_order(own.config.pairs, own.held_out, own.model, own.how, seed)
    without_grammar = replace(own.how, max_grammar=0)
    controls = measure_controls(own.held_out, own.windows, own.model, without_grammar, seed)
    _say("verdicts")
    false_alarms, flagged = _verdicts(own)
    alarms, named_slices = _clean(own)
    _say("tiers")
    return Results(
        signature=_signature(own),
        targets=(),
        separation=separation,
        comparison=comparison,
        generalisation=generalisation,
        ablation=ablation,
        controls=tuple(controls),
        named_slices=named_slices,
        human_translation=tuple(measure_human_translation(own.windows, headline, seed)),
        false_alarms=false_alarms,
        alarms=alarms,
        flagged=flagged,
        calibration=calibration,
        agreement=agreement,
        system_order=tuple(system_order),
        part_mangled=tuple(measure_part_mangled(own.windows, own.model, headline, seed)),
        quartiles=tuple(q for c in own.units for q in measure_quartiles(c, headline, seed)),
        tiers=tuple(_tiers(own)),
        roc=tuple(_plots(own, roc_curve)),
        histograms=tuple(_plots(own, histogram)),
        not_measured=own.not_measured,
    )


def _separation(c: Comparisons, own: _Evaluation) -> Iterable[SliceResult]:
    """Every configuration on every slice, on all that it measured."""
    for name in own.configurations:
        cut = review_cut(own.model.configurations[name].thresholds["review"], own.prior)
        for question in SLICES:
            yield measure_slice(c, question, name, cut, own.config.seed, c.known(name))


def _measured_scorers(c: Comparisons) -> list[str]:
    return [name for name in SCORERS if c.known(name).any()]


def _beside_peers(c: Comparisons, seed: int) -> Iterable[SliceResult]:
    """Configurations and peers on the same comparisons, those that all of them measured."""
    names = _measured_scorers(c)
    among = c.known(*names)
    for name in COMPARED_SLICES:
        for scorer in names:
            yield measure_slice(c, BY_NAME[name], scorer, float("nan"), seed, among)


def _refit(own: _Evaluation) -> tuple[tuple[Generalisation, ...], tuple[Ablation, ...]]:
    """Generalisation and ablation, by heads refitted on the training side."""
    if not own.config.refits:
        own.not_measured["refits"] = "not asked for"
        return (), ()
    _say("measuring the training side")
    limit = own.config.max_training_grammar if own.config.max_grammar else 0
    how = replace(own.how, max_grammar=limit)
    side = measure_training_side(own.config.pairs, own.model, how)
    _say("refitting without systems, languages, a year, an architecture")
    found, missing = measure_generalisation(side, own.held_out, own.model, own.config.seed)
    if missing:
        own.not_measured["generalisation"] = "; ".join(missing)
    _say("refitting without feature groups")
    try:
        return tuple(found), tuple(measure_ablation(side, own.held_out, own.config.seed))
    except GarbledError as error:
        own.not_measured["ablation"] = str(error)
        return tuple(found), ()


def _verdicts(own: _Evaluation) -> tuple[tuple[FalseAlarms, ...], tuple[Flagged, ...]]:
    """Good copy and mangled copy at the frozen threshold of one tier."""
    config = own.config
    found = judging.judge_articles(
        own.held_out, own.articles, config.tier, config.model, config.jobs
    )
    good = judging.measure_good_copy(own.articles, found)
    essays = judging.measure_essays(
        config.pairs, config.tier, config.model, config.seed, config.jobs
    )
    if essays is None:
        own.not_measured["essays"] = "no essays (asap-roundtrip) in the held-out fold"
    else:
        good.append(essays)
    return tuple(good), tuple(judging.measure_flagged(own.articles, found, config.seed))


def _clean(own: _Evaluation) -> tuple[Alarms | None, tuple[NamedSlice, ...]]:
    """Alarms on reserved clean articles, and on named kinds of them."""
    config = own.config
    if config.clean is None:
        own.not_measured["alarms"] = "no folder of clean articles was named"
        return None, ()
    scored = score_reserved(
        config.clean, config.tier, config.model, config.max_clean, config.seed, config.jobs
    )
    flags = ((article.text, score.verdict in ("review", "hold")) for article, score in scored)
    return measure_alarms(scored, config.tier), tuple(measure_named_slices(flags))


def _tiers(own: _Evaluation) -> Iterator[TierComparison]:
    yield from compare_configurations(own.units, own.config.seed)
    if own.config.max_grammar <= 0:
        own.not_measured["tiers"] = "LanguageTool was not asked for"
        return
    try:
        yield compare_auto(own.held_out, own.articles, own.config.model, own.config.seed)
    except ResourceError as error:
        own.not_measured["tiers"] = str(error)


def _plots(
    own: _Evaluation, make: Callable[[Comparisons, str, str, Mask], T | None]
) -> Iterator[T]:
    for c in own.units:
        for scorer in own.configurations:
            for name in PLOTTED_SLICES:
                made = make(c, scorer, name, BY_NAME[name].choose(c) & c.known(scorer))
                if made is not None:
                    yield made


def _signature(own: _Evaluation) -> dict[str, str | int | float]:
    windows = own.windows
    return {
        "garbled": garbled.__version__,
        "model": own.model.digest,
        "languagetool": own.held_out.material.languagetool,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "scikit-learn": version("scikit-learn"),
        "rule": RULE_VERSION,
        "fold": f"{HELD_OUT_FOLD} of {FOLDS}",
        "prior": own.prior,
        "seed": own.config.seed,
        "bootstrap": ROUNDS,
        "configuration": own.headline,
        "verdicts": f"tier {own.config.tier}",
        "pairs": len(own.held_out.pairs),
        "window_pairs": len(windows),
        "checked_window_pairs": int(windows.known("grammar_matches").sum()),
        "documents": len(set(windows.document.tolist())),
        "stories": len(set(windows.group.tolist())),
    }


def _say(message: str) -> None:
    print(f"evaluate: {message}", file=sys.stderr, flush=True)
