"""Why a document has its score: the sum behind its probability, and behind its worst windows'.

All parts are calibrated log-odds: calibration scales each of them and is no part of its own. The
prior, the average text and the parts of the groups add up to the log-odds of the probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from garbled.attribution import (
    ArticleAttribution,
    Attribution,
    attribute_article,
    attribute_article_model,
    attribute_windows,
)
from garbled.documents import Document, Score
from garbled.drafts import Draft, Settings
from garbled.grammar import Grammar
from garbled.model.classifier import sigmoid
from garbled.model.store import Model, load_model
from garbled.pipeline import draft_document, score_drafts
from garbled.results import failed
from garbled.segment.articles import Article, Window

WORST_WINDOWS = 3
WORST_TOKENS = 5
QUOTED_WORDS = 12

Part = TypeVar("Part", "FeaturePart", "GroupPart")


@dataclass(frozen=True, slots=True)
class FeaturePart:
    """What one feature adds; ``value`` is None where undefined, and ``average`` the usual one."""

    name: str
    value: float | None
    average: float
    log_odds: float


@dataclass(frozen=True, slots=True)
class GroupPart:
    """What a feature group adds: the sum of its features where they are given, strongest first."""

    name: str
    log_odds: float
    features: tuple[FeaturePart, ...] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """Log-odds as a sum: the prior's, the average text's, and each group's, strongest first."""

    prior: float
    average: float
    groups: tuple[GroupPart, ...]

    @property
    def log_odds(self) -> float:
        return self.prior + self.average + sum(group.log_odds for group in self.groups)

    @property
    def probability(self) -> float:
        return float(sigmoid(np.array(self.log_odds)))


@dataclass(frozen=True, slots=True)
class Passage:
    """A range of code points in a paragraph, with its words."""

    paragraph: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A token that the encoder doubts, and its log-odds of being wrong."""

    passage: Passage
    log_odds: float


@dataclass(frozen=True, slots=True)
class WindowPart:
    """One window: where it stands, its opening words, its sum and the encoder's doubts."""

    passages: tuple[Passage, ...]
    opening: str
    n_words: int
    sum: Sum
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document has its score.

    ``article`` is the sum by feature group, ``article_model`` the same as the article model adds
    it up from what it sees of the windows. Both are None and ``windows`` empty where nothing was
    scored; ``score`` says why. ``windows`` are the worst of ``n_windows``, the worst first.
    """

    score: Score
    article: Sum | None = None
    article_model: Sum | None = None
    windows: tuple[WindowPart, ...] = ()
    n_windows: int = 0


def explain_documents(
    documents: Iterable[Document],
    settings: Settings,
    grammar: Grammar,
    worst: int = WORST_WINDOWS,
) -> Iterator[Explanation]:
    """Explain documents in their order, one at a time; none is lost and none raises.

    Args:
        documents: as they were read.
        settings: tier, prior and model, as for scoring.
        grammar: the checker that the tier may ask.
        worst: how many of the worst windows to take apart.

    Raises:
        ModelError: the model cannot be loaded.
    """
    model = load_model(settings.model, settings.digest, large=settings.large)
    for document in documents:
        try:
            yield _explain(document, model, settings, grammar, worst)
        except Exception as error:
            yield Explanation(failed(document, error, model, settings))


def _explain(
    document: Document, model: Model, settings: Settings, grammar: Grammar, worst: int
) -> Explanation:
    made = draft_document(document, model, settings, grammar)
    if isinstance(made, Score):
        return Explanation(made)
    [score] = score_drafts([made], model, settings, grammar)
    if not made.is_scored:
        return Explanation(score)
    windows = attribute_windows(made, model)
    article = attribute_article(made, model, windows)
    shift = settings.shift_of(model, document.source)
    order = np.argsort(-windows.features.sum(axis=1), kind="stable")[:worst]
    return Explanation(
        score=score,
        article=_article(article, shift),
        article_model=_sum(attribute_article_model(made, model), 0, shift),
        windows=tuple(_window(made, windows, int(number), shift) for number in order),
        n_windows=len(made.article.windows),
    )


def _article(article: ArticleAttribution, shift: float) -> Sum:
    groups = [GroupPart(name, log_odds) for name, log_odds in article.groups.items()]
    return Sum(shift, article.average, _strongest(groups))


def _window(draft: Draft, windows: Attribution, number: int, shift: float) -> WindowPart:
    window = draft.article.windows[number]
    passages = tuple(_passages(draft.article, window))
    words = " ".join(passage.quote for passage in passages).split()
    return WindowPart(
        passages=passages,
        opening=" ".join(words[:QUOTED_WORDS]) + ("…" if len(words) > QUOTED_WORDS else ""),
        n_words=window.n_words,
        sum=_sum(windows, number, shift),
        doubts=_doubts(draft, number),
    )


def _sum(moved: Attribution, number: int, shift: float) -> Sum:
    groups = []
    for name, places in moved.groups.items():
        features = [_feature(moved, number, place) for place in places]
        total = sum(feature.log_odds for feature in features)
        groups.append(GroupPart(name, total, _strongest(features)))
    return Sum(shift, moved.average, _strongest(groups))


def _feature(moved: Attribution, number: int, place: int) -> FeaturePart:
    value = float(moved.values[number, place])
    return FeaturePart(
        name=moved.names[place].rpartition("__")[2],
        value=None if np.isnan(value) else value,
        average=float(moved.averages[place]),
        log_odds=float(moved.features[number, place]),
    )


def _strongest(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: -abs(part.log_odds)))


def _passages(article: Article, window: Window) -> Iterator[Passage]:
    """One passage a paragraph that the window has a part in."""
    for index in window.words_by_paragraph():
        sentences = [s for s in window.sentences if s.paragraph == index]
        yield _passage(article.document, index, sentences[0].start, sentences[-1].end)


def _passage(document: Document, index: int, start: int, end: int) -> Passage:
    return Passage(index, start, end, document.paragraphs[index].text[start:end])


def _doubts(draft: Draft, number: int) -> tuple[Doubt, ...]:
    """The tokens of a window that the strongest encoder doubts most, the worst first."""
    window = draft.article.windows[number]
    placed = [(s.paragraph, token) for s in window.sentences for token in s.tokens]
    log_odds = np.nan_to_num(draft.best_readings[number].tokens, nan=-np.inf)
    worst = np.argsort(-log_odds, kind="stable")[:WORST_TOKENS]
    return tuple(
        Doubt(_passage(draft.document, index, token.start, token.end), float(log_odds[place]))
        for place in worst.tolist()
        if np.isfinite(log_odds[place])
        for index, token in [placed[place]]
    )
