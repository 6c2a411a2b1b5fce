"""The copy that findings are measured on: clean news, originals, translations, machine copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from math import nan
from pathlib import Path

import numpy as np
from joblib import Memory

from garbled.corpora.aligned import MAX_RUN_SEGMENTS
from garbled.corpora.clean import CleanArticle, read_clean
from garbled.corpora.pairs import Pair, by_document
from garbled.corpora.splits import fold_of, normalise_original
from garbled.documents import Block, Document
from garbled.evaluation.findings.checked import Copy
from garbled.evaluation.findings.planting import Planted
from garbled.evaluation.human_translation import REFERENCE_SETS
from garbled.evaluation.slices import NATIVE_SETS
from garbled.training.config import HELD_OUT_FOLD
from garbled.training.prepare import split_pairs

POST_EDITED = "mlqe-pe"
NEWSWIRE = "apertium-roundtrip"
NO_NEWS = frozenset({POST_EDITED, "scifact-roundtrip"})
OTHER_PAPERS = ("wmt13", *NATIVE_SETS)
MIN_WORDS = 25
_ORDER = 2**32


def read_fold(path: Path, fold: int, seed: int, cache: Path | None) -> list[tuple[Pair, int]]:
    """Pairs of a fold and their groups; systems are sampled as training and evaluation do.

    ``cache`` keeps them from one call to the next: reading takes two minutes.
    """
    content = [(f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in sorted(path.glob("*"))]
    memory = Memory(cache, verbose=0)
    return list(memory.cache(_read_fold, ignore=["path"])(path, content, fold, seed))


def _read_fold(path: Path, content: object, fold: int, seed: int) -> list[tuple[Pair, int]]:
    split = split_pairs(path, held_out=fold == HELD_OUT_FOLD, seed=seed)
    rows = zip(split.pairs, split.groups.tolist(), split.folds.tolist(), strict=True)
    return [(pair, group) for pair, group, own in rows if own == fold]


def sample_clean(path: Path, *, reserved: bool, limit: int, seed: int) -> list[Copy]:
    """At most so many clean articles, in a random order that ids and seed alone decide."""
    chosen = nsmallest(
        limit,
        read_clean(path, reserved=reserved),
        key=lambda article: fold_of(f"{seed}/{article.id}", _ORDER),
    )
    return [_clean_copy(article, number) for number, article in enumerate(chosen)]


def _clean_copy(article: CleanArticle, number: int) -> Copy:
    return Copy(article.to_document(), article.id.split(".", 1)[0], number)


def originals(pairs: Iterable[tuple[Pair, int]]) -> Iterator[Copy]:
    """Originals of other papers, each segment once; ``source`` is the set."""
    wanted = [
        (pair, group)
        for pair, group in pairs
        if pair.set == NEWSWIRE
        or (pair.set in OTHER_PAPERS and (pair.is_native or pair.origlang is None))
    ]
    yield from _once(wanted, "original")


def human_translations(pairs: Iterable[tuple[Pair, int]]) -> Iterator[Copy]:
    """References and originals that are translations, and human control translations."""
    own = list(pairs)
    references = [
        (pair, group)
        for pair, group in own
        if pair.set in REFERENCE_SETS
        or (pair.set in NATIVE_SETS and pair.origlang is not None and not pair.is_native)
    ]
    yield from _once(references, "original")
    yield from _once([(p, g) for p, g in own if p.kind == "human"], "retranslated")


def _once(rows: Sequence[tuple[Pair, int]], side: str) -> Iterator[Copy]:
    """Runs of a document's segments, each segment once: the longest run of a document has it.

    A document's runs differ from system to system by the segments that a system left as they were.
    """
    seen: set[str] = set()
    by_length = sorted(runs(rows), key=lambda found: -len(found[0]))
    for number, (run, group) in enumerate(by_length):
        texts = []
        for pair in run:
            key = normalise_original(getattr(pair, side))
            if key not in seen:
                seen.add(key)
                texts.append(getattr(pair, side))
        if sum(len(text.split()) for text in texts) >= MIN_WORDS:
            yield Copy(make_document(texts, f"{side}/{number}/{group}"), run[0].set, group)


def runs(rows: Sequence[tuple[Pair, int]]) -> Iterator[tuple[list[Pair], int]]:
    """Consecutive segments of one document by one system, with their group."""
    group_of = {id(pair): group for pair, group in rows}
    for own in by_document(pair for pair, _ in rows).values():
        for start in range(0, len(own), MAX_RUN_SEGMENTS):
            run = own[start : start + MAX_RUN_SEGMENTS]
            yield run, group_of[id(run[0])]


def make_document(texts: Sequence[str], id: str) -> Document:
    """A document with a paragraph for each segment."""
    return Document.from_blocks(map(Block, texts), id=id, source=id)


def mean_score(run: Sequence[Pair]) -> float:
    """Mean human score of a run; NaN where fewer than half of its segments have one."""
    scores = [pair.human_score for pair in run if pair.human_score is not None]
    return float(np.mean(scores)) if scores and 2 * len(scores) >= len(run) else nan


def machine_copies(pairs: Iterable[tuple[Pair, int]]) -> dict[str, tuple[Copy, list[Pair]]]:
    """Machine copies of 25 words or more with their pairs, by id."""
    found = {}
    for run, group in runs([(pair, group) for pair, group in pairs if pair.kind == "machine"]):
        texts = [pair.retranslated for pair in run]
        if sum(len(text.split()) for text in texts) >= MIN_WORDS:
            sources = tuple(pair.original for pair in run)
            id = _run_id(run)
            found[id] = Copy(make_document(texts, id), run[0].set, group, sources), run
    return found


def _run_id(run: Sequence[Pair]) -> str:
    first = run[0]
    return "/".join((first.set, first.lang_pair, first.system, first.document, str(first.seg)))


def pick(planted: Sequence[Planted], limit: int, seed: int) -> list[Planted]:
    """At most so many, chosen by the id of their excerpts and the seed alone."""
    return nsmallest(limit, planted, key=lambda p: fold_of(f"{seed}/{p.excerpt.id}", _ORDER))


def sample(copies: Sequence[Copy], limit: int, seed: int) -> list[Copy]:
    """At most so many, chosen by id and seed alone."""
    return nsmallest(limit, copies, key=lambda c: fold_of(f"{seed}/{c.document.id}", _ORDER))
