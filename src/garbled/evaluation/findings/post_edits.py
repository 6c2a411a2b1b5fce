"""Machine copy token by token: which words people replaced, and which words a detector marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from garbled.evaluation.findings.checked import Checked, Copy, Placed, Span
from garbled.segment.normalise import unify
from garbled.segment.tokens import tokenise

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Labelled:
    """A machine copy; ``wrong`` (n,) says which tokens of ``checked`` people replaced."""

    group: int
    set: str
    checked: Checked
    wrong: Flags


def label(copy: Copy, checked: Checked, name: str) -> Labelled:
    """The tokens of a copy that its post-edited version does not have in their place."""
    kept: set[tuple[int, int]] = set()
    for paragraph, (text, original) in enumerate(
        zip(checked.paragraphs, copy.originals, strict=True)
    ):
        kept.update((paragraph, start) for start in _kept(text, original))
    wrong = [(p, start) not in kept for p, start, _ in checked.tokens.tolist()]
    return Labelled(copy.group, name, checked, np.array(wrong, dtype=bool))


def _kept(text: str, original: str) -> list[int]:
    """Where the tokens start that both have, in order.

    >>> _kept("He has gone home", "He went home")
    [0, 12]
    """
    own, other = tokenise(unify(text)), tokenise(unify(original))
    matcher = SequenceMatcher(None, [t.text for t in own], [t.text for t in other], False)
    return [
        token.start
        for at, _, size in matcher.get_matching_blocks()
        for token in own[at : at + size]
    ]


def mark(checked: Checked, spans: Iterable[Span]) -> Flags:
    """Which tokens a span touches."""
    flags = np.zeros(len(checked.tokens), dtype=bool)
    for own in spans:
        paragraph, start, end = checked.tokens.T
        flags |= (paragraph == own.paragraph) & (start < own.end) & (own.start < end)
    return flags


def spans_of(findings: Iterable[Placed]) -> list[Span]:
    """Where findings stand."""
    return [Span(f.paragraph, f.finding.start, f.finding.end, f.finding.rule) for f in findings]


def count_runs(flags: Flags) -> int:
    """Runs of marked tokens: each is one thing to look at.

    >>> count_runs(np.array([True, True, False, True]))
    2
    """
    return int(np.count_nonzero(flags[1:] & ~flags[:-1]) + (len(flags) > 0 and flags[0]))


def confusion(labelled: Sequence[Labelled], flags: Sequence[Flags]) -> NDArray[np.float64]:
    """True and false positives, false and true negatives of each copy, shape (n, 4)."""
    rows = [
        (
            np.count_nonzero(own.wrong & mine),
            np.count_nonzero(~own.wrong & mine),
            np.count_nonzero(own.wrong & ~mine),
            np.count_nonzero(~own.wrong & ~mine),
        )
        for own, mine in zip(labelled, flags, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)
