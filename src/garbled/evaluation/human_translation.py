"""Human translation against native English: who tells them apart detects translation.

The topic floor says how far native copy of two sources stands apart anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

import numpy as np

from garbled.evaluation.comparisons import Comparisons, Mask
from garbled.evaluation.resampling import Interval, Texts, Vector, auroc_of, bootstrap
from garbled.evaluation.results import HumanTranslation
from garbled.evaluation.slices import NATIVE_SETS

POOLED = "all human translation"
CONTROLS = "human controls of wmt21 and wmt22"
REFERENCES = "references of wmt19, wmt21 and wmt22"
REFERENCE_SETS = ("wmt19", "wmt21", "wmt22")
FLOOR_SETS = ("apertium-roundtrip",)
"""Besides wmt15 and wmt16, the sets of native news."""


def measure_human_translation(c: Comparisons, scorer: str, seed: int) -> list[HumanTranslation]:
    """By source of the translation, each original counted once, and all of it together."""
    known = ~np.isnan(c.original[scorer]) & _distinct(c)
    native = known & c.native & np.isin(c.set, NATIVE_SETS)
    floor, n_floor, note = _floor(c, scorer, known & c.native, seed)
    return [
        HumanTranslation(
            name,
            _against(c, scorer, before, native & among, seed, after),
            int(before.sum() + after.sum()),
            int((native & among).sum()),
            c.count_segments(before | after | (native & among)),
            floor,
            n_floor,
            note,
        )
        for name, before, after, among in _translations(c, scorer, known)
    ]


def _translations(
    c: Comparisons, scorer: str, known: Mask
) -> Iterator[tuple[str, Mask, Mask, Mask]]:
    """Name, translated originals, human copies, and the texts whose native ones to compare with."""
    none, every = np.zeros(len(c), dtype=bool), np.ones(len(c), dtype=bool)
    foreign = known & (c.origlang != "") & ~c.native
    for name in NATIVE_SETS:
        yield f"{name}, translated originals", foreign & (c.set == name), none, c.set == name
    controls = c.human_made & ~np.isnan(c.copy[scorer])
    references = known & np.isin(c.set, REFERENCE_SETS)
    within = foreign & np.isin(c.set, NATIVE_SETS)
    yield REFERENCES, references, none, every
    yield CONTROLS, none, controls, every
    yield POOLED, within | references, controls, every


def _against(
    c: Comparisons, scorer: str, before: Mask, native: Mask, seed: int, after: Mask
) -> Interval:
    """AUROC of translated originals and human copies against native originals."""
    translated = np.concatenate([c.original[scorer][before], c.copy[scorer][after]])
    scores = np.concatenate([c.original[scorer][native], translated])
    positive = np.repeat([False, True], [int(native.sum()), len(translated)])
    groups = np.concatenate([c.group[native], c.group[before], c.group[after]])
    if positive.all() or not positive.any():
        return Interval(nan)
    own = Texts(scores, positive, groups)
    return bootstrap(auroc_of(own.scores, own.positive), own.groups, seed=seed)


def _floor(c: Comparisons, scorer: str, native: Mask, seed: int) -> tuple[Interval, int, str]:
    """The widest gap between native news of two sets, folded so that 0.5 is none."""
    names = [n for n in (*NATIVE_SETS, *FLOOR_SETS) if (native & (c.set == n)).sum() > 1]
    found: list[tuple[Interval, int, str]] = []
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            chosen = native & np.isin(c.set, [first, second])
            statistic = auroc_of(c.original[scorer][chosen], c.set[chosen] == second)

            def folded(weight: Vector, statistic=statistic) -> float:  # type: ignore[no-untyped-def]
                return float(0.5 + abs(statistic(weight) - 0.5))

            interval = bootstrap(folded, c.group[chosen], seed=seed)
            found.append((interval, int(chosen.sum()), f"native originals, {first} and {second}"))
    if not found:
        return Interval(nan), 0, "native originals of one set only"
    return max(found, key=lambda item: item[0].value)


def _distinct(c: Comparisons) -> Mask:
    """One comparison an original window, whatever the number of systems."""
    keys: dict[tuple[frozenset[int], int], int] = {}
    places = zip(c.document.tolist(), c.place.tolist(), strict=True)
    for index, (document, place) in enumerate(places):
        keys.setdefault((c.segments[document], place), index)
    found = np.zeros(len(c), dtype=bool)
    found[list(keys.values())] = True
    return found
