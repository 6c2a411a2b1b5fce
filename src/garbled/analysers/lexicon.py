"""Wrong words and phrases: mined substitutions and phrases, tortured phrases, confused words.

``substitutions`` are phrases that machine retranslation put where the original had another one,
in five documents or more, and that clean English does not have at all; features count them.
``calques`` are such phrases of more engines, for which five documents agree on the original's.
``tortured`` are phrases of the Problematic Paper Screener (Cabanac, Labbé, Magazinov 2021; CC BY
4.0).
"""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from itertools import groupby
from pathlib import Path

from garbled.analysers.confusion import Confusions
from garbled.analysers.counts import BOUNDARY, NgramCounts
from garbled.analysers.credits import find_credit_faults
from garbled.analysers.faults import Fault
from garbled.analysers.leftovers import find_leftovers
from garbled.analysers.repetition import find_repetitions
from garbled.analysers.typography import find_typography
from garbled.segment.articles import Article, Sentence
from garbled.segment.tokens import Token

MAX_PHRASE = 4
MIN_CONFIDENCE, MIN_GAIN = 0.8, 20.0
"""Where both are reached a word is a fault: in originals of other papers one in 100,000 words, in
rule-based retranslation one in 500."""
_SPELLINGS = str.maketrans({"z": "s", "c": "s"} | dict.fromkeys("aeiouy"))

Phrases = Mapping[str, str]


@dataclass(frozen=True)
class Lexicon:
    """Phrases in lower case, words parted by one space, each with the expected wording."""

    substitutions: Phrases
    tortured: Phrases
    calques: Phrases = field(default_factory=dict)
    confusions: Confusions | None = None

    @cached_property
    def first_words(self) -> Set[str]:
        """The words that begin a phrase of any rule."""
        return frozenset().union(*(first_words for _, _, first_words in self.rules))

    @cached_property
    def rules(self) -> Sequence[tuple[str, Phrases, Set[str]]]:
        """Each rule with its phrases and the words that begin them."""
        listed = {
            "LEX_SUBSTITUTION": self.substitutions,
            "LEX_TORTURED": self.tortured,
            "LEX_CALQUE": self.calques,
        }
        return [(rule, phrases, _first_words(phrases)) for rule, phrases in listed.items()]


def _first_words(phrases: Phrases) -> Set[str]:
    """The first words, and the first two of each phrase: a clitic set apart has a space in it."""
    split = [phrase.split(" ") for phrase in phrases]
    return frozenset(" ".join(words[:size]) for words in split for size in (1, 2))


def load_phrases(path: Path) -> dict[str, str]:
    """Read a gzipped table of phrase, expected wording and number of documents."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        return {row[0]: row[1] for row in rows}


@cache
def tortured_phrases() -> Phrases:
    return _shipped("tortured_phrases.tsv.gz")


@cache
def calques() -> Phrases:
    return _shipped("evidence/words_phrases.tsv.gz")


def _shipped(name: str) -> Phrases:
    with resources.as_file(resources.files("garbled.resources").joinpath(name)) as path:
        return load_phrases(path)


def find_lexical_faults(article: Article, lexicon: Lexicon, counts: NgramCounts) -> list[Fault]:
    """All lexical faults of an article, in reading order."""
    unknown = unknown_words(article, counts)
    faults = [
        *find_typography(article, unknown, counts),
        *find_leftovers(article.sentences, unknown, counts),
    ]
    for sentence in article.sentences:
        faults.extend(_phrases(sentence, lexicon))
        faults.extend(find_repetitions(sentence, counts))
    if lexicon.confusions is not None:
        faults.extend(_wrong_words(article, lexicon.confusions))
        faults.extend(find_credit_faults(article, lexicon.confusions))
    return sorted(set(faults), key=lambda fault: (fault.paragraph, fault.start, fault.rule))


def unknown_words(article: Article, counts: NgramCounts) -> frozenset[str]:
    """The words in lower case that clean English does not have."""
    words = {text for sentence in article.sentences for text in sentence.texts}
    return frozenset(w for w in words if w.isalpha() and w.islower() and not counts.is_known(w))


def _wrong_words(article: Article, confusions: Confusions) -> Iterator[Fault]:
    """Words that copy puts where, between these neighbours, English has another."""
    words: list[str] = []
    starts: list[int] = []
    for sentence in article.sentences:
        starts.append(len(words))
        words += (*sentence.texts, BOUNDARY, BOUNDARY)
    for doubt in confusions.doubts(words, confidence=MIN_CONFIDENCE, gain=MIN_GAIN):
        number = bisect_right(starts, doubt.place) - 1
        sentence = article.sentences[number]
        token = sentence.tokens[doubt.place - starts[number]]
        if not is_respelled(token.text, doubt.suggestion):
            yield Fault(
                sentence.paragraph, token.start, token.end, "LEX_WRONG_WORD", doubt.suggestion
            )


def is_respelled(word: str, other: str) -> bool:
    """Whether two words differ as British and American spellings do.

    >>> is_respelled("centre", "center"), is_respelled("organised", "organized")
    (True, True)
    >>> is_respelled("state", "condition")
    False
    """
    one, two = (_skeleton(text) for text in (word, other))
    return one == two


def _skeleton(word: str) -> str:
    """The consonants of a word, each run of one letter once."""
    return "".join(letter for letter, _ in groupby(word.lower().translate(_SPELLINGS)))


def _phrases(sentence: Sentence, lexicon: Lexicon) -> Iterator[Fault]:
    """The longest listed phrase at each place, none of a rule inside another."""
    words = sentence.lowered
    first = lexicon.first_words
    places = [place for place, word in enumerate(words) if word in first]
    for rule, phrases, first_words in lexicon.rules:
        reached = 0
        for place in places:
            if place < reached or words[place] not in first_words:
                continue
            for size in range(min(MAX_PHRASE, len(words) - place), 0, -1):
                expected = phrases.get(" ".join(words[place : place + size]))
                if expected is not None:
                    tokens = sentence.tokens[place : place + size]
                    span = tokens[0].start, tokens[-1].end
                    yield Fault(sentence.paragraph, *span, rule, _in_case_of(tokens, expected))
                    reached = place + size
                    break


def _in_case_of(tokens: Sequence[Token], expected: str) -> str | None:
    """The expected wording in the letter case of the words that it shares, or of the first."""
    surfaces = {token.text.lower(): token.text for token in tokens}
    wording = " ".join(surfaces.get(word, word) for word in expected.split())
    opens = tokens[0].text[0].isupper() and not any(t.text[0].isupper() for t in tokens[1:])
    return (wording[0].upper() + wording[1:] if opens else wording) if wording else None
