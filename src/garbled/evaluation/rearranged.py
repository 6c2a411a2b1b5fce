"""Articles rearranged on purpose, with the paragraph links that an aligner should find.

The two versions are the originals and the retranslations of one document by one system. The
copy's paragraphs are shuffled, merged, split, cut and extended by paragraphs of other articles.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Literal, get_args

from garbled.corpora.pairs import Pair, by_document
from garbled.documents import Block, Document

Operation = Literal["none", "shuffle", "merge", "split", "cut", "extend", "all"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)

MIN_SEGMENTS = 6
MAX_SEGMENTS = 30
"""Segments of an article: longer documents are cut into several."""
MAX_PARAGRAPH = 3
"""Segments of a paragraph, before any is merged."""
SHARE = 0.4
"""Of the paragraphs, how many an operation takes."""

Paragraphs = list[list[int | str]]
"""Paragraphs of a copy: segments of its original by number, or sentences that are none of it."""


@dataclass(frozen=True, slots=True)
class Rearranged:
    """An original, its rearranged copy, and the pairs of paragraphs that share a segment.

    Operation ``all`` is one after the other: cut, split, merge, extend, shuffle.
    """

    operation: Operation
    original: Document
    copy: Document
    links: frozenset[tuple[int, int]]


def make_articles(pairs: Iterable[Pair]) -> list[tuple[Pair, ...]]:
    """Runs of consecutive segments of one document by one system, long enough to rearrange."""
    return [
        tuple(rows[start : start + MAX_SEGMENTS])
        for rows in by_document(pairs).values()
        for start in range(0, len(rows), MAX_SEGMENTS)
        if len(rows[start : start + MAX_SEGMENTS]) >= MIN_SEGMENTS
    ]


def rearrange(
    article: Sequence[Pair], operation: Operation, others: Sequence[str], random_: random.Random
) -> Rearranged:
    """Rearrange the copy of an article; ``others`` are sentences of other articles' copies."""
    cuts = _paragraph_sizes(len(article), random_)
    before: list[list[int]] = []
    start = 0
    for size in cuts:
        before.append(list(range(start, start + size)))
        start += size
    after: Paragraphs = [list(segments) for segments in before]
    steps = OPERATIONS[1:-1] if operation == "all" else (operation,)
    for step in ("cut", "split", "merge", "extend", "shuffle"):
        if step in steps:
            after = _apply(step, after, others, random_)
    home = {segment: place for place, segments in enumerate(before) for segment in segments}
    links = frozenset(
        (home[segment], place)
        for place, segments in enumerate(after)
        for segment in segments
        if isinstance(segment, int)
    )
    return Rearranged(
        operation,
        _document([[article[n].original for n in segments] for segments in before]),
        _document(
            [[s if isinstance(s, str) else article[s].retranslated for s in p] for p in after]
        ),
        links,
    )


def _paragraph_sizes(total: int, random_: random.Random) -> list[int]:
    sizes: list[int] = []
    while (left := total - sum(sizes)) > 0:
        sizes.append(min(left, random_.randint(1, MAX_PARAGRAPH)))
    return sizes


def _apply(
    step: str, paragraphs: Paragraphs, others: Sequence[str], random_: random.Random
) -> Paragraphs:
    if step == "shuffle":
        return random_.sample(paragraphs, len(paragraphs))
    if step == "cut":
        kept = [p for p in paragraphs if random_.random() >= SHARE]
        return kept or paragraphs[:1]
    if step == "merge":
        begins = [random_.random() >= SHARE for _ in paragraphs]
        numbered = zip(accumulate(begins), paragraphs, strict=True)
        return [
            [s for _, p in group for s in p] for _, group in groupby(numbered, key=lambda n: n[0])
        ]
    if step == "split":
        return [part for p in paragraphs for part in _split(p, random_)]
    extended: Paragraphs = []
    for paragraph in paragraphs:
        extended.append(paragraph)
        if others and random_.random() < SHARE:
            extended.append(random_.choices(others, k=random_.randint(1, MAX_PARAGRAPH)))
    return extended


def _split(paragraph: list[int | str], random_: random.Random) -> Paragraphs:
    if len(paragraph) < 2:
        return [paragraph]
    at = random_.randrange(1, len(paragraph))
    return [paragraph[:at], paragraph[at:]]


def _document(paragraphs: Sequence[Sequence[str]]) -> Document:
    return Document.from_blocks([Block(" ".join(p)) for p in paragraphs], id="", source="")
