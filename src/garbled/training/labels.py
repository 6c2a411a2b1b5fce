"""What each measured window is: mangled or not, of which set and fold, and how much it weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garbled.corpora.damage import QualityEstimate, label_windows
from garbled.corpora.pairs import Pair
from garbled.training.measure import RETRANSLATED, Measured

SCALE_SET = "wmt16"
MIN_SCORED = 200
MANGLED, CLEAN, NEITHER = 1, 0, -1


@dataclass(frozen=True)
class Labels:
    """One value a window.

    ``truth`` is 1 for mangled, 0 for an original, a human or a faithful version, -1 for neither;
    ``machine`` says that a machine wrote the window; ``weight`` makes sets weigh by the
    square root of their size, with both sides of a set alike.
    """

    truth: NDArray[np.int64]
    machine: NDArray[np.bool_]
    quality: NDArray[np.float64]
    set: NDArray[np.str_]
    lang_pair: NDArray[np.str_]
    system: NDArray[np.str_]
    native: NDArray[np.bool_]
    human_made: NDArray[np.bool_]
    group: NDArray[np.int64]
    fold: NDArray[np.int64]
    weight: NDArray[np.float64]


def label(
    measured: Measured,
    pairs: Sequence[Pair],
    groups: NDArray[np.int64],
    folds: NDArray[np.int64],
    estimate: QualityEstimate,
) -> Labels:
    """Label the windows of ``measured``, whose ``pair`` points into ``pairs``."""
    own = [pairs[index] for index in measured.pair.tolist()]
    retranslated = measured.side == RETRANSLATED
    human = np.array([pair.kind == "human" for pair in own])
    machine = retranslated & ~human
    quality = estimate.quality(measured.changes, measured.human)
    direct = np.array([pair.is_direct for pair in own])
    judged = label_windows(quality, measured.changes, direct)
    sets = np.array([pair.set for pair in own])
    return Labels(
        truth=np.where(machine, judged, CLEAN),
        machine=machine,
        quality=np.where(machine, quality, np.nan),
        set=sets,
        lang_pair=np.array([pair.lang_pair for pair in own]),
        system=np.array([pair.system for pair in own]),
        native=np.array([pair.is_native for pair in own]),
        human_made=human & retranslated,
        group=groups[measured.pair],
        fold=folds[measured.pair],
        weight=_weights(sets, machine),
    )


def fit_estimate(
    measured: Measured, pairs: Sequence[Pair], fallback: QualityEstimate | None
) -> QualityEstimate:
    """Fit the quality estimate on wmt16's human scores, or keep the one that is there."""
    scored = (measured.side == RETRANSLATED) & ~np.isnan(measured.human)
    scored &= np.array([pairs[index].set == SCALE_SET for index in measured.pair.tolist()])
    if scored.sum() < MIN_SCORED and fallback is not None:
        return fallback
    return QualityEstimate.fit(measured.changes[scored], measured.human[scored])


def described_estimate(description: Mapping[str, Any]) -> QualityEstimate:
    """The estimate that a model's description holds.

    Raises:
        KeyError: it holds none.
    """
    quality = description["quality_estimate"]
    return QualityEstimate(tuple(quality["coefficients"]), float(quality["intercept"]))


def _weights(sets: NDArray[np.str_], machine: NDArray[np.bool_]) -> NDArray[np.float64]:
    weight = np.zeros(len(sets))
    for name in np.unique(sets):
        for side in (machine, ~machine):
            mine = (sets == name) & side
            if mine.any():
                weight[mine] = np.sqrt((sets == name).sum()) / mine.sum()
    return weight / weight.mean() if len(weight) else weight
