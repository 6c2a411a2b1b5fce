"""How well detectors agree with post-edits, at their own rate of false alarms and at a common one.

Detectors made of rules are brought to the common rate by dropping the rules that fire most often
in good copy, the encoder's doubts by their threshold. Both are chosen on the good copy that the
rate is then stated for, for every detector alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from garbled.evaluation.findings.checked import LANGUAGETOOL, TORTURED, Checked, Span, family_of
from garbled.evaluation.findings.post_edits import (
    Flags,
    Labelled,
    confusion,
    count_runs,
    mark,
    spans_of,
)
from garbled.evaluation.findings.results import TokenAgreement
from garbled.evaluation.resampling import Vector, bootstrap_together

RATE = 1.0
"""False alarms per 1,000 words that detectors are compared at."""
THRESHOLDS = np.linspace(-4.0, 9.0, 66)
FINDINGS, DOUBTS = "findings", "encoder's doubts"
Reader = Callable[[Checked], Sequence[Span]]
READERS: dict[str, Reader] = {
    FINDINGS: lambda checked: spans_of(checked.findings),
    "findings without LanguageTool": lambda checked: spans_of(
        f for f in checked.findings if family_of(f.finding.rule) != LANGUAGETOOL
    ),
    "LanguageTool alone": lambda checked: checked.raw.get(LANGUAGETOOL, ()),
    "tortured phrases alone": lambda checked: checked.raw.get(TORTURED, ()),
}


def measure_agreement(
    labelled: Sequence[Labelled], good: Sequence[Checked], seed: int
) -> list[TokenAgreement]:
    """Every detector as it is and at the common rate, on all labelled copies and by set.

    Args:
        labelled: machine copies with the tokens that people replaced.
        good: copy in which everything that is marked is a false alarm.
    """
    found = []
    for name, own, flags, alarms, left_out in _detectors(labelled, good):
        shown = f"{name}, {own}"
        sets = [None] if own != AS_IT_IS else [None, *sorted({o.set for o in labelled})]
        for chosen in sets:
            mine = [n for n, o in enumerate(labelled) if chosen in (None, o.set)]
            part = [labelled[n] for n in mine]
            marked = [flags[n] for n in mine]
            found.append(_agreement(shown, chosen or "all", part, marked, alarms, left_out, seed))
    return found


AS_IT_IS, AT_RATE, BEST = "as it is", f"at {RATE:g} alarm per 1,000 words", "at its best MCC"
Detector = tuple[str, str, list[Flags], float, str]


def _detectors(labelled: Sequence[Labelled], good: Sequence[Checked]) -> Iterator[Detector]:
    words = sum(checked.n_words for checked in good)
    for name, read in READERS.items():
        if name.startswith(LANGUAGETOOL) and not any(LANGUAGETOOL in c.raw for c in good):
            continue
        for own, dropped in ((AS_IT_IS, ()), (AT_RATE, _too_loud(good, read, words))):
            flags = [_marked(o.checked, read, dropped) for o in labelled]
            alarms = sum(len(_kept(read(checked), dropped)) for checked in good)
            yield name, own, flags, _rate(alarms, words), ", ".join(dropped)
    threshold = _threshold(good, words)
    for own, cuts in (
        (AT_RATE, [threshold] * len(labelled)),
        (BEST, _best_thresholds(labelled)),
    ):
        flags = [doubted(o.checked, cut) for o, cut in zip(labelled, cuts, strict=True)]
        alarms = sum(count_runs(doubted(c, float(np.mean(cuts)))) for c in good)
        yield DOUBTS, own, flags, _rate(alarms, words), f"log-odds under {np.mean(cuts):.1f}"


def doubted(checked: Checked, threshold: float) -> Flags:
    """Tokens that the encoder doubts at least so much; what it did not read is not doubted."""
    with np.errstate(invalid="ignore"):
        return np.asarray(checked.doubts >= threshold)


def _threshold(good: Sequence[Checked], words: int) -> float:
    """The lowest threshold that keeps to the rate."""
    for threshold in THRESHOLDS.tolist():
        if _rate(sum(count_runs(doubted(c, threshold)) for c in good), words) <= RATE:
            return float(threshold)
    return float(THRESHOLDS[-1])


def _best_thresholds(labelled: Sequence[Labelled]) -> list[float]:
    """For each half of the stories the threshold that is best on the other half."""
    best = {}
    for half in (0, 1):
        other = [o for o in labelled if o.group % 2 != half]
        values = [
            mcc_of(confusion(other, [doubted(o.checked, cut) for o in other]).sum(axis=0))
            for cut in THRESHOLDS.tolist()
        ]
        best[half] = float(THRESHOLDS[int(np.nanargmax([*values[:-1], -1.0]))])
    return [best[o.group % 2] for o in labelled]


def _too_loud(good: Sequence[Checked], read: Reader, words: int) -> tuple[str, ...]:
    """The fewest rules to leave out, those that fire most, so that the rest keeps to the rate."""
    counts = Counter(span.rule for checked in good for span in read(checked))
    dropped: list[str] = []
    for rule, _ in counts.most_common():
        if _rate(counts.total(), words) <= RATE:
            break
        dropped.append(rule)
        del counts[rule]
    return tuple(dropped)


def _kept(spans: Sequence[Span], dropped: Sequence[str]) -> list[Span]:
    return [span for span in spans if span.rule not in dropped]


def _marked(checked: Checked, read: Reader, dropped: Sequence[str]) -> Flags:
    return mark(checked, _kept(read(checked), dropped))


def _rate(alarms: int, words: int) -> float:
    return 1_000 * alarms / words if words else nan


def _agreement(
    detector: str,
    name: str,
    labelled: Sequence[Labelled],
    flags: Sequence[Flags],
    alarms: float,
    left_out: str,
    seed: int,
) -> TokenAgreement:
    table = confusion(labelled, flags)
    groups = np.array([own.group for own in labelled], dtype=np.int64)

    def statistics(weight: Vector) -> list[float]:
        cells = weight @ table
        return [f1_of(cells), mcc_of(cells)]

    f1, mcc = bootstrap_together(statistics, 2, groups, seed=seed)
    right, false, missed, _ = table.sum(axis=0).tolist()
    return TokenAgreement(
        detector,
        name,
        int(table.sum()),
        int(right + missed),
        alarms,
        right / (right + false) if right + false else nan,
        right / (right + missed) if right + missed else nan,
        f1,
        mcc,
        left_out,
    )


def f1_of(cells: NDArray[np.float64]) -> float:
    """F1 of true and false positives, false and true negatives.

    >>> f1_of(np.array([1.0, 1.0, 1.0, 7.0]))
    0.5
    """
    right, false, missed, _ = cells.tolist()
    total = 2 * right + false + missed
    return 2 * right / total if total else nan


def mcc_of(cells: NDArray[np.float64]) -> float:
    """Matthews's correlation of the same; 0 where a side is constant.

    >>> mcc_of(np.array([5.0, 0.0, 0.0, 5.0])), mcc_of(np.array([0.0, 0.0, 5.0, 5.0]))
    (1.0, 0.0)
    """
    right, false, missed, rest = cells.tolist()
    scale = (right + false) * (right + missed) * (rest + false) * (rest + missed)
    return (right * rest - false * missed) / sqrt(scale) if scale else 0.0
