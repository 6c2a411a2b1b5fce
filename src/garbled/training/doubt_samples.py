"""What an encoder's doubts are fitted on: human copy, and copies whose changed words are known.

The pairs are those of the stacking fold, which the encoder has not seen, the clean articles those
that are not reserved.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.counts import NgramCounts
from garbled.corpora.aligned import AlignedDocument, align_documents, sample_systems
from garbled.corpora.clean import CleanArticle, read_clean
from garbled.corpora.pairs import Pair, read_pairs
from garbled.corpora.splits import group_folds, group_pairs
from garbled.evidence.doubt import describe
from garbled.features.encoder import Encoder, Reading
from garbled.segment.articles import Article, Window, analyse
from garbled.segment.windows import MIN_WORDS
from garbled.training.config import LEFT_OUT_SETS, STACKING_FOLD
from garbled.training.encoder.corrupt import changed_words

POST_EDITED = frozenset({"mlqe-pe"})
"""Sets whose originals are post-edits, which keep a machine's phrasing: nobody's human copy."""
DIRECT_SETS = POST_EDITED | {"apertium-roundtrip"}
"""Sets whose original is the copy's post-edit or its very source: what differs was changed."""
NEWS_SETS = frozenset({"wmt13", "apertium-roundtrip"})
"""Sets of original news that does not say in which language it was written, or was in English."""
SYSTEMS = {"wmt15": 4, "wmt16": 6}
"""Systems that a document keeps, by set, for the variety of native originals; 1 for others."""
MOST_WINDOWS = 900
"""Windows of a set that are read, so that it takes minutes."""
ARTICLES = 500
"""Clean articles of each publication."""
PAPERS, TRANSLATIONS = "other papers", "human translations"

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """An article with what is known of its tokens, all of them those of its windows.

    ``source`` names whose human copy it is and is empty for others; ``expected`` has the one word
    that the original has in a token's place, where it has just one.
    """

    key: str
    article: Article
    source: str = ""
    wrong: Flags | None = None
    expected: tuple[str | None, ...] = ()

    @property
    def set(self) -> str:
        """The set that an aligned article is of."""
        return self.key.partition("/")[0]

    @property
    def windows(self) -> list[tuple[str, ...]]:
        """The texts of each window's tokens, as the encoder reads them."""
        return [_words(window) for window in self.article.windows]


@dataclass(frozen=True)
class Described:
    """A sample as an encoder read it; ``features`` are ``evidence.doubt.FEATURES``."""

    sample: Sample
    features: NDArray[np.float64]


def read_samples(pairs: Path, clean: Path, seed: int) -> list[Sample]:
    """Samples from aligned pairs and from clean articles."""
    return [*_aligned(pairs, seed), *_clean(clean, seed)]


def describe_samples(
    samples: Sequence[Sample], encoder: Encoder, counts: NgramCounts
) -> tuple[list[Described], float]:
    """What describes the samples' tokens, and how mangled human articles read in the median.

    Equal windows are read once.
    """
    windows = list(dict.fromkeys(words for sample in samples for words in sample.windows))
    found = dict(zip(windows, encoder.read(windows), strict=True))
    readings: list[list[Reading]] = [[found[w] for w in sample.windows] for sample in samples]
    human = [
        np.mean([reading.mangled for reading in own])
        for sample, own in zip(samples, readings, strict=True)
        if sample.source
    ]
    ordinary = round(float(np.median(human)), 2)
    described = [
        Described(sample, describe(sample.article, own, counts, ordinary))
        for sample, own in zip(samples, readings, strict=True)
    ]
    return described, ordinary


def _aligned(path: Path, seed: int) -> Iterator[Sample]:
    seen: set[tuple[str, ...]] = set()
    n_windows: Counter[str] = Counter()
    for document in _documents(path, seed):
        name = document.pairs[0].set
        n_windows[name] += len(document.original.windows)
        if n_windows[name] > MOST_WINDOWS:
            continue
        if is_new(document.original, seen):
            yield _original(document)
        if name in DIRECT_SETS:
            yield _copy(document)


def is_new(article: Article, seen: set[tuple[str, ...]]) -> bool:
    """Whether most sentences were not seen yet; they are from then on.

    An original stands beside many systems, each time without the segments that came out equal.
    """
    sentences = {tuple(token.text for token in s.tokens) for s in article.sentences}
    n_seen = len(sentences & seen)
    seen |= sentences
    return 2 * n_seen < len(sentences)


def _documents(path: Path, seed: int) -> list[AlignedDocument]:
    pairs = list(read_pairs(path))
    folds = group_folds(pairs, group_pairs(pairs)).tolist()
    mine = [p for p, fold in zip(pairs, folds, strict=True) if _is_mine(p, fold)]
    systems = {pair.set: SYSTEMS.get(pair.set, 1) for pair in mine}
    documents = list(align_documents(sample_systems(mine, systems, seed)))
    random.Random(seed).shuffle(documents)
    return documents


def _is_mine(pair: Pair, fold: int) -> bool:
    return fold == STACKING_FOLD and pair.set not in LEFT_OUT_SETS


def _original(document: AlignedDocument) -> Sample:
    first = document.pairs[0]
    return Sample(f"{first.set}/{first.document}", document.original, _source(first))


def _source(pair: Pair) -> str:
    if pair.set in POST_EDITED:
        return ""
    return PAPERS if pair.is_native or pair.set in NEWS_SETS else TRANSLATIONS


def _copy(document: AlignedDocument) -> Sample:
    """A copy with its changed words; the original's key, so that both are on one side."""
    first = document.pairs[0]
    wrong: list[bool] = []
    expected: list[str | None] = []
    for windows in zip(document.original.windows, document.retranslated.windows, strict=True):
        before, after = map(_words, windows)
        wrong.extend(changed_words(before, after))
        expected.extend(_expected(before, after))
    key = f"{first.set}/{first.document}"
    flags = np.array(wrong, dtype=bool)
    return Sample(key, document.retranslated, wrong=flags, expected=tuple(expected))


def _expected(original: Sequence[str], copy: Sequence[str]) -> list[str | None]:
    """The original's word in each token's place, where one word stands for one.

    >>> _expected(["red", "wine", "is", "good"], ["red", "vine", "is", "very", "fine"])
    [None, 'wine', None, None, None]
    """
    found: list[str | None] = [None] * len(copy)
    lower = [word.lower() for word in original], [word.lower() for word in copy]
    matcher = SequenceMatcher(None, *lower, autojunk=False)
    for operation, i, j, k, end in matcher.get_opcodes():
        if operation == "replace" and j - i == end - k:
            found[k:end] = original[i:j]
    return found


def _clean(path: Path, seed: int) -> Iterator[Sample]:
    publications: dict[str, list[CleanArticle]] = defaultdict(list)
    for clean in read_clean(path, reserved=False):
        publications[clean.id.partition(".")[0]].append(clean)
    for name, articles in sorted(publications.items()):
        random.Random(seed).shuffle(articles)
        for clean in articles[:ARTICLES]:
            article = analyse(clean.to_document())
            if article.n_words >= MIN_WORDS:
                yield Sample(clean.id, article, source=name)


def _words(window: Window) -> tuple[str, ...]:
    return tuple(token.text for token in window.tokens)
