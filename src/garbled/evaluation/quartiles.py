"""Fluent systems by how people judged their copies."""

from __future__ import annotations

import numpy as np

from garbled.evaluation.comparisons import Comparisons, Mask, Numbers, Vector
from garbled.evaluation.resampling import Texts, auroc_of, bootstrap
from garbled.evaluation.results import Quartile
from garbled.evaluation.slices import BY_NAME, FLUENT


def measure_quartiles(c: Comparisons, scorer: str, seed: int) -> list[Quartile]:
    """Copies of 2021 and later against their originals, by quartile of human score; 1 is worst."""
    judged = BY_NAME[FLUENT].choose(c) & ~np.isnan(c.human) & c.known(scorer)
    own = quartiles_within(c.human, judged, c)
    return [_measure(c, scorer, own == number, number, seed) for number in (1, 2, 3, 4)]


def quartiles_within(values: Vector, chosen: Mask, c: Comparisons) -> Numbers:
    """Quartile, 1 the lowest, of each chosen text within its set and language pair; else 0."""
    found = np.zeros(len(c), dtype=np.int64)
    names = np.char.add(np.char.add(c.set, "/"), c.lang_pair)
    for name in np.unique(names[chosen]):
        mine = np.flatnonzero(chosen & (names == name))
        ranks = np.argsort(np.argsort(values[mine], kind="stable"), kind="stable")
        found[mine] = 1 + 4 * ranks // len(mine)
    return found


def _measure(c: Comparisons, scorer: str, chosen: Mask, number: int, seed: int) -> Quartile:
    own = Texts.compare(c.original[scorer][chosen], c.copy[scorer][chosen], c.group[chosen])
    auroc = bootstrap(auroc_of(own.scores, own.positive), own.groups, seed=seed)
    return Quartile(c.unit, number, int(chosen.sum()), c.count_segments(chosen), auroc)
