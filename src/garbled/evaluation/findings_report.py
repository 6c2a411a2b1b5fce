"""What the report on findings says and in which order; Markdown, HTML and JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from garbled.evaluation.blocks import Block, Prose, Remark, Section, Table
from garbled.evaluation.findings.results import AlarmRates, FindingResults
from garbled.evaluation.html import to_html
from garbled.evaluation.markdown import to_markdown
from garbled.evaluation.results import Target
from garbled.evaluation.stored import without_nan
from garbled.evaluation.tables import REPORTED
from garbled.evaluation.wording import (
    NOTHING,
    count,
    interval,
    number,
    percent,
    rate,
    share,
    target_value,
    verdict,
)
from garbled.report.plain import plain

TITLE = "What garbled's findings are worth"
_INTRODUCTION = """\
Findings on copy that nothing was fitted on, counted in or mined from. Brackets are 95 % intervals
over articles, or over groups of articles that share an original. In good copy every finding counts
as a false alarm. *Major* stands for major or critical."""
MAX_RULES = 60


def render_findings(results: FindingResults, form: str) -> str:
    """The report as text in one of ``garbled.evaluation.report.FORMS``."""
    if form == "json":
        found = without_nan(asdict(results))
        return json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    own = list(sections(results))
    return to_html(own, {}) if form == "html" else to_markdown(own)


def sections(results: FindingResults) -> Iterator[Section]:
    """The whole report."""
    yield Section(TITLE, 1, (Prose(_INTRODUCTION),))
    yield Section("Targets", 2, _targets(results))
    yield Section(
        "False alarms",
        2,
        (
            _alarms("Findings per 1,000 words of good copy", results.alarms),
            _alarms("The same for kinds of good copy that detectors stumble over", results.slices),
        ),
    )
    yield Section("Planted names", 2, (Prose(_PLANTED), _recall(results)))
    yield Section(
        "Words that people corrected", 2, (Prose(_POST_EDITS), *_or_why(results, _tokens))
    )
    yield Section("Suggestions", 2, (Prose(_SUGGESTED), _suggestions(results)))
    yield Section("Holds", 2, (_held(results),))
    yield Section("What each family of rules adds", 2, (Prose(_ABLATION), _ablation(results)))
    yield Section("Rules", 2, (_rules(results),))
    yield Section("Alignment with the original", 2, (_plain(results.alignment.table()),))
    yield Section("Cost", 2, (_cost(results),))
    yield Section("Signature", 2, (_signature(results),))


_PLANTED = """\
Real names of clean articles, corrupted in one place of an excerpt of about 220 words by code that
knows none of the detector's tables. *Found* is any finding on the place that the untouched excerpt
does not have, *as a name* one of that kind; *restored* is the share of suggestions that bring the
text back to what it was."""


_POST_EDITS = """\
Tokens of machine copy that its post-editors replaced (mlqe-pe), against the tokens that a detector
marks. To compare detectors at one rate of false alarms, each is quietened until it keeps to it:
rules that fire most in good copy are dropped first, the encoder's doubts are cut at a threshold.
The threshold of the best MCC is chosen on the other half of the stories."""
_SUGGESTED = """\
Findings in machine copy: *coverage* is the share that has a suggestion, *right* the share of
suggestions that are what the original says in that place, word for word. References say the same
thing in other words, so that a good suggestion may count as wrong; post-edits do not."""
_ABLATION = """\
The same documents without a family: what its rules hid is then told by the others. Style scores
stay as they are."""


def _or_why(results: FindingResults, make: Callable[[FindingResults], Table]) -> tuple[Block, ...]:
    missing = tuple(
        Remark(f"Not measured: {name} ({why}).") for name, why in results.not_measured.items()
    )
    table = make(results)
    return (table, *missing) if table.rows else missing


def _targets(results: FindingResults) -> tuple[Block, ...]:
    aimed = [target for target in results.targets if target.aim != REPORTED]
    verdicts = Counter(verdict(target).split(maxsplit=1)[1] for target in aimed)
    tally = f"Of {len(aimed)}: {', '.join(f'{n} {word}' for word, n in verdicts.items())}."
    rows = tuple(
        (t.name, t.aim, target_value(t), count(t.n_originals), _verdict(t), t.note)
        for t in results.targets
    )
    head = ("target", "aim", "found [95 %]", "n", "verdict", "note")
    return (Remark(tally), _table("What was aimed at, and what was found", head, rows))


def _verdict(target: Target) -> str:
    return NOTHING if target.aim == REPORTED else verdict(target)


def _alarms(caption: str, own: Sequence[AlarmRates]) -> Table:
    head = ("copy", "articles", "words", "all", "names", "major", "without LanguageTool", "held")
    rows = tuple(
        (
            a.copy,
            count(a.n),
            count(a.n_words),
            interval(a.all),
            interval(a.names),
            interval(a.severe),
            interval(a.evidence),
            rate(a.held),
        )
        for a in own
    )
    return _table(caption, head, rows)


def _recall(results: FindingResults) -> Table:
    head = ("sort", "n", "found", "as a name", "with a suggestion", "restored")
    rows = tuple(
        (r.sort, count(r.n), share(r.found), share(r.as_name), percent(r.suggested),
         percent(r.restored))
        for r in results.recall
    )  # fmt: skip
    return _table("Planted corruptions found", head, rows)


def _tokens(results: FindingResults) -> Table:
    head = (
        *("detector", "copies", "tokens", "wrong", "false alarms per 1,000 words"),
        *("precision", "recall", "F1", "MCC", "left out"),
    )
    rows = tuple(
        (
            t.detector,
            t.set,
            count(t.n_tokens),
            count(t.n_wrong),
            number(t.alarms),
            number(t.precision),
            number(t.recall, 3),
            interval(t.f1, 3),
            interval(t.mcc, 3),
            _shortened(t.left_out),
        )
        for t in results.tokens
    )
    return _table("Agreement with post-edits", head, rows)


def _shortened(rules: str) -> str:
    names = rules.split(", ") if rules else []
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(names[:4]) + more


def _suggestions(results: FindingResults) -> Table:
    rows = tuple(
        (s.kind, count(s.findings), share(s.coverage), share(s.right)) for s in results.suggestions
    )
    head = ("findings", "n", "coverage", "right")
    return _table("Suggestions in machine copy", head, rows)


def _held(results: FindingResults) -> Table:
    rows = tuple((h.copy, count(h.n), rate(h.held), rate(h.reviewed)) for h in results.held)
    return _table("Articles held", ("copy", "articles", "held", "held or under review"), rows)


def _ablation(results: FindingResults) -> Table:
    head = (
        *("left out", "false alarms", "without", "major", "without", "planted found", "without"),
        *("F1 with post-edits", "without", "two wrecked names held", "without"),
    )
    rows = tuple(
        (
            a.family,
            *map(number, (a.alarms, a.alarms_without)),
            *(number(value, 3) for value in (a.severe, a.severe_without)),
            *map(percent, (a.recall, a.recall_without)),
            *(number(value, 3) for value in (a.f1, a.f1_without)),
            *map(percent, (a.held, a.held_without)),
        )
        for a in results.ablation
    )
    return _table("With all families, and without one", head, rows)


def _cost(results: FindingResults) -> Table:
    rows = tuple(
        (c.part, number(c.milliseconds), number(c.worst), count(c.n_paragraphs))
        for c in results.cost
    )
    head = ("part", "median", "worst article", "paragraphs")
    return _table("Milliseconds of CPU a paragraph of 80 words, one process", head, rows)


def _rules(results: FindingResults) -> Table:
    head = (
        *("rule", "severity", "in good copy", "per 1,000 words", "in machine copy", "lift"),
        "planted names caught",
    )
    rows = tuple(
        (
            r.rule,
            r.severity,
            count(r.clean_findings),
            number(r.clean, 4),
            number(r.machine, 4),
            number(r.machine / r.clean, 1) if r.clean else NOTHING,
            count(r.planted),
        )
        for r in results.rules[:MAX_RULES]
    )
    return _table("Findings by rule", head, rows)


def _signature(results: FindingResults) -> Table:
    rows = tuple((name, str(value)) for name, value in results.signature.items())
    return _table("What was measured, with what", ("what", "is"), rows)


def _plain(table: Table) -> Table:
    return _table(table.caption, table.head, table.rows)


def _table(caption: str, head: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> Table:
    """Every cell printable: rules and sources come from the data."""
    return Table(caption, head, tuple(tuple(plain(cell) for cell in row) for row in rows))
