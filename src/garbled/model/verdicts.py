"""From probability and findings to a verdict with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from garbled.documents import Finding, Verdict

REASON_OF_KIND: Mapping[str, str] = {
    "name": "name_corruption",
    "number": "number_errors",
    "lexical": "wrong_words",
    "calque": "foreign_phrasing",
    "leftover": "foreign_words_left",
    "repetition": "repetition",
    "typography": "typography",
    "grammar": "grammar_errors",
}
REASON_OF_GROUP: Mapping[str, str] = {
    "names": "name_corruption",
    "lexicon": "wrong_words",
    "fluency": "unusual_wording",
    "words": "unusual_wording",
    "syntax": "foreign_phrasing",
    "readability": "readability",
    "grammar": "grammar_errors",
    "encoder": "machine_phrasing",
    "large_encoder": "machine_phrasing",
}
SEVERE = frozenset({"major", "critical"})
REVIEW_SEVERE = 2
"""Severe findings that send an article to review whatever its style."""
HOLD_SEVERE = 3
"""Severe findings that hold an article whose style is suspect already."""
MOVING_LOGIT = 0.5
"""What a reason's feature groups must add to an article's log-odds to be named: 5 to 3."""
MAX_REASONS = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """What a verdict is drawn from.

    ``moved`` maps a feature group to the log-odds by which it moved the article, as
    ``garbled explain`` shows them; it may be empty for a text below the review threshold.
    ``mangled_share`` is that of the output contract, None for an unscored text.
    """

    probability: float | None
    findings: Sequence[Finding]
    headline_findings: Sequence[Finding]
    moved: Mapping[str, float]
    mangled_share: float | None


def decide(judged: Judged, thresholds: Mapping[str, float]) -> tuple[Verdict, tuple[str, ...]]:
    """Verdict and reasons of an article that could be read and is English.

    ``hold`` needs severe evidence that can be quoted, never a style alone.
    """
    severe = [f for f in judged.findings if f.severity in SEVERE]
    headline = any(f.severity in SEVERE for f in judged.headline_findings)
    probability = judged.probability
    suspect = probability is not None and probability >= thresholds["review"]
    certain = probability is not None and probability >= thresholds["hold"]
    verdict: Verdict = "pass"
    if suspect or headline or len(severe) >= REVIEW_SEVERE or (severe and probability is None):
        verdict = "review"
    if (certain and severe) or (suspect and (headline or len(severe) >= HOLD_SEVERE)):
        verdict = "hold"
    reasons = list(_flags(judged, headline, suspect))
    if verdict != "pass":
        reasons += _evidence(severe)
        reasons += _style(judged.moved) if suspect else []
    return verdict, tuple(dict.fromkeys(reasons))


def _flags(judged: Judged, headline: bool, suspect: bool) -> Iterable[str]:
    if judged.probability is None:
        yield "too_short"
    if headline:
        yield "headline_finding"
    if suspect and judged.mangled_share is not None and 0 < judged.mangled_share < 0.5:
        yield "part_mangled"


def _evidence(severe: Iterable[Finding]) -> list[str]:
    return sorted({REASON_OF_KIND[finding.kind] for finding in severe})


def _style(moved: Mapping[str, float]) -> list[str]:
    """Reasons whose groups moved the article up, the strongest first; the strongest in any case."""
    by_reason: dict[str, float] = {}
    for group, logit in moved.items():
        reason = REASON_OF_GROUP[group]
        by_reason[reason] = by_reason.get(reason, 0.0) + logit
    ranked = sorted(by_reason, key=lambda reason: -by_reason[reason])
    strong = [reason for reason in ranked if by_reason[reason] >= MOVING_LOGIT]
    return (strong or ranked[:1])[:MAX_REASONS]
