"""How much each token is doubted: the encoder's log-odds, weighed by what stands around it.

A token that the encoder finds odd is seldom wrong in an article that reads well, and often in one
that does not. A few weights, fitted on aligned pairs, put that together with the token's
surprisal in clean English; they and the thresholds are data, for one encoder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from math import inf

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.counts import BOUNDARY, NgramCounts
from garbled.features.encoder import Reading
from garbled.features.fluency import Surprisal
from garbled.segment.articles import Article, Sentence

FEATURES = ("token", "before", "context", "surprisal", "capital")
DOUBTS_FILE = "token_doubts.json"
SHRINKING_WORDS = 100
"""Words of ordinary copy that are thought beside an article: a short one tells little of itself."""
UNREAD = -12.0
"""Log-odds of the token before the first, and bound of those that count."""

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Doubted = tuple[Sentence, Vector]
"""A sentence with the log-odds that each of its tokens is wrong, shape (n_tokens,)."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """Weights and thresholds for one encoder; all thresholds but ``suggestion`` are log-odds.

    Args:
        encoder: digest of the encoder whose readings are weighed.
        ordinary: median log-odds of mangled, as this encoder reads human articles.
        weights: of ``FEATURES``.
        intercept: added to the weighted sum.
        least: from here on a word is a finding.
        name: the same for names and numbers, where an error is grave and oddness means less.
        major: from here on what changes the meaning is major.
        suggestion: least probability of a suggestion that is worth telling.
    """

    encoder: str
    ordinary: float
    weights: Mapping[str, float] = field(default_factory=dict)
    intercept: float = 0.0
    least: float = inf
    name: float = inf
    major: float = inf
    suggestion: float = inf

    def log_odds(self, described: Matrix) -> Vector:
        """Log-odds that tokens are wrong, shape (n,), of what ``describe`` gave of them."""
        return np.asarray(described @ [self.weights[f] for f in FEATURES] + self.intercept)


@cache
def shipped_doubts() -> Doubts:
    """Weights and thresholds for the small encoder that ships, read once a process."""
    folder = resources.files("garbled.resources").joinpath("evidence")
    content = json.loads(folder.joinpath(DOUBTS_FILE).read_text("utf-8"))
    return Doubts(**content["doubts"])


def weigh(
    article: Article, readings: Sequence[Reading], counts: NgramCounts, doubts: Doubts
) -> list[Doubted]:
    """Every scored sentence with its tokens' log-odds; NaN for tokens that were not read.

    Args:
        article: with a window for each reading.
        readings: of the encoder that ``doubts`` are for.
        counts: of clean English.
        doubts: weights.
    """
    described = describe(article, readings, counts, doubts.ordinary)
    return by_sentence(article, doubts.log_odds(described))


def by_sentence(article: Article, log_odds: Vector) -> list[Doubted]:
    """Scored sentences, each with its part of log-odds of shape (n_tokens,)."""
    sentences = [s for window in article.windows for s in window.sentences]
    cuts = np.cumsum([len(sentence.tokens) for sentence in sentences])[:-1]
    return list(zip(sentences, np.split(log_odds, cuts), strict=True))


def describe(
    article: Article, readings: Sequence[Reading], counts: NgramCounts, ordinary: float
) -> Matrix:
    """``FEATURES`` of all tokens of the windows in reading order, shape (n_tokens, 5).

    ``token`` and ``before`` are the encoder's log-odds of a token and the one before it,
    ``context`` that of what stands around, ``surprisal`` is in bits, ``capital`` is 0 or 1.
    """
    tokens = [text for window in article.windows for text in window.texts]
    if not tokens:
        return np.empty((0, len(FEATURES)))
    read = np.concatenate([r.tokens for r in readings]).astype(np.float64)
    read = np.clip(read, UNREAD, -UNREAD)
    before = np.nan_to_num(np.concatenate([[UNREAD], read[:-1]]), nan=UNREAD)
    lengths = [len(reading.tokens) for reading in readings]
    context = np.repeat(read_context(article, readings, ordinary), lengths)
    capital = np.array([text[0].isupper() for text in tokens], dtype=np.float64)
    return np.column_stack([read, before, context, _surprisal(article, counts), capital])


def read_context(article: Article, readings: Sequence[Reading], ordinary: float) -> Vector:
    """How mangled it is around each window, as log-odds of shape (n_windows,).

    The larger of the article's and of what the window and its neighbours say, both drawn to the
    ordinary by their shortness: an article may be mangled in a part.
    """
    words = np.array([window.n_words for window in article.windows], dtype=np.float64)
    mangled = np.array([reading.mangled for reading in readings])
    mangled = np.where(np.isnan(mangled), ordinary, mangled)
    near = np.convolve(words, np.ones(3))[1:-1]
    near_sum = np.convolve(words * mangled, np.ones(3))[1:-1]
    extra = SHRINKING_WORDS * ordinary
    around = (near_sum + extra) / (near + SHRINKING_WORDS)
    whole = (words @ mangled + extra) / (words.sum() + SHRINKING_WORDS)
    return np.asarray(np.maximum(around, whole))


def _surprisal(article: Article, counts: NgramCounts) -> Vector:
    words, places = [".", BOUNDARY], list[int]()
    for window in article.windows:
        for sentence in window.sentences:
            places.extend(range(len(words), len(words) + len(sentence.tokens)))
            words.extend(sentence.texts)
            words.append(BOUNDARY)
    return Surprisal(words, counts).bits[places].astype(np.float64)
