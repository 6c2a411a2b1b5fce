"""How surprising the words are, given counts of clean English.

Log-probabilities by stupid backoff (Brants et al. 2007, "Large language models in machine
translation"), with document frequencies for counts. Collocation strength is the pointwise mutual
information of a word and the two before it, which a change of topic moves less than surprisal.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.counts import BOUNDARY, NgramCounts, hash_pairs, hash_words
from garbled.features.base import FeatureGroup, Matrix
from garbled.features.rows import Row

BACKOFF_BITS = 1.32
"""-log2 of the backoff weight 0.4."""
UNSEEN_BITS = 1.0
FREQUENT_BITS = 8.0
"""A word is frequent above this log2 document count."""
FUNCTION_BITS = 13.5
"""The hundred or so most frequent words, most of them function words."""
Bits = NDArray[np.float32]


class Surprisal:
    """Surprisal of each token of a batch, computed in one pass over the tables.

    Args:
        words: the tokens of all windows, a boundary before each sentence.
    """

    def __init__(self, words: Sequence[str], counts: NgramCounts) -> None:
        one = hash_words(words)
        two = hash_pairs(one[:-1], one[1:])
        three = hash_pairs(two[:-1], one[2:])
        total = np.float32(np.log2(max(counts.n_documents, 2)))
        self.unigram: Bits = counts.unigrams.log2(one)
        self.bigram: Bits = np.concatenate([[-1.0], counts.bigrams.log2(two)]).astype(np.float32)
        self.trigram: Bits = np.concatenate([[-1.0, -1.0], counts.trigrams.log2(three)]).astype(
            np.float32
        )
        known = np.where(self.unigram < 0, -UNSEEN_BITS, self.unigram)
        previous_one = np.concatenate([[total], known[:-1]])
        previous_two = np.concatenate([[total], self.bigram[:-1]])
        backed_off = total + 3.0 - known
        from_bigram = np.where(
            self.bigram >= 0, previous_one - self.bigram, BACKOFF_BITS + backed_off
        )
        self.bits: Bits = np.where(
            self.trigram >= 0,
            np.maximum(previous_two, self.trigram) - self.trigram,
            np.where(self.bigram >= 0, from_bigram, BACKOFF_BITS + from_bigram),
        ).astype(np.float32)
        self.association: Bits = (backed_off - self.bits).astype(np.float32)
        self.frequent_pair = (known > FREQUENT_BITS) & (previous_one > FREQUENT_BITS)


class FluencyFeatures(FeatureGroup):
    """Surprisal in bits a token and its spread; higher is worse, except ``association``.

    ``unseen_pairs`` is the share of neighbouring frequent words never seen side by side. All are
    NaN for a window without tokens; ``function_word_bits`` also for one without function words.
    """

    names = (
        "surprisal_mean",
        "surprisal_spread",
        "surprisal_top",
        "association",
        "association_low",
        "unseen_pairs",
        "seen_trigrams",
        "unknown_words",
        "function_word_bits",
        "common_word_bits",
        "boundary_bits",
    )

    def __init__(self, counts: NgramCounts | None = None) -> None:
        self.counts = counts

    def transform(self, X: Sequence[Row]) -> Matrix:
        values = np.full((len(X), len(self.names)), np.nan)
        if self.counts is None or not len(X):
            return values
        words: list[str] = []
        kinds: list[int] = []
        bounds = []
        for row in X:
            # A full stop, whatever window stands before: a row must not depend on the batch.
            words += [".", BOUNDARY]
            kinds += [0, 0]
            start = len(words)
            for sentence in row.window.sentences:
                for place, token in enumerate(sentence.tokens):
                    words.append(token.text)
                    kinds.append(_kind(token.text, place))
                words.append(BOUNDARY)
                kinds.append(0)
            bounds.append((start, len(words)))
        surprisal, kind = Surprisal(words, self.counts), np.array(kinds)
        for index, (start, end) in enumerate(bounds):
            if end > start + 1:
                values[index] = _summarise(surprisal, kind, slice(start, end))
        return values


def _kind(word: str, place: int) -> int:
    """0 for marks and numbers, 1 for lower-case words, 2 for capitalised ones, 3 sentence-first."""
    if not word[0].isalpha():
        return 0
    if place == 0:
        return 3
    return 2 if word[0].isupper() else 1


def _summarise(surprisal: Surprisal, kind: NDArray[np.int64], part: slice) -> list[float]:
    bits, kinds = surprisal.bits[part], kind[part]
    unigram, association = surprisal.unigram[part], surprisal.association[part]
    lower = kinds == 1
    pairs = surprisal.frequent_pair[part]
    function = unigram > FUNCTION_BITS
    top = np.sort(bits)[-max(1, len(bits) // 10) :]
    weakest = np.sort(association)[: max(1, len(bits) // 4)]
    return [
        _mean(bits),
        float(bits.std()),
        _mean(top),
        _mean(association),
        _mean(weakest),
        _mean(surprisal.bigram[part][pairs] < 0),
        _mean(surprisal.trigram[part] >= 0),
        _mean(unigram[lower] < 0),
        _mean(bits[function]),
        _mean(bits[lower & ~function]),
        _mean(bits[kinds == 3]),
    ]


def _mean(values: NDArray[np.generic]) -> float:
    return float(values.mean()) if values.size else float("nan")
