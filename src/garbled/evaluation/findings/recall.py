"""Share of planted name corruptions that are found, by sort, with intervals over articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import nan

import numpy as np

from garbled.evaluation.findings.exact import widen_share
from garbled.evaluation.findings.planting import Caught
from garbled.evaluation.findings.results import Recall
from garbled.evaluation.findings.sorts import RARE
from garbled.evaluation.resampling import Vector, bootstrap_together

ALL = "all planted sorts"


def measure_recall(caught: Sequence[Caught], seed: int) -> list[Recall]:
    """By sort, in the order of planting, and of all that have an aim, each sort weighing alike."""
    sorts: dict[str, list[Caught]] = defaultdict(list)
    for own in caught:
        sorts[own.planted.sort].append(own)
    measured = [_measure(sort, own, [1.0] * len(own), seed) for sort, own in sorts.items()]
    aimed = [c for c in caught if c.planted.sort != RARE]
    weight = [1 / len(sorts[c.planted.sort]) for c in aimed]
    return [*measured, _measure(ALL, aimed, weight, seed)] if aimed else measured


def _measure(sort: str, caught: Sequence[Caught], own: Sequence[float], seed: int) -> Recall:
    names = {name: n for n, name in enumerate(dict.fromkeys(c.planted.excerpt.id for c in caught))}
    groups = np.array([names[c.planted.excerpt.id] for c in caught], dtype=np.int64)
    flags = np.array([[c.found, c.as_name] for c in caught], dtype=float).T
    weights = np.array(own)

    def shares(weight: Vector) -> list[float]:
        total = float(weight @ weights)
        return [float((weight * weights) @ flag) / total if total else nan for flag in flags]

    found, as_name = bootstrap_together(shares, 2, groups, seed=seed)
    if len(set(own)) == 1:
        found = widen_share(found, flags[0].sum(), len(caught))
        as_name = widen_share(as_name, flags[1].sum(), len(caught))
    told = [c.restored for c in caught if c.restored is not None]
    n_found = sum(c.found for c in caught)
    return Recall(
        sort,
        len(caught),
        found,
        as_name,
        len(told) / n_found if n_found else nan,
        sum(told) / len(told) if told else nan,
    )


def rules_that_caught(caught: Iterable[Caught]) -> list[str]:
    """A rule for each corruption that it found."""
    return [rule for own in caught for rule in own.rules]
