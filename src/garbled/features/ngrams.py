"""Hashed n-grams scored by a linear model: which words, and in which order of functions.

Two views of a window. ``words``: lower-cased words with names and numbers masked, so that topic
weighs less. ``syntax``: function words kept, all others replaced by their ending (the classic of
translationese detection: Baroni & Bernardini 2006; Volansky, Ordan & Wintner 2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, TransformerMixin

from garbled.analysers.counts import Hashes, NgramCounts, hash_pairs, hash_word
from garbled.features.base import Matrix
from garbled.features.fluency import FUNCTION_BITS
from garbled.features.rows import Row
from garbled.segment.articles import Window

View = Literal["words", "syntax"]
ORDERS: dict[View, int] = {"words": 2, "syntax": 4}
NAME, START = "<name>", "<s>"
ENDINGS = (
    *("ing", "ed", "ly", "tion", "ment", "ness", "ity", "ous", "ive", "able", "al", "er"),
    *("est", "ies", "s"),
)
"""Derivational and inflectional endings that stand for the part of speech."""


def view_hashes(
    window: Window, view: View, counts: NgramCounts, kept_bits: float = FUNCTION_BITS
) -> Hashes:
    """Hashes of the window's tokens as a view shows them, shape (n_tokens + n_sentences,).

    ``syntax`` keeps words above ``kept_bits`` of log2 document count.
    """
    words = []
    for sentence in window.sentences:
        words.append(START)
        words.extend(
            NAME if place and token.text[0].isupper() else token.text
            for place, token in enumerate(sentence.tokens)
        )
    hashes = np.fromiter(map(hash_word, words), dtype=np.uint32, count=len(words))
    if view == "words":
        return hashes
    endings = np.fromiter(map(_hash_ending, words), dtype=np.uint32, count=len(words))
    return np.where(counts.unigrams.log2(hashes) > kept_bits, hashes, endings)


def gram_hashes(tokens: Hashes, order: int) -> Hashes:
    """Hashes of all n-grams of one to ``order`` tokens, the shorter ones first.

    >>> len(gram_hashes(np.arange(5, dtype=np.uint32), 3))
    12
    """
    grams, all_grams = tokens, [tokens]
    for length in range(1, order):
        grams = hash_pairs(grams[:-1], tokens[length:])
        all_grams.append(grams)
    return np.concatenate(all_grams)


def unit_rows(columns: Sequence[NDArray[np.int32]], n_columns: int) -> csr_array:
    """Rows of unit length, shape (n_rows, n_columns), each with its columns weighted alike."""
    ends = np.cumsum([0, *map(len, columns)], dtype=np.int32)
    flat = np.concatenate(columns) if columns else np.empty(0, dtype=np.int32)
    n_in_row = np.diff(ends)
    values = np.repeat(1.0 / np.sqrt(np.maximum(n_in_row, 1)), n_in_row)
    return csr_array((values, flat, ends), shape=(len(columns), n_columns))


def with_short_indices(rows: csr_array) -> csr_array:
    """The same rows for scikit-learn's solvers, which take 32-bit indices; slicing makes 64-bit."""
    indices, ends = (part.astype(np.int32) for part in (rows.indices, rows.indptr))
    return csr_array((rows.data, indices, ends), shape=rows.shape)


@lru_cache(maxsize=65_536)
def _hash_ending(word: str) -> int:
    if not word[-1].isalpha():
        return hash_word(word)
    ending = next((ending for ending in ENDINGS if word.endswith(ending)), "")
    return hash_word(f"-{ending}")


class NgramScore(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Log-odds of a window under a linear model of hashed n-grams; higher is worse.

    Args:
        view: which tokens the model sees.
        counts: tell function words from others.
        n_bits: log2 of the number of hashed features.
        C: inverse strength of the regularisation.

    Attributes:
        coef_: float32 array of shape (2 ** n_bits,).
        intercept_: float.
    """

    def __init__(
        self,
        view: View = "words",
        counts: NgramCounts | None = None,
        n_bits: int = 18,
        C: float = 0.3,
    ) -> None:
        self.view = view
        self.counts = counts
        self.n_bits = n_bits
        self.C = C

    def fit(
        self, X: Sequence[Row], y: NDArray[np.int64], sample_weight: Matrix | None = None
    ) -> NgramScore:
        return self.fit_hashed(self.hashed(X), y, sample_weight)

    def fit_hashed(
        self, hashed: csr_array, y: NDArray[np.int64], sample_weight: Matrix | None = None
    ) -> NgramScore:
        """Fit on rows that ``hashed`` made; what training does with cached ones."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=self.C, solver="liblinear")
        model.fit(with_short_indices(hashed), y, sample_weight=sample_weight)
        self.coef_ = model.coef_[0].astype(np.float32)
        self.intercept_ = float(model.intercept_[0])
        return self

    def transform(self, X: Sequence[Row]) -> Matrix:
        return self.score_hashed(self.hashed(X)).reshape(-1, 1)

    def score_hashed(self, hashed: csr_array) -> Matrix:
        """Log-odds of hashed rows, shape (n_rows,)."""
        return np.asarray(hashed @ self.coef_.astype(np.float64) + self.intercept_)

    def hashed(self, X: Sequence[Row]) -> csr_array:
        """Rows of unit length, shape (n_rows, 2 ** n_bits): n-grams present, weighted alike."""
        if self.counts is None:
            raise ValueError("NgramScore needs counts to tell function words from others")
        parts = [self._features(view_hashes(row.window, self.view, self.counts)) for row in X]
        return unit_rows(parts, 2**self.n_bits)

    def _features(self, tokens: Hashes) -> NDArray[np.int32]:
        keys = gram_hashes(tokens, ORDERS[self.view]) & np.uint32(2**self.n_bits - 1)
        return np.unique(keys).astype(np.int32)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        return np.array([f"{self.view}_ngrams"], dtype=object)
