"""The tables of a report on calibration, agreement with people, false alarms and findings."""

from __future__ import annotations

from math import isnan

from garbled.evaluation.blocks import Table
from garbled.evaluation.results import AgreementResult, Results
from garbled.evaluation.wording import NOTHING, count, interval, number, percent, rate, share

NO_ROWS = "no rows"
MAX_RULES = 12


def calibration(results: Results) -> Table:
    """Slope, intercept and debiased error, by unit and configuration."""
    return Table(
        "Calibration at the prior",
        ("configuration", "unit", "texts", "mangled", "clean", "slope", "intercept", "error"),
        tuple(
            (
                c.configuration,
                c.unit,
                c.slice,
                count(c.n_mangled),
                count(c.n_clean),
                interval(c.slope),
                interval(c.intercept),
                interval(c.error, 3),
            )
            for c in results.calibration
        ),
    )


def agreement(results: Results, unit: str) -> Table:
    """Rank correlation with people, a column a set."""
    own = [a for a in results.agreement if a.unit == unit]
    sets = list(dict.fromkeys(a.set for a in own))
    found = {(a.scorer, a.set): a for a in own}
    return Table(
        f"Spearman's correlation with human scores, by {unit}",
        ("scorer", *sets),
        tuple(
            (scorer, *(_correlation(found.get((scorer, name))) for name in sets))
            for scorer in dict.fromkeys(a.scorer for a in own)
        ),
    )


def _correlation(found: AgreementResult | None) -> str:
    if found is None or not found.n:
        return NO_ROWS
    return f"{interval(found.correlation)} (n {count(found.n)})"


def system_order(results: Results) -> Table:
    """Pairs of systems whose mean scores stand in the order that people put them in."""
    return Table(
        "Pairs of systems ordered as people order them",
        ("set", "pairs of systems", "systems", "originals", "right [95 %]"),
        tuple(
            (s.set, count(s.n_pairs), count(s.n_systems), count(s.n_originals), share(s.right))
            for s in results.system_order
        ),
    )


def false_alarms(results: Results) -> Table:
    """Good copy at or above the review threshold."""
    return Table(
        "Good copy flagged at the review threshold",
        ("texts", "unit", "n", "originals", "allowed", "flagged"),
        tuple(
            (
                f.name,
                f.unit,
                count(f.flagged.n),
                count(f.n_originals),
                f"≤ {percent(f.allowed)}" if not isnan(f.allowed) else NOTHING,
                rate(f.flagged),
            )
            for f in results.false_alarms
        ),
    )


def sources(results: Results) -> Table:
    """Reserved clean articles by their source."""
    alarms = results.alarms
    return Table(
        "Clean articles by source",
        ("source", "articles", "scored", "words", "review or hold", "hold"),
        tuple(
            (
                s.source,
                count(s.flagged.n),
                count(s.n_scored),
                count(s.n_words),
                rate(s.flagged),
                rate(s.held),
            )
            for s in (alarms.sources if alarms else ())
        ),
    )


def named_slices(results: Results) -> Table:
    """Clean articles of a kind that other detectors stumble over."""
    return Table(
        "Clean articles of named kinds",
        ("kind", "chosen by", "articles", "review or hold"),
        tuple((n.name, n.rule, count(n.flagged.n), rate(n.flagged)) for n in results.named_slices),
    )


def rules(results: Results) -> Table:
    """The rules with most findings in clean copy, all of them taken to be false."""
    found = results.alarms.rules if results.alarms else ()
    return Table(
        "Findings in clean copy",
        ("rule", "severity", "findings", "per 1,000 words"),
        tuple(
            (r.rule, r.severity, count(r.findings), number(r.per_thousand_words, 3))
            for r in found[:MAX_RULES]
        ),
    )


def flagged(results: Results) -> Table:
    """Mangled copy at or above the review threshold."""
    return Table(
        "Mangled copy flagged at the review threshold",
        ("texts", "unit", "n", "originals", "flagged [95 %]"),
        tuple(
            (f.name, f.unit, count(f.n), count(f.n_originals), share(f.share))
            for f in results.flagged
        ),
    )
