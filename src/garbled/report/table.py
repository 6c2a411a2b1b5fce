"""Scores as a table for a person, worst first, with a summary line below."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, TextIO

from garbled.documents import Score, Verdict
from garbled.report.plain import plain
from garbled.report.reasons import REASONS
from garbled.report.summary import Tally, badness, top_finding

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

STYLES: dict[Verdict, str] = {
    "hold": "bold red",
    "review": "yellow",
    "pass": "green",
    "error": "magenta",
}
"""Verdict to its style."""

_TITLE_LIMIT = 80
_FINDING_LIMIT = 80
_ERROR_LIMIT = 200
_PLAIN_WIDTH = 120


class Row(NamedTuple):
    """A document in the table; all that is kept of it until the table is printed."""

    verdict: Verdict
    score: float | None
    probability: float | None
    title: str
    reasons: str
    finding: str

    @property
    def order(self) -> tuple[int, float]:
        return badness(self.verdict, self.score)


def write_table(scores: Iterable[Score], stream: TextIO, *, texts: bool = True) -> None:
    """Print the table once all scores are there. Nothing in the texts can drive the terminal."""
    started = time.perf_counter()
    tally = Tally()
    rows = sorted((_row(score, texts) for score in tally.watch(scores)), key=lambda row: row.order)
    console = _console(stream)
    if rows:
        console.print(_table(rows))
    summary = tally.to_line(time.perf_counter() - started)
    console.print(summary, markup=False, highlight=False, soft_wrap=True)


def _row(score: Score, texts: bool) -> Row:
    title = score.title if texts and score.title else score.id
    return Row(
        verdict=score.verdict,
        score=score.score,
        probability=score.probability,
        title=plain(title, _TITLE_LIMIT),
        reasons=plain(", ".join((*score.reasons, *(f"no {part}" for part in score.degraded)))),
        finding=_finding(score, texts),
    )


def _finding(score: Score, texts: bool) -> str:
    finding = top_finding(score)
    if finding is None:
        return plain(score.error or "", _ERROR_LIMIT)
    if not texts:
        return plain(finding.rule, _FINDING_LIMIT)
    quote = plain(finding.quote, _FINDING_LIMIT)
    if finding.suggestion is None:
        return quote
    return f"{quote} → {plain(finding.suggestion, _FINDING_LIMIT)}"


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    return Console(file=stream, width=None if stream.isatty() else _PLAIN_WIDTH)


def _table(rows: Iterable[Row]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("verdict", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("probability", justify="right", no_wrap=True)
    table.add_column("title", ratio=3, overflow="fold")
    table.add_column("reasons", ratio=2, min_width=len(max(REASONS, key=len)), overflow="fold")
    table.add_column("top finding", ratio=3, overflow="fold")
    for row in rows:
        table.add_row(
            Text(row.verdict, style=STYLES[row.verdict]),
            _number(row.score, 1),
            _number(row.probability, 2),
            Text(row.title),
            Text(row.reasons),
            Text(row.finding),
        )
    return table


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
