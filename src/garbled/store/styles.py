"""What an article's verdict would be under other thresholds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from garbled.documents import Finding, Score, Verdict

if TYPE_CHECKING:
    from garbled.model.verdicts import Judged

STYLES: Mapping[str, Mapping[str, float]] = {
    "clear": {"review": 2.0, "hold": 2.0},
    "suspect": {"review": -1.0, "hold": 2.0},
    "certain": {"review": -1.0, "hold": -1.0},
}
"""Thresholds between which every probability lies as the style says: below review, between, above.

A verdict depends on thresholds and probability by nothing else.
"""


def verdicts_by_style(score: Score) -> tuple[Verdict, Verdict, Verdict]:
    """The verdicts with a probability below ``review``, between, and at ``hold`` or above.

    What was not judged by thresholds (too short, unreadable, not English) has one verdict thrice.
    """
    if score.probability is None:
        return (score.verdict,) * 3
    verdicts = [_verdict(score, limits) for limits in STYLES.values()]
    if score.error is not None:  # damaged input is never passed
        verdicts = ["review" if verdict == "pass" else verdict for verdict in verdicts]
    thresholds = score.signature.thresholds
    own = sum(score.probability >= thresholds[name] for name in ("review", "hold"))
    verdicts[own] = score.verdict
    clear, suspect, certain = verdicts
    return clear, suspect, certain


def _verdict(score: Score, thresholds: Mapping[str, float]) -> Verdict:
    """Findings weigh more where the copy is surely mangled, as when it was scored.

    Those of a result that was sure by its own thresholds keep that weight under higher ones.
    """
    from garbled.evidence import without_doubt
    from garbled.model.verdicts import decide, is_sure

    judged = _judged(score)
    if is_sure(judged, thresholds):
        judged = _judged(score, without_doubt)
    return decide(judged, thresholds)[0]


def _judged(score: Score, weigh: Callable[[Finding], Finding] = lambda finding: finding) -> Judged:
    from garbled.model.verdicts import Judged

    by_role = [(p.paragraph.role, weigh(f)) for p in score.paragraphs for f in p.findings]
    checked = [p.paragraph.text for p in score.paragraphs if p.paragraph.is_checked]
    return Judged(
        probability=score.probability,
        findings=[finding for _, finding in by_role],
        headline_findings=[finding for role, finding in by_role if role == "headline"],
        moved={},
        mangled_share=score.mangled_share,
        n_words=sum(len(text.split()) for text in checked),
    )
