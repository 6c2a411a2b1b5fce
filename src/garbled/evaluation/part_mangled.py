"""Long articles of which only some windows are mangled, made of held-out aligned windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np

from garbled.evaluation.comparisons import Comparisons, Numbers, score_articles
from garbled.evaluation.resampling import (
    Mask,
    Texts,
    auroc_of,
    average_precision_of,
    bootstrap,
)
from garbled.evaluation.results import PartMangled
from garbled.evaluation.slices import APART
from garbled.model.store import Model

SHARES = (0.1, 0.2, 0.5)
MIN_WINDOWS = 10


@dataclass(frozen=True)
class _Mixed:
    """Articles as places of their windows, and which of them are replaced by the copy's."""

    articles: list[Numbers]
    replaced: list[Mask]


def measure_part_mangled(
    c: Comparisons, model: Model, configuration: str, seed: int
) -> list[PartMangled]:
    """By share of mangled windows, against the same articles untouched.

    Consecutive documents of one set, language pair and system are joined until they have ten
    windows. Only windows whose copy the damage rule calls mangled are replaced, at random; an
    article with too few of them is left out. Stories are those of an article's first window.
    """
    articles = list(join_documents(c, configuration))
    return [_measure(c, model, configuration, articles, share, seed) for share in SHARES]


def join_documents(c: Comparisons, configuration: str) -> Iterator[Numbers]:
    """Places of the windows of each long article, in reading order."""
    usable = c.known(configuration) & ~c.human_made & (c.set != APART)
    kind = np.unique([c.set, c.lang_pair, c.system], axis=1, return_inverse=True)[1]
    order = np.lexsort((c.place, c.document, kind))
    order = order[usable[order]]
    for same in _runs(order, kind):
        waiting: list[Numbers] = []
        for document in _runs(same, c.document):
            waiting.append(document)
            if sum(map(len, waiting)) >= MIN_WINDOWS:
                yield np.concatenate(waiting)
                waiting = []


def _runs(order: Numbers, values: Numbers) -> list[Numbers]:
    """Parts of an order over which the values stay the same."""
    cuts = np.flatnonzero(np.diff(values[order])) + 1
    return np.split(order, cuts) if len(order) else []


def _measure(
    c: Comparisons,
    model: Model,
    configuration: str,
    articles: list[Numbers],
    share: float,
    seed: int,
) -> PartMangled:
    judge = model.configurations[configuration].articles
    mixed = _mix(c, articles, share, seed)
    windows = np.concatenate([np.empty(0, dtype=np.int64), *mixed.articles])
    replaced = np.concatenate([np.empty(0, dtype=bool), *mixed.replaced])
    cuts = np.cumsum([len(part) for part in mixed.articles])[:-1]
    parts = np.split(np.arange(len(windows)), cuts) if mixed.articles else []
    before, after = c.original[configuration][windows], c.copy[configuration][windows]
    logits = np.where(replaced, after, before)
    words = np.where(replaced, c.copy_words[windows], c.original_words[windows])
    stories = np.array([c.group[part[0]] for part in mixed.articles], dtype=np.int64)
    own = Texts.compare(
        score_articles(judge, before, c.original_words[windows], parts),
        score_articles(judge, logits, words, parts),
        stories,
    )
    by_window = np.repeat(stories, [len(part) for part in mixed.articles])
    return PartMangled(
        share,
        len(parts),
        c.count_segments(_mask(windows, len(c))),
        bootstrap(auroc_of(own.scores, own.positive), own.groups, seed=seed),
        bootstrap(average_precision_of(logits, replaced), by_window, seed=seed),
    )


def _mix(c: Comparisons, articles: list[Numbers], share: float, seed: int) -> _Mixed:
    random = np.random.default_rng(seed)
    mixed = _Mixed([], [])
    for windows in articles:
        wanted = ceil(share * len(windows) - 1e-9)
        mangled = np.flatnonzero(c.mangled[windows])
        if len(mangled) < wanted:
            continue
        chosen = random.choice(mangled, wanted, replace=False)
        mixed.articles.append(windows)
        mixed.replaced.append(_mask(chosen, len(windows)))
    return mixed


def _mask(places: Numbers, n: int) -> Mask:
    found = np.zeros(n, dtype=bool)
    found[places] = True
    return found
