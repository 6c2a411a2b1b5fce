"""A comparison as one HTML page that needs nothing else: the original beside the copy.

Notes are numbered through the page, and their numbers stand in the text too: it can be read
without colour and in print. The page holds no script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any, TextIO

from garbled.comparison.changes import Place
from garbled.comparison.compare import CheckedFinding, Comparison, Passage
from garbled.documents import SEVERITIES, Paragraph
from garbled.report.comparison_table import relation_line, summary
from garbled.report.html_template import asset, policy, template
from garbled.report.plain import plain

_TITLE_LIMIT = 300
_SOURCE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Note:
    """A change or a finding as the page names it; ``number`` is unique in the page."""

    number: int
    what: str
    severity: str
    message: str
    original: Place | None
    copy: Place | None
    suggestion: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with the notes that are about all of it; ``ends`` are those that end here."""

    text: str
    notes: tuple[Note, ...]
    ends: tuple[Note, ...]

    @property
    def severity(self) -> str:
        return max((note.severity for note in self.notes), key=SEVERITIES.index, default="")


@dataclass(frozen=True, slots=True)
class Shown:
    """A paragraph as the page prints it; without wording it has no pieces."""

    number: int
    role: str
    score: float | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as the page prints it."""

    line: str
    relation: str
    is_quiet: bool
    original: tuple[Shown, ...]
    copy: tuple[Shown, ...]
    notes: tuple[Note, ...]


def write_comparison_html(comparison: Comparison, stream: TextIO, *, texts: bool = True) -> None:
    """Write the page; with ``texts=False`` none of the articles' wording."""
    style = asset("compare.css")
    page = template("compare.html").stream(
        style=style,
        policy=policy(style=style, script=""),
        errors=[
            plain(error or "", _SOURCE_LIMIT)
            for error in (comparison.original.error, comparison.copy.error)
        ],
        **passages_context(comparison, texts=texts),
    )
    for piece in page:
        stream.write(piece)


def passages_context(comparison: Comparison, *, texts: bool = True) -> dict[str, Any]:
    """What ``passages.html`` prints, and a line on the whole, for any page that includes it."""
    score = comparison.copy
    titles = [comparison.original.title, score.title] if texts else []
    return {
        "titles": [plain(title or "", _TITLE_LIMIT) for title in titles],
        "sources": [plain(s, _SOURCE_LIMIT) for s in (comparison.original.source, score.source)],
        "summary": summary(comparison),
        "score": score,
        "reasons": [reason.replace("_", " ") for reason in score.reasons],
        "rows": _rows(comparison, texts),
        "texts": texts,
    }


def _rows(comparison: Comparison, texts: bool) -> Iterator[Row]:
    numbers = count(1)
    before = comparison.original.paragraphs
    after = [scored.paragraph for scored in comparison.copy.paragraphs]
    for passage in comparison.passages:
        notes = tuple(_notes(passage, numbers, texts))
        yield Row(
            relation_line(passage),
            passage.relation,
            not notes and not passage.moved and passage.relation in ("same", "reworded"),
            tuple(
                _shown(before[i], [(n, n.original) for n in notes], None, texts)
                for i in passage.original
            ),
            tuple(
                _shown(
                    after[i],
                    [(n, n.copy) for n in notes],
                    comparison.copy.paragraphs[i].score,
                    texts,
                )
                for i in passage.copy
            ),
            notes,
        )


def _notes(passage: Passage, numbers: count[int], texts: bool) -> Iterator[Note]:
    for change in passage.changes:
        yield Note(
            next(numbers),
            change.kind,
            change.severity,
            change.message,
            change.original,
            change.copy,
        )
    for checked in passage.news:
        yield _finding_note(checked, next(numbers), texts)


def _finding_note(checked: CheckedFinding, number: int, texts: bool) -> Note:
    finding = checked.finding
    return Note(
        number,
        f"finding: {finding.kind}",
        finding.severity,
        finding.message if texts else "",
        checked.original,
        Place(checked.paragraph, finding.start, finding.end, finding.quote),
        None if checked.original else finding.suggestion,
        finding.rule,
    )


def _shown(
    paragraph: Paragraph,
    placed: Iterable[tuple[Note, Place | None]],
    score: float | None,
    texts: bool,
) -> Shown:
    own = [(n, p) for n, p in placed if p is not None and p.paragraph == paragraph.index]
    pieces = tuple(_pieces(paragraph.text, own)) if texts else ()
    return Shown(paragraph.index + 1, paragraph.role, score, pieces)


def _pieces(text: str, placed: Sequence[tuple[Note, Place]]) -> Iterator[Piece]:
    """The text cut wherever a note begins or ends."""
    cuts = sorted({0, len(text), *(at for _, place in placed for at in (place.start, place.end))})
    for start, end in pairwise(cuts):
        inside = [(n, p) for n, p in placed if p.start <= start and end <= p.end]
        yield Piece(
            text[start:end],
            tuple(note for note, _ in inside),
            tuple(note for note, place in inside if place.end == end),
        )
