"""What each feature group is worth: a refitted head without it, and one with it alone.

Heads hear every group here, those that the shipped one only describes by too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from garbled.evaluation.architectures import system_fold
from garbled.evaluation.comparisons import Comparisons
from garbled.evaluation.held_out import HeldOut
from garbled.evaluation.refits import Refit, TrainingSide, refit_without
from garbled.evaluation.resampling import Mask, Texts, compare_aurocs
from garbled.evaluation.results import Ablation
from garbled.evaluation.slices import BY_NAME, EVERYTHING, FLUENT, NATIVE
from garbled.features.groups import CONFIGURATIONS

UNSEEN = "unseen systems (system fold 0)"
UNSEEN_FOLD = 0
BASE = "full_without_grammar"
BASES = {"grammar": "full", "large_encoder": "large_without_grammar"}
"""Configurations that a group is taken from where it is not in ``BASE``."""


@dataclass(frozen=True)
class _Heads:
    """Fitted heads' comparisons by their groups, with and without the unseen systems."""

    held_out: HeldOut
    seen: Refit
    unseen: Refit
    found: dict[tuple[tuple[str, ...], bool], Comparisons] = field(default_factory=dict)

    def compare(self, groups: tuple[str, ...], *, unseen: bool) -> Comparisons:
        key = groups, unseen
        if key not in self.found:
            refit = self.unseen if unseen else self.seen
            fitted = refit.configuration(groups, description_only=())
            logits = refit.logits(groups, fitted)
            self.found[key] = self.held_out.compare_scores({"head": logits})
        return self.found[key]


def measure_ablation(side: TrainingSide, held_out: HeldOut, seed: int) -> list[Ablation]:
    """Every group that both sides have, on windows.

    Raises:
        GarbledError: there is too little to refit on.
    """
    none = np.zeros(len(side.kinds), dtype=bool)
    heads = _Heads(
        held_out,
        refit_without(side, held_out, none),
        refit_without(side, held_out, side.kinds.system_fold == UNSEEN_FOLD),
    )
    return [row for group in _groups(heads) for row in _ablate(heads, group, seed)]


def _groups(heads: _Heads) -> Iterator[str]:
    """Groups of the base, and optional ones that both sides have measured."""
    yield from CONFIGURATIONS[BASE]
    for group in BASES:
        sides = (heads.seen.fitted, heads.seen.held_out)
        if all(group in c.groups and not np.isnan(c.groups[group]).all() for c in sides):
            yield group


def _ablate(heads: _Heads, group: str, seed: int) -> Iterator[Ablation]:
    base = CONFIGURATIONS[BASES.get(group, BASE)]
    changes: tuple[tuple[Literal["left out", "alone"], tuple[str, ...]], ...] = (
        ("left out", tuple(name for name in base if name != group)),
        ("alone", (group,)),
    )
    for change, groups in changes:
        for name in (NATIVE, FLUENT, EVERYTHING, UNSEEN):
            unseen = name == UNSEEN
            with_all = heads.compare(base, unseen=unseen)
            changed = heads.compare(groups, unseen=unseen)
            chosen = _choose(with_all, name) & with_all.known("head") & changed.known("head")
            if chosen.any():
                yield _row(group, change, name, with_all, changed, chosen, seed)


def _choose(c: Comparisons, name: str) -> Mask:
    if name != UNSEEN:
        return BY_NAME[name].choose(c)
    names, place = np.unique(c.system, return_inverse=True)
    mine = np.array([system_fold(system) == UNSEEN_FOLD for system in names.tolist()], dtype=bool)
    return np.asarray(mine[place] & BY_NAME[EVERYTHING].choose(c))


def _row(
    group: str,
    change: Literal["left out", "alone"],
    name: str,
    with_all: Comparisons,
    changed: Comparisons,
    chosen: Mask,
    seed: int,
) -> Ablation:
    stories = with_all.group[chosen]
    first, second = (
        Texts.compare(c.original["head"][chosen], c.copy["head"][chosen], stories)
        for c in (with_all, changed)
    )
    paired = compare_aurocs(first, second, seed=seed)
    return Ablation(
        group,
        change,
        name,
        int(chosen.sum()),
        with_all.count_segments(chosen),
        paired.first,
        paired.second,
        paired.difference,
    )
