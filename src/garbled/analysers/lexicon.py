"""Wrong words and phrases: mined substitutions, tortured phrases, leftovers, misprints.

``substitutions`` are phrases that machine retranslation put where the original had another one,
in five documents or more, and that clean English does not have at all. ``tortured`` are phrases
of the Problematic Paper Screener (Cabanac, Labbé, Magazinov 2021; CC BY 4.0).
"""

from __future__ import annotations

import csv
import gzip
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

import regex

from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.segment.articles import Article, Sentence
from garbled.segment.tokens import Token

MAX_PHRASE = 4
DOUBLING_BITS = 8.0
"""A word that clean English doubles in fewer than one of 2**8 of its documents is misprinted."""
_DECIMAL_COMMA = regex.compile(r"[$€£]?\d{1,3},(?:\d{1,2}|\d{4,})%?")
_DOTTED_THOUSANDS = regex.compile(r"[$€£]?\d{1,3}(?:\.\d{3}){2,}")
_CLOSING = frozenset(",.!?")
_MAY_DOUBLE = frozenset({"that", "had", "very", "so", "no", "bye", "ha", "blah", "far", "much"})
_DIACRITIC = regex.compile(r"[^\x00-\x7f]")

Phrases = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases in lower case, words parted by one space, each with the expected wording."""

    substitutions: Phrases
    tortured: Phrases


def load_phrases(path: Path) -> dict[str, str]:
    """Read a gzipped table of phrase, expected wording and number of documents."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        return {row[0]: row[1] for row in rows}


@cache
def tortured_phrases() -> Phrases:
    with resources.as_file(
        resources.files("garbled.resources").joinpath("tortured_phrases.tsv.gz")
    ) as path:
        return load_phrases(path)


def find_lexical_faults(article: Article, lexicon: Lexicon, counts: NgramCounts) -> list[Fault]:
    """All lexical faults of an article, in reading order."""
    faults: list[Fault] = []
    for sentence in article.sentences:
        words = [token.text.lower() for token in sentence.tokens]
        faults.extend(_phrases(sentence, words, lexicon.substitutions, "LEX_SUBSTITUTION"))
        faults.extend(_phrases(sentence, words, lexicon.tortured, "LEX_TORTURED"))
        faults.extend(_leftovers(sentence, counts))
        faults.extend(_doubled(sentence, counts))
        faults.extend(_numbers(sentence))
        faults.extend(_spaced_marks(sentence))
    return sorted(set(faults), key=lambda fault: (fault.paragraph, fault.start, fault.rule))


def _phrases(
    sentence: Sentence, words: Sequence[str], phrases: Phrases, rule: str
) -> Iterator[Fault]:
    place = 0
    while place < len(words):
        for size in range(min(MAX_PHRASE, len(words) - place), 0, -1):
            expected = phrases.get(" ".join(words[place : place + size]))
            if expected is not None:
                tokens = sentence.tokens[place : place + size]
                yield _fault(sentence, tokens, rule, expected or None)
                place += size - 1
                break
        place += 1


def _fault(
    sentence: Sentence, tokens: Sequence[Token], rule: str, suggestion: str | None = None
) -> Fault:
    return Fault(sentence.paragraph, tokens[0].start, tokens[-1].end, rule, suggestion)


def _leftovers(sentence: Sentence, counts: NgramCounts) -> Iterator[Fault]:
    """Lower-case words with a foreign letter that clean English does not have."""
    for before, token in pairwise(sentence.tokens):
        word = token.text
        if (
            word.isalpha()
            and word.islower()
            and len(word) > 2
            and not before.text[0].isupper()
            and before.text not in {'"', "'"}
            and _DIACRITIC.search(word)
            and not counts.is_known(word)
            and not counts.is_known(_folded(word))
        ):
            yield _fault(sentence, [token], "LEX_LEFTOVER")


def _folded(word: str) -> str:
    """The word without its diacritics: English writes cafe and café.

    >>> _folded("fiancé")
    'fiance'
    """
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _doubled(sentence: Sentence, counts: NgramCounts) -> Iterator[Fault]:
    tokens = sentence.tokens
    for first, second in pairwise(tokens):
        word = first.text.lower()
        if (
            word == second.text.lower()
            and second.text.islower()
            and word.isalpha()
            and word not in _MAY_DOUBLE
            and counts.pair(word, word) < counts.word(word) - DOUBLING_BITS
        ):
            yield _fault(sentence, [first, second], "LEX_REPEATED_WORD", first.text)


def _numbers(sentence: Sentence) -> Iterator[Fault]:
    """Numbers written as other languages do: a decimal comma, points between thousands."""
    for token in sentence.tokens:
        if _DECIMAL_COMMA.fullmatch(token.text):
            yield _fault(sentence, [token], "NUMBER_DECIMAL_COMMA", token.text.replace(",", "."))
        elif _DOTTED_THOUSANDS.fullmatch(token.text):
            yield _fault(sentence, [token], "NUMBER_DOTTED_THOUSANDS", token.text.replace(".", ","))


def _spaced_marks(sentence: Sentence) -> Iterator[Fault]:
    """A space before a closing mark that nothing follows at once (.5, ...)."""
    tokens = sentence.tokens
    for place in range(1, len(tokens)):
        before, mark = tokens[place - 1], tokens[place]
        closes = place + 1 == len(tokens) or tokens[place + 1].start > mark.end
        spaced = mark.start == before.end + 1 and before.text.isalpha()
        if mark.text in _CLOSING and spaced and closes:
            yield _fault(sentence, [before, mark], "TYPO_SPACED_MARK", before.text + mark.text)
