"""A comparison for a terminal: passages in the order of the copy, each with what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

from garbled.comparison.changes import CHANGE_KINDS, Place
from garbled.comparison.compare import CheckedFinding, Comparison, Passage
from garbled.documents import SEVERITIES
from garbled.report.plain import plain

if TYPE_CHECKING:
    from rich.table import Table

STYLES = {"minor": "", "major": "yellow", "critical": "bold red"}
_LIMIT = 160
_OPENING = 70
_PLAIN_WIDTH = 140
_NOTHING = "–"


class Line(NamedTuple):
    """A row of the table under a passage."""

    severity: str
    what: str
    original: str
    copy: str


def write_comparison_table(comparison: Comparison, stream: TextIO, *, texts: bool = True) -> None:
    """Print the comparison. Nothing in the texts can drive the terminal."""
    from rich.console import Console

    console = Console(file=stream, width=None if stream.isatty() else _PLAIN_WIDTH)
    console.print(_head(comparison, texts), markup=False, highlight=False, soft_wrap=True)
    console.print(_table(comparison, texts))
    console.print(summary(comparison), markup=False, highlight=False, soft_wrap=True)


def summary(comparison: Comparison) -> str:
    """Counts of passages and changes, in one line."""
    relations = Counter(passage.relation for passage in comparison.passages)
    kinds = Counter(change.kind for change in comparison.changes)
    moved = sum(passage.moved for passage in comparison.passages)
    passages = [f"{n} {name}" for name, n in relations.items()] + [f"{moved} moved"] * bool(moved)
    changed = ", ".join(f"{kinds[kind]} {kind}" for kind in CHANGE_KINDS if kinds[kind])
    severe = sum(change.severity != "minor" for change in comparison.changes)
    return (
        f"{len(comparison.passages)} passages: {', '.join(passages)}; {kinds.total()} changes"
        f"{f' ({changed})' if changed else ''}, {severe} of them major or critical;"
        f" findings in the copy: {len(comparison.findings)},"
        f" {comparison.n_original} of them on the original's own words"
    )


def relation_line(passage: Passage) -> str:
    """Which paragraphs a passage is of, counted from 1.

    >>> relation_line(Passage((0, 1), (2,), "merged", True, (), ()))
    'paragraphs 1, 2 of the original → paragraph 3: merged, moved'
    """
    before = _paragraphs(passage.original) + " of the original" if passage.original else ""
    after = _paragraphs(passage.copy) + ("" if before else " of the copy") if passage.copy else ""
    moved = ", moved" * passage.moved
    return f"{' → '.join(filter(None, [before, after]))}: {passage.relation}{moved}"


def _paragraphs(indices: Sequence[int]) -> str:
    return f"paragraph{'s' * (len(indices) > 1)} {', '.join(str(i + 1) for i in indices)}"


def _head(comparison: Comparison, texts: bool) -> str:
    score = comparison.copy
    title = score.title if texts and score.title else score.id
    number = "" if score.score is None else f", score {score.score:.1f}"
    return plain(f"{title}: {score.verdict}{number}; against {comparison.original.source}")


def _table(comparison: Comparison, texts: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("severity", no_wrap=True)
    table.add_column("what", no_wrap=True)
    table.add_column("original", ratio=1, overflow="fold")
    table.add_column("copy", ratio=1, overflow="fold")
    for passage in comparison.passages:
        lines = list(_lines(passage, texts))
        if not lines and passage.relation in ("same", "reworded") and not passage.moved:
            continue
        table.add_section()
        opening = _opening(comparison, passage) if texts else ""
        table.add_row("", "", Text(relation_line(passage), "bold"), Text(opening, "dim"))
        for line in lines:
            style = STYLES[line.severity]
            table.add_row(
                Text(line.severity, style), line.what, Text(line.original), Text(line.copy)
            )
    return table


def _opening(comparison: Comparison, passage: Passage) -> str:
    if not passage.copy:
        return ""
    return plain(comparison.copy.paragraphs[passage.copy[0]].paragraph.text, _OPENING)


def _lines(passage: Passage, texts: bool) -> Iterator[Line]:
    changes = [
        Line(c.severity, c.kind, _shown(c.original, texts), _shown(c.copy, texts))
        for c in passage.changes
    ]
    findings = [_finding_line(checked, texts) for checked in passage.news]
    yield from sorted([*changes, *findings], key=lambda line: -SEVERITIES.index(line.severity))


def _finding_line(checked: CheckedFinding, texts: bool) -> Line:
    finding = checked.finding
    quote = plain(finding.quote, _LIMIT) if texts else f"{finding.start}–{finding.end}"
    original = _shown(checked.original, texts)
    return Line(finding.severity, f"finding: {finding.kind}", original, quote)


def _shown(place: Place | None, texts: bool) -> str:
    if place is None:
        return _NOTHING
    return plain(place.quote, _LIMIT) if texts else f"{place.start}–{place.end}"
