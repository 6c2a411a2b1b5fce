"""Systems, a relay language, a year or an architecture that the fitted head has never seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from garbled.errors import GarbledError
from garbled.evaluation.architectures import (
    LANGUAGE_MODEL,
    NEURAL,
    RULE_BASED,
    STATISTICAL,
    SYSTEM_FOLDS,
)
from garbled.evaluation.comparisons import (
    Comparisons,
    article_parts,
    compare_articles,
    score_articles,
)
from garbled.evaluation.held_out import HeldOut
from garbled.evaluation.refits import Kinds, Refit, TrainingSide, refit_without
from garbled.evaluation.resampling import Mask, Numbers, Texts, Vector, compare_aurocs
from garbled.evaluation.results import Generalisation
from garbled.evaluation.slices import BY_NAME, EVERYTHING
from garbled.features.groups import CONFIGURATIONS
from garbled.model.store import Configuration, Model

CONFIGURATION = "full_without_grammar"
"""The configuration that is refitted: every window has its features."""
SYSTEMS, LANGUAGE, YEAR = "systems", "relay language", "year"
ARCHITECTURE = "architecture"
ALL_FOLDS = "all five folds"
RELAYS = {"fr": "French", "de": "German"}
YEARS = (2016, 2022)
MIN_COMPARISONS = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows to leave out of a fit and to measure on."""

    kind: str
    name: str
    choose: Callable[[Kinds], Mask]


def _system_fold(number: int) -> Kind:
    return Kind(SYSTEMS, f"fold {number}", lambda kinds: kinds.system_fold == number)


def _language(code: str, name: str) -> Kind:
    return Kind(LANGUAGE, name, lambda kinds: kinds.has_language(code))


def _year(number: int) -> Kind:
    return Kind(YEAR, str(number), lambda kinds: kinds.year == number)


SYSTEM_KINDS = tuple(map(_system_fold, range(SYSTEM_FOLDS)))
KINDS: tuple[Kind, ...] = (
    *SYSTEM_KINDS,
    *(_language(code, name) for code, name in RELAYS.items()),
    *map(_year, YEARS),
    Kind(
        ARCHITECTURE,
        f"{STATISTICAL} and {RULE_BASED} to {NEURAL}",
        lambda kinds: np.isin(kinds.architecture, [NEURAL, LANGUAGE_MODEL]),
    ),
)


@dataclass(frozen=True)
class _Scored:
    """Log-odds of comparisons, original and copy, by the head that ships or by a refitted one."""

    unit: str
    original: Vector
    copy: Vector


def measure_generalisation(
    side: TrainingSide, held_out: HeldOut, model: Model, seed: int
) -> tuple[list[Generalisation], list[str]]:
    """Each kind, by window and article; and the kinds that too little is left of, with why."""
    windows = held_out.compare(model)
    articles = compare_articles(windows, model)
    kinds = Kinds.of(held_out.pairs, held_out.measured)
    found: list[Generalisation] = []
    missing: list[str] = []
    pooled: list[tuple[Mask, Sequence[_Scored]]] = []
    for kind in KINDS:
        chosen = _chosen(kind, windows, kinds, held_out)
        if chosen.sum() < MIN_COMPARISONS:
            missing.append(f"{kind.kind} {kind.name}: {int(chosen.sum())} held-out windows")
            continue
        try:
            refit = refit_without(side, held_out, kind.choose(side.kinds))
            scored = _score(refit, held_out, windows, model)
        except GarbledError as error:
            missing.append(f"{kind.kind} {kind.name}: {error}")
            continue
        found.extend(_compare(kind, windows, articles, chosen, scored, seed))
        if kind.kind == SYSTEMS:
            pooled.append((chosen, scored))
    if pooled:
        every = Kind(SYSTEMS, ALL_FOLDS, lambda kinds: np.ones(len(kinds), dtype=bool))
        chosen, scored = _pool(pooled, windows)
        found.extend(_compare(every, windows, articles, chosen, scored, seed))
    return found, missing


def _chosen(kind: Kind, windows: Comparisons, kinds: Kinds, held_out: HeldOut) -> Mask:
    """Comparisons of the kind; ``kinds`` are of the measured windows, two a comparison."""
    order = np.lexsort(
        (held_out.measured.side, held_out.measured.place, held_out.measured.document)
    )
    mine = kind.choose(kinds)[order[1::2]]
    return np.asarray(mine & BY_NAME[EVERYTHING].choose(windows) & windows.known(CONFIGURATION))


def _score(
    refit: Refit, held_out: HeldOut, windows: Comparisons, model: Model
) -> Sequence[_Scored]:
    groups = CONFIGURATIONS[CONFIGURATION]
    fitted = refit.configuration(groups)
    own = held_out.compare_scores({CONFIGURATION: refit.logits(groups, fitted)})
    return (
        _Scored("window", own.original[CONFIGURATION], own.copy[CONFIGURATION]),
        _Scored("article", *_article_logits(own, fitted)),
    )


def _article_logits(windows: Comparisons, fitted: Configuration) -> tuple[Vector, Vector]:
    parts = article_parts(windows)
    return (
        score_articles(
            fitted.articles, windows.original[CONFIGURATION], windows.original_words, parts
        ),
        score_articles(fitted.articles, windows.copy[CONFIGURATION], windows.copy_words, parts),
    )


def _pool(
    parts: Sequence[tuple[Mask, Sequence[_Scored]]], windows: Comparisons
) -> tuple[Mask, list[_Scored]]:
    """Every comparison by the head that did not see its system."""
    chosen = np.any([mask for mask, _ in parts], axis=0)
    cuts = article_parts(windows)
    pooled = []
    for number, unit in enumerate(("window", "article")):
        sides = np.full((2, len(chosen) if unit == "window" else len(cuts)), np.nan)
        for mask, scored in parts:
            mine = mask if unit == "window" else _any(mask, cuts)
            sides[:, mine] = [scored[number].original[mine], scored[number].copy[mine]]
        pooled.append(_Scored(unit, sides[0], sides[1]))
    return np.asarray(chosen), pooled


def _any(chosen: Mask, parts: Sequence[Numbers]) -> Mask:
    return np.array([chosen[part].any() for part in parts], dtype=bool)


def _compare(
    kind: Kind,
    windows: Comparisons,
    articles: Comparisons,
    chosen: Mask,
    scored: Sequence[_Scored],
    seed: int,
) -> Iterator[Generalisation]:
    parts = article_parts(windows)
    for c, own in zip((windows, articles), scored, strict=True):
        mine = chosen if c.unit == "window" else _any(chosen, parts)
        mine = mine & c.known(CONFIGURATION) & ~np.isnan(own.original) & ~np.isnan(own.copy)
        group = c.group[mine]
        paired = compare_aurocs(
            Texts.compare(c.original[CONFIGURATION][mine], c.copy[CONFIGURATION][mine], group),
            Texts.compare(own.original[mine], own.copy[mine], group),
            seed=seed,
        )
        yield Generalisation(
            kind.kind,
            kind.name,
            c.unit,
            int(mine.sum()),
            c.count_segments(mine),
            len(np.unique(group)),
            len(np.unique(c.system[mine])),
            paired.first,
            paired.second,
            paired.difference,
        )
