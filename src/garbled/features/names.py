"""Proper-noun corruption, judged from the article itself and from counts of clean English.

A name that nobody has seen is never a fault: names of every language are names. What counts is
disagreement, within a token (a code, broken capitals), between neighbours (a name doubled, a
common word standing as a name) or between two mentions of one name in the same article.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from garbled.features.base import FeatureGroup
from garbled.features.counts import NgramCounts
from garbled.features.rows import Fault, Row
from garbled.segment.articles import Article, Sentence
from garbled.segment.tokens import Token

_CODE = regex.compile(r"[\p{L}\d]{2,6}\.\p{Lu}{1,2}")
_INITIALISM = regex.compile(r"(?:\p{Lu}{1,2}\.)+\p{Lu}{0,2}\.?")
_CAMEL = regex.compile(r"\p{Lu}?\p{Ll}+\p{Lu}\p{L}*|\p{Lu}{3,}\p{Ll}{2,}")
_CAMEL_PREFIXES = ("Mc", "Mac", "De", "Di", "Le", "La", "Van", "Du", "Fitz")
_OPENERS = frozenset({'"', "'", ":", "(", "-", ".", "*"})
TITLE_CASE_SHARE = 0.6
"""A sentence with more capitalised words than this is a headline in prose: capitals say nothing."""
MIN_SPELLING_LENGTH = 5
COMMON_RATIO = 0.02
"""A word whose capitalised share inside sentences is below this is a common word."""
COMMON_DOCUMENTS = 9.0
"""log2 of the documents that a common word must have been seen in."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A capitalised word inside a sentence, with its neighbours."""

    sentence: Sentence
    place: int

    @property
    def token(self) -> Token:
        return self.sentence.tokens[self.place]


def find_name_faults(article: Article, counts: NgramCounts) -> list[Fault]:
    """All name faults of an article, in reading order."""
    prose = [s for s in article.sentences if s.role != "headline" and not is_title_case(s)]
    faults = [
        *_codes(prose),
        *_doubled(prose, counts),
        *_common_words(prose, counts),
        *_broken_capitals(prose, counts),
        *_disagreeing_case(prose, counts),
        *_disagreeing_spelling(prose, counts),
    ]
    return sorted(set(faults), key=lambda fault: (fault.paragraph, fault.start, fault.rule))


def is_title_case(sentence: Sentence) -> bool:
    words = [t.text for t in sentence.tokens if t.text[0].isalpha()]
    return len(words) > 2 and sum(w[0].isupper() for w in words) > TITLE_CASE_SHARE * len(words)


def mentions(sentences: Sequence[Sentence]) -> Iterator[Mention]:
    """Capitalised words that do not open their sentence or a quotation in it."""
    for sentence in sentences:
        for place, token in enumerate(sentence.tokens):
            if token.text[0].isupper() and not opens_clause(sentence, place):
                yield Mention(sentence, place)


def opens_clause(sentence: Sentence, place: int) -> bool:
    return place == 0 or sentence.tokens[place - 1].text in {
        '"',
        "'",
        ":",
        "(",
        "-",
        ".",
        "...",
        "*",
    }


def _fault(
    sentence: Sentence, first: Token, last: Token, rule: str, suggestion: str | None = None
) -> Fault:
    return Fault(sentence.paragraph, first.start, last.end, rule, suggestion)


def _codes(sentences: Sequence[Sentence]) -> Iterator[Fault]:
    """Instrument codes standing in prose; an agency's own code in brackets is none."""
    for sentence in sentences:
        depth = 0
        for token in sentence.tokens:
            depth += {"(": 1, "[": 1, "<": 1, ")": -1, "]": -1, ">": -1}.get(token.text, 0)
            if "." not in token.text or depth > 0 or _INITIALISM.fullmatch(token.text):
                continue
            if _CODE.fullmatch(token.text) and not token.text[0].isdigit():
                yield _fault(sentence, token, token, "NAME_RIC_LEAK")


