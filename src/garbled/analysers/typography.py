"""Marks, spaces and figures written as other languages write them."""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import pairwise

import regex

from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.segment.articles import Article, Sentence
from garbled.segment.tokens import Token

_DECIMAL_COMMA = regex.compile(r"[$€£]?\d{1,3},(?:\d{1,2}|\d{4,})%?")
_YEAR = regex.compile(r"(?:19|20)\d\d")
_DOTTED_THOUSANDS = regex.compile(r"[$€£]?\d{1,3}(?:\.\d{3}){2,}")
_MAGNITUDES = {
    "hundreds": "hundred",
    "thousands": "thousand",
    "millions": "million",
    "billions": "billion",
    "trillions": "trillion",
}
_THOUSAND, _MILLION = frozenset({"thousand", "thousands"}), frozenset({"million", "millions"})
_CLOSING = frozenset(",.!?;")
_OPENED = frozenset("([<")
_SPACED_BY_RIGHT = 3
"""A text that spaces so many marks, or more, was split into tokens: its layout says nothing."""
_MARKS = regex.compile(
    r"""
    (?P<TYPO_FOREIGN_QUOTE>[«»„‹›])
  | (?P<TYPO_INVERTED_MARK>[¿¡])
  | (?P<TYPO_FULL_WIDTH>(?<=[\p{Latin}\d])[，。：；？！（）、％]+
      (?![\p{Han}\p{Hiragana}\p{Katakana}]))
  | (?P<NUMBER_SPACED_THOUSANDS>(?<![\d.,])\d{1,3}(?:[\u00a0\u202f\u2009]\d{3})+(?![\d.,]*\d))
  | (?P<NUMBER_FOREIGN_CLOCK>\b(?:1[3-9]|2[0-4])\s?o['’]clock\b|\b[012]?\dh[0-5]\d\b)
  | (?P<NUMBER_FOREIGN_DATE>\bthe\s[0-3]?\d\sof\s(?:January|February|March|April|May|June|July
      |August|September|October|November|December)\b)
    """,
    regex.VERBOSE,
)
_HALF_WIDTH = str.maketrans("，。：；？！（）、％", ",.:;?!(),%")
GLUE_BITS = 8.0
"""log2 of the documents in which two words that were glued together stand side by side."""
MIN_GLUED = 5
SPLIT_BITS = 7.0
_LITTLE_WORDS = ("the", "of", "and", "to", "in", "that", "for", "with", "from", "on", "by", "was")


def find_typography(article: Article, unknown: Set[str], counts: NgramCounts) -> Iterator[Fault]:
    """Typographic faults of an article, in no order.

    Args:
        article: whose marks are read from its text, the rest from its tokens.
        unknown: its words that clean English does not have.
        counts: of clean English.
    """
    yield from _marks(article)
    for sentence in article.sentences:
        yield from _numbers(sentence)
        yield from _spaces_in_words(sentence, unknown, counts)
    spaced = [fault for sentence in article.sentences for fault in _spaced_marks(sentence)]
    if len(spaced) < _SPACED_BY_RIGHT:
        yield from spaced


def _marks(article: Article) -> Iterator[Fault]:
    """Marks of other languages, read from the text before quotes and spaces are unified."""
    for paragraph in article.document.paragraphs:
        if not paragraph.is_checked:
            continue
        for match in _MARKS.finditer(paragraph.text):
            rule, text = str(match.lastgroup), match.group()
            suggestion = None
            if rule == "TYPO_FULL_WIDTH":
                suggestion = text.translate(_HALF_WIDTH)
            elif rule == "NUMBER_SPACED_THOUSANDS":
                suggestion = regex.sub(r"\s", ",", text)
            yield Fault(paragraph.index, match.start(), match.end(), rule, suggestion)


def _numbers(sentence: Sentence) -> Iterator[Fault]:
    """A decimal comma, points between thousands, magnitudes that English does not use so."""
    for token in sentence.tokens:
        text = token.text
        if text.isalpha():
            continue
        if _DECIMAL_COMMA.fullmatch(text) and not _YEAR.fullmatch(text.partition(",")[2]):
            yield _fault(sentence, token, token, "NUMBER_DECIMAL_COMMA", text.replace(",", "."))
        elif _DOTTED_THOUSANDS.fullmatch(text):
            yield _fault(sentence, token, token, "NUMBER_DOTTED_THOUSANDS", text.replace(".", ","))
    for first, second in pairwise(sentence.tokens):
        if second.text in _MAGNITUDES and first.text[-1].isdigit():
            singular = _MAGNITUDES[second.text]
            yield _fault(sentence, second, second, "NUMBER_PLURAL_MAGNITUDE", singular)
        elif first.text in _THOUSAND and second.text in _MILLION:
            yield _fault(sentence, first, second, "NUMBER_THOUSAND_MILLION", "billion")


def _fault(sentence: Sentence, first: Token, last: Token, rule: str, suggestion: str) -> Fault:
    return Fault(sentence.paragraph, first.start, last.end, rule, suggestion)


def _spaced_marks(sentence: Sentence) -> Iterator[Fault]:
    """A space before a closing mark that nothing follows at once (.5, ...).

    An agency sets a space after the names of its credits, in brackets.
    """
    tokens = sentence.tokens
    depth = 0
    for place, mark in enumerate(tokens):
        depth += mark.text in _OPENED
        depth -= mark.text in {")", "]", ">"}
        if not place or mark.text not in _CLOSING or depth > 0:
            continue
        before = tokens[place - 1]
        closes = place + 1 == len(tokens) or tokens[place + 1].start > mark.end
        spaced = mark.start == before.end + 1 and before.text.isalpha() and before.text.islower()
        if spaced and closes:
            yield _fault(sentence, before, mark, "TYPO_SPACED_MARK", before.text + mark.text)


def _spaces_in_words(sentence: Sentence, unknown: Set[str], counts: NgramCounts) -> Iterator[Fault]:
    """Two words run into one, or one word cut in two, by counts of clean English."""
    if unknown.isdisjoint(sentence.texts):
        return
    for token in sentence.tokens:
        if token.text in unknown and len(token.text) >= MIN_GLUED:
            parts = unglue(token.text, counts)
            if parts:
                yield Fault(sentence.paragraph, token.start, token.end, "TYPO_GLUED_WORDS", parts)
    for first, second in pairwise(sentence.tokens):
        one, two = first.text, second.text
        is_near = second.start == first.end + 1 and min(len(one), len(two)) > 1
        if is_near and (one in unknown or two in unknown) and is_cut(one, two, counts):
            yield Fault(sentence.paragraph, first.start, second.end, "TYPO_SPLIT_WORD", one + two)


def unglue(word: str, counts: NgramCounts) -> str | None:
    """The two words that an unknown one was glued from, one of them a little word; or None."""
    for little in _LITTLE_WORDS:
        for first, second in (
            (little, word.removeprefix(little)),
            (word.removesuffix(little), little),
        ):
            if first + second == word and min(len(first), len(second)) > 1:  # noqa: SIM102
                if counts.pair(first, second) >= GLUE_BITS:
                    return f"{first} {second}"
    return None


def is_cut(first: str, second: str, counts: NgramCounts) -> bool:
    """Whether two words that English does not put side by side make one that it has."""
    whole = first + second
    return (
        whole.isascii()
        and whole.isalpha()
        and whole.islower()
        and counts.word(whole) >= SPLIT_BITS
        and counts.pair(first, second) < 0
    )
