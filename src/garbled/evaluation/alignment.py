"""How well paragraphs of two versions are linked, and how fast, on rearranged articles."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from garbled.comparison.alignment import align
from garbled.corpora.pairs import Pair
from garbled.evaluation.blocks import Table
from garbled.evaluation.rearranged import OPERATIONS, Rearranged, make_articles, rearrange
from garbled.evaluation.resampling import Interval, Vector, bootstrap_together
from garbled.evaluation.results import Target
from garbled.evaluation.targets import Aim

F1_WANTED = 0.98
PAIRS_A_MINUTE_WANTED = 1_000
NATIVE = "native English articles"
ALL = "each of these"
SETS = {
    "wmt15": NATIVE,
    "wmt16": NATIVE,
    "apertium-roundtrip": NATIVE,
    "wmt21": "translated articles, 2021 and 2022",
    "wmt22": "translated articles, 2021 and 2022",
}
"""Set to the kind of article that it counts as; of a native kind only native pairs are taken."""
OTHERS = 8
"""Other articles whose sentences may be put into one."""


@dataclass(frozen=True, slots=True)
class LinkQuality:
    """Precision, recall and F1 of paragraph links; intervals over documents of one group."""

    articles: str
    operation: str
    n_articles: int
    n_documents: int
    n_links: int
    precision: Interval
    recall: Interval
    f1: Interval


@dataclass(frozen=True, slots=True)
class AlignmentResult:
    """Link quality by kind of article and operation, and the speed on all of them."""

    links: tuple[LinkQuality, ...]
    n_pairs: int
    pairs_a_minute: float

    def targets(self) -> Iterator[Target]:
        """What was aimed at, and whether it is met."""
        for own in self.links:
            if own.operation == ALL and own.articles == NATIVE:
                aim = Aim("alignment/f1", "alignment: F1 of paragraph links", F1_WANTED)
                note = f"{own.n_articles:,} rearranged articles of {own.n_documents} stories"
                yield aim.fill(own.f1, own.n_links, note)
        aim = Aim("alignment/speed", "alignment: article pairs a minute", PAIRS_A_MINUTE_WANTED)
        yield aim.fill(Interval(self.pairs_a_minute), self.n_pairs)

    def table(self) -> Table:
        """The figures as a table of the report."""
        head = ("articles", "rearranged by", "articles (stories)", "links", "precision", "recall")
        rows = tuple(
            (
                own.articles,
                _NAMES.get(own.operation, own.operation),
                f"{own.n_articles:,} ({own.n_documents})",
                f"{own.n_links:,}",
                _figure(own.precision),
                _figure(own.recall),
                _figure(own.f1),
            )
            for own in self.links
        )
        caption = (
            "Links between paragraphs of an original and its rearranged machine copy;"
            f" {self.pairs_a_minute:,.0f} article pairs a minute on one core"
        )
        return Table(caption, (*head, "F1"), rows)


_NAMES = {"none": "nothing", "all": "all of them together"}


def measure_alignment(
    pairs: Sequence[tuple[Pair, int]], *, max_articles: int = 150, seed: int = 0
) -> AlignmentResult:
    """Rearrange articles in every way, align them, and count links found and links there.

    Args:
        pairs: of one fold, each with the number of its group.
        max_articles: of each set at the most.
        seed: of the sample and of what is done to it.
    """
    counted: list[tuple[str, str, int, Vector]] = []
    seconds = 0.0
    for kind, group, article in _articles(pairs, max_articles, seed):
        start = perf_counter()
        found = align(article.original, article.copy).paragraph_links
        seconds += perf_counter() - start
        there = article.links
        counts = np.array([len(found & there), len(found), len(there)], dtype=np.float64)
        counted.append((kind, article.operation, group, counts))
    return AlignmentResult(
        tuple(_quality(counted, seed)), len(counted), 60 * len(counted) / max(seconds, 1e-9)
    )


def _articles(
    pairs: Sequence[tuple[Pair, int]], most: int, seed: int
) -> Iterator[tuple[str, int, Rearranged]]:
    random_ = random.Random(seed)
    groups = {(p.set, p.lang_pair, p.document): group for p, group in pairs}
    for set_, kind in SETS.items():
        rows = [p for p, _ in pairs if p.set == set_ and (p.is_native or kind != NATIVE)]
        articles = make_articles(rows)
        chosen = random_.sample(articles, min(most, len(articles)))
        copies: dict[int, list[str]] = defaultdict(list)
        for article in chosen:
            copies[_group(article, groups)] += [pair.retranslated for pair in article]
        for article in chosen:
            own = _group(article, groups)
            strange = [group for group in sorted(copies) if group != own]
            drawn = random_.sample(strange, min(OTHERS, len(strange)))
            others = [text for group in drawn for text in copies[group]]
            for operation in OPERATIONS:
                yield kind, own, rearrange(article, operation, others, random_)


def _group(article: Sequence[Pair], groups: dict[tuple[str, str, str], int]) -> int:
    first = article[0]
    return groups[first.set, first.lang_pair, first.document]


def _quality(counted: Sequence[tuple[str, str, int, Vector]], seed: int) -> Iterator[LinkQuality]:
    for kind in dict.fromkeys(SETS.values()):
        for operation in (*OPERATIONS, ALL):
            own = [
                (group, counts)
                for of, by, group, counts in counted
                if of == kind and (operation == ALL or by == operation)
            ]
            if own:
                yield _one_quality(kind, operation, own, seed)


def _one_quality(
    kind: str, operation: str, own: Sequence[tuple[int, Vector]], seed: int
) -> LinkQuality:
    groups = np.array([group for group, _ in own])
    counts = np.stack([row for _, row in own])

    def figures(weight: Vector) -> list[float]:
        right, found, there = (weight @ counts).tolist()
        return [
            right / found if found else float("nan"),
            right / there if there else float("nan"),
            2 * right / (found + there) if found + there else float("nan"),
        ]

    precision, recall, f1 = bootstrap_together(figures, 3, groups, seed=seed)
    n_links = int(counts[:, 2].sum())
    n_documents = len(np.unique(groups))
    return LinkQuality(kind, operation, len(own), n_documents, n_links, precision, recall, f1)


def _figure(value: Interval) -> str:
    return f"{value.value:.3f} [{value.low:.3f}, {value.high:.3f}]"
