"""Turns the analysers' faults and LanguageTool's matches into findings, one for each place."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.documents import SEVERITIES, Finding, Paragraph
from garbled.evidence.grammar import is_evidence
from garbled.evidence.severity import grade, graver
from garbled.features.rows import PlacedMatch
from garbled.segment.articles import Article

MAX_FINDINGS = 50
"""Findings kept for one paragraph, the gravest: input is hostile."""


@cache
def rules() -> Mapping[str, Any]:
    """Rule to kind, severity and message; where two rules fire, the earlier one is told."""
    text = resources.files("garbled.resources").joinpath("rules.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _ranks() -> Mapping[str, int]:
    return {rule: rank for rank, rule in enumerate(rules())}


def find(
    article: Article,
    faults: Iterable[Fault],
    matches: Iterable[PlacedMatch] | None,
    counts: NgramCounts | None = None,
) -> dict[int, tuple[Finding, ...]]:
    """Findings by paragraph index, in reading order, no two of them on one place.

    Args:
        faults: of the analysers and of the encoder's doubts.
        matches: LanguageTool's; none of them counts where a fault was found.
        counts: of clean English, which tell the words that LanguageTool takes for English.
    """
    paragraphs = article.document.paragraphs
    found: dict[int, list[Finding]] = defaultdict(list)
    for fault in faults:
        found[fault.paragraph].append(_from_fault(fault, paragraphs[fault.paragraph]))
    for placed in matches or ():
        if is_evidence(placed, article, counts):
            found[placed.paragraph].append(_from_match(placed, paragraphs[placed.paragraph]))
    return {index: _merged(findings) for index, findings in sorted(found.items()) if findings}


def _from_fault(fault: Fault, paragraph: Paragraph) -> Finding:
    rule = rules()[fault.rule]
    quote = paragraph.text[fault.start : fault.end]
    suggestion = None if fault.suggestion == quote else fault.suggestion
    graded = grade(rule["severity"], quote, suggestion, is_name=rule["kind"] == "name")
    return Finding(
        kind=rule["kind"],
        rule=fault.rule,
        severity=fault.severity or graded,
        start=fault.start,
        end=fault.end,
        quote=quote,
        message=rule["message"],
        suggestion=suggestion,
    )


def without_doubt(finding: Finding) -> Finding:
    """The finding as it weighs in copy that is surely mangled: by what it does to the meaning.

    Elsewhere the severity of a rule that may be wrong about good copy is held back.
    """
    severity = rules().get(finding.rule, {}).get("in_mangled", finding.severity)
    return replace(finding, severity=graver(finding.severity, severity))


def _from_match(placed: PlacedMatch, paragraph: Paragraph) -> Finding:
    match = placed.match
    return Finding(
        kind="grammar",
        rule=f"LT_{match.rule}",
        severity="minor",
        start=placed.start,
        end=placed.end,
        quote=paragraph.text[placed.start : placed.end],
        message=match.message,
        suggestion=match.replacements[0] if match.replacements else None,
    )


def _merged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """One finding for each place: the first rule's, as grave as the gravest that it stands for."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=_precedence):
        at = bisect_left(kept, finding.start, key=lambda other: other.end - 1)
        if at < len(kept) and kept[at].start < finding.end:
            kept[at] = _joined(kept[at], finding)
        else:
            kept.insert(at, finding)
    kept.sort(key=lambda f: -SEVERITIES.index(f.severity))
    return tuple(sorted(kept[:MAX_FINDINGS], key=lambda f: f.start))


def _precedence(finding: Finding) -> tuple[int, int, int, int]:
    """Rules in the order of rules.toml, LanguageTool's last; the longer span first."""
    rank = _ranks().get(finding.rule, len(_ranks()))
    return rank, finding.suggestion is None, finding.start - finding.end, finding.start


def _joined(told: Finding, other: Finding) -> Finding:
    """The finding that is told, with what another rule knows of the same words."""
    severity = (
        graver(told.severity, other.severity) if _is_same_place(told, other) else told.severity
    )
    exact = (told.start, told.end) == (other.start, other.end)
    suggestion = other.suggestion if exact and told.suggestion is None else told.suggestion
    return replace(told, severity=severity, suggestion=suggestion)


def _is_same_place(one: Finding, other: Finding) -> bool:
    """Whether the two share at least half of the longer one's characters."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return 2 * shared >= max(one.end - one.start, other.end - other.start)
