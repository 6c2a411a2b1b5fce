"""Weights of an encoder's doubts, fitted on copies whose changed words are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from garbled.corpora.splits import fold_of
from garbled.evidence.doubt import FEATURES, Doubted, Doubts, by_sentence
from garbled.training.doubt_samples import Described

SIDES = 2


@dataclass(frozen=True)
class Weighed:
    """A sample with the log-odds of its tokens, by weights that were fitted on others."""

    described: Described
    log_odds: NDArray[np.float64]

    @property
    def sentences(self) -> list[Doubted]:
        return by_sentence(self.described.sample.article, self.log_odds)


def fit_weights(described: Sequence[Described], doubts: Doubts) -> Doubts:
    """Weights by logistic regression over all words that were read; human copy has no wrong one."""
    from sklearn.linear_model import LogisticRegression

    rows, truth = [], []
    for one in described:
        wrong = one.sample.wrong
        flags = np.zeros(len(one.features), dtype=bool) if wrong is None else wrong
        used = are_words(one) & ~np.isnan(one.features).any(axis=1)
        rows.append(one.features[used])
        truth.append(flags[used])
    model = LogisticRegression(max_iter=1_000)
    model.fit(np.vstack(rows), np.concatenate(truth))
    weights = dict(zip(FEATURES, np.round(model.coef_[0], 3).tolist(), strict=True))
    return replace(doubts, weights=weights, intercept=round(float(model.intercept_[0]), 3))


def cross_weigh(described: Sequence[Described], doubts: Doubts) -> list[Weighed]:
    """Log-odds by the weights of the other side; both versions of a document are on one."""
    sides = [fold_of(one.sample.key, SIDES) for one in described]
    weighed: list[Weighed] = []
    for side in range(SIDES):
        own = [one for one, of in zip(described, sides, strict=True) if of == side]
        others = [one for one, of in zip(described, sides, strict=True) if of != side]
        fitted = fit_weights(others, doubts)
        weighed.extend(Weighed(one, fitted.log_odds(one.features)) for one in own)
    return weighed


def are_words(one: Described) -> NDArray[np.bool_]:
    """Which tokens of a sample are words, not marks."""
    windows = one.sample.article.windows
    return np.array([token.is_word for window in windows for token in window.tokens], dtype=bool)


def measure_copies(copies: Sequence[Weighed], doubts: Doubts) -> dict[str, float]:
    """Precision, recall and Matthews correlation over the words of copies.

    ``best_correlation`` is that of the threshold which serves these copies best.
    """
    from sklearn.metrics import matthews_corrcoef, precision_score, recall_score

    words = np.concatenate([are_words(one.described) for one in copies])
    wrong = np.concatenate([_wrong(one) for one in copies])[words]
    log_odds = np.concatenate([one.log_odds for one in copies])[words]
    log_odds = np.nan_to_num(log_odds, nan=log_odds[~np.isnan(log_odds)].min())
    found = log_odds >= doubts.least
    cuts = np.quantile(log_odds, np.linspace(0.5, 0.99, 50))
    measured = {
        "precision": precision_score(wrong, found, zero_division=0),
        "recall": recall_score(wrong, found, zero_division=0),
        "correlation": matthews_corrcoef(wrong, found),
        "best_correlation": max(matthews_corrcoef(wrong, log_odds >= cut) for cut in cuts),
    }
    return {name: round(float(value), 3) for name, value in measured.items()}


def _wrong(one: Weighed) -> NDArray[np.bool_]:
    wrong = one.described.sample.wrong
    return np.zeros(len(one.log_odds), dtype=bool) if wrong is None else wrong
