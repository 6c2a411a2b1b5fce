"""Scores as one HTML page that needs nothing else, the worst article first.

Articles are printed as they come and wait in a temporary file; what is kept of each in memory is
its place in the order, so that a run of any length is sorted in bounded memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TextIO

from garbled.documents import KINDS, SEVERITIES, Score
from garbled.report.html_article import SHADES, article_html
from garbled.report.html_plots import findings_plot, score_bin, score_plot
from garbled.report.html_template import asset, policy, template
from garbled.report.record import to_record
from garbled.report.summary import WORST_FIRST, Tally, all_findings, badness

if TYPE_CHECKING:
    from markupsafe import Markup

OPENED = 10
"""Articles that are open when the page is: the worst ones that did not pass."""
_IN_MEMORY = 2**24
"""Bytes of printed articles that are kept in memory before they go to disk."""
_SIGNATURES = 20
"""Different signatures that the page tells; a run has one or two."""


def write_html(scores: Iterable[Score], stream: TextIO, *, texts: bool = True) -> None:
    """Write the page once all scores are there; with ``texts=False`` none of their wording.

    Raises:
        OSError: the temporary file cannot be written.
    """
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        run = Run()
        for score in scores:
            run.add(score)
            run.shelve(score, spool, texts)
        for piece in _page(run, spool):
            stream.write(piece)


class Shelf(NamedTuple):
    """Where a printed article lies in the temporary file, and where it comes in the page."""

    order: tuple[int, float]
    start: int
    end: int


@dataclass(slots=True)
class Run:
    """What the head of the page says of all articles, and the order that they come in."""

    tally: Tally = field(default_factory=Tally)
    scores: Counter[tuple[int, str]] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    signatures: set[str] = field(default_factory=set)
    shelves: list[Shelf] = field(default_factory=list)

    def add(self, score: Score) -> None:
        self.tally.add(score)
        if score.score is not None:
            self.scores[score_bin(score.score), score.verdict] += 1
        for finding in all_findings(score):
            self.findings[finding.kind, finding.severity] += 1
        if len(self.signatures) < _SIGNATURES:
            self.signatures.add(_signature(score))

    def shelve(self, score: Score, spool: IO[bytes], texts: bool) -> None:
        """Print the article into the temporary file, where the ones before it are."""
        printed = article_html(to_record(score, texts=texts), len(self.shelves) + 1)
        start = self.shelves[-1].end if self.shelves else 0
        end = start + spool.write(printed.encode("utf-8"))
        self.shelves.append(Shelf(badness(score.verdict, score.score), start, end))

    def severities(self) -> dict[str, int]:
        return {s: sum(self.findings[kind, s] for kind in KINDS) for s in reversed(SEVERITIES)}

    def kinds(self) -> dict[str, int]:
        return {kind: sum(self.findings[kind, s] for s in SEVERITIES) for kind in KINDS}


def _signature(score: Score) -> str:
    own = score.signature
    limits = ", ".join(f"{name} from {limit:.2f}" for name, limit in own.thresholds.items())
    parts = [
        f"garbled {own.garbled}",
        f"tier {own.tier}",
        f"prior {own.prior:g}",
        limits,
        f"LanguageTool {own.languagetool}" if own.languagetool else "no LanguageTool",
        f"{own.encoder} encoder",
        *([f"house list {own.house_list}"] if own.house_list else []),
        f"model {own.model}",
    ]
    return " · ".join(parts)


def _page(run: Run, spool: IO[bytes]) -> Iterator[str]:
    style, script = asset("report.css"), asset("report.js")
    return template("page.html").generate(
        style=style,
        script=script,
        policy=policy(style=style, script=script),
        tally=run.tally,
        verdicts={verdict: run.tally.verdicts[verdict] for verdict in WORST_FIRST},
        severities=run.severities(),
        kinds=run.kinds(),
        plots=_plots(run),
        shades=SHADES,
        signatures=sorted(run.signatures),
        articles=_sorted(run.shelves, spool),
    )


def _plots(run: Run) -> dict[str, Any]:
    unscored = run.tally.n_documents - sum(run.scores.values())
    return {
        "scores": score_plot(run.scores, WORST_FIRST),
        "n_unscored": unscored,
        "findings": findings_plot(run.findings),
    }


def _sorted(shelves: Sequence[Shelf], spool: IO[bytes]) -> Iterator[Markup]:
    """The printed articles, worst first; among equals, in the order of the input."""
    from markupsafe import Markup

    harmless = WORST_FIRST.index("pass")
    for place, shelf in enumerate(sorted(shelves)):
        spool.seek(shelf.start)
        printed = spool.read(shelf.end - shelf.start).decode("utf-8")
        if place < OPENED and shelf.order[0] < harmless:
            printed = printed.replace("<details>", "<details open>", 1)
        yield Markup(printed)  # noqa: S704 - printed by article_html
