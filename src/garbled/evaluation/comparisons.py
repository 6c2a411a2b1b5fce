"""Windows and articles as comparisons: an original beside its copy, both scored by every scorer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from garbled.corpora.aligned import MAX_RUN_SEGMENTS
from garbled.corpora.damage import mean_human_score
from garbled.corpora.pairs import Pair
from garbled.corpora.splits import normalise_original
from garbled.evaluation.architectures import architecture_of
from garbled.features.groups import CONFIGURATIONS, columns_of, feature_names
from garbled.model.articles import describe_article
from garbled.model.classifier import CalibratedClassifier
from garbled.model.store import Model
from garbled.training.articles import MANGLED_SHARE
from garbled.training.fit import Columns
from garbled.training.labels import CLEAN, MANGLED, Labels
from garbled.training.measure import DENSE, Measured

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

LANGUAGE_MODEL = "language_model"
BASELINES = (
    "readability",
    "word_ngrams",
    "syntax_ngrams",
    "surprisal",
    "grammar_matches",
    LANGUAGE_MODEL,
)
"""Peers: Flesch's ease (harder is worse), hashed words, function words with endings, bits a token
by our counts, LanguageTool's matches per 100 words, bits a token by an untrained neural model."""
SCORERS = (*CONFIGURATIONS, *BASELINES)


@dataclass(frozen=True)
class Comparisons:
    """Originals and their copies; every array has one value a comparison.

    ``original`` and ``copy`` hold each scorer's values, higher is worse, NaN where it measured
    nothing; those of a configuration are log-odds at even classes. ``human`` is the copy's human
    score, ``quality`` what the damage rule makes of it and of the changes; ``origlang`` and
    ``year`` are "" and 0 where unknown; ``segments`` holds the original sentences that stand in
    each document, by its number.
    """

    unit: str
    original: Mapping[str, Vector]
    copy: Mapping[str, Vector]
    mangled: Mask
    faithful: Mask
    human_made: Mask
    native: Mask
    set: NDArray[np.str_]
    lang_pair: NDArray[np.str_]
    system: NDArray[np.str_]
    architecture: NDArray[np.str_]
    origlang: NDArray[np.str_]
    year: Numbers
    human: Vector
    quality: Vector
    original_words: Numbers
    copy_words: Numbers
    group: Numbers
    original_weight: Vector
    copy_weight: Vector
    document: Numbers
    place: Numbers
    segments: Sequence[frozenset[int]]

    def __len__(self) -> int:
        return len(self.mangled)

    def known(self, *scorers: str) -> Mask:
        """Which comparisons all of these scorers measured, on both sides."""
        sides = [side[name] for side in (self.original, self.copy) for name in scorers]
        return np.asarray(~np.isnan(sides).any(axis=0))

    def count_segments(self, chosen: Mask) -> int:
        """Distinct originals, as sentences, in the documents of the chosen comparisons."""
        documents = np.unique(self.document[chosen]).tolist()
        return len(frozenset().union(*(self.segments[number] for number in documents)))


def score_windows(
    measured: Measured,
    columns: Columns,
    model: Model,
    surprisal: Vector | None = None,
) -> dict[str, Vector]:
    """Each scorer's value of every window, higher is worse; ``surprisal`` is a language model's.

    NaN is a window that LanguageTool did not check, to scorers that want grammar, and every window
    to a configuration whose feature group is missing.
    """
    unknown = np.full(len(measured), np.nan)
    unchecked = np.isnan(columns.groups["grammar"][:, 0])
    scores = {}
    for name, groups in CONFIGURATIONS.items():
        known = name in model.configurations and all(g in columns.groups for g in groups)
        scores[name] = _logits(name, columns, model) if known else unknown
        if "grammar" in groups:
            scores[name] = np.where(unchecked, np.nan, scores[name])
    dense = dict(zip(columns_of(DENSE), measured.dense.T, strict=True))
    scores["readability"] = -dense["readability__flesch_reading_ease"]
    scores["word_ngrams"] = columns.groups["words"][:, 0]
    scores["syntax_ngrams"] = columns.groups["syntax"][:, 0]
    scores["surprisal"] = dense["fluency__surprisal_mean"]
    matches = feature_names("grammar").index("grammar__grammar_matches")
    scores["grammar_matches"] = columns.groups["grammar"][:, matches]
    scores[LANGUAGE_MODEL] = unknown if surprisal is None else surprisal
    return scores


def _logits(configuration: str, columns: Columns, model: Model) -> Vector:
    return model.configurations[configuration].windows.logits(columns.matrix(configuration))