def _doubled(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """A name written twice in a row, where clean English does not write it twice."""
    for mention in mentions(sentences):
        tokens = mention.sentence.tokens
        first, second = tokens[mention.place - 1], mention.token
        if (
            first.text == second.text
            and len(first.text) > 2
            and counts.pair(first.text, second.text) < 0
        ):
            yield _fault(mention.sentence, first, second, "NAME_DOUBLED", first.text)


def _common_words(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """A verb or function word, capitalised, where a name's part should stand."""
    for mention in mentions(sentences):
        tokens = mention.sentence.tokens
        if mention.place + 1 >= len(tokens) or not _is_name_like(tokens[mention.place + 1], counts):
            continue
        word = mention.token.text
        previous = tokens[mention.place - 1].text
        if previous[0].isupper() or not word.isalpha() or len(word) < 3 or word.isupper():
            continue
        if counts.word(word) >= COMMON_DOCUMENTS and counts.capital_share(word) < COMMON_RATIO:
            yield _fault(
                mention.sentence, mention.token, tokens[mention.place + 1], "NAME_COMMON_WORD"
            )


def _is_name_like(token: Token, counts: NgramCounts) -> bool:
    if not token.text[0].isupper() or not token.text.isalpha():
        return False
    share = counts.capital_share(token.text)
    return not share < 0.5


def _broken_capitals(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """Capitals in the middle of a word that clean English does not know."""
    for sentence in sentences:
        for token in sentence.tokens:
            word = token.text
            if (
                word.isalpha()
                and len(word) > 4
                and _CAMEL.fullmatch(word)
                and not word.startswith(_CAMEL_PREFIXES)
                and not counts.is_known(word)
            ):
                yield _fault(sentence, token, token, "NAME_BROKEN_CAPITALS")


def _disagreeing_case(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """A name that the article capitalises elsewhere, here in lower case."""
    capitalised = Counter(m.token.text for m in mentions(sentences) if m.token.text[1:].islower())
    lowered = {name.lower(): name for name, n in capitalised.items() if n >= 2 and len(name) > 3}
    for sentence in sentences:
        for token in sentence.tokens:
            name = lowered.get(token.text)
            if name and counts.capital_share(name) > 0.98:
                yield _fault(sentence, token, token, "NAME_LOWER_CASE", name)


def _disagreeing_spelling(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """A rare spelling of a name that the article spells otherwise two times or more."""
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions(sentences):
        if mention.token.text.isalpha() and len(mention.token.text) >= MIN_SPELLING_LENGTH:
            found[mention.token.text].append(mention)
    established = [name for name, seen in found.items() if len(seen) >= 2]
    for name, seen in found.items():
        if len(seen) > 1 or counts.is_known(name):
            continue
        for other in established:
            if _is_near_miss(name, other):
                yield _fault(seen[0].sentence, seen[0].token, seen[0].token, "NAME_SPELLING", other)
                break


def _is_near_miss(name: str, other: str) -> bool:
    """One letter differs, was added, dropped or moved, and it is no ending.

    >>> _is_near_miss("Abramovitch", "Abramovich"), _is_near_miss("Russians", "Russian")
    (True, False)
    """
    if name == other or name[0] != other[0] or abs(len(name) - len(other)) > 1:
        return False
    if name.lower() == other.lower():
        return False
    start = 0
    while start < min(len(name), len(other)) and name[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(name), len(other)) - start and name[-1 - end] == other[-1 - end]:
        end += 1
    middle, other_middle = name[start : len(name) - end], other[start : len(other) - end]
    if end < 2 or start < 2:
        return False
    swapped = len(middle) == 2 and middle == other_middle[::-1]
    return swapped or max(len(middle), len(other_middle)) == 1


class NameFeatures(FeatureGroup):
    """Name faults per 100 words, by rule, and how many names there are and are unknown.

    More is worse for the rates; ``capitalised_share`` and ``unknown_share`` only describe.
    Rates are NaN for an empty window, ``unknown_share`` for a window without names.
    """

    names = (
        "name_codes",
        "name_doubled",
        "name_common_words",
        "name_broken_capitals",
        "name_disagreements",
        "capitalised_share",
        "unknown_share",
    )
    _groups = (
        ("NAME_RIC_LEAK",),
        ("NAME_DOUBLED",),
        ("NAME_COMMON_WORD",),
        ("NAME_BROKEN_CAPITALS",),
        ("NAME_LOWER_CASE", "NAME_SPELLING"),
    )

    def __init__(self, counts: NgramCounts | None = None) -> None:
        self.counts = counts

    def measure(self, row: Row) -> list[float]:
        seen = Counter(fault.rule for fault in row.faults)
        rates = [row.per_hundred_words(sum(seen[rule] for rule in group)) for group in self._groups]
        words = [m.token.text for m in mentions(row.window.sentences)]
        n_words = row.window.n_words
        share = len(words) / n_words if n_words else float("nan")
        known = [self.counts.is_known(word) for word in words] if self.counts else []
        unknown = 1.0 - sum(known) / len(known) if known else float("nan")
        return [*rates, share, unknown]
