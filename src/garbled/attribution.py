"""Which feature groups moved a score and by how much, in log-odds that add up.

A window's log-odds are a sum: those of the average text, plus what each feature adds, which is its
part in the margin times how steeply calibration rises from the average text to this one. An
article's log-odds are a function of all its windows' (their mean, the worst, how many), so a
group's part depends on which others are counted already. It is shared out by the Shapley value
over the groups, exactly, with the average text standing in for a group left out (Shapley 1953, "A
value for n-person games"; Sundararajan & Najmi 2020, "The many Shapley values for model
explanation": baseline Shapley). It alone adds up, treats groups alike and gives nothing to a group
that changes nothing; sharing in proportion to the windows' parts, which is cheaper, blows up where
the parts cancel. With eight groups it takes 256 evaluations of a small linear model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from garbled.drafts import Draft, Matrix
from garbled.features.groups import CONFIGURATIONS, feature_names
from garbled.model.articles import describe_article, describe_articles
from garbled.model.classifier import CalibratedClassifier
from garbled.model.store import Model

COLUMNS_PER_FEATURE = 4
"""The basis gives a feature four columns, its value first; their centres are the average text."""


@dataclass(frozen=True)
class Attribution:
    """What moved the log-odds of n windows or articles at even classes, feature by feature.

    ``average`` is the log-odds of the average text; ``average + features.sum(axis=1)`` are their
    own. ``features`` has shape (n, n_features), ``values`` likewise, NaN where a feature is
    undefined; ``averages`` are the features of the average text.
    """

    names: tuple[str, ...]
    groups: dict[str, range]
    average: float
    features: Matrix
    values: Matrix
    averages: Matrix

    def by_group(self) -> Matrix:
        """Log-odds by which each group moved each row, shape (n, n_groups)."""
        return np.stack([self.features[:, list(g)].sum(axis=1) for g in self.groups.values()], 1)


@dataclass(frozen=True)
class ArticleAttribution:
    """What moved an article's log-odds at even classes: ``average + sum(groups.values())``.

    ``average`` is the log-odds of an article of as many windows, each of them average.
    """

    average: float
    groups: dict[str, float]


def attribute(
    classifier: CalibratedClassifier, values: Matrix, groups: dict[str, range]
) -> Attribution:
    """What moved each row of ``values``; undefined features move nothing."""
    columns = [[place] for place in range(len(classifier.features))]
    undefined = np.full((1, len(columns)), np.nan)
    return Attribution(
        names=classifier.features,
        groups=groups,
        average=float(classifier.logits(undefined)[0]),
        features=classifier.contributions(values, columns),
        values=values,
        averages=classifier.pipeline.named_steps["basis"].center_[::COLUMNS_PER_FEATURE],
    )


def attribute_windows(draft: Draft, model: Model) -> Attribution:
    """What moved the windows of a measured draft."""
    windows = draft.calibrated(model).windows
    return attribute(windows, draft.matrix(), group_places(draft.configuration))


def attribute_article_model(draft: Draft, model: Model) -> Attribution:
    """What moved the article of a measured draft as the article model sums it up."""
    articles = draft.calibrated(model).articles
    described = describe_article(draft.window_logits(model), _n_words(draft))
    return attribute(articles, np.array([described]), {"article": range(len(described))})


def attribute_article(
    draft: Draft, model: Model, windows: Attribution | None = None
) -> ArticleAttribution:
    """What moved the article of a measured draft, by exact Shapley values over the groups."""
    windows = windows or attribute_windows(draft, model)
    parts, n_words = windows.by_group(), _n_words(draft)
    articles = draft.calibrated(model).articles

    def value(coalitions: Matrix) -> Matrix:
        logits = windows.average + coalitions @ parts.T
        return articles.logits(describe_articles(logits, n_words))

    average, moved = shapley(value, len(windows.groups))
    return ArticleAttribution(average, dict(zip(windows.groups, moved.tolist(), strict=True)))


def article_contributions(draft: Draft, model: Model) -> dict[str, float]:
    """Feature group to the log-odds by which it moved the article; what reasons are drawn from."""
    return attribute_article(draft, model).groups


def _n_words(draft: Draft) -> NDArray[np.int64]:
    return np.array([window.n_words for window in draft.article.windows])


def group_places(configuration: str) -> dict[str, range]:
    """The columns of each group in a configuration's matrix.

    >>> group_places("fast")["lexicon"]
    range(7, 12)
    """
    places, start = {}, 0
    for group in CONFIGURATIONS[configuration]:
        end = start + len(feature_names(group))
        places[group] = range(start, end)
        start = end
    return places


def shapley(value: Callable[[Matrix], Matrix], n_players: int) -> tuple[float, Matrix]:
    """The value of nobody, and each player's Shapley value; together the value of all.

    Args:
        value: from coalitions, shape (n, n_players) of 0 and 1, to their values, shape (n,).

    >>> shapley(lambda coalitions: coalitions.max(axis=1), 2)
    (0.0, array([0.5, 0.5]))
    """
    sets = np.arange(2**n_players)
    members = (sets[:, None] >> np.arange(n_players)) & 1
    values = value(members.astype(np.float64))
    weights = np.array(_weights(n_players))[members.sum(axis=1).clip(max=n_players - 1)]
    shares = []
    for player in range(n_players):
        without = sets[members[:, player] == 0]
        gains = values[without | (1 << player)] - values[without]
        shares.append(float(weights[without] @ gains))
    return float(values[0]), np.array(shares)


def _weights(n: int) -> Sequence[float]:
    """Share of the orders of n players in which just these s players come before a given one."""
    return [factorial(s) * factorial(n - 1 - s) / factorial(n) for s in range(n)]
