"""A score in a notebook: the marked text and why, small, and escaped whatever the copy holds.

It brings its own styles and no script. Findings are numbered and underlined by severity, so that
nothing hangs on colour; the colours of the notebook's theme stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from garbled.documents import SEVERITIES, Finding, ParagraphScore, Score
from garbled.report.html_article import Note, cut
from garbled.report.html_template import template
from garbled.report.plain import plain
from garbled.report.reasons import REASONS

MAX_PARAGRAPHS = 40
MAX_CHARACTERS = 20_000
"""Of all paragraphs that are shown; further ones are counted."""
MAX_NOTES = 100
_LIMIT = 300
_LINES = {
    "minor": "underline dotted 2px",
    "major": "underline solid 2px",
    "critical": "underline double 2px",
}
_PLAIN_ROLES = {"headline", "body", "quote"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with the findings that quote it; ``ends`` are the numbers that end here."""

    text: str
    notes: tuple[Note, ...]
    ends: tuple[str, ...]

    @property
    def title(self) -> str:
        """What a pointer on it is told."""
        return "; ".join(_told(note) for note in self.notes)

    @property
    def line(self) -> str:
        return _LINES[max((note.severity for note in self.notes), key=SEVERITIES.index)]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph as it is shown."""

    role: str
    score: float | None
    pieces: tuple[Piece, ...]

    @property
    def label(self) -> str:
        return "" if self.role in _PLAIN_ROLES else self.role


def to_html(score: Score) -> str:
    """The score as one closed HTML element."""
    shown = list(_within(score.paragraphs))
    noted = list(_noted(shown))
    html: str = template("notebook.html").render(
        verdict=score.verdict,
        score=score.score,
        probability=score.probability,
        reasons=[plain(REASONS.get(reason, reason), _LIMIT) for reason in score.reasons],
        error=plain(score.error or "", _LIMIT),
        passages=[_passage(scored, notes) for scored, notes in noted],
        notes=[note for _, notes in noted for note in notes],
        n_left_out=len(score.paragraphs) - len(shown),
    )
    return html


def to_line(score: Score) -> str:
    """The score in one line of plain text."""
    said = [plain(score.title or score.id, _LIMIT), score.verdict]
    if score.score is not None and score.probability is not None:
        said.append(f"score {score.score:.0f} of 100, probability {score.probability:.2f}")
    said += [plain(reason.replace("_", " "), _LIMIT) for reason in score.reasons]
    return " · ".join(said)


def _within(paragraphs: Iterable[ParagraphScore]) -> Iterator[ParagraphScore]:
    """The first paragraphs, as far as there is room; one is shown in any case."""
    room = MAX_CHARACTERS
    for number, scored in enumerate(paragraphs):
        room -= len(scored.paragraph.text)
        if number and (number >= MAX_PARAGRAPHS or room < 0):
            return
        yield scored


def _noted(shown: Sequence[ParagraphScore]) -> Iterator[tuple[ParagraphScore, list[Note]]]:
    """Each paragraph with its findings, numbered through the whole."""
    number = 0
    for scored in shown:
        notes = []
        for finding in scored.findings:
            if number < MAX_NOTES and finding.end <= MAX_CHARACTERS:
                number += 1
                notes.append(_note(finding, number))
        yield scored, notes


def _note(finding: Finding, number: int) -> Note:
    suggestion = finding.suggestion
    return Note(
        str(number),
        finding.kind,
        finding.severity,
        finding.rule,
        finding.start,
        finding.end,
        plain(finding.quote, _LIMIT),
        None if suggestion is None else plain(suggestion, _LIMIT),
        plain(finding.message, _LIMIT),
    )


def _passage(scored: ParagraphScore, notes: Sequence[Note]) -> Passage:
    text = scored.paragraph.text
    text = text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"
    pieces, end = [], 0
    for piece in cut(text, notes):
        end += len(piece.text)
        ends = tuple(note.id for note in piece.notes if note.end == end)
        pieces.append(Piece(piece.text, piece.notes, ends))
    return Passage(scored.paragraph.role, scored.score, tuple(pieces))


def _told(note: Note) -> str:
    suggestion = "" if note.suggestion is None else f" → {note.suggestion}"
    return f"{note.id}. {note.severity} {note.kind}{suggestion}: {note.message}"
