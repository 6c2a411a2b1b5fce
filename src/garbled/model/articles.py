"""From the windows of an article to what the article model sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

ARTICLE_FEATURES = (
    "mean",
    "highest",
    "upper_quarter",
    "evidence",
    "second_highest",
    "suspect_share",
    "clear_share",
    "spread",
    "length",
)
SUSPECT, CLEAR = 0.0, 1.0
"""Log-odds at even classes from which a window counts as suspect, and as clearly mangled."""


def describe_article(logits: Vector, n_words: NDArray[np.int64]) -> list[float]:
    """Features of one article: see ``describe_articles``.

    >>> describe_article(np.array([1.0]), np.array([60]))
    [1.0, 1.0, 1.0, 1.0, nan, nan, nan, nan, 0.0]
    """
    described: list[float] = describe_articles(logits[np.newaxis], n_words)[0].tolist()
    return described


def describe_articles(logits: Matrix, n_words: NDArray[np.int64]) -> Matrix:
    """Features of articles that have windows of the same lengths, shape (n, n_features).

    Args:
        logits: calibrated log-odds of their windows at even classes, shape (n, n_windows).
        n_words: words in each window, shape (n_windows,).

    Returns:
        The values of ``ARTICLE_FEATURES``. ``evidence`` is the sum of the log-odds over the
        root of the number of windows: it grows with the length of a text that stays suspect.
        ``length`` is the log of that number. What compares windows is NaN where there is one, so
        that an article of one window is judged by the log-odds of that.
    """
    ordered = np.sort(logits, axis=1)[:, ::-1]
    n = logits.shape[1]
    described = np.full((len(logits), len(ARTICLE_FEATURES)), np.nan)
    described[:, 0] = np.average(logits, axis=1, weights=n_words)
    described[:, 1] = ordered[:, 0]
    described[:, 2] = ordered[:, : max(1, n // 4)].mean(axis=1)
    described[:, 3] = logits.sum(axis=1) / np.sqrt(n)
    if n > 1:
        described[:, 4] = ordered[:, 1]
        described[:, 5] = (logits > SUSPECT).mean(axis=1)
        described[:, 6] = (logits > CLEAR).mean(axis=1)
        described[:, 7] = logits.std(axis=1)
    described[:, 8] = np.log(n)
    return described
