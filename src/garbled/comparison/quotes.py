"""Words in quotation marks: a quotation is verbatim, whatever else is reworded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from garbled.comparison.changes import Change
from garbled.comparison.texts import NOWHERE, BeadTexts
from garbled.comparison.wording import Word
from garbled.documents import Span
from garbled.segment.articles import Sentence

QuotedPlaces = frozenset[tuple[int, int]]
"""(paragraph, start) of each word in quotation marks."""

MIN_WORDS = 3
"""Shorter quotations are titles, nicknames or irony."""
SLIGHT = 0.8
"""Share of the words that two quotations have in common from which a change is minor."""
SAME = 0.3
"""From here on they are taken for two versions of one; others pair up in their order."""


def quoted_places(sentences: Sequence[Sentence]) -> QuotedPlaces:
    """Where words stand in double quotation marks; a mark that is not closed ends its paragraph."""
    places = set()
    for index, own in groupby(sentences, key=lambda s: s.paragraph):
        is_open = False
        for sentence in own:
            for token in sentence.tokens:
                if token.text == '"':
                    is_open = not is_open
                elif is_open:
                    places.add((index, token.start))
    return frozenset(places)


def quote_changes(bead: BeadTexts, original: QuotedPlaces, copy: QuotedPlaces) -> Iterator[Change]:
    """Quotations whose words are not the same in both versions."""
    old_spans = _spans(bead.wording.original, original)
    new_spans = _spans(bead.wording.copy, copy)
    lone = []
    for old in old_spans:
        words = _words(bead.wording.original, old)
        shares = [(_common(words, _words(bead.wording.copy, new)), new) for new in new_spans]
        share, best = max(shares, default=(0.0, NOWHERE))
        if share < SAME:
            lone.append(old)
            continue
        new_spans.remove(best)
        if share < 1:
            yield bead.change("quote", "minor" if share >= SLIGHT else "major", old, best)
    for one, other in zip_longest(lone, new_spans, fillvalue=NOWHERE):
        both = NOWHERE not in (one, other)
        yield bead.change("quote", "major" if both else "minor", one, other)


def _spans(words: Sequence[Word], quoted: QuotedPlaces) -> list[Span]:
    spans = []
    place = 0
    for is_quoted, run in groupby(words, key=lambda w: (w.paragraph, w.token.start) in quoted):
        length = len(list(run))
        span = Span(place, place + length)
        place += length
        if is_quoted and len(_words(words, span)) >= MIN_WORDS:
            spans.append(span)
    return spans


def _words(words: Sequence[Word], span: Span) -> list[str]:
    return [w.key for w in words[span.start : span.end] if w.token.is_word]


def _common(first: Sequence[str], second: Sequence[str]) -> float:
    """Words in common over all, 1 for the same words in the same order."""
    if list(first) == list(second):
        return 1.0
    shared = (Counter(first) & Counter(second)).total()
    return min(2 * shared / max(len(first) + len(second), 1), 0.99)
