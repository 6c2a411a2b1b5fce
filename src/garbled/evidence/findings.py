"""Turns the analysers' faults and LanguageTool's matches into findings."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from garbled.analysers.faults import Fault
from garbled.documents import Finding, Paragraph
from garbled.features.grammar import DESCRIPTIVE
from garbled.features.rows import PlacedMatch
from garbled.segment.articles import Article

MAX_FINDINGS = 50
"""Findings kept for one paragraph: input is hostile."""
QUOTED_ROLES = frozenset({"quote"})
"""In quoted speech grammar is the speaker's own: LanguageTool's matches are left out."""
_ANALYSED_ELSEWHERE = frozenset({"ENGLISH_WORD_REPEAT_RULE", "COMMA_PARENTHESIS_WHITESPACE"})
"""LanguageTool's rules for what an analyser of ours finds too."""


@cache
def rules() -> Mapping[str, Any]:
    """Rule to kind, severity and message."""
    text = resources.files("garbled.resources").joinpath("rules.toml").read_text("utf-8")
    return tomllib.loads(text)


def find(
    article: Article, faults: Iterable[Fault], matches: Iterable[PlacedMatch] | None
) -> dict[int, tuple[Finding, ...]]:
    """Findings by paragraph index, in reading order, without two on one span of one kind."""
    paragraphs = article.document.paragraphs
    found: dict[int, list[Finding]] = defaultdict(list)
    for fault in faults:
        found[fault.paragraph].append(_from_fault(fault, paragraphs[fault.paragraph]))
    for placed in matches or ():
        paragraph = paragraphs[placed.paragraph]
        if _is_evidence(placed, paragraph, found[placed.paragraph]):
            found[placed.paragraph].append(_from_match(placed, paragraph))
    return {index: _ordered(findings) for index, findings in found.items() if findings}


def _from_fault(fault: Fault, paragraph: Paragraph) -> Finding:
    rule = rules()[fault.rule]
    quote = paragraph.text[fault.start : fault.end]
    return Finding(
        kind=rule["kind"],
        rule=fault.rule,
        severity=rule["severity"],
        start=fault.start,
        end=fault.end,
        quote=quote,
        message=rule["message"],
        suggestion=fault.suggestion,
    )


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


def _is_evidence(placed: PlacedMatch, paragraph: Paragraph, findings: Sequence[Finding]) -> bool:
    match = placed.match
    if match.category in DESCRIPTIVE or match.rule in _ANALYSED_ELSEWHERE:
        return False
    if paragraph.role in QUOTED_ROLES or paragraph.role == "headline":
        return False
    return not any(f.start < placed.end and placed.start < f.end for f in findings)


def _ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    ordered = sorted(findings, key=lambda f: (f.start, f.end, f.rule))
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for finding in ordered:
        key = (finding.kind, finding.start, finding.end)
        if key not in seen:
            seen.add(key)
            kept.append(finding)
    return tuple(kept[:MAX_FINDINGS])
