"""What the guess sees of a text: hashed n-grams of its windows, names and numbers masked.

Two views, as in ``garbled.features.ngrams``. ``words``: lower-cased words and pairs of them.
``common``: the 700 or so most frequent words kept, every other one replaced by its ending, up to
three in a row: mostly order and function words, hardly topic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from garbled.analysers.counts import NgramCounts
from garbled.documents import Document
from garbled.features.ngrams import gram_hashes, unit_rows, view_hashes
from garbled.ingest.text import text_blocks
from garbled.segment.articles import Window, analyse
from garbled.segment.roles import assign_roles

N_BITS = 18
COMMON_BITS = 11.5
"""log2 document count in 78,000 articles of clean news above which 743 words are."""
WORD_ORDER, COMMON_ORDER = 2, 3
_COMMON_SALT = np.uint32(0x5BD1E995)


@dataclass(frozen=True)
class MeasuredTexts:
    """Windows of texts. ``grams`` has one row a window, of unit length; ``text`` says whose it is,
    counted from 0 in the order of the texts; ``words`` are the window's."""

    grams: csr_array
    text: NDArray[np.int64]
    words: NDArray[np.int64]
    n_texts: int

    def words_of_texts(self) -> NDArray[np.int64]:
        """Words of each text, shape (n_texts,)."""
        return np.bincount(self.text, self.words, self.n_texts).astype(np.int64)

    def take(self, texts: NDArray[np.bool_]) -> MeasuredTexts:
        """Only these texts, numbered anew."""
        rows = texts[self.text]
        number = np.cumsum(texts) - 1
        return MeasuredTexts(
            self.grams[rows], number[self.text[rows]], self.words[rows], int(texts.sum())
        )

    def first(self, windows: int) -> MeasuredTexts:
        """The same texts, cut after so many windows."""
        starts = np.searchsorted(self.text, self.text)
        rows = np.arange(len(self.text)) - starts < windows
        return MeasuredTexts(self.grams[rows], self.text[rows], self.words[rows], self.n_texts)


def windows_of(text: str) -> tuple[Window, ...]:
    """The scored windows of a plain text, paragraphs parted by blank lines."""
    document = Document.from_blocks(text_blocks(text), id="", source="")
    return analyse(assign_roles(document)).windows


def measure_windows(texts: Iterable[Sequence[Window]], counts: NgramCounts) -> MeasuredTexts:
    """The n-grams of texts, each given as its windows."""
    keys, text, words = [], [], []
    n_texts = 0
    for n_texts, windows in enumerate(texts, start=1):
        for window in windows:
            keys.append(_keys(window, counts))
            text.append(n_texts - 1)
            words.append(window.n_words)
    grams = unit_rows(keys, 2**N_BITS)
    return MeasuredTexts(grams, np.array(text, np.int64), np.array(words, np.int64), n_texts)


def _keys(window: Window, counts: NgramCounts) -> NDArray[np.int32]:
    words = gram_hashes(view_hashes(window, "words", counts), WORD_ORDER)
    common = gram_hashes(view_hashes(window, "syntax", counts, COMMON_BITS), COMMON_ORDER)
    keys = np.concatenate([words, common ^ _COMMON_SALT]) & np.uint32(2**N_BITS - 1)
    return np.unique(keys).astype(np.int32)


@lru_cache(maxsize=2)
def load_counts(path: Path, digest: str) -> NgramCounts:
    """The counts in a model folder, once a process for each content."""
    return NgramCounts.load(path)
