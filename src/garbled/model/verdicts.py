"""From probability and findings to a verdict with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from garbled.documents import Finding, Verdict
from garbled.evidence.findings import rules
from garbled.features.groups import DESCRIPTION_ONLY

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
    "fluency": "unusual_wording",
    "words": "unusual_wording",
    "syntax": "foreign_phrasing",
    "readability": "readability",
    "grammar": "grammar_errors",
    "encoder": "machine_phrasing",
    "large_encoder": "machine_phrasing",
}
SEVERE = frozenset({"major", "critical"})
ALARMS: Mapping[str, float] = {"any": 1.0, "name": 0.08, "severe": 0.1, "precise": 0.04}
"""Findings per 1,000 words that clean news may have: any, and of those that count more.

Of what is not precise only one of each rule counts as a name or as severe: the rest may be a
desk's own style, or a second word of one foreign term.
"""
REVIEW_CHANCE: Mapping[str, float] = {
    "any": 0.001,
    "name": 0.001,
    "severe": 0.005,
    "precise": 0.005,
}
"""Share of clean articles that their findings alone may send to review, by what is counted.

Good translations and learners have more than clean news of what is neither severe nor precise: at
0.005 throughout, 5.1 % of translations and 5.2 % of essays of the stacking fold come to review
instead of 3.7 and 4.0 %, and 46.7 instead of 46.3 % of native round trips.
"""
HOLD_CHANCE = 0.001
"""Share of clean articles that may be held."""
STYLE_CHANCE: Mapping[str, float] = {"clear": 1.0, "suspect": 0.04, "certain": 0.001}
"""Share of human articles whose probability is below ``review``, at it or above, at ``hold``."""
DOUBTS = "TOKEN_"
"""Rules of the encoder's doubts: details of the style, wrong together where it is wrong."""
MOVING_LOGIT = 0.5
"""What a reason's feature groups must add to an article's log-odds to be named: 5 to 3."""
MAX_REASONS = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """What a verdict is drawn from.

    ``moved`` maps a feature group to the log-odds by which it moved the article, as
    ``garbled explain`` shows them; it may be empty for a text below the review threshold.
    ``mangled_share`` is that of the output contract, None for an unscored text; ``n_words`` are
    the words in which findings were sought.
    """

    probability: float | None
    findings: Sequence[Finding]
    headline_findings: Sequence[Finding]
    moved: Mapping[str, float]
    mangled_share: float | None
    n_words: int


def decide(judged: Judged, thresholds: Mapping[str, float]) -> tuple[Verdict, tuple[str, ...]]:
    """Verdict and reasons of an article that could be read and is English.

    Findings count by how rarely clean copy of that length has as many. ``hold`` needs severe
    evidence that can be quoted, never a style alone; the rarer the findings, the less the style
    has to say, so that two names broken beyond doubt hold fluent copy too.
    """
    severe = [f for f in judged.findings if f.severity in SEVERE]
    headline = any(f.severity in SEVERE for f in judged.headline_findings)
    suspect = _style_of(judged.probability, thresholds) != "clear"
    verdict: Verdict = "pass"
    unscored = bool(severe) and judged.probability is None
    if suspect or headline or unscored or _has_many(judged):
        verdict = "review"
    if severe and (is_sure(judged, thresholds) or (suspect and headline)):
        verdict = "hold"
    reasons = list(_flags(judged, headline, suspect))
    if verdict != "pass":
        reasons += _evidence(severe or judged.findings)
        reasons += _style(judged.moved) if suspect else []
    return verdict, tuple(dict.fromkeys(reasons))


def is_sure(judged: Judged, thresholds: Mapping[str, float]) -> bool:
    """Whether hardly any clean copy reads like this and has as many findings for its length.

    The encoder's doubts never count for that; in copy whose style is clear only names, severe
    findings and those of precise rules do. A text too short to be scored is never sure.
    """
    if judged.probability is None:
        return False
    style = _style_of(judged.probability, thresholds)
    own = [f for f in judged.findings if not f.rule.startswith(DOUBTS)]
    chances = _chances(own, judged.n_words)
    if style == "clear":
        del chances["any"]
    return STYLE_CHANCE[style] * min(chances.values()) <= HOLD_CHANCE


def _has_many(judged: Judged) -> bool:
    """Whether hardly any clean copy of that length has as many findings of some kind."""
    chances = _chances(judged.findings, judged.n_words)
    return any(chances[name] <= REVIEW_CHANCE[name] for name in ALARMS)


def _style_of(probability: float | None, thresholds: Mapping[str, float]) -> str:
    if probability is None or probability < thresholds["review"]:
        return "clear"
    return "certain" if probability >= thresholds["hold"] else "suspect"


def _chances(findings: Iterable[Finding], n_words: int) -> dict[str, float]:
    """The chance of as many findings in clean copy of that length, by what is counted.

    One wording counts once: a name that is rare but right may stand in an article many times.
    """
    counted: dict[str, set[str]] = {name: set() for name in ALARMS}
    for finding in findings:
        for name, what in _counted(finding):
            counted[name].add(what)
    return {name: chance(len(found), ALARMS[name], n_words) for name, found in counted.items()}


def _counted(finding: Finding) -> Iterator[tuple[str, str]]:
    """What a finding counts as, and what tells it from others that count as the same."""
    wording = finding.quote.casefold()
    precise = bool(rules().get(finding.rule, {}).get("precise"))
    proof = wording if precise else finding.rule
    if not finding.rule.startswith(DOUBTS):
        yield "any", wording
        if finding.kind == "name":
            yield "name", proof
    if finding.severity in SEVERE:
        yield "severe", proof
    if precise:
        yield "precise", wording


def chance(n: int, per_thousand_words: float, n_words: int) -> float:
    """P(``n`` findings or more) where they come singly, at a rate (the Poisson distribution).

    >>> chance(0, 0.1, 500), round(chance(1, 0.1, 500), 3), round(chance(2, 0.1, 500), 4)
    (1.0, 0.049, 0.0012)
    """
    mean = per_thousand_words * n_words / 1000
    term = total = exp(-mean)
    if n == 0:
        return 1.0
    for count in range(1, min(n, 100)):
        term *= mean / count
        total += term
    return max(0.0, 1.0 - total)


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
        if group in DESCRIPTION_ONLY:
            continue
        reason = REASON_OF_GROUP[group]
        by_reason[reason] = by_reason.get(reason, 0.0) + logit
    ranked = sorted(by_reason, key=lambda reason: -by_reason[reason])
    strong = [reason for reason in ranked if by_reason[reason] >= MOVING_LOGIT]
    return (strong or ranked[:1])[:MAX_REASONS]
