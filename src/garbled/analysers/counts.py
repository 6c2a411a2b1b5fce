"""Word, bigram and trigram counts of clean English, as sorted hashes with quantised counts.

A count is the number of documents that an n-gram was seen in; n-grams of fewer than five
documents are not there. Words are hashed in lower case, numbers as one word.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]

BOUNDARY = "</s>"
NUMBER = "<#>"
STEPS_PER_OCTAVE = 8
TABLES = ("unigrams", "bigrams", "trigrams", "capitals", "lowers")
_FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
_64_BITS = 2**64 - 1


@lru_cache(maxsize=65_536)
def hash_word(word: str) -> int:
    """A stable 32-bit hash of the lower-cased word; every number is one word."""
    key = NUMBER if any(c.isdigit() for c in word) else word.lower()
    return zlib.crc32(key.encode("utf-8", "replace"))


def hash_words(words: Sequence[str]) -> Hashes:
    """Hashes of shape (n_words,)."""
    return np.fromiter(map(hash_word, words), dtype=np.uint32, count=len(words))


def hash_pair(first: int, second: int) -> int:
    """What ``hash_pairs`` gives for one pair.

    >>> red, wine = hash_word("red"), hash_word("wine")
    >>> hash_pairs(hash_words(["red"]), hash_words(["wine"])).tolist() == [hash_pair(red, wine)]
    True
    """
    mixed = (first * _FIRST + second) & _64_BITS
    return ((mixed ^ mixed >> 29) * _SECOND & _64_BITS) >> 32


def hash_pairs(first: Hashes, second: Hashes) -> Hashes:
    """Hashes of two hashed n-grams that follow each other, element by element.

    >>> a, b = hash_words(["red", "wine"])
    >>> hash_pairs(np.array([a, b]), np.array([b, a])).dtype.name
    'uint32'
    """
    mixed = first.astype(np.uint64) * np.uint64(_FIRST) + second.astype(np.uint64)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(_SECOND)
    return (mixed >> np.uint64(32)).astype(np.uint32)


@dataclass(frozen=True, slots=True)
class CountTable:
    """Sorted hashes and their quantised counts."""

    keys: Hashes
    codes: NDArray[np.uint8]

    @classmethod
    def from_counts(cls, keys: Hashes, counts: NDArray[np.int64]) -> CountTable:
        order = np.argsort(keys, kind="stable")
        codes = np.clip(np.round(np.log2(counts) * STEPS_PER_OCTAVE), 1, 255)
        return cls(keys[order], codes[order].astype(np.uint8))

    def log2(self, keys: Hashes) -> NDArray[np.float32]:
        """log2 of the count of each key, shape (n,); -1 where it was never seen."""
        if not len(self.keys):
            return np.full(len(keys), -1.0, dtype=np.float32)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        values = self.codes[places].astype(np.float32) / STEPS_PER_OCTAVE
        return np.where(self.keys[places] == keys, values, np.float32(-1.0))

    def log2_of(self, key: int) -> float:
        """What ``log2`` gives for one key, ten times as fast."""
        place = int(self.keys.searchsorted(np.uint32(key)))
        if place < len(self.keys) and self.keys.item(place) == key:
            return self.codes.item(place) / STEPS_PER_OCTAVE
        return -1.0


@dataclass(frozen=True, slots=True)
class NgramCounts:
    """Counts of one to three words, and how often a word stands capitalised inside a sentence.

    ``capitals`` and ``lowers`` count the uses of a word inside sentences, capitalised and in lower
    case, for the words that five documents or more have.
    """

    unigrams: CountTable
    bigrams: CountTable
    trigrams: CountTable
    capitals: CountTable
    lowers: CountTable
    n_documents: int

    def word(self, word: str) -> float:
        """log2 of the number of documents with this word, -1 if fewer than five have it."""
        return self.unigrams.log2_of(hash_word(word))

    def is_known(self, word: str) -> bool:
        return self.word(word) >= 0

    def capitalised_uses(self, word: str) -> float:
        """Capitalised uses inside sentences; 0 for a word without any."""
        return count_of(self.capitals.log2_of(hash_word(word)))

    def lower_case_uses(self, word: str) -> float:
        """Lower-case uses inside sentences; 0 for a word without any."""
        return count_of(self.lowers.log2_of(hash_word(word)))

    def capital_share(self, word: str) -> float:
        """Share of the uses inside sentences that are capitalised, 0 to 1; NaN without uses."""
        capitalised, lower = self.capitalised_uses(word), self.lower_case_uses(word)
        total = capitalised + lower
        return capitalised / total if total else float("nan")

    def pair(self, first: str, second: str) -> float:
        """log2 of the number of documents with these two words in a row, -1 if unseen."""
        return self.bigrams.log2_of(hash_pair(hash_word(first), hash_word(second)))

    def save(self, path: Path) -> None:
        arrays = {}
        for name in TABLES:
            table = getattr(self, name)
            arrays[f"{name}_gaps"] = np.diff(table.keys, prepend=np.uint32(0))
            arrays[f"{name}_codes"] = table.codes
        np.savez_compressed(path, n_documents=np.int64(self.n_documents), **arrays)

    @classmethod
    def load(cls, path: Path) -> NgramCounts:
        with np.load(path, allow_pickle=False) as file:
            tables = {
                name: CountTable(
                    np.cumsum(file[f"{name}_gaps"], dtype=np.uint32), file[f"{name}_codes"]
                )
                for name in TABLES
            }
            return cls(**tables, n_documents=int(file["n_documents"]))


def count_of(log2: float) -> float:
    """The count whose logarithm a table gave; 0 for what was never seen."""
    return 2.0**log2 if log2 >= 0 else 0.0
