"""What an evaluation found, as Markdown and as JSON; it never travels without its signature."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from garbled.evaluation.alarms import Alarms, SourceAlarms
from garbled.evaluation.metrics import Agreement, Calibration, Interval, Rate
from garbled.evaluation.slices import JUDGED_SETS, SliceResult

NO_ROWS = "no rows"
MAX_RULES = 25

_INTRODUCTION = """# How well garbled does on the held-out fold

Copies against their own originals. AUROC with a 95 % bootstrap interval over *stories*, groups of
texts that share a document or an original; *flagged* is the share at or above the frozen review
threshold. *Originals* are distinct sentences, *copies* are originals times systems, *mangled* the
copies that the damage rule calls so. Human control translations should stand at 0.5. With few
stories the interval is too narrow."""
_COMPARISON = """## Beside single features

AUROC on the same comparisons for all of them."""
_CALIBRATION = """## Calibration

Classes weigh as the prior says. Slope 1 and intercept 0 are perfect; the error is the debiased root
mean square over 15 bins of equal mass (Kumar et al. 2019)."""
_AGREEMENT = """## Agreement with people

Spearman's correlation with human scores within a language pair, averaged; 1 is best."""
_ALARMS = """## False alarms on clean articles

Articles of the reserved fifth, which nothing was counted or fitted on, tier {tier}. With fewer than
five alarms only the one-sided upper bound is given: undecidable."""


@dataclass(frozen=True)
class Report:
    """All results of one evaluation.

    ``calibration`` is by unit, configuration and slice, ``agreement`` by unit, scorer and set;
    ``alarms`` is None where no clean articles were named.
    """

    signature: Mapping[str, str | int | float]
    separation: tuple[SliceResult, ...]
    comparison: tuple[SliceResult, ...]
    calibration: Mapping[str, Mapping[str, Mapping[str, Calibration]]]
    agreement: Mapping[str, Mapping[str, Mapping[str, Agreement]]]
    alarms: Alarms | None

    def to_json(self) -> str:
        """One JSON object; what is undefined is null."""
        return json.dumps(_without_nan(asdict(self)), indent=2)

    def to_markdown(self) -> str:
        """Tables with the signature below them."""
        parts = [_INTRODUCTION, *_separation(self.separation)]
        parts += [_COMPARISON, *_comparison(self.comparison)]
        parts += [_CALIBRATION, _calibration(self.calibration)]
        parts += [_AGREEMENT, *_agreement(self.agreement), *_alarms(self.alarms)]
        signature = " | ".join(f"{name}:{value}" for name, value in self.signature.items())
        return "\n\n".join([*parts, f"Signature: `{signature}`"])


def _separation(results: Sequence[SliceResult]) -> Iterable[str]:
    head = ("texts", "originals", "stories", "copies", "AUROC", "flagged", "mangled", "AUROC")
    for (unit, scorer), rows in groupby(results, key=lambda r: (r.unit, r.scorer)):
        yield f"## {scorer}, by {unit}"
        yield _table((*head, "flagged", "originals flagged"), map(_separation_row, rows))


def _separation_row(result: SliceResult) -> list[str]:
    if not result.all.n:
        return [result.slice, *["–"] * 2, NO_ROWS, *["–"] * 6]
    cells = [result.slice, str(result.n_originals), str(result.n_stories)]
    for part in (result.all, result.mangled):
        none = [NO_ROWS, "–", "–"]
        own = [str(part.n), _interval(part.auroc), _percent(part.copies_flagged)]
        cells += own if part.n else none
    return [*cells, _percent(result.all.originals_flagged)]


def _comparison(results: Sequence[SliceResult]) -> Iterable[str]:
    for unit, of_unit in groupby(results, key=lambda r: r.unit):
        slices = [list(rows) for _, rows in groupby(of_unit, key=lambda r: r.slice)]
        yield f"### By {unit}"
        yield _table(
            ("texts", "n", *(result.scorer for result in slices[0])),
            (row for rows in slices for row in _comparison_rows(rows)),
        )


def _comparison_rows(rows: Sequence[SliceResult]) -> Iterable[list[str]]:
    for which in ("all", "mangled"):
        parts = [getattr(result, which) for result in rows]
        n = str(parts[0].n) if parts[0].n else NO_ROWS
        yield [f"{rows[0].slice}: {which}", n, *(_interval(part.auroc) for part in parts)]


def _calibration(found: Mapping[str, Mapping[str, Mapping[str, Calibration]]]) -> str:
    rows = (
        [scorer, unit, name, str(c.n_mangled), str(c.n_clean)]
        + [_number(value) for value in (c.slope, c.intercept, c.error)]
        for unit, by_scorer in found.items()
        for scorer, by_slice in by_scorer.items()
        for name, c in by_slice.items()
    )
    head = ("configuration", "unit", "texts", "mangled", "clean", "slope", "intercept", "error")
    return _table(head, rows)


def _agreement(found: Mapping[str, Mapping[str, Mapping[str, Agreement]]]) -> Iterable[str]:
    for unit, by_scorer in found.items():
        yield f"### By {unit}"
        yield _table(
            ("scorer", *JUDGED_SETS),
            (
                [scorer, *(_correlation(by_set[name]) for name in JUDGED_SETS)]
                for scorer, by_set in by_scorer.items()
            ),
        )


def _correlation(agreement: Agreement) -> str:
    if not agreement.n:
        return NO_ROWS
    return (
        f"{round(agreement.correlation, 3) + 0.0:.3f} (n {agreement.n}, {agreement.n_strata} pairs)"
    )


def _alarms(alarms: Alarms | None) -> Iterable[str]:
    if alarms is None:
        yield "## False alarms on clean articles\n\nNot measured: name a folder of clean articles."
        return
    yield _ALARMS.format(tier=alarms.tier)
    head = ("source", "articles", "scored", "words", "review or hold", "hold")
    yield _table(head, map(_source_row, alarms.sources))
    yield (
        f"Findings per 1,000 words of clean copy: {alarms.findings_per_thousand_words:.3f}, "
        f"major or worse {alarms.severe_per_thousand_words:.3f}."
    )
    yield _table(
        ("rule", "severity", "findings", "per 1,000 words"),
        (
            [rule.rule, rule.severity, str(rule.findings), f"{rule.per_thousand_words:.3f}"]
            for rule in alarms.rules[:MAX_RULES]
        ),
    )


def _source_row(own: SourceAlarms) -> list[str]:
    n = [str(value) for value in (own.flagged.n, own.n_scored, own.n_words)]
    return [own.source, *n, _rate(own.flagged), _rate(own.held)]


def _rate(rate: Rate) -> str:
    if not rate.n:
        return NO_ROWS
    if not rate.is_decidable:
        return f"{rate.alarms} of {rate.n}: at most {rate.high:.2%}, undecidable"
    return f"{rate.value:.2%} [{rate.low:.2%}, {rate.high:.2%}]"


def _interval(interval: Interval) -> str:
    if math.isnan(interval.value):
        return "–"
    if math.isnan(interval.low):
        return f"{interval.value:.3f} [one story]"
    return f"{interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{share:.1%}"


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
