"""How alike the sentences of two versions are: the cosine of their weighted words and letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING, Any

from garbled.segment.articles import Sentence

if TYPE_CHECKING:
    from scipy.sparse import csr_array
else:
    csr_array = Any

STEM = 5
NGRAM = 4
NUMBER_WEIGHT, WORD_WEIGHT, NGRAM_WEIGHT = 2.0, 1.0, 0.4
MAX_WORD = 24
"""Letters of a word that are read: input is hostile."""


def sentence_vectors(
    original: Sequence[Sentence], copy: Sequence[Sentence]
) -> tuple[csr_array, csr_array]:
    """Sentences as rows of unit length, of shapes (n, n_features) and (m, n_features).

    Words count by their first letters, so that an inflection is no difference, and by their
    letter groups, so that a broken name still resembles the right one. What is rare in the two
    articles weighs more than what stands everywhere; function words stay, because short
    sentences have little else.
    """
    from scipy.sparse import csr_array

    bags = [Counter(_features(sentence)) for sentence in (*original, *copy)]
    frequency = Counter(feature for bag in bags for feature in bag)
    columns = {feature: number for number, feature in enumerate(frequency)}
    weights = {f: f[1] * log((len(bags) + 2) / (n + 0.5)) for f, n in frequency.items()}
    places, data, ends = [], [], [0]
    for bag in bags:
        values = [(1 + log(count)) * weights[feature] for feature, count in bag.items()]
        length = sum(value * value for value in values) ** 0.5 or 1.0
        data += [value / length for value in values]
        places += [columns[feature] for feature in bag]
        ends.append(len(places))
    rows = csr_array((data, places, ends), shape=(len(bags), len(columns)))
    return rows[: len(original)], rows[len(original) :]


def _features(sentence: Sentence) -> Iterator[tuple[str, float]]:
    """What a sentence has, each with its weight."""
    for token in sentence.tokens:
        if token.is_word:
            yield from _of_word(token.text[:MAX_WORD].lower())


@lru_cache(maxsize=65_536)
def _of_word(word: str) -> tuple[tuple[str, float], ...]:
    digits = "".join(filter(str.isdigit, word))
    if digits:
        return ((digits, NUMBER_WEIGHT),)
    padded = f" {word} "
    grams = (padded[start : start + NGRAM] for start in range(max(len(padded) - NGRAM + 1, 1)))
    return (f"^{word[:STEM]}", WORD_WEIGHT), *((gram, NGRAM_WEIGHT) for gram in grams)
