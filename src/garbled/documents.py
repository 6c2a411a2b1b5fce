"""What flows through garbled: documents in, findings and scores out. No input or output here.

Offsets are Unicode code points. A paragraph's are in the document's canonical text, a finding's
in its paragraph, and ``paragraph.text[finding.start:finding.end] == finding.quote`` always.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, NamedTuple, get_args

Role = Literal[
    "headline",
    "subhead",
    "body",
    "quote",
    "list",
    "note",
    "caption",
    "byline",
    "dateline",
    "credit",
    "furniture",
    "duplicate",
]
Kind = Literal[
    "grammar", "name", "number", "lexical", "calque", "repetition", "typography", "leftover"
]
Severity = Literal["minor", "major", "critical"]
Verdict = Literal["pass", "review", "hold", "error"]

ROLES: tuple[Role, ...] = get_args(Role)
KINDS: tuple[Kind, ...] = get_args(Kind)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

SCORED_ROLES: frozenset[str] = frozenset({"body", "quote"})
"""Roles whose words are scored."""
CHECKED_ROLES: frozenset[str] = frozenset(
    {"headline", "subhead", "body", "quote", "caption", "credit"}
)
"""Roles in which findings are sought."""

PARAGRAPH_BREAK = "\n\n"
_NOTEBOOK = "garbled.report.notebook"

# Runs of what may be combining marks (none is alphanumeric): sorting them takes quadratic time.
_MARKS = re.compile(r"([^\w\x00-\x7f]{30})(?=[^\w\x00-\x7f])")


class Block(NamedTuple):
    """A paragraph as a parser saw it, before it has a place in a document."""

    text: str
    role: Role = "body"


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a document: its place in the canonical text, its role and its text."""

    index: int
    start: int
    end: int
    role: Role
    text: str

    @property
    def is_scored(self) -> bool:
        return self.role in SCORED_ROLES

    @property
    def is_checked(self) -> bool:
        return self.role in CHECKED_ROLES


@dataclass(frozen=True, slots=True)
class Document:
    """One article as it was read.

    ``error`` says in one line what was wrong with the input, if anything was. A document with an
    error and no paragraphs could not be read at all; one with an error and paragraphs was damaged
    or truncated and is scored as far as it goes.
    """

    id: str
    source: str
    title: str | None = None
    language: str | None = None
    text: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    error: str | None = None

    @classmethod
    def from_blocks(
        cls,
        blocks: Iterable[Block],
        *,
        id: str,
        source: str,
        title: str | None = None,
        language: str | None = None,
        error: str | None = None,
    ) -> Document:
        """Join parsed blocks into a document: NFC, no empty paragraph, the headline first.

        >>> document = Document.from_blocks([Block("One."), Block(" "), Block("Two.")],
        ...                                 id="a", source="a.txt", title="Head")
        >>> [(p.role, p.text, p.start) for p in document.paragraphs]
        [('headline', 'Head', 0), ('body', 'One.', 6), ('body', 'Two.', 12)]
        >>> document.text
        'Head\\n\\nOne.\\n\\nTwo.'
        """
        title = clean_text(title) if title else None
        kept = [(clean_text(block.text), block.role) for block in blocks]
        kept = [(text, role) for text, role in kept if text]
        if not title and kept and kept[0][1] == "headline":
            title = kept[0][0]
        if title and not (kept and kept[0][0] == title):
            kept.insert(0, (title, "headline"))
        elif title and kept:
            kept[0] = (title, "headline")
        return cls(
            id=id,
            source=source,
            title=title or None,
            language=language,
            text=PARAGRAPH_BREAK.join(text for text, _ in kept),
            paragraphs=_place(kept),
            error=error,
        )

    @classmethod
    def unreadable(cls, message: str, *, id: str, source: str) -> Document:
        """The record of an input that could not be read at all."""
        return cls(id=id, source=source, error=message)


def clean_text(text: str) -> str:
    r"""Canonical form of one paragraph: NFC, ``\n`` line ends, no control characters, stripped.

    >>> clean_text("  Cafe\u0301\x00\r\nnoir ")
    'Café\nnoir'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = "".join(unicodedata.normalize("NFC", piece) for piece in _MARKS.split(text))
    return "".join(map(_printable, text)).strip() if not text.isprintable() else text.strip()


def _printable(character: str) -> str:
    if character in "\n\t" or character.isprintable():
        return character
    category = unicodedata.category(character)
    if category == "Cs":  # a lone surrogate cannot be written as UTF-8
        return "\ufffd"
    return "" if category == "Cc" else character


def _place(kept: Sequence[tuple[str, Role]]) -> tuple[Paragraph, ...]:
    paragraphs: list[Paragraph] = []
    start = 0
    for index, (text, role) in enumerate(kept):
        paragraphs.append(Paragraph(index, start, start + len(text), role, text))
        start += len(text) + len(PARAGRAPH_BREAK)
    return tuple(paragraphs)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an editor can check: a quoted span of a paragraph and what is wrong with it."""

    kind: Kind
    rule: str
    severity: Severity
    start: int
    end: int
    quote: str
    message: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class ParagraphScore:
    """A paragraph with its score (0 to 100, higher is worse) and its findings.

    ``score`` and ``probability`` are None where the role is not scored or the body is too short.
    """

    paragraph: Paragraph
    score: float | None = None
    probability: float | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """What a score depends on. It travels with every score.

    ``encoder`` is ``large`` where the optional large encoder was read too, else ``small``;
    ``house_list`` tells one list of names to leave alone from another.
    """

    garbled: str
    model: str
    tier: str
    languagetool: str | None
    prior: float
    thresholds: dict[str, float]
    encoder: str = "small"
    house_list: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The result for one document; the fields are section 1 of the output contract."""

    id: str
    source: str
    title: str | None
    language: str | None
    score: float | None
    probability: float | None
    verdict: Verdict
    reasons: tuple[str, ...]
    mangled_share: float | None
    degraded: tuple[str, ...]
    n_words: int
    error: str | None
    signature: Signature
    paragraphs: tuple[ParagraphScore, ...] = field(default=())

    def _repr_html_(self) -> str:
        """What a notebook shows; drawn in the report's layer, which a notebook alone loads."""
        return str(import_module(_NOTEBOOK).to_html(self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/plain": str(import_module(_NOTEBOOK).to_line(self)),
            "text/html": self._repr_html_(),
        }
