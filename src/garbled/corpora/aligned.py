"""Aligned pairs as windows: the same segments of one document in both versions.

An original is cut and analysed once however many systems retranslated it. Windows are cut by
the function that run time uses, on the original's word counts, and taken over to the copy.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from garbled.corpora.pairs import Pair, by_document
from garbled.documents import Block, Document
from garbled.segment.articles import Article, Window, analyse, make_window
from garbled.segment.windows import MIN_WORDS, cut_windows

MAX_RUN_SEGMENTS = 40


@dataclass(frozen=True, slots=True)
class AlignedDocument:
    """A document in two versions; ``human`` holds the mean human score of each window or NaN."""

    key: tuple[str, str, str, str]
    pairs: tuple[Pair, ...]
    original: Article
    retranslated: Article
    human: tuple[float, ...]


def align_documents(pairs: Iterable[Pair]) -> Iterator[AlignedDocument]:
    """Documents by system, cut into aligned windows; those under 25 words are left out."""
    for key, rows in by_document(pairs).items():
        for start in range(0, len(rows), MAX_RUN_SEGMENTS):
            aligned = _align(key, rows[start : start + MAX_RUN_SEGMENTS])
            if aligned is not None:
                yield aligned


def sample_systems(pairs: Sequence[Pair], per_document: dict[str, int], seed: int) -> list[Pair]:
    """Keep at most so many systems of each document and language pair, by set, at random.

    Args:
        pairs: all rows.
        per_document: systems a document keeps, by set; sets not named are left out.
        seed: of the choice, which differs from document to document.
    """
    systems: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for pair in pairs:
        systems[pair.set, pair.lang_pair, pair.document].add(pair.system)
    kept = {
        (*key, system)
        for key, names in systems.items()
        for system in _choose(sorted(names), per_document.get(key[0], 0), seed, key)
    }
    return [p for p in pairs if (p.set, p.lang_pair, p.document, p.system) in kept]


def _choose(names: list[str], count: int, seed: int, key: tuple[str, str, str]) -> list[str]:
    return random.Random(f"{seed}/{key}").sample(names, min(count, len(names)))


def _align(key: tuple[str, str, str, str], rows: list[Pair]) -> AlignedDocument | None:
    before = _article(tuple(pair.original for pair in rows))
    after = _article(tuple(pair.retranslated for pair in rows))
    lengths = _words_by_paragraph(before)
    if sum(lengths) < MIN_WORDS:
        return None
    spans = [s for s in cut_windows(lengths) if sum(lengths[s.start : s.end]) >= MIN_WORDS]
    original, retranslated = (
        Article(article.document, article.sentences, _windows(article, spans))
        for article in (before, after)
    )
    human = tuple(_mean_score(rows[start:end]) for start, end in spans)
    return AlignedDocument(key, tuple(rows), original, retranslated, human)


@lru_cache(maxsize=4_096)
def _article(segments: tuple[str, ...]) -> Article:
    return analyse(Document.from_blocks(map(Block, segments), id="", source=""))


def _words_by_paragraph(article: Article) -> list[int]:
    words = [0] * len(article.document.paragraphs)
    for sentence in article.sentences:
        words[sentence.paragraph] += sentence.n_words
    return words


def _windows(article: Article, spans: Sequence[tuple[int, int]]) -> tuple[Window, ...]:
    return tuple(
        make_window([s for s in article.sentences if start <= s.paragraph < end])
        for start, end in spans
    )


def _mean_score(rows: Sequence[Pair]) -> float:
    scores = [pair.human_score for pair in rows if pair.human_score is not None]
    return sum(scores) / len(scores) if 2 * len(scores) >= len(rows) else float("nan")
