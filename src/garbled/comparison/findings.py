"""A copy's score with its original at hand: what changed stands among its findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from garbled.comparison.changes import Change, ChangeKind
from garbled.comparison.compare import Comparison
from garbled.documents import SEVERITIES, Finding, Kind, Score
from garbled.model.verdicts import REASON_OF_KIND, SEVERE

KINDS: dict[ChangeKind, Kind] = {
    "name": "name",
    "number": "number",
    "unit": "number",
    "date": "number",
    "quote": "lexical",
    "negation": "lexical",
}
"""Which changes are findings in the copy, and of which kind; cut and added text is none."""


def with_original(comparison: Comparison) -> Score:
    """The copy's score, its findings with the original's wording, and what changed among them.

    A change gives the rule ``ORIGINAL_`` and its kind; findings on the original's own words are
    dropped. A copy that passed and has a major change of a name, a number or a negation goes to
    review; it is not held, because a desk's own edits change these too. One that was held and has
    no major finding left goes to review as well.
    """
    findings: dict[int, list[Finding]] = defaultdict(list)
    for checked in comparison.findings:
        if checked.is_original:
            continue
        findings[checked.paragraph].append(checked.finding)
    severe: list[Finding] = []
    for change in comparison.changes:
        finding = _finding(change)
        if finding is None or change.copy is None:
            continue
        if finding.severity in SEVERE and change.kind != "quote":
            severe.append(finding)
        own = findings[change.copy.paragraph]
        own[:] = list(_merged(own, finding))
    score = comparison.copy
    verdict: Literal["pass", "review", "hold", "error"] = score.verdict
    left = any(f.severity in SEVERE for own in findings.values() for f in own)
    if (severe and verdict == "pass") or (verdict == "hold" and not left):
        verdict = "review"
    new = dict.fromkeys(REASON_OF_KIND[finding.kind] for finding in severe)
    return replace(
        score,
        verdict=verdict,
        reasons=tuple(dict.fromkeys((*score.reasons, *new))),
        paragraphs=tuple(
            replace(p, findings=tuple(sorted(findings[i], key=lambda f: (f.start, f.end))))
            for i, p in enumerate(score.paragraphs)
        ),
    )


def _finding(change: Change) -> Finding | None:
    if change.kind not in KINDS or change.copy is None:
        return None
    return Finding(
        kind=KINDS[change.kind],
        rule=f"ORIGINAL_{change.kind.upper()}",
        severity=change.severity,
        start=change.copy.start,
        end=change.copy.end,
        quote=change.copy.quote,
        message=change.message,
        suggestion=change.original.quote if change.original else None,
    )


def _merged(findings: Sequence[Finding], new: Finding) -> Iterator[Finding]:
    """Findings with a new one; where it overlaps others these stay, as grave as it is."""
    overlaps = False
    for finding in findings:
        if finding.start < new.end and new.start < finding.end:
            overlaps = True
            gravest = max(finding.severity, new.severity, key=SEVERITIES.index)
            finding = replace(finding, severity=gravest)
        yield finding
    if not overlaps:
        yield new