def compare_windows(
    scores: Mapping[str, Vector],
    measured: Measured,
    labels: Labels,
    pairs: Sequence[Pair],
    groups: Numbers,
) -> Comparisons:
    """Each window beside its other version; ``groups`` are the pairs' own, to resample."""
    order = np.lexsort((measured.side, measured.place, measured.document))
    before, after = order[0::2], order[1::2]
    truth = labels.truth[after]
    own = [pairs[index] for index in measured.pair[after].tolist()]
    return Comparisons(
        unit="window",
        original={name: values[before] for name, values in scores.items()},
        copy={name: values[after] for name, values in scores.items()},
        mangled=truth == MANGLED,
        faithful=truth == CLEAN,
        human_made=labels.human_made[after],
        native=labels.native[after],
        set=labels.set[after],
        lang_pair=labels.lang_pair[after],
        system=labels.system[after],
        architecture=np.array([architecture_of(p.set, p.system) for p in own]),
        origlang=np.array([p.origlang or "" for p in own]),
        year=np.array([p.year or 0 for p in own], dtype=np.int64),
        human=measured.human[after],
        quality=labels.quality[after],
        original_words=measured.n_words[before],
        copy_words=measured.n_words[after],
        group=groups[measured.pair[after]],
        original_weight=labels.weight[before],
        copy_weight=labels.weight[after],
        document=measured.document[after],
        place=measured.place[after],
        segments=_segments(measured, pairs),
    )


def compare_articles(windows: Comparisons, model: Model) -> Comparisons:
    """Each aligned document beside its other version, scored by the article models."""
    _, first = np.unique(windows.document, return_index=True)
    parts = article_parts(windows)
    return Comparisons(
        unit="article",
        original=_article_scores(windows.original, windows.original_words, parts, model),
        copy=_article_scores(windows.copy, windows.copy_words, parts, model),
        mangled=np.array([windows.mangled[p].mean() >= MANGLED_SHARE for p in parts], dtype=bool),
        faithful=np.array([windows.faithful[p].all() for p in parts], dtype=bool),
        human_made=windows.human_made[first],
        native=windows.native[first],
        set=windows.set[first],
        lang_pair=windows.lang_pair[first],
        system=windows.system[first],
        architecture=windows.architecture[first],
        origlang=windows.origlang[first],
        year=windows.year[first],
        human=np.array([mean_human_score(windows.human[p]) for p in parts]),
        quality=np.array([windows.quality[p].mean() for p in parts]),
        original_words=np.add.reduceat(windows.original_words, first),
        copy_words=np.add.reduceat(windows.copy_words, first),
        group=windows.group[first],
        original_weight=windows.original_weight[first],
        copy_weight=windows.copy_weight[first],
        document=windows.document[first],
        place=windows.place[first],
        segments=windows.segments,
    )


def _article_scores(
    scores: Mapping[str, Vector], n_words: Numbers, parts: Sequence[Numbers], model: Model
) -> dict[str, Vector]:
    """The article model's log-odds; a baseline's word-weighted mean."""
    found = {}
    for name, values in scores.items():
        if name in model.configurations:
            found[name] = score_articles(
                model.configurations[name].articles, values, n_words, parts
            )
        else:
            words = np.maximum(n_words, 1)
            found[name] = np.array([np.average(values[p], weights=words[p]) for p in parts])
    return found


def score_articles(
    articles: CalibratedClassifier, logits: Vector, n_words: Numbers, parts: Sequence[Numbers]
) -> Vector:
    """The article model's log-odds of articles that consist of these windows.

    Args:
        articles: the article model.
        logits: log-odds of every window by the same configuration; NaN makes its article NaN.
        n_words: words in every window.
        parts: the windows of each article.
    """
    words = np.maximum(n_words, 1)
    found = np.full(len(parts), np.nan)
    known = np.array([not np.isnan(logits[p]).any() for p in parts], dtype=bool)
    if known.any():
        own = [part for part, good in zip(parts, known.tolist(), strict=True) if good]
        described = np.array([describe_article(logits[p], words[p]) for p in own])
        found[known] = articles.logits(described)
    return found


def article_parts(windows: Comparisons) -> list[Numbers]:
    """Places of the windows of each document, in the order of their numbers."""
    _, first = np.unique(windows.document, return_index=True)
    return np.split(np.arange(len(windows)), first[1:])


def _segments(measured: Measured, pairs: Sequence[Pair]) -> list[frozenset[int]]:
    """The normalised originals of each document, as numbers, by document number."""
    numbers: dict[str, int] = {}
    texts = [numbers.setdefault(normalise_original(p.original), len(numbers)) for p in pairs]
    found: list[frozenset[int]] = [frozenset()] * (int(measured.document.max(initial=-1)) + 1)
    documents, at = np.unique(measured.document, return_index=True)
    for document, first in zip(documents.tolist(), measured.pair[at].tolist(), strict=True):
        found[document] = frozenset(texts[index] for index in document_run(pairs, first))
    return found


def document_run(pairs: Sequence[Pair], first: int) -> Iterator[int]:
    """Places of the pairs of one aligned document, whose first pair stands at ``first``."""
    key = _document_key(pairs[first])
    longest = MAX_RUN_SEGMENTS if pairs[first].document else 1
    run = range(first, min(first + longest, len(pairs)))
    return takewhile(lambda index: _document_key(pairs[index]) == key, run)


def _document_key(pair: Pair) -> tuple[str, str, str, str]:
    return pair.set, pair.lang_pair, pair.system, pair.document
