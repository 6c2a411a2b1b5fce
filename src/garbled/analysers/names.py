"""Proper-noun corruption, judged from the article itself and from counts of clean English.

A name that nobody has seen is never a fault: names of every language are names. What counts is
disagreement, within a token (a code, broken capitals), between neighbours (a name doubled, a
common word standing as a name) or between two mentions of one name in the same article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from garbled.analysers.case_forms import load_name_forms
from garbled.analysers.codes import find_code_faults
from garbled.analysers.counts import NgramCounts
from garbled.analysers.doubled_names import find_displaced_titles, find_doubled_names
from garbled.analysers.faults import Fault
from garbled.analysers.mentions import (
    Mention,
    Mentioned,
    is_title_case,
    mentions,
    opens_clause,
)
from garbled.analysers.name_case import find_case_faults
from garbled.analysers.name_forms import PARTICLES, find_glued_names
from garbled.analysers.name_spellings import find_spellings
from garbled.segment.articles import Article, Sentence
from garbled.segment.tokens import Token

__all__ = ["Mention", "find_name_faults", "is_title_case", "mentions", "opens_clause"]

_BROKEN_CAPITALS = regex.compile(r"\p{Lu}{2,}\p{Ll}{3,}|\p{Ll}{2,}\p{Lu}+\p{Ll}*")
NEVER = 3.0
"""A form with fewer uses than this in clean English does not occur."""
COMMON_DOCUMENTS = 9.0
"""log2 of the documents that a common word must have been seen in."""


def find_name_faults(article: Article, counts: NgramCounts) -> list[Fault]:
    """All name faults of an article, in reading order.

    Headlines and title-case lines capitalise everything: only codes and doubled names show there.
    """
    prose = [s for s in article.sentences if s.role != "headline" and not is_title_case(s)]
    named, mentioned = list(mentions(prose)), Mentioned.of(prose)
    forms = load_name_forms()
    precise = [
        *find_code_faults(article, counts),
        *find_doubled_names(article.sentences, counts),
        *find_glued_names(prose, mentioned, counts, forms),
        *find_displaced_titles(prose, mentioned, counts),
        *find_case_faults(prose, counts, forms),
    ]
    doubtful = [
        *_common_words(named, counts),
        *_broken_capitals(prose, counts),
        *_disagreeing_case(prose, named, counts),
        *_lower_case_inside(prose),
        *find_spellings(named, counts),
    ]
    told = {(fault.paragraph, fault.start) for fault in precise}
    faults = {*precise, *(f for f in doubtful if (f.paragraph, f.start) not in told)}
    return sorted(faults, key=lambda fault: (fault.paragraph, fault.start, fault.rule))


def _fault(
    sentence: Sentence, first: Token, last: Token, rule: str, suggestion: str | None = None
) -> Fault:
    return Fault(sentence.paragraph, first.start, last.end, rule, suggestion)


def _common_words(named: Sequence[Mention], counts: NgramCounts) -> Iterator[Fault]:
    """A verb or function word, capitalised, where a name's part should stand."""
    for mention in named:
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
            word = token.text
            if word.islower() or word.istitle() or counts.is_known(word):
                continue
            start = word[: next((n for n, c in enumerate(word) if c.isupper()), 0)]
            if start not in PARTICLES and _BROKEN_CAPITALS.fullmatch(word):
                yield _fault(sentence, token, token, "NAME_BROKEN_CAPITALS")


def _disagreeing_case(
    sentences: Sequence[Sentence], named: Sequence[Mention], counts: NgramCounts
) -> Iterator[Fault]:
    """A name in lower case that the article capitalises elsewhere, standing alone."""
    names = Counter(m.token.text for m in named if m.token.text[1:].islower())
    lowered = {name.lower(): name for name, n in names.items() if n >= 2 and len(name) > 3}
    alone = {m.token.text for m in named if _is_alone(m)}
    found = [
        (sentence, token)
        for sentence in sentences
        for token in sentence.tokens
        if lowered.get(token.text) in alone and counts.lower_case_uses(token.text) < NEVER
    ]
    uses = Counter(token.text for _, token in found)
    for sentence, token in found:
        if uses[token.text] == 1:
            yield _fault(sentence, token, token, "NAME_LOWER_CASE", lowered[token.text])


def _is_alone(mention: Mention) -> bool:
    """Whether no capitalised word stands beside a mention."""
    tokens = mention.sentence.tokens
    beside = tokens[mention.place - 1 : mention.place] + tokens[mention.place + 1 :][:1]
    return not any(token.text[0].isupper() for token in beside)


def _lower_case_inside(sentences: Sequence[Sentence]) -> Iterator[Fault]:
    """A lower-case word between the capitalised ones of a name that is whole elsewhere."""
    whole = {
        sentence.lowered[place - 1 : place + 2]
        for sentence in sentences
        for place in _between_capitals(sentence)
        if sentence.texts[place][0].isupper() and _is_whole_word(sentence.texts[place])
    }
    for sentence in sentences if whole else ():
        for place in _between_capitals(sentence):
            is_broken = sentence.texts[place].islower()
            if is_broken and sentence.lowered[place - 1 : place + 2] in whole:
                first, last = sentence.tokens[place - 1], sentence.tokens[place + 1]
                yield _fault(sentence, first, last, "NAME_LOWER_CASE_INSIDE")


def _is_whole_word(word: str) -> bool:
    """No article or preposition, which titles capitalise, and nothing in capitals."""
    return len(word) > 3 and word.istitle()


def _between_capitals(sentence: Sentence) -> Iterator[int]:
    """Places of the tokens that have a capitalised one on both sides."""
    capitals = set(sentence.capitals)
    return (place + 1 for place in sentence.capitals if place + 2 in capitals)
