"""What a run comes to: counts over its scores, and the one finding that says most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from garbled.documents import SEVERITIES, Finding, Score, Verdict

WORST_FIRST: tuple[Verdict, ...] = ("hold", "review", "pass", "error")
"""Verdicts in the order of a list for a person."""


@dataclass(slots=True)
class Tally:
    """Counts over the scores of one run; it grows as they pass by."""

    n_documents: int = 0
    n_words: int = 0
    n_errors: int = 0
    n_degraded: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    tiers: set[str] = field(default_factory=set)
    degraded: set[str] = field(default_factory=set)

    def add(self, score: Score) -> None:
        self.n_documents += 1
        self.n_words += score.n_words
        self.n_errors += score.error is not None
        self.n_degraded += bool(score.degraded)
        self.verdicts[score.verdict] += 1
        self.degraded.update(score.degraded)
        if score.verdict != "error":
            self.tiers.add(score.signature.tier)

    def watch(self, scores: Iterable[Score]) -> Iterator[Score]:
        """Pass the scores on, counting each before it leaves."""
        for score in scores:
            self.add(score)
            yield score

    def to_line(self, seconds: float) -> str:
        """The run in one line.

        >>> Tally(n_documents=1, n_words=912, verdicts=Counter(hold=1), tiers={"fast"}).to_line(0.5)
        '1 document: 1 held, 0 to review, 0 passed, 0 with errors; 912 words in 0.5 s; tier fast'
        """
        documents = f"{self.n_documents} document{'s' * (self.n_documents != 1)}"
        parts = [
            f"{documents}: {self.verdicts['hold']} held, {self.verdicts['review']} to review,"
            f" {self.verdicts['pass']} passed, {self.n_errors} with errors",
            f"{self.n_words} words in {seconds:.1f} s",
        ]
        if self.tiers:
            parts.append(f"tier {'+'.join(sorted(self.tiers))}")
        if self.n_degraded:
            parts.append(f"{self.n_degraded} scored without {', '.join(sorted(self.degraded))}")
        return "; ".join(parts)


def all_findings(score: Score) -> Iterator[Finding]:
    """The findings of a document in the order of its text."""
    for paragraph in score.paragraphs:
        yield from paragraph.findings


def top_finding(score: Score) -> Finding | None:
    """The most severe finding; among equals one with a suggestion, then the first in the text."""
    return max(
        all_findings(score),
        key=lambda f: (SEVERITIES.index(f.severity), f.suggestion is not None),
        default=None,
    )


def badness(verdict: Verdict, score: float | None) -> tuple[int, float]:
    """Sorts worst first; a document without a score comes last in its verdict.

    >>> sorted([("pass", 3.0), ("review", None), ("hold", 70.0), ("hold", 90.0)],
    ...        key=lambda pair: badness(*pair))
    [('hold', 90.0), ('hold', 70.0), ('review', None), ('pass', 3.0)]
    """
    return WORST_FIRST.index(verdict), 1.0 if score is None else -score
