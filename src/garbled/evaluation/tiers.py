"""What the cheaper tiers lose against the dearer ones, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan
from pathlib import Path
from time import perf_counter

import numpy as np

from garbled.corpora.splits import fold_of
from garbled.documents import Block, Document, Score
from garbled.drafts import Tier
from garbled.evaluation.comparisons import Comparisons
from garbled.evaluation.held_out import HeldOut
from garbled.evaluation.resampling import Texts, Vector, compare_aurocs
from garbled.evaluation.results import TierComparison
from garbled.evaluation.slices import BY_NAME, EVERYTHING, NATIVE
from garbled.scorer import Scorer

CONFIGURATIONS_OF_TIERS = (("fast", "full"), ("full", "large"))
MAX_ARTICLES = 150
"""Held-out articles, with as many originals, that tier ``auto`` and ``full`` both score."""
WARM_UP = 12


def compare_configurations(units: Sequence[Comparisons], seed: int) -> Iterator[TierComparison]:
    """Configurations on the same windows and articles; nothing is timed."""
    for c in units:
        for tier, against in CONFIGURATIONS_OF_TIERS:
            for name in (NATIVE, EVERYTHING):
                chosen = BY_NAME[name].choose(c) & c.known(tier, against)
                if not chosen.any():
                    continue
                own, other = (
                    Texts.compare(c.original[s][chosen], c.copy[s][chosen], c.group[chosen])
                    for s in (tier, against)
                )
                paired = compare_aurocs(other, own, seed=seed)
                yield TierComparison(
                    tier,
                    against,
                    c.unit,
                    name,
                    int(chosen.sum()),
                    c.count_segments(chosen),
                    paired.second,
                    paired.first,
                    paired.difference,
                    nan,
                    nan,
                    nan,
                )


def compare_auto(
    held_out: HeldOut, articles: Comparisons, model: Path | None, seed: int
) -> TierComparison:
    """Tier ``auto`` beside ``full`` on a fixed sample of articles, timed, in this process.

    Raises:
        ResourceError: no LanguageTool.
    """
    chosen = sample_articles(articles, seed)
    numbers = articles.document[chosen].tolist()
    documents = [
        _document([getattr(pair, side) for pair in held_out.document_pairs(number)])
        for side in ("original", "retranslated")
        for number in numbers
    ]
    _time("full", documents[:WARM_UP], model)  # the JVM compiles what it runs often
    full, full_seconds = _time("full", documents, model)
    auto, auto_seconds = _time("auto", documents, model)
    group, half = articles.group[chosen], len(numbers)
    own, other = (
        Texts.compare(_probability(scores[:half]), _probability(scores[half:]), group)
        for scores in (auto, full)
    )
    paired = compare_aurocs(other, own, seed=seed)
    return TierComparison(
        "auto",
        "full",
        "article",
        EVERYTHING,
        half,
        articles.count_segments(np.isin(np.arange(len(articles)), chosen)),
        paired.second,
        paired.first,
        paired.difference,
        auto_seconds,
        full_seconds,
        sum(score.signature.tier == "full" for score in auto) / max(len(auto), 1),
    )


def sample_articles(articles: Comparisons, seed: int, limit: int = MAX_ARTICLES) -> list[int]:
    """Places of articles whose choice depends on their number and the seed alone."""
    usable = np.flatnonzero(BY_NAME[EVERYTHING].choose(articles)).tolist()
    order = sorted(usable, key=lambda i: fold_of(f"{seed}/{articles.document[i]}", 2**32))
    return sorted(order[:limit])


def _document(segments: Sequence[str]) -> Document:
    return Document.from_blocks(map(Block, segments), id="", source="held-out article")


def _time(
    tier: Tier, documents: Sequence[Document], model: Path | None
) -> tuple[list[Score], float]:
    with Scorer(tier, model=model) as scorer:
        start = perf_counter()
        scores = list(scorer.score_documents(documents))
        return scores, perf_counter() - start


def _probability(scores: Sequence[Score]) -> Vector:
    """Probabilities; a text that is too short to score counts as its prior, here 0.1."""
    return np.array([0.1 if s.probability is None else s.probability for s in scores])
