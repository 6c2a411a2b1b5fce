"""What counts as mangled: the rule, frozen as version 1.

A retranslated window is **mangled** if its quality is below 0, and **faithful** if it is above
0.5; what lies between is neither, and is left out of fitting and of mangled-row figures.
Quality is on the scale of wmt16's human scores (standardised direct assessment, higher is
better). It is estimated from what changed against the original: names, numbers, content words and
wording (character n-grams), by a linear fit to wmt16's human scores. Where people scored
the window's own segments, quality is the mean of their score and the estimate.

A direct round trip (en-es-en) starts from the very original that it is compared with, so wording
survives that a second human version would not share: it is mangled if one in ten of its content
words or names is gone, faithful if not one in fifty is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from garbled.segment.tokens import Token, tokenise

RULE_VERSION = 1
MANGLED_BELOW = 0.0
FAITHFUL_ABOVE = 0.5
DIRECT_MANGLED_BELOW, DIRECT_FAITHFUL_ABOVE = 0.9, 0.98
STEM = 5
CHARACTER_ORDER = 4
KEPT = ("names", "numbers", "content words", "words", "character 4-grams")
"""What ``changes`` looks for, in its order."""


def changes(original: Sequence[Token], retranslated: Sequence[Token]) -> list[float]:
    """What the retranslation kept of the original, each from 0 (nothing) to 1 (everything).

    Returns:
        Recall of names, of numbers and of content words, F1 of all words, and F1 of character
        4-grams (after Popović 2015, chrF). No name, number or content word to keep counts as 1.

    >>> from garbled.segment.tokens import tokenise
    >>> text = tokenise("Profits at Acme rose 5 percent")
    >>> changes(text, text)
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    before, after = [_words(tokens) for tokens in (original, retranslated)]
    return [
        _recall(_names(original), _names(retranslated)),
        _recall(filter(_is_number, before), filter(_is_number, after)),
        _recall(_content(before), _content(after)),
        _f1(Counter(w.lower() for w in before), Counter(w.lower() for w in after)),
        _f1(_characters(before), _characters(after)),
    ]


def kept_of(pairs: Iterable[tuple[str, str]]) -> NDArray[np.float64]:
    """``changes`` of texts, originals and their copies, shape (n_pairs, 5).

    >>> kept_of([("Profits at Acme rose", "Profits at Point rose")])[0, 0].tolist()
    0.0
    """
    found = [changes(list(tokenise(before)), list(tokenise(after))) for before, after in pairs]
    return np.array(found, dtype=np.float64).reshape(-1, len(KEPT))


@dataclass(frozen=True, slots=True)
class QualityEstimate:
    """A linear estimate of human quality scores from ``changes``."""

    coefficients: tuple[float, ...]
    intercept: float

    @classmethod
    def fit(cls, X: NDArray[np.float64], scores: NDArray[np.float64]) -> QualityEstimate:
        from sklearn.linear_model import Ridge

        ridge = Ridge(alpha=1.0).fit(X, scores)
        return cls(tuple(map(float, ridge.coef_)), float(ridge.intercept_))

    def quality(self, X: NDArray[np.float64], human: NDArray[np.float64]) -> NDArray[np.float64]:
        """Quality of each window; ``human`` is NaN where nobody scored it."""
        estimate = X @ np.array(self.coefficients) + self.intercept
        return np.asarray(np.where(np.isnan(human), estimate, (estimate + human) / 2))


def mean_human_score(scores: NDArray[np.float64]) -> float:
    """Mean of the scores of a text's parts; NaN where people scored fewer than half of them.

    >>> mean_human_score(np.array([1.0, np.nan])), mean_human_score(np.full(3, np.nan))
    (1.0, nan)
    """
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if len(known) and 2 * len(known) >= len(scores) else float("nan")


def label_windows(
    quality: NDArray[np.float64], kept: NDArray[np.float64], direct: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """1 for mangled, 0 for faithful, -1 for neither, shape (n,).

    Args:
        quality: of each retranslated window.
        kept: its ``changes``, shape (n, 5).
        direct: whether the pair is a direct round trip.

    >>> label_windows(np.array([-1.0, 0.2, 0.9]), np.ones((3, 5)), np.zeros(3, bool)).tolist()
    [1, -1, 0]
    """
    survived = np.minimum(kept[:, 0], kept[:, 2])
    mangled = np.where(direct, survived < DIRECT_MANGLED_BELOW, quality < MANGLED_BELOW)
    faithful = np.where(direct, survived > DIRECT_FAITHFUL_ABOVE, quality > FAITHFUL_ABOVE)
    return np.where(mangled, 1, np.where(faithful, 0, -1)).astype(np.int64)


def _words(tokens: Sequence[Token]) -> list[str]:
    return [token.text for token in tokens if token.is_word and token.text[0] != "'"]


def _names(tokens: Sequence[Token]) -> list[str]:
    return [
        token.text.lower()
        for before, token in pairwise(tokens)
        if token.text[0].isupper() and before.text not in {".", '"', ":", "?", "!"}
    ]


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word[-1].isdigit()


def _content(words: Iterable[str]) -> list[str]:
    return [word[:STEM].lower() for word in words if len(word) > 3 and word.isalpha()]


def _characters(words: Iterable[str]) -> Counter[str]:
    text = " ".join(words).lower()
    return Counter(text[i : i + CHARACTER_ORDER] for i in range(len(text) - CHARACTER_ORDER + 1))


def _recall(before: Iterable[str], after: Iterable[str]) -> float:
    wanted, found = Counter(before), Counter(after)
    total = wanted.total()
    return (wanted & found).total() / total if total else 1.0


def _f1(before: Counter[str], after: Counter[str]) -> float:
    total = before.total() + after.total()
    return 2 * (before & after).total() / total if total else 1.0
