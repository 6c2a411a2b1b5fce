"""From the windows of an article to what the article model sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

ARTICLE_FEATURES = ("mean", "highest", "upper_quarter", "lowest", "spread", "log_words")


def describe_article(logits: Vector, n_words: NDArray[np.int64]) -> list[float]:
    """Features of one article.

    Args:
        logits: calibrated log-odds of its windows at even classes.
        n_words: words in each window.

    Returns:
        The values of ``ARTICLE_FEATURES``; ``spread`` is NaN for a single window.

    >>> describe_article(np.array([1.0]), np.array([60]))[:3]
    [1.0, 1.0, 1.0]
    """
    mean = float(np.average(logits, weights=n_words))
    worst = np.sort(logits)[-max(1, len(logits) // 4) :]
    return [
        mean,
        float(logits.max()),
        float(worst.mean()),
        float(logits.min()),
        float(logits.std()) if len(logits) > 1 else float("nan"),
        float(np.log(n_words.sum())),
    ]
