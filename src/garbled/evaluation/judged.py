"""All systems of the judged sets' held-out documents, for the order of systems.

The sample that all else is measured on keeps few systems a document, too few to order them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from garbled.corpora.pairs import Pair, read_pairs
from garbled.evaluation.agreement import order_systems
from garbled.evaluation.held_out import HeldOut, Measuring, compare_pairs, group_stories
from garbled.evaluation.results import SystemOrder
from garbled.model.store import Model

SETS = ("wmt16", "wmt21", "wmt22")
CONFIGURATION = "full_without_grammar"


def measure_system_order(
    path: Path, held_out: HeldOut, model: Model, how: Measuring, seed: int
) -> list[SystemOrder]:
    """Systems of each set in the order of their mean score, and of all sets together."""
    pairs = read_judged(path, held_out.pairs)
    if not pairs:
        return []
    c = compare_pairs(pairs, model, replace(how, max_grammar=0), group_stories)
    score = model.configurations[CONFIGURATION].windows.scale(c.copy[CONFIGURATION])
    return [
        order_systems(c, CONFIGURATION, score, sets, seed)
        for sets in (*((name,) for name in SETS), SETS)
    ]


def read_judged(path: Path, held_out: Sequence[Pair]) -> list[Pair]:
    """Pairs of the judged sets whose documents are held out, by all of their systems."""
    known = {(p.set, p.lang_pair, p.document) for p in held_out if p.document}
    judged = {(p.set, p.lang_pair, p.document) for p in held_out if p.human_score is not None}
    return [
        pair
        for pair in read_pairs(path)
        if pair.set in SETS
        and pair.kind != "human"
        and (pair.set, pair.lang_pair, pair.document) in known & judged
    ]
