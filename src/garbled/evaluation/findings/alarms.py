"""False alarms of findings per 1,000 words of good copy, with intervals over articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import nan

import numpy as np

from garbled.evaluation.findings.checked import LANGUAGETOOL, Checked, Copy, Placed, family_of
from garbled.evaluation.findings.exact import widen_rate
from garbled.evaluation.findings.results import AlarmRates, RuleRate
from garbled.evaluation.metrics import Interval, alarm_rate
from garbled.evaluation.named_slices import COPY_RULES
from garbled.evaluation.resampling import Vector, bootstrap_together
from garbled.model.verdicts import SEVERE
from garbled.segment.normalise import unify

AUSTRALIAN = "abc"
"""Source of the clean articles of Australian radio."""
Judged = Sequence[tuple[Copy, Checked]]
Counts = Callable[[Placed], bool]


def is_name(found: Placed) -> bool:
    return found.finding.kind == "name"


def is_severe(found: Placed) -> bool:
    return found.finding.severity in SEVERE


def is_own(found: Placed) -> bool:
    """Not LanguageTool's."""
    return family_of(found.finding.rule) != LANGUAGETOOL


COUNTED: tuple[Counts, ...] = (lambda _: True, is_name, is_severe, is_own)


def measure_alarms(copy: str, judged: Judged, seed: int) -> AlarmRates:
    """Findings per 1,000 words of one kind of copy."""
    found = [[sum(map(counts, c.findings)) for _, c in judged] for counts in COUNTED]
    words = np.array([c.n_words for _, c in judged], dtype=float)
    groups = np.array([own.group for own, _ in judged], dtype=np.int64)
    counted = np.array(found, dtype=float).reshape(len(COUNTED), -1)
    rates = rates_per_thousand(counted, words, groups, seed)
    everything, names, severe, own = (
        widen_rate(rate, events, words.sum())
        for rate, events in zip(rates, counted.sum(axis=1).tolist(), strict=True)
    )
    held = sum(c.whole.verdict == "hold" for _, c in judged)
    rate = alarm_rate(held, len(judged))
    return AlarmRates(copy, len(judged), int(words.sum()), everything, names, severe, own, rate)


def rates_per_thousand(
    found: Vector, words: Vector, groups: np.ndarray[tuple[int], np.dtype[np.int64]], seed: int
) -> list[Interval]:
    """Rates of counts (n_rates, n_articles) over words, drawn together."""

    def rates(weight: Vector) -> list[float]:
        total = float(weight @ words)
        return [1_000 * float(weight @ own) / total if total else nan for own in found]

    return bootstrap_together(rates, len(found), groups, seed=seed)


def by_source(judged: Judged, seed: int) -> list[AlarmRates]:
    """Of each source, in the order of their names."""
    sources: dict[str, list[tuple[Copy, Checked]]] = defaultdict(list)
    for copy, checked in judged:
        sources[copy.source].append((copy, checked))
    return [measure_alarms(name, sources[name], seed) for name in sorted(sources)]


def by_slice(judged: Judged, seed: int) -> list[AlarmRates]:
    """Of each named kind of copy that detectors stumble over, and of regional English."""
    unified = [(unify("\n".join(checked.paragraphs)), own, checked) for own, checked in judged]
    named = {
        rule.name: [(own, checked) for text, own, checked in unified if rule.holds(text)]
        for rule in COPY_RULES
    }
    regional = [(own, checked) for own, checked in judged if own.source == AUSTRALIAN]
    kinds = {**named, "regional English (Australian radio)": regional}
    return [measure_alarms(name, own, seed) for name, own in kinds.items()]


def by_rule(clean: Judged, machine: Judged, caught: Iterable[str]) -> list[RuleRate]:
    """Every rule that fired, those with the most findings in good copy first.

    Args:
        clean: good copy.
        machine: copies that machines made.
        caught: a rule for each planted corruption that it found.
    """
    both = [*clean, *machine]
    good, bad, planted = _count(clean), _count(machine), Counter(caught)
    thousands = [max(sum(c.n_words for _, c in own), 1) / 1_000 for own in (clean, machine)]
    graded = Counter((f.finding.rule, f.finding.severity) for _, c in both for f in c.findings)
    severity = {rule: own for (rule, own), _ in reversed(graded.most_common())}
    rules = sorted({*good, *bad, *planted}, key=lambda rule: (-good[rule], rule))
    return [
        RuleRate(
            rule,
            severity.get(rule, ""),
            good[rule],
            good[rule] / thousands[0],
            bad[rule] / thousands[1],
            planted[rule],
        )
        for rule in rules
    ]


def _count(judged: Judged) -> Counter[str]:
    return Counter(f.finding.rule for _, checked in judged for f in checked.findings)
