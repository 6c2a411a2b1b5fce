"""Names that differ between the two sides of a bead."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from garbled.comparison.changes import Change
from garbled.comparison.language import english
from garbled.comparison.names import (
    abbreviations,
    fold,
    is_acronym,
    is_function_word,
    is_named,
    may_be_part,
    name_spans,
    parts,
)
from garbled.comparison.texts import NOWHERE, BeadTexts
from garbled.comparison.wording import Word, is_alike
from garbled.documents import Severity, Span

MAX_COUNTERPART = 8
"""Words over which the parts of a name may be spread in the copy."""


@dataclass(frozen=True)
class _Side:
    """The names of one side, and what else may stand for a name there."""

    words: Sequence[str]
    spans: Sequence[Span]

    @classmethod
    def of(cls, words: Sequence[Word], known: frozenset[str]) -> _Side:
        texts = [word.token.text for word in words]
        return cls(texts, name_spans(texts, known, is_headline=words[0].role == "headline"))

    @cached_property
    def folded(self) -> frozenset[str]:
        return frozenset(map(fold, self.words))

    @cached_property
    def folded_names(self) -> frozenset[str]:
        return frozenset(fold(self.words[n]) for s in self.spans for n in parts(self.words, s))

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """Folded words in capitals: "us" for U.S., but not for the pronoun."""
        return frozenset(fold(w) for w in self.words if len(w) > 1 and is_acronym(w))

    @cached_property
    def initials(self) -> frozenset[str]:
        return frozenset(abbreviations(self.words, self.spans))

    def has(self, word: str) -> bool:
        """Whether a part of a name stands here, as itself, as an adjective or written out."""
        folded = fold(word)
        if is_named(folded, self.folded) or (is_acronym(word) and folded in self.initials):
            return True
        others = english().aliases.get(folded, frozenset())
        return not others.isdisjoint(self.acronyms | self.initials | self.folded_names)

    def has_short(self, other: _Side, span: Span) -> bool:
        """Whether a name of the other side stands here by its initials."""
        return any(short in self.acronyms for short in abbreviations(other.words, [span]))


def name_changes(bead: BeadTexts) -> Iterator[Change]:
    """Names that the copy changed, left out though it names them nowhere, or brought in."""
    before = _Side.of(bead.wording.original, bead.names.known)
    after = _Side.of(bead.wording.copy, bead.names.known)
    told: set[int] = set()
    for span in before.spans:
        own = parts(before.words, span)
        lost = [n for n in own if not after.has(before.words[n])]
        if not lost or after.has_short(before, span):
            continue
        where = _counterpart(bead.wording.in_copy(span), span, before, after)
        if where.start < where.end:
            told.update(range(*where))
            yield bead.change("name", _gravity(before, span, after, where, bead), span, where)
        elif len(lost) == len(own) and not _all_named(before, lost, bead.names.copy):
            yield bead.change("name", "major", span, NOWHERE)
    for span in after.spans:
        own = parts(after.words, span)
        is_old = any(before.has(after.words[n]) for n in own) or before.has_short(after, span)
        if is_old or not own or told.intersection(range(*span)):
            continue
        if not any(is_named(fold(after.words[n]), bead.names.original) for n in own):
            yield bead.change("name", "major", NOWHERE, span)


def _all_named(side: _Side, places: Sequence[int], said: frozenset[str]) -> bool:
    return all(is_named(fold(side.words[n]), said) for n in places)


def _counterpart(gap: Span, name: Span, before: _Side, after: _Side) -> Span:
    """The words that stand for a name where it should be; empty if none of them is new."""
    own = [n for n in range(*gap) if after.words[n][:1].isalnum()]
    new = [n for n in own if not before.has(after.words[n]) and _is_telling(after.words[n])]
    wanted = [before.words[n].lower() for n in parts(before.words, name)]
    kin = [n for n in own if any(_is_kin(after.words[n].lower(), part) for part in wanted)]
    capital = [n for n in own if may_be_part(after.words[n])]
    core = kin or capital or new
    if not new or not core or core[-1] - core[0] > MAX_COUNTERPART:
        return NOWHERE
    if not kin and not capital and len(new) > len(wanted) + 1:
        return NOWHERE
    span = _widened(Span(core[0], core[-1] + 1), gap, set(capital))
    if not set(new).intersection(range(*span)):
        span = _widened(span, Span(max(gap.start, span.start - 1), min(gap.end, span.end + 1)), new)
    return span if set(new).intersection(range(*span)) else NOWHERE


def _widened(span: Span, gap: Span, taken: Collection[int]) -> Span:
    """A span with the words of ``taken`` that stand at its ends."""
    start, end = span
    while start > gap.start and start - 1 in taken:
        start -= 1
    while end < gap.end and end in taken:
        end += 1
    return Span(start, end)


def _is_kin(word: str, part: str) -> bool:
    return fold(word) == fold(part) or is_alike(word, part)


def _is_telling(word: str) -> bool:
    return may_be_part(word) or not (word[:1].isupper() or is_function_word(word))


def _gravity(before: _Side, span: Span, after: _Side, where: Span, bead: BeadTexts) -> Severity:
    """A name that the copy gives elsewhere, and for which it has plain words here, is minor."""
    named_elsewhere = _all_named(before, parts(before.words, span), bead.names.copy)
    plain = not any(after.words[n][:1].isupper() for n in range(*where))
    return "minor" if named_elsewhere and plain else "major"
