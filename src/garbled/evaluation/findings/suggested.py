"""How often a finding suggests a wording, and how often that is what the original has there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import nan

import numpy as np

from garbled.documents import Finding
from garbled.evaluation.findings.alarms import Judged
from garbled.evaluation.findings.results import Suggestions
from garbled.evaluation.metrics import Interval
from garbled.evaluation.resampling import Vector, bootstrap_together
from garbled.segment.normalise import unify
from garbled.segment.tokens import Token, tokenise

ALL = "all findings"


@dataclass(frozen=True, slots=True)
class _Told:
    """A finding in machine copy; ``right`` is None where it suggests nothing."""

    kind: str
    group: int
    right: bool | None


def measure_suggestions(machine: Judged, seed: int) -> list[Suggestions]:
    """Of all findings in machine copies, by kind, and where they are from."""
    told = list(_read(machine))
    kinds = dict.fromkeys(sorted({kind for own, kind in told}))
    everything = [own for own, kind in told if kind.startswith("kind: ")]
    parts = [(ALL, everything)] + [(k, [o for o, own in told if own == k]) for k in kinds]
    return [_measure(name, own, seed) for name, own in parts if own]


def _read(machine: Judged) -> Iterator[tuple[_Told, str]]:
    """Every finding twice: under its kind, and under the set that it is from."""
    for copy, checked in machine:
        for placed in checked.findings:
            own = placed.finding
            if placed.paragraph >= len(copy.originals):
                continue
            right = None
            if own.suggestion is not None:
                text = checked.paragraphs[placed.paragraph]
                right = is_right(own, text, copy.originals[placed.paragraph])
            told = _Told(own.kind, copy.group, right)
            yield told, f"kind: {own.kind}"
            yield told, f"set: {copy.source}"


def is_right(finding: Finding, text: str, original: str) -> bool:
    """Whether the original has the suggestion where the copy has the finding.

    The original's words there are those of the aligned stretch: exact where the two agree, else
    as long as they disagree. A quote that stands there too needed no suggestion.
    """
    own, other = tokenise(unify(text)), tokenise(unify(original))
    there = _aligned(own, other, finding.start, finding.end)
    wanted = [token.text for token in tokenise(unify(finding.suggestion or ""))]
    quoted = [token.text for token in tokenise(unify(finding.quote))]
    if not wanted:
        return not _holds(there, quoted)
    return _holds(there, wanted) and not (len(quoted) >= len(wanted) and _holds(there, quoted))


def _aligned(own: Sequence[Token], other: Sequence[Token], start: int, end: int) -> list[str]:
    """Words of ``other`` in place of the code points from start to end of ``own``."""
    matcher = SequenceMatcher(None, [t.text for t in own], [t.text for t in other], False)
    touched = [n for n, t in enumerate(own) if t.start < end and start < t.end]
    if not touched:
        return []
    low, high = len(other), 0
    for tag, i, j, k, l in matcher.get_opcodes():  # noqa: E741
        inside = [n for n in touched if i <= n < j]
        if not inside:
            continue
        if tag == "equal":
            low, high = min(low, k + inside[0] - i), max(high, k + inside[-1] - i + 1)
        else:
            low, high = min(low, k), max(high, l)
    return [token.text for token in other[low:high]]


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    size = len(wanted)
    return any(list(words[at : at + size]) == list(wanted) for at in range(len(words) - size + 1))


def _measure(kind: str, told: Sequence[_Told], seed: int) -> Suggestions:
    groups = np.array([own.group for own in told], dtype=np.int64)
    covered = np.array([own.right is not None for own in told], dtype=float)
    right = np.array([own.right is True for own in told], dtype=float)

    def statistics(weight: Vector) -> list[float]:
        with_one = float(weight @ covered)
        total = float(weight.sum())
        return [
            with_one / total if total else nan,
            float(weight @ right) / with_one if with_one else nan,
        ]

    coverage, share = bootstrap_together(statistics, 2, groups, seed=seed)
    return Suggestions(kind, len(told), coverage, share if covered.any() else Interval(nan))
