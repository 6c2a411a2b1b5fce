"""Features of aligned documents, chunk by chunk, cached by content outside the tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from joblib import Memory, Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from garbled.analysers.run import Resources, find_faults, load_resources
from garbled.corpora.aligned import AlignedDocument, align_documents
from garbled.corpora.damage import changes
from garbled.corpora.pairs import Pair, by_document
from garbled.features.groups import stateless_groups
from garbled.features.ngrams import NgramScore
from garbled.features.rows import Row, make_rows
from garbled.segment.articles import Article

VERSION = 8
"""Raise it when a feature changes: cached chunks of another version are not used."""
CHUNK_SEGMENTS = 4_000
ORIGINAL, RETRANSLATED = 0, 1


@dataclass(frozen=True)
class Measured:
    """Windows of both versions; every array has one row a window but ``changes`` and ``human``.

    ``document`` numbers the aligned documents; ``place`` is the window's number in its document;
    ``side`` is 0 for the original and 1 for the retranslation; ``pair`` points to the first pair
    of the document. ``changes`` (n, 5) and ``human`` (n,) describe a window pair and stand on both
    of its sides.
    """

    dense: NDArray[np.float64]
    words: csr_array
    syntax: csr_array
    n_words: NDArray[np.int64]
    document: NDArray[np.int64]
    place: NDArray[np.int64]
    side: NDArray[np.int64]
    pair: NDArray[np.int64]
    changes: NDArray[np.float64]
    human: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.n_words)


DENSE = ("names", "lexicon", "fluency", "readability")
"""The stateless groups that need no server, in the order of ``Measured.dense``."""


def measure(
    chunks: Sequence[Sequence[Pair]], folder: Path, digest: str, cache: Path | None, jobs: int
) -> Measured:
    """Measure all windows of aligned pairs.

    Args:
        chunks: as ``chunk_pairs`` cuts them.
        folder: holds the counts and mined phrases.
        digest: of the folder's files; part of the cache's key.
        cache: where chunks are kept, or None.
        jobs: processes.
    """
    memory = Memory(cache, verbose=0)
    cached = memory.cache(_measure_chunk, ignore=["folder"])
    parts: list[Measured] = Parallel(n_jobs=jobs, verbose=1)(
        delayed(cached)(list(chunk), folder, digest, VERSION) for chunk in chunks
    )
    return _join(parts, chunks)


def chunk_pairs(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Pairs in runs of whole documents, those of one document and system together."""
    chunks: list[list[Pair]] = [[]]
    for _, rows in sorted(by_document(pairs).items()):
        if len(chunks[-1]) + len(rows) > CHUNK_SEGMENTS and chunks[-1]:
            chunks.append([])
        chunks[-1].extend(rows)
    return chunks


def _measure_chunk(pairs: list[Pair], folder: Path, digest: str, version: int) -> Measured:
    resources = load_resources(folder, digest)
    return measure_documents(list(align_documents(pairs)), pairs, resources)


def measure_documents(
    documents: Sequence[AlignedDocument], pairs: Sequence[Pair], resources: Resources
) -> Measured:
    groups = stateless_groups(resources)
    places = {id(pair): index for index, pair in enumerate(pairs)}
    rows: list[Row] = []
    meta: list[tuple[float, ...]] = []
    for number, aligned in enumerate(documents):
        changed = [
            changes(list(a.tokens), list(b.tokens))
            for a, b in zip(aligned.original.windows, aligned.retranslated.windows, strict=True)
        ]
        first = places[id(aligned.pairs[0])]
        for side, article in enumerate((aligned.original, aligned.retranslated)):
            rows.extend(_rows(article, resources))
            meta.extend(
                (number, place, side, first, *changed[place], aligned.human[place])
                for place in range(len(article.windows))
            )
    table = np.array(meta, dtype=np.float64).reshape(-1, 10)
    return Measured(
        dense=np.hstack([groups[name].transform(rows) for name in DENSE]),
        words=NgramScore("words", resources.counts).hashed(rows),
        syntax=NgramScore("syntax", resources.counts).hashed(rows),
        n_words=np.array([row.window.n_words for row in rows], dtype=np.int64),
        document=table[:, 0].astype(np.int64),
        place=table[:, 1].astype(np.int64),
        side=table[:, 2].astype(np.int64),
        pair=table[:, 3].astype(np.int64),
        changes=table[:, 4:9],
        human=table[:, 9],
    )


def _rows(article: Article, resources: Resources) -> list[Row]:
    return make_rows(article.windows, find_faults(article, resources), None)


def _join(parts: Sequence[Measured], chunks: Iterable[Sequence[Pair]]) -> Measured:
    """Concatenate chunks; document and pair numbers go on from chunk to chunk."""
    documents = np.cumsum([0, *(1 + int(part.document.max(initial=-1)) for part in parts)])
    starts = np.cumsum([0, *(len(chunk) for chunk in chunks)])
    columns = {}
    for field in fields(Measured):
        values = [getattr(part, field.name) for part in parts]
        if field.name == "document":
            values = [v + n for v, n in zip(values, documents, strict=False)]
        elif field.name == "pair":
            values = [v + n for v, n in zip(values, starts, strict=False)]
        stack = vstack if field.name in {"words", "syntax"} else np.concatenate
        columns[field.name] = stack(values)
    return Measured(**columns)
