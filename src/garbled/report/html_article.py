"""One article of the HTML report: its record, cut up so that a template can print it.

It is made from the record and from nothing else, so a record without wording gives a page
without wording.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from garbled.documents import SEVERITIES
from garbled.report.html_template import template
from garbled.report.plain import plain
from garbled.report.reasons import REASONS

if TYPE_CHECKING:
    from jinja2 import Template

SHADES = (20.0, 40.0, 60.0, 80.0)
"""Scores at which a paragraph is shaded one step darker."""
_TITLE_LIMIT = 300
_SOURCE_LIMIT = 1000
_PLAIN_ROLES = {"body", "quote"}


@dataclass(frozen=True, slots=True)
class Note:
    """A finding as the page names it; ``id`` is unique in the page."""

    id: str
    kind: str
    severity: str
    rule: str
    start: int
    end: int
    quote: str | None
    suggestion: str | None
    message: str | None

    @property
    def key(self) -> str:
        """What the page filters by."""
        return f"{self.kind}-{self.severity}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a paragraph's text that the same findings quote."""

    text: str
    notes: tuple[Note, ...] = ()
    is_reached: bool = False
    """Whether the keyboard stops here: at the piece where a finding begins."""

    @property
    def severity(self) -> str:
        return max((note.severity for note in self.notes), key=SEVERITIES.index)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with its findings; ``pieces`` is empty where the text was left out."""

    role: str
    score: float | None
    shade: int
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]

    @property
    def label(self) -> str:
        return "" if self.role in _PLAIN_ROLES else self.role


def article_html(record: Mapping[str, Any], place: int) -> str:
    """The article as one closed element.

    Args:
        record: the contract's JSON object, with or without the wording.
        place: of the article in the input; it makes the ids of the page unique.
    """
    parts = enumerate(record["paragraphs"])
    passages = [_passage(part, f"f{place}-{number}") for number, part in parts]
    notes = [note for passage in passages for note in passage.notes]
    return _template().render(
        place=place,
        record=record,
        title=plain(record["title"] or record["id"], _TITLE_LIMIT),
        source=plain(record["source"], _SOURCE_LIMIT),
        id=plain(record["id"], _SOURCE_LIMIT),
        error=plain(record["error"] or "", _SOURCE_LIMIT),
        reasons=[(reason, REASONS.get(reason, "")) for reason in record["reasons"]],
        passages=passages,
        keys=_keys(notes),
        counts=_counts(notes),
    )


@cache
def _template() -> Template:
    return template("article.html")


def _keys(notes: Iterable[Note]) -> str:
    """What the article can be found by, with how often: ``grammar-minor-3 name-major-1``."""
    found = Counter(note.key for note in notes)
    return " ".join(f"{key}-{n}" for key, n in sorted(found.items()))


def _counts(notes: Iterable[Note]) -> str:
    """Findings by severity, the worst first.

    >>> _counts([])
    'no finding'
    """
    found = Counter(note.severity for note in notes)
    named = [f"{found[name]} {name}" for name in reversed(SEVERITIES) if found[name]]
    return ", ".join(named) or "no finding"


def _passage(part: Mapping[str, Any], prefix: str) -> Passage:
    notes = tuple(_notes(part["findings"], prefix))
    return Passage(
        role=part["role"],
        score=part["score"],
        shade=shade(part["score"]),
        pieces=tuple(cut(part["text"], notes)) if "text" in part else (),
        notes=notes,
    )


def _notes(findings: Sequence[Mapping[str, Any]], prefix: str) -> Iterator[Note]:
    for number, finding in enumerate(findings):
        yield Note(
            id=f"{prefix}-{number}",
            kind=finding["kind"],
            severity=finding["severity"],
            rule=finding["rule"],
            start=finding["start"],
            end=finding["end"],
            quote=finding.get("quote"),
            suggestion=finding.get("suggestion"),
            message=finding.get("message"),
        )


def shade(score: float | None) -> int:
    """How dark a paragraph of this score is shown, 0 to 4.

    >>> [shade(score) for score in (None, 19.9, 20.0, 91.0)]
    [0, 0, 1, 4]
    """
    return 0 if score is None else sum(score >= bound for bound in SHADES)


def cut(text: str, notes: Sequence[Note]) -> Iterator[Piece]:
    """The text in pieces that never overlap, though findings may.

    >>> one = Note("1", "name", "major", "NAME_X", 4, 9, None, None, None)
    >>> two = Note("2", "number", "minor", "NUMBER_X", 6, 12, None, None, None)
    >>> [(piece.text, len(piece.notes)) for piece in cut("The Gazp.MM said", [one, two])]
    [('The ', 0), ('Ga', 1), ('zp.', 2), ('MM ', 1), ('said', 0)]
    """
    ends = {place for note in notes for place in (note.start, note.end) if place < len(text)}
    for start, end in pairwise(sorted({0, len(text), *ends})):
        over = tuple(note for note in notes if note.start < end and note.end > start)
        yield Piece(text[start:end], over, any(note.start == start for note in over))
