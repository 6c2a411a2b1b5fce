"""What differs between two versions, as quoted places in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from garbled.comparison.wording import Word
from garbled.documents import Document, Severity, Span

ChangeKind = Literal["name", "number", "unit", "date", "quote", "negation", "dropped", "added"]
CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a document: ``paragraph.text[start:end] == quote``."""

    paragraph: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that one version says and the other does not.

    ``original`` is None for what is new in the copy, ``copy`` for what it left out.
    """

    kind: ChangeKind
    severity: Severity
    original: Place | None
    copy: Place | None
    message: str


MESSAGES: dict[tuple[ChangeKind, bool, bool], str] = {
    ("name", True, True): "The original has another name here.",
    ("name", True, False): "The copy does not give this name.",
    ("name", False, True): "The original does not have this name.",
    ("number", True, True): "The original has another number here.",
    ("number", True, False): "The copy does not give this number.",
    ("number", False, True): "The original does not have this number.",
    ("unit", True, True): "The original gives this in another unit.",
    ("date", True, True): "The original has another date or time here.",
    ("date", True, False): "The copy does not give this date or time.",
    ("date", False, True): "The original does not have this date or time.",
    ("quote", True, True): "The words in quotation marks are not the original's.",
    ("quote", True, False): "The original quotes this verbatim.",
    ("quote", False, True): "The original does not have this in quotation marks.",
    ("negation", True, False): "The original denies this, the copy does not.",
    ("negation", False, True): "The copy denies this, the original does not.",
    ("negation", True, True): "One of the two denies this, the other does not.",
    ("dropped", True, False): "The copy leaves this out.",
    ("added", False, True): "The original does not have this.",
}
"""What is said of a change, by its kind and by which versions have a place of it."""


def make_change(
    kind: ChangeKind, severity: Severity, original: Place | None, copy: Place | None
) -> Change:
    """A change with the message that belongs to it."""
    message = MESSAGES[kind, original is not None, copy is not None]
    return Change(kind, severity, original, copy, message)


def place_words(words: Sequence[Word], span: Span, document: Document) -> Place | None:
    """Where words stand, as far as they are in one paragraph; None if there are none."""
    own = words[span.start : span.end]
    own = [word for word in own if word.paragraph == own[0].paragraph]
    if not own:
        return None
    start, end = own[0].token.start, own[-1].token.end
    text = document.paragraphs[own[0].paragraph].text
    return Place(own[0].paragraph, start, end, text[start:end])
