"""Names in two versions: which words are parts of names, and which stand for the same name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from garbled.comparison.language import english
from garbled.documents import Span
from garbled.segment.articles import Sentence

TITLE_CASE_SHARE = 0.84
MIN_HEADLINE, MIN_TITLE = 2, 5
"""Words from which a line's capitals say nothing of names, in a headline and elsewhere."""
MIN_STEM = 3
_OPENERS = frozenset({".", "!", "?", ":", '"', "'", "(", "-", "*", "…", "•"})


def fold(word: str) -> str:
    """A word without case, accents, points and the possessive.

    >>> fold("Dvořák"), fold("U.S."), fold("Lee's")
    ('dvorak', 'us', 'lee')
    """
    plain = word.casefold().removesuffix("'s").replace(".", "")
    if plain.isascii():
        return plain
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(c for c in apart if not unicodedata.combining(c))


def known_names(sentences: Iterable[Sentence]) -> frozenset[str]:
    """Folded words that are capitalised inside a sentence, where that says something."""
    return frozenset(
        fold(words[place])
        for words, role in (([t.text for t in s.tokens], s.role) for s in sentences)
        if not is_title_case(words, is_headline=role == "headline")
        for place in range(len(words))
        if may_be_part(words[place]) and not _opens(words, place)
    )


def is_title_case(words: Sequence[str], *, is_headline: bool = False) -> bool:
    """Whether nearly all words that say something are capitalised, as in a headline.

    Outside headlines a few capitalised words alone are names: "Jo Lee/Tidewire".
    """
    own = [w for w in words if w[:1].isalpha() and not is_function_word(w)]
    least = MIN_HEADLINE if is_headline else MIN_TITLE
    return len(own) >= least and sum(w[0].isupper() for w in own) > TITLE_CASE_SHARE * len(own)


def name_spans(
    words: Sequence[str], known: frozenset[str], *, is_headline: bool = False
) -> list[Span]:
    """Runs of words that are one name.

    A word that opens a sentence is part of one if it is known, or if a capitalised word follows.

    >>> name_spans("The old Bank of Marlow had its chief Jo Lee leave".split(), frozenset())
    [Span(start=2, end=5), Span(start=8, end=10)]
    """
    titled = is_title_case(words, is_headline=is_headline)
    spans: list[Span] = []
    place = 0
    while place < len(words):
        if not _is_part(words, place, known, titled):
            place += 1
            continue
        end = place + 1
        while (following := _next_part(words, end, known, titled)) is not None:
            end = following
        spans.append(Span(place, end))
        place = end
    return spans


def _next_part(words: Sequence[str], place: int, known: frozenset[str], titled: bool) -> int | None:
    """Where a name ends that goes on here, over one or two particles."""
    for skipped in range(3):
        at = place + skipped
        if at < len(words) and _is_part(words, at, known, titled):
            return at + 1
        if at >= len(words) or words[at].lower() not in english().particles:
            return None
    return None


def _is_part(words: Sequence[str], place: int, known: frozenset[str], titled: bool) -> bool:
    word = words[place]
    if not may_be_part(word):
        return False
    if fold(word) in known:
        return True
    if titled:
        return False
    if not _opens(words, place):
        return True
    return place + 1 < len(words) and may_be_part(words[place + 1])


def may_be_part(word: str) -> bool:
    """Whether a word has a capital and is no pronoun, title, day, month or function word."""
    facts, lower = english(), word.lower()
    if not word[:1].isupper() or lower in facts.no_names:
        return False
    if is_function_word(word) and not (len(word) > 1 and is_acronym(word)):
        return False
    return lower not in facts.weekdays and lower not in facts.months and lower not in facts.numbers


def is_acronym(word: str) -> bool:
    """Whether a word is all capitals: UN, U.N."""
    return word.replace(".", "").isupper()


def is_function_word(word: str) -> bool:
    """Whether a word says little by itself: the, of, with."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return word.lower() in ENGLISH_STOP_WORDS


def _opens(words: Sequence[str], place: int) -> bool:
    return place == 0 or words[place - 1] in _OPENERS


def parts(words: Sequence[str], span: Span) -> list[int]:
    """The words of a name that make it up, without particles and marks."""
    particles = english().particles
    return [n for n in range(*span) if words[n][:1].isalnum() and words[n].lower() not in particles]


def is_named(part: str, folded: frozenset[str]) -> bool:
    """Whether a folded part of a name stands among folded words, as itself or as an adjective.

    >>> is_named("ukraine", frozenset({"ukrainian"})), is_named("gazprom", frozenset({"gazpron"}))
    (True, False)
    """
    return part in folded or any(_is_inflected(part, word) for word in folded)


def _is_inflected(first: str, second: str) -> bool:
    if first[:MIN_STEM] != second[:MIN_STEM] or min(len(first), len(second)) <= MIN_STEM:
        return False
    stem = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    )
    endings = english().endings
    return stem > MIN_STEM and first[stem:] in endings and second[stem:] in endings


def abbreviations(words: Sequence[str], spans: Iterable[Span]) -> Iterator[str]:
    """Folded initials of the names of two words and more: "us" for United States."""
    for span in spans:
        initials = "".join(words[n][0] for n in parts(words, span))
        if len(initials) > 1:
            yield initials.casefold()
