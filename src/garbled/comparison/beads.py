"""What changed between sentences that say the same: the facts of both sides, held together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from garbled.comparison.changes import Change
from garbled.comparison.language import english
from garbled.comparison.name_changes import name_changes
from garbled.comparison.numbers import Quantity, loose_values, quantities
from garbled.comparison.texts import NOWHERE, BeadTexts
from garbled.comparison.wording import Word
from garbled.documents import Span

MIN_GAP = 6
"""Words that one side has in a row and the other does not, from which they are told."""
ABSENT_SHARE = 0.7
"""Of these words, how many the other side must lack altogether: the rest has only moved."""
MAX_DENIED = 3
"""Words that may stand where the other side has a negation."""


def bead_changes(bead: BeadTexts) -> Iterator[Change]:
    """Names, numbers, dates, units, negations and phrases that differ."""
    before = [word.token.text for word in bead.wording.original]
    after = [word.token.text for word in bead.wording.copy]
    yield from _quantity_changes(bead, before, after)
    yield from name_changes(bead)
    yield from _negation_changes(bead, before, after)
    yield from _phrase_changes(bead)


def _quantity_changes(
    bead: BeadTexts, before: Sequence[str], after: Sequence[str]
) -> Iterator[Change]:
    missing, new = quantities(before), quantities(after)
    for old in list(missing):
        same = [q for q in new if (q.kind, q.value) == (old.kind, old.value)]
        if not same:
            continue
        found = next((q for q in same if q.unit == old.unit), same[0])
        missing.remove(old)
        new.remove(found)
        if old.unit and found.unit and old.unit != found.unit:
            yield bead.change("unit", "critical", old.words, found.words)
    missing = _not_loose(missing, after)
    new = _not_loose(new, before)
    for old in missing:
        found_ = _facing(bead.wording.in_copy(old.words), old, new)
        if found_ is not None:
            new.remove(found_)
        words = found_.words if found_ else NOWHERE
        yield bead.change(old.kind, "critical" if found_ else "major", old.words, words)
    for quantity in new:
        yield bead.change(quantity.kind, "major", NOWHERE, quantity.words)


def _not_loose(given: Sequence[Quantity], other: Sequence[str]) -> list[Quantity]:
    """Without the numbers that a word such as "both" may stand for on the other side."""
    loose = set(loose_values(other))
    return [q for q in given if q.kind != "number" or q.value not in loose]


def _facing(gap: Span, old: Quantity, new: Sequence[Quantity]) -> Quantity | None:
    """The new quantity of this kind that stands where the old one stood, or else the next."""
    alike = [q for q in new if q.kind == old.kind and _shape(q) == _shape(old)]
    inside = [q for q in alike if q.words.start < gap.end and gap.start < q.words.end]
    return next(iter(inside or alike), None)


def _shape(quantity: Quantity) -> str:
    """Only a weekday is taken for a changed weekday, a year for a changed year."""
    return quantity.value[0] if isinstance(quantity.value, tuple) else "number"


def _negation_changes(
    bead: BeadTexts, before: Sequence[str], after: Sequence[str]
) -> Iterator[Change]:
    old, new = _negations(before), _negations(after)
    if bool(old) == bool(new):
        return
    denying, other = (before, after) if old else (after, before)
    if _implied(other) > _implied(denying):
        return
    first = (old or new)[0]
    span = Span(first, first + 1)
    there = bead.wording.in_copy(span) if old else bead.wording.in_original(span)
    if there.end - there.start > MAX_DENIED:
        there = NOWHERE
    yield bead.change("negation", "critical", *((span, there) if old else (there, span)))


def _negations(words: Sequence[str]) -> list[int]:
    explicit = english().negations
    return [n for n, w in enumerate(words) if w.lower() in explicit or w.lower().endswith("n't")]


def _implied(words: Sequence[str]) -> int:
    facts = english()
    return sum(
        w.lower() in facts.implied_negations or w.lower().startswith(facts.implied_prefixes)
        for w in words
    )


def _phrase_changes(bead: BeadTexts) -> Iterator[Change]:
    """Longer runs of words inside a sentence that the other side lacks."""
    wording = bead.wording
    ends = (len(wording.original), len(wording.copy))
    i = j = 0
    for next_i, next_j in (*wording.anchors, ends):
        old, new = Span(i, next_i), Span(j, next_j)
        if new.end - new.start <= 1 and _is_missing(wording.original, old, wording.copy):
            yield bead.change("dropped", "minor", old, NOWHERE)
        elif old.end - old.start <= 1 and _is_missing(wording.copy, new, wording.original):
            yield bead.change("added", "minor", NOWHERE, new)
        i, j = next_i + 1, next_j + 1


def _is_missing(words: Sequence[Word], span: Span, other: Sequence[Word]) -> bool:
    own = [w.key for w in words[span.start : span.end] if w.token.is_word]
    if len(own) < MIN_GAP:
        return False
    said = {w.key for w in other}
    return sum(word not in said for word in own) >= ABSENT_SHARE * len(own)
