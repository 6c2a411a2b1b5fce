"""Two sides of a bead with the documents that they stand in."""

from __future__ import annotations

from dataclasses import dataclass

from garbled.comparison.changes import Change, ChangeKind, Place, make_change, place_words
from garbled.comparison.wording import Wording
from garbled.documents import Document, Severity, Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Names:
    """Words of both articles, folded: which are names, and what each version says anywhere."""

    known: frozenset[str]
    original: frozenset[str]
    copy: frozenset[str]


@dataclass(frozen=True, slots=True)
class BeadTexts:
    """The words of both sides, their documents, and the names of both articles."""

    wording: Wording
    original: Document
    copy: Document
    names: Names

    def change(self, kind: ChangeKind, severity: Severity, original: Span, copy: Span) -> Change:
        """A change between spans of words; an empty span is a place that is not there."""
        return make_change(kind, severity, self.original_place(original), self.copy_place(copy))

    def original_place(self, span: Span) -> Place | None:
        return place_words(self.wording.original, span, self.original)

    def copy_place(self, span: Span) -> Place | None:
        return place_words(self.wording.copy, span, self.copy)
