"""From a text's logits to a distribution over the languages and "unknown".

Two maps, both fitted on texts of engines and originals that the layer under them has not seen.
**Which language**, if one of those known: a softmax with a temperature that depends on the text's
length. **Unknown or not**: a logistic of how sure and how strong the answer is, where unknown are
texts of a language that the layer was fitted without, and human English.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax

from garbled.pivot.features import MeasuredTexts
from garbled.pivot.linear import LinearLayer
from garbled.pivot.naming import UNKNOWN

Matrix = NDArray[np.float64]
WINDOW_WORDS = 70.0
SIGNALS = ("constant", "length", "margin", "strength", "background")
"""What "unknown or not" is told by."""
_MIN_PROBABILITY = 1e-9


@dataclass(frozen=True)
class Evidence:
    """What the layer says of texts: mean logits of the languages (n_texts, n_languages), of human
    English (n_texts,), and the texts' words (n_texts,)."""

    languages: Matrix
    background: Matrix
    words: NDArray[np.int64]

    @property
    def length(self) -> Matrix:
        return np.log(np.maximum(self.words, 1) / WINDOW_WORDS)

    def take(self, texts: NDArray[np.bool_]) -> Evidence:
        return Evidence(self.languages[texts], self.background[texts], self.words[texts])


@dataclass(frozen=True)
class Calibration:
    """``scale`` holds a and b of the logits' factor exp(a + b log(words / 70)); ``unknown`` the
    weights of ``SIGNALS`` in the log-odds of "unknown"."""

    scale: tuple[float, float]
    unknown: tuple[float, ...]

    def probabilities(self, evidence: Evidence) -> Matrix:
        """Shape (n_texts, n_languages + 1), "unknown" last; rows sum to 1."""
        known = softmax(self._scaled(evidence), axis=1)
        logit = self.signals(evidence) @ np.array(self.unknown)
        unknown = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
        return np.column_stack([known * (1 - unknown)[:, None], unknown])

    def signals(self, evidence: Evidence) -> Matrix:
        """Shape (n_texts, 5), in the order of ``SIGNALS``: the margin is the best language's
        log-odds against the others, the strength all languages' logit, the background human
        English's against theirs."""
        scaled = self._scaled(evidence)
        best = np.clip(softmax(scaled, axis=1).max(axis=1), _MIN_PROBABILITY, 1 - _MIN_PROBABILITY)
        strength = logsumexp(scaled, axis=1) - np.log(scaled.shape[1])
        background = evidence.background * self._factor(evidence) - strength
        ones = np.ones(len(scaled))
        margin = np.log(best / (1 - best))
        return np.column_stack([ones, evidence.length, margin, strength, background])

    def _factor(self, evidence: Evidence) -> Matrix:
        return np.exp(np.clip(self.scale[0] + self.scale[1] * evidence.length, -8, 8))

    def _scaled(self, evidence: Evidence) -> Matrix:
        return evidence.languages * self._factor(evidence)[:, None]


def evidence_of(layer: LinearLayer, texts: MeasuredTexts) -> Evidence:
    """Mean logits of each text over its windows, weighted by their words."""
    logits = layer.logits(texts.grams)
    words = texts.words_of_texts()
    sums = np.zeros((texts.n_texts, logits.shape[1]))
    np.add.at(sums, texts.text, logits * texts.words[:, None])
    means = sums / np.maximum(words, 1)[:, None]
    is_background = np.array([name == UNKNOWN for name in layer.classes])
    background = means[:, is_background].sum(axis=1)
    return Evidence(means[:, ~is_background], background, words)


@dataclass(frozen=True)
class HeldOut:
    """Evidence on texts the layer has not seen, the place of each one's language among the layer's
    (-1 for a text of another or of none), and weights."""

    evidence: Evidence
    truth: NDArray[np.int64]
    weight: Matrix


def fit_calibration(parts: Sequence[HeldOut], unknown_prior: float) -> Calibration:
    """Fit both maps; each part may know other languages, and weighs by its texts' weights.

    Args:
        parts: what several layers said.
        unknown_prior: the share of "unknown" that the answer is calibrated for.
    """
    scale = _fit_scale(parts)
    draft = Calibration(scale, (0.0,) * len(SIGNALS))
    signals = np.vstack([draft.signals(part.evidence) for part in parts])
    is_unknown = np.concatenate([part.truth < 0 for part in parts])
    weight = np.concatenate([part.weight for part in parts])
    return Calibration(scale, _fit_unknown(signals, is_unknown, weight, unknown_prior))


def _fit_scale(parts: Sequence[HeldOut]) -> tuple[float, float]:
    """a and b that make the true language's log-probability the largest."""
    from scipy.optimize import minimize

    known = [(p.evidence.take(p.truth >= 0), p.truth, p.weight) for p in parts]

    def loss(scale: Matrix) -> float:
        draft = Calibration((float(scale[0]), float(scale[1])), (0.0,) * len(SIGNALS))
        total = mass = 0.0
        for evidence, truth, weight in known:
            scaled = draft._scaled(evidence)
            own = truth[truth >= 0]
            said = scaled[np.arange(len(own)), own] - logsumexp(scaled, axis=1)
            total -= float(said @ weight[truth >= 0])
            mass += float(weight[truth >= 0].sum())
        return total / max(mass, 1e-12) + 1e-3 * float(scale @ scale)

    found = minimize(loss, np.zeros(2), method="L-BFGS-B", bounds=[(-3, 3), (-1, 1)])
    return float(found.x[0]), float(found.x[1])


def _fit_unknown(
    signals: Matrix, is_unknown: NDArray[np.bool_], weight: Matrix, prior: float
) -> tuple[float, ...]:
    from sklearn.linear_model import LogisticRegression

    sums = weight[is_unknown].sum(), weight[~is_unknown].sum()
    if not all(sums):  # nothing unknown to learn from: the prior, whatever the text
        return (float(np.log(prior / (1 - prior))), *(0.0,) * (signals.shape[1] - 1))
    at_prior = weight * np.where(is_unknown, prior / sums[0], (1 - prior) / sums[1]) * len(weight)
    model = LogisticRegression(C=1.0, max_iter=1_000)
    model.fit(signals[:, 1:], is_unknown, at_prior)
    return (float(model.intercept_[0]), *map(float, model.coef_[0]))
