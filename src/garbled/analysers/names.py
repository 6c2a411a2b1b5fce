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

from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.segment.articles import Article, Sentence
from garbled.segment.sentences import abbreviations
from garbled.segment.tokens import Token

_CODE = regex.compile(r"[\p{L}\d]{2,6}\.\p{Lu}{1,2}|\p{Lu}{3,6}\.\p{Lu}\p{Ll}")
_INITIALISM = regex.compile(r"(?:\p{Lu}{1,2}\.)+\p{Lu}{0,2}\.?")
_WELL_FORMED_CODE = regex.compile(r"[\p{Lu}\d]+\p{Ll}?\.\p{Lu}{1,2}")
_BROKEN_CAPITALS = regex.compile(r"\p{Lu}{2,}\p{Ll}{3,}|\p{Ll}{2,}\p{Lu}+\p{Ll}*")
_OPENERS = frozenset({'"', "'", ":", "(", "-", ".", "*"})
TITLE_CASE_SHARE = 0.6
"""A sentence with more capitalised words than this is a headline in prose: capitals say nothing."""
MIN_SPELLING_LENGTH = 5
MAX_NAMES = 300
"""Names of an article that rare spellings are compared with: input is hostile."""
NEVER = 3.0
"""A form with fewer uses than this in clean English does not occur."""
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
    """All name faults of an article, in reading order.

    Headlines and title-case lines capitalise everything: only codes and doubled names show there.
    """
    prose = [s for s in article.sentences if s.role != "headline" and not is_title_case(s)]
    faults = [
        *_codes(article.sentences),
        *_doubled(article.sentences, counts),
        *_common_words(prose, counts),
        *_broken_capitals(prose, counts),
        *_disagreeing_case(prose, counts),
        *_lower_case_inside(prose),
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
    """Instrument codes in prose whose capitals are broken, or that stand where a name should.

    An agency's own code, in brackets or after the company's name, is none.
    """
    for sentence in sentences:
        depth = 0
        for place, token in enumerate(sentence.tokens):
            depth += {"(": 1, "[": 1, "<": 1, ")": -1, "]": -1, ">": -1}.get(token.text, 0)
            if depth > 0 or not _is_code(token.text):
                continue
            before = sentence.tokens[place - 1].text if place else ""
            alone = before.isalpha() and before.islower()
            if alone or not _WELL_FORMED_CODE.fullmatch(token.text):
                yield _fault(sentence, token, token, "NAME_RIC_LEAK")


def _is_code(word: str) -> bool:
    """Whether a word has a code's form and is no initialism, Ph.D, Vol.II or year.A."""
    head, dot, _ = word.partition(".")
    if not dot or word[0].isdigit() or _INITIALISM.fullmatch(word) or head.islower():
        return False
    abbreviated = head.istitle() and head.lower() in abbreviations()
    return not abbreviated and _CODE.fullmatch(word) is not None


def _doubled(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """A name written twice in a row, where clean English does not write it twice.

    A name that the article doubles more than once and never writes alone is double by right.
    """
    seen = Counter(token.text for sentence in sentences for token in sentence.tokens)
    found: dict[str, list[Fault]] = defaultdict(list)
    for mention in mentions(sentences):
        first, second = mention.sentence.tokens[mention.place - 1], mention.token
        name = second.text
        if first.text == name and len(name) > 2 and counts.pair(name, name) < 0:
            found[name].append(_fault(mention.sentence, first, second, "NAME_DOUBLED", name))
    for name, faults in found.items():
        if len(faults) == 1 or seen[name] > 2 * len(faults):
            yield from faults


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
        if counts.word(word) >= COMMON_DOCUMENTS and counts.capitalised_uses(word) < NEVER:
            yield _fault(
                mention.sentence, mention.token, tokens[mention.place + 1], "NAME_COMMON_WORD"
            )


def _is_name_like(token: Token, counts: NgramCounts) -> bool:
    if not token.text[0].isupper() or not token.text.isalpha():
        return False
    share = counts.capital_share(token.text)
    return not share < 0.5


def _broken_capitals(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """Capitals that run on into a word, or stand inside one, and that clean English lacks."""
    for sentence in sentences:
        for token in sentence.tokens:
            if _BROKEN_CAPITALS.fullmatch(token.text) and not counts.is_known(token.text):
                yield _fault(sentence, token, token, "NAME_BROKEN_CAPITALS")


def _disagreeing_case(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """A name that the article capitalises elsewhere, here in lower case."""
    capitalised = Counter(m.token.text for m in mentions(sentences) if m.token.text[1:].islower())
    lowered = {name.lower(): name for name, n in capitalised.items() if n >= 2 and len(name) > 3}
    for sentence in sentences:
        for token in sentence.tokens:
            name = lowered.get(token.text)
            if name and counts.lower_case_uses(name) < NEVER:
                yield _fault(sentence, token, token, "NAME_LOWER_CASE", name)


def _lower_case_inside(sentences: Sequence[Sentence]) -> Iterator[Fault]:
    """A lower-case word between the capitalised ones of a name that is whole elsewhere."""
    whole = {
        tuple(token.text.lower() for token in trio)
        for sentence in sentences
        for trio in _trios(sentence)
        if all(token.text[0].isupper() for token in trio)
    }
    for sentence in sentences:
        for first, middle, last in _trios(sentence):
            broken = first.text[0].isupper() and middle.text.islower() and last.text[0].isupper()
            key = (first.text.lower(), middle.text, last.text.lower())
            if broken and key in whole:
                yield _fault(sentence, first, last, "NAME_LOWER_CASE_INSIDE")


def _trios(sentence: Sentence) -> Iterator[tuple[Token, Token, Token]]:
    tokens = sentence.tokens
    return zip(tokens, tokens[1:], tokens[2:], strict=False)


def _disagreeing_spelling(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """A rare spelling of a name that the article spells otherwise two times or more."""
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions(sentences):
        if mention.token.text.isalpha() and len(mention.token.text) >= MIN_SPELLING_LENGTH:
            found[mention.token.text].append(mention)
    established = [name for name, seen in found.items() if len(seen) >= 2][:MAX_NAMES]
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
