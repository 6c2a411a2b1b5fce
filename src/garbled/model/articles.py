"""From the windows of an article to what the article model sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

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
    """Features of one article.

    Args:
        logits: calibrated log-odds of its windows at even classes, shape (n_windows,).
        n_words: words in each window.

    Returns:
        The values of ``ARTICLE_FEATURES``. ``evidence`` is the sum of the log-odds over the
        root of the number of windows: it grows with the length of a text that stays suspect.
        ``length`` is the log of that number. What compares windows is NaN where there is one, so
        that an article of one window is judged by the log-odds of that.

    >>> describe_article(np.array([1.0]), np.array([60]))
    [1.0, 1.0, 1.0, 1.0, nan, nan, nan, nan, 0.0]
    """
    ordered = np.sort(logits)[::-1]
    n = len(ordered)
    compared = [
        float(ordered[min(1, n - 1)]),
        float((logits > SUSPECT).mean()),
        float((logits > CLEAR).mean()),
        float(logits.std()),
    ]
    return [
        float(np.average(logits, weights=n_words)),
        float(ordered[0]),
        float(ordered[: max(1, n // 4)].mean()),
        float(logits.sum() / np.sqrt(n)),
        *(compared if n > 1 else [float("nan")] * len(compared)),
        float(np.log(n)),
    ]
