"""What an article's verdict would be under other thresholds."""

from __future__ import annotations

from collections.abc import Mapping

from garbled.documents import Score, Verdict

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
    from garbled.model.verdicts import Judged, decide

    judged = Judged(
        probability=score.probability,
        findings=[f for part in score.paragraphs for f in part.findings],
        headline_findings=[
            f
            for part in score.paragraphs
            if part.paragraph.role == "headline"
            for f in part.findings
        ],
        moved={},
        mangled_share=score.mangled_share,
        n_words=sum(
            len(p.paragraph.text.split()) for p in score.paragraphs if p.paragraph.is_checked
        ),
    )
    verdicts = [decide(judged, limits)[0] for limits in STYLES.values()]
    if score.error is not None:  # damaged input is never passed
        verdicts = ["review" if verdict == "pass" else verdict for verdict in verdicts]
    thresholds = score.signature.thresholds
    own = sum(score.probability >= thresholds[name] for name in ("review", "hold"))
    verdicts[own] = score.verdict
    clear, suspect, certain = verdicts
    return clear, suspect, certain
