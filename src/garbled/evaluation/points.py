"""Results of an evaluation as ``garbled.plots.intervals`` draws them: rows, series, intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from garbled.evaluation.metrics import Rate
from garbled.evaluation.resampling import Interval
from garbled.evaluation.results import Results

Points = dict[tuple[str, str], tuple[float, float, float]]
"""Row and series to the value, its lower and its upper bound."""


def separation(
    results: Results,
    slices: Iterable[str],
    scorers: Sequence[str] = ("fast",),
    units: Sequence[str] = ("window", "article"),
) -> Points:
    """AUROC of copies against their originals by slice, in this order; empty slices left out.

    Args:
        slices: names out of ``garbled.evaluation.slices.BY_NAME``.
        scorers: configurations, or with peers among them all on the rows that each can score.
        units: ``window``, ``article`` or both.
    """
    is_own = set(scorers) <= {r.scorer for r in results.separation}
    source = results.separation if is_own else results.comparison
    known = {(r.slice, r.scorer, r.unit): r for r in source}
    order = [(name, scorer, unit) for name in slices for scorer in scorers for unit in units]
    return _counted(
        (own.slice, _series(own.scorer, own.unit), own.n_originals, own.all.auroc)
        for own in map(known.get, order)
        if own is not None and own.all.n
    )


def generalisation(results: Results, kinds: Iterable[str], unit: str = "window") -> Points:
    """AUROC of what a head has seen of its kind, and of what it was refitted without."""
    found: Points = {}
    for own in results.generalisation:
        if own.kind in kinds and own.unit == unit:
            row = _row(f"{own.kind}: {own.name}", own.n_originals)
            found[row, "kind seen in training"] = _bounds(own.in_fold)
            found[row, "kind left out"] = _bounds(own.left_out)
    return found


def agreement(results: Results, scorers: Sequence[str], unit: str = "window") -> Points:
    """Rank correlation with people's scores by set, a series a scorer."""
    return _counted(
        (own.set, own.scorer, own.n, own.correlation)
        for own in results.agreement
        if own.unit == unit and own.scorer in scorers
    )


def system_order(results: Results) -> Points:
    """Share of pairs of systems that the mean score puts in the order that people do."""
    return {
        (f"{own.set} ({own.n_systems} systems)", "pairs ordered right"): _bounds(own.right)
        for own in results.system_order
    }


def false_alarms(results: Results) -> Points:
    """Share of good copy at or above the review threshold."""
    return {
        (_row(own.name, own.flagged.n), "flagged"): _rate(own.flagged)
        for own in results.false_alarms
    }


def human_translation(results: Results) -> Points:
    """Human translation against native copy, beside native copy of one source against others."""
    found: Points = {}
    for own in results.human_translation:
        row = _row(own.set, own.n_originals)
        found[row, "translated against native"] = _bounds(own.auroc)
        found[row, "native against native"] = _bounds(own.floor)
    return found


def ablation(results: Results, change: Literal["left out", "alone"]) -> Points:
    """Of a group alone its AUROC, of one left out the change of AUROC, a series a slice."""
    return {
        (own.group, own.slice): _bounds(own.changed if change == "alone" else own.difference)
        for own in results.ablation
        if own.change == change
    }


def calibration(
    results: Results, what: Literal["slope", "intercept", "error"], unit: str = "article"
) -> Points:
    """Slope, intercept or error by slice, a series a configuration."""
    return _counted(
        (own.slice, own.configuration, own.n_originals, getattr(own, what))
        for own in results.calibration
        if own.unit == unit
    )


def reliability(
    results: Results, configuration: str = "fast", unit: str = "article"
) -> dict[str, tuple[list[float], list[float]]]:
    """Slice to what was said and what was seen in each bin, as ``reliability_bins`` takes it."""
    return {
        _row(own.slice, own.n_originals): (
            [b.predicted for b in own.bins],
            [b.seen for b in own.bins],
        )
        for own in results.calibration
        if (own.unit, own.configuration) == (unit, configuration) and own.bins
    }


def _counted(found: Iterable[tuple[str, str, int, Interval]]) -> Points:
    """Points of (row, series, texts, interval); a row tells of how many texts its series are."""
    listed = list(found)
    counts: dict[str, list[int]] = {}
    for name, _, n, _ in listed:
        counts.setdefault(name, []).append(n)
    return {
        (_row(name, min(counts[name]), max(counts[name])), series): _bounds(own)
        for name, series, _, own in listed
    }


def _row(name: str, n: int, most: int | None = None) -> str:
    """
    >>> _row("de", 1200), _row("de", 3, 1200)
    ('de (1,200)', 'de (3 to 1,200)')
    """
    return f"{name} ({n:,})" if most in (None, n) else f"{name} ({n:,} to {most:,})"


def _series(scorer: str, unit: str) -> str:
    return f"{scorer}, {unit}s"


def _bounds(own: Interval) -> tuple[float, float, float]:
    return own.value, own.low, own.high


def _rate(own: Rate) -> tuple[float, float, float]:
    return own.value, own.low, own.high
