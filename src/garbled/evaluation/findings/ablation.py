"""What each family of rules adds, and what it costs in false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from garbled.evaluation.findings.agreement import f1_of
from garbled.evaluation.findings.checked import FAMILIES, Checked
from garbled.evaluation.findings.planting import Caught
from garbled.evaluation.findings.post_edits import Labelled, confusion, mark, spans_of
from garbled.evaluation.findings.results import FamilyAblation
from garbled.model.verdicts import SEVERE


def measure_ablation(
    good: Sequence[Checked],
    caught: Sequence[Caught],
    labelled: Sequence[Labelled],
    wrecked: Sequence[Checked],
) -> list[FamilyAblation]:
    """Every family left out: the other rules then tell what it hid.

    Args:
        good: copy in which every finding is a false alarm.
        caught: planted corruptions.
        labelled: copies with the tokens that people replaced.
        wrecked: articles with two wrecked names, of which at least half should be held.
    """
    return [
        FamilyAblation(
            family,
            *(_alarms(good, out, severe=False) for out in (None, family)),
            *(_alarms(good, out, severe=True) for out in (None, family)),
            *(_recall(caught, out) for out in (None, family)),
            *(_f1(labelled, out) for out in (None, family)),
            *(_held(wrecked, out) for out in (None, family)),
        )
        for family in FAMILIES
    ]


def _alarms(good: Sequence[Checked], without: str | None, *, severe: bool) -> float:
    found = sum(
        not severe or placed.finding.severity in SEVERE
        for checked in good
        for placed in checked.outcome(without).findings
    )
    words = sum(checked.n_words for checked in good)
    return 1_000 * found / words if words else nan


def _recall(caught: Sequence[Caught], without: str | None) -> float:
    if not caught:
        return nan
    return sum(own.is_found(without) for own in caught) / len(caught)


def _f1(labelled: Sequence[Labelled], without: str | None) -> float:
    if not labelled:
        return nan
    flags = [mark(own.checked, spans_of(own.checked.outcome(without).findings)) for own in labelled]
    return f1_of(confusion(labelled, flags).sum(axis=0))


def _held(wrecked: Sequence[Checked], without: str | None) -> float:
    if not wrecked:
        return nan
    return sum(own.outcome(without).verdict == "hold" for own in wrecked) / len(wrecked)
