"""The tables of a report: one function a table, results in, rows of text out."""

from __future__ import annotations

from collections.abc import Sequence

from garbled.evaluation.blocks import Table
from garbled.evaluation.results import Results
from garbled.evaluation.slices import Separation, SliceResult
from garbled.evaluation.wording import (
    NOTHING,
    count,
    difference,
    interval,
    number,
    percent,
    target_value,
    verdict,
)

REPORTED = "reported"
"""The aim of what has none; it stands in the tables further down."""
NO_ROWS = "no rows"
MAX_RULES = 12
UNITS = ("window", "article")
_AUROC = "AUROC [95 %]"


def main_configuration(results: Results) -> str:
    """The configuration that the targets are about, and tables with room for one."""
    return str(results.signature.get("configuration", ""))


def targets(results: Results) -> Table:
    """What has an aim, what was found, and whether it is met."""
    return Table(
        "What was aimed at, and what was found",
        ("target", "aim", "found [95 %]", "originals", "verdict", "note"),
        tuple(
            (t.name, t.aim, target_value(t), count(t.n_originals), verdict(t), t.note)
            for t in results.targets
            if t.aim != REPORTED
        ),
    )


def slices(results: Results) -> Table:
    """The main configuration on every slice, windows and articles side by side."""
    scorer = main_configuration(results)
    own = {(r.unit, r.slice): r for r in results.separation if r.scorer == scorer}
    names = dict.fromkeys(name for _, name in own)
    return Table(
        f"Copies against their own originals, configuration {scorer}",
        (
            *("texts", "originals", "stories", "windows", "AUROC, windows", "AUROC, articles"),
            *("mangled windows", "AUROC, mangled windows", "AUROC, mangled articles"),
            *("articles flagged", "their originals flagged"),
        ),
        tuple(_slice(name, *(own.get((unit, name)) for unit in UNITS)) for name in names),
    )


def _slice(name: str, window: SliceResult | None, article: SliceResult | None) -> tuple[str, ...]:
    if window is None or not window.all.n:
        return (name, *[NOTHING] * 2, NO_ROWS, *[NOTHING] * 7)
    whole = article.all if article else None
    return (
        name,
        count(window.n_originals),
        count(window.n_stories),
        count(window.all.n),
        interval(window.all.auroc),
        _auroc(whole),
        count(window.mangled.n),
        _auroc(window.mangled),
        _auroc(article.mangled if article else None),
        percent(whole.copies_flagged) if whole else NOTHING,
        percent(whole.originals_flagged) if whole else NOTHING,
    )


def _auroc(found: Separation | None) -> str:
    return interval(found.auroc) if found is not None and found.n else NOTHING


def generalisation(results: Results) -> Table:
    """What leaving a kind out of the fit costs."""
    return Table(
        "The same rows with their kind in the fit and left out of it",
        ("kind", "left out", "unit", "n", "originals", "systems", "in", "out", "out − in [95 %]"),
        tuple(
            (
                g.kind,
                g.name,
                g.unit,
                count(g.n),
                count(g.n_originals),
                count(g.n_systems),
                interval(g.in_fold, 3),
                interval(g.left_out, 3),
                difference(g.difference),
            )
            for g in results.generalisation
        ),
    )


def ablation(results: Results) -> Table:
    """What each feature group adds, and what it can do alone."""
    return Table(
        "Feature groups left out, or alone",
        ("group", "change", "texts", "n", "originals", "with all", "changed", "change [95 %]"),
        tuple(
            (
                a.group,
                a.change,
                a.slice,
                count(a.n),
                count(a.n_originals),
                interval(a.with_all, 3),
                interval(a.changed, 3),
                difference(a.difference),
            )
            for a in results.ablation
        ),
    )


def peers(results: Results, unit: str) -> Table:
    """Configurations and peers on the same rows, a row a scorer."""
    own = [r for r in results.comparison if r.unit == unit and r.all.n]
    names = list(dict.fromkeys(r.slice for r in own))
    found = {(r.scorer, r.slice): r for r in own}
    scorers = dict.fromkeys(r.scorer for r in own)
    sizes = ("n", *(cell for name in names for cell in _sizes(own, name)))
    return Table(
        f"AUROC on the same {unit}s",
        ("scorer", *(f"{name}: {which}" for name in names for which in ("all", "mangled"))),
        (
            *([sizes] if own else []),
            *(
                (scorer, *(cell for n in names for cell in _both(found.get((scorer, n)))))
                for scorer in scorers
            ),
        ),
    )


def _sizes(results: Sequence[SliceResult], name: str) -> tuple[str, str]:
    first = next(r for r in results if r.slice == name)
    return count(first.all.n), count(first.mangled.n)


def _both(found: SliceResult | None) -> tuple[str, str]:
    return (_auroc(found.all), _auroc(found.mangled)) if found else (NOTHING, NOTHING)


def controls(results: Results) -> Table:
    """The same windows, altered in a way that should change nothing, or take a crutch away."""
    return Table(
        "The same windows, altered",
        ("alteration", "texts", "n", "originals", "plain", "altered", "change [95 %]", "largest"),
        tuple(
            (
                c.name,
                c.slice,
                count(c.n),
                count(c.n_originals),
                interval(c.plain, 3),
                interval(c.altered, 3),
                difference(c.difference),
                number(c.largest_change),
            )
            for c in results.controls
        ),
    )


def human_translation(results: Results) -> Table:
    """Human translation against native English, which should stand at 0.5."""
    return Table(
        "Human translation against native English",
        ("set", "translated", "native", "originals", _AUROC, "topic floor", "floor is of"),
        tuple(
            (
                h.set,
                count(h.n_translated),
                count(h.n_native),
                count(h.n_originals),
                interval(h.auroc),
                interval(h.floor),
                h.floor_note,
            )
            for h in results.human_translation
        ),
    )


def part_mangled(results: Results) -> Table:
    """Articles mangled in part."""
    return Table(
        "Articles mangled in part",
        ("windows mangled", "articles", "originals", _AUROC, "average precision, windows"),
        tuple(
            (
                percent(p.share),
                count(p.n),
                count(p.n_originals),
                interval(p.auroc),
                interval(p.average_precision),
            )
            for p in results.part_mangled
        ),
    )


def quartiles(results: Results) -> Table:
    """Fluent systems by what people thought of their output."""
    return Table(
        "Fluent systems by quartile of human score, 1 is worst",
        ("unit", "quartile", "n", "originals", _AUROC),
        tuple(
            (q.unit, str(q.quartile), count(q.n), count(q.n_originals), interval(q.auroc))
            for q in results.quartiles
        ),
    )


def tiers(results: Results) -> Table:
    """Tiers on the same texts, and what they cost."""
    return Table(
        "Tiers on the same texts",
        (
            *("tier", "against", "unit", "texts", "n", "originals", "its AUROC", "the other's"),
            *("difference [95 %]", "cost", "scored fully"),
        ),
        tuple(
            (
                t.tier,
                t.against,
                t.unit,
                t.slice,
                count(t.n),
                count(t.n_originals),
                interval(t.auroc, 3),
                interval(t.against_auroc, 3),
                difference(t.difference),
                percent(t.seconds / t.against_seconds) if t.against_seconds else NOTHING,
                percent(t.escalated),
            )
            for t in results.tiers
        ),
    )
