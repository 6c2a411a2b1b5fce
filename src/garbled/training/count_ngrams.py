"""Counts n-grams of clean English for the fluency and name features."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.counts import (
    BOUNDARY,
    CountTable,
    Hashes,
    NgramCounts,
    hash_pairs,
    hash_words,
)
from garbled.corpora.clean import CleanArticle
from garbled.errors import IngestError
from garbled.segment.articles import Sentence, analyse

MIN_DOCUMENTS = {1: 5, 2: 5, 3: 6}
SHARD = 4_000
_NONE = np.empty(0, dtype=np.uint32)


def count_ngrams(articles: Iterable[CleanArticle]) -> NgramCounts:
    """Document frequencies of words, bigrams and trigrams, and uses of capitals in sentences.

    Raises:
        IngestError: there is no article.
    """
    shards = [_count_shard(shard) for shard in _shards(articles)]
    if not shards:
        raise IngestError("no clean article to count words in")
    tables = {
        order: _table([shard[order] for shard in shards], MIN_DOCUMENTS[order])
        for order in (1, 2, 3)
    }
    return NgramCounts(
        unigrams=tables[1],
        bigrams=tables[2],
        trigrams=tables[3],
        capitals=_uses_table([shard[4] for shard in shards], tables[1]),
        lowers=_uses_table([shard[5] for shard in shards], tables[1]),
        n_documents=sum(int(shard[0][1][0]) for shard in shards),
    )


Counted = tuple[Hashes, NDArray[np.int64]]


def _shards(articles: Iterable[CleanArticle]) -> Iterator[list[CleanArticle]]:
    stream = iter(articles)
    while shard := list(islice(stream, SHARD)):
        yield shard


def _count_shard(shard: list[CleanArticle]) -> dict[int, Counted]:
    found: dict[int, list[Hashes]] = {1: [], 2: [], 3: [], 4: [], 5: []}
    for article in shard:
        sentences = analyse(article.to_document()).sentences
        if not sentences:
            continue
        for order, keys in zip((1, 2, 3), _document_ngrams(sentences), strict=True):
            found[order].append(keys)
        for name, words in zip((4, 5), _capitals(sentences), strict=True):
            found[name].append(hash_words(words))
    counted: dict[int, Counted] = {
        order: np.unique(np.concatenate([_NONE, *keys]), return_counts=True)
        for order, keys in found.items()
    }
    counted[0] = (np.zeros(1, np.uint32), np.array([len(shard)]))
    return counted


def _document_ngrams(sentences: Iterable[Sentence]) -> tuple[Hashes, Hashes, Hashes]:
    words = [BOUNDARY]
    for sentence in sentences:
        words.extend(token.text for token in sentence.tokens)
        words.append(BOUNDARY)
    one = hash_words(words)
    two = hash_pairs(one[:-1], one[1:])
    three = hash_pairs(two[:-1], one[2:])
    return np.unique(one), np.unique(two), np.unique(three)


def _capitals(sentences: Iterable[Sentence]) -> tuple[list[str], list[str]]:
    """Words inside sentences, capitalised and lower-case ones; title lines left out."""
    middle = [
        token.text
        for sentence in sentences
        if sentence.role == "body"
        for token in sentence.tokens[1:]
        if token.text[0].isalpha()
    ]
    return [w for w in middle if w[0].isupper()], [w for w in middle if not w[0].isupper()]


def _merge(parts: list[Counted]) -> Counted:
    keys, places = np.unique(np.concatenate([keys for keys, _ in parts]), return_inverse=True)
    counts = np.zeros(len(keys), dtype=np.int64)
    np.add.at(counts, places, np.concatenate([counts for _, counts in parts]))
    return keys, counts


def _table(parts: list[Counted], minimum: int) -> CountTable:
    keys, counts = _merge(parts)
    kept = counts >= minimum
    return CountTable.from_counts(keys[kept], counts[kept])


def _uses_table(parts: list[Counted], words: CountTable) -> CountTable:
    """Uses of the words that are in the table of words."""
    keys, counts = _merge(parts)
    kept = words.log2(keys) >= 0
    return CountTable.from_counts(keys[kept], counts[kept])
