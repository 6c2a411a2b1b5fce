"""From the windows of an article to what the article model sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

ARTICLE_FEATURES = ("mean", "highest", "upper_quarter", "evidence")


def describe_article(logits: Vector, n_words: NDArray[np.int64]) -> list[float]:
    """Features of one article.

    Args:
        logits: calibrated log-odds of its windows at even classes.
        n_words: words in each window.

    Returns:
        The values of ``ARTICLE_FEATURES``. ``evidence`` is the sum of the log-odds over the
        root of the number of windows: it grows with the length of a text that stays suspect.

    >>> describe_article(np.array([1.0]), np.array([60]))
    [1.0, 1.0, 1.0, 1.0]
    """
    mean = float(np.average(logits, weights=n_words))
    worst = np.sort(logits)[-max(1, len(logits) // 4) :]
    return [
        mean,
        float(logits.max()),
        float(worst.mean()),
        float(logits.sum() / np.sqrt(len(logits))),
    ]
