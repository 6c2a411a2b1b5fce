"""Surprisal of an untrained causal language model: the peer that needs no training of ours.

Needs torch, transformers, accelerate and gguf, which garbled itself does not ask for.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from joblib import Memory
from numpy.typing import NDArray

from garbled.corpora.aligned import align_documents
from garbled.corpora.pairs import Pair
from garbled.corpora.splits import fold_of
from garbled.evaluation.held_out import HeldOut
from garbled.evaluation.slices import FLUENT_SETS, NATIVE_SETS
from garbled.segment.articles import Article, Window
from garbled.training.surprisal import BATCH, digest_of_model, read_surprisal

MAX_WINDOWS = 800
"""Windows, both versions, of native and of fluent documents each."""


def measure_surprisal(texts: Sequence[str], file: Path, cache: Path | None) -> NDArray[np.float64]:
    """Mean bits a token of each text, higher is more surprising; NaN for one of a single token.

    Args:
        texts: windows.
        file: a model in GGUF form.
        cache: where batches are kept, or None.

    Raises:
        ResourceError: the model cannot be read, or a package is missing.
    """
    distinct = sorted(set(texts), key=lambda text: (len(text), text))
    digest = digest_of_model(file)
    cached = Memory(cache, verbose=0).cache(read_surprisal, ignore=["file"])
    found: dict[str, float] = {}
    for start in range(0, len(distinct), BATCH):
        batch = distinct[start : start + BATCH]
        means = cached(batch, file, digest)[:, 0]
        found.update(zip(batch, means.tolist(), strict=True))
        print(f"language model: {start + len(batch)} of {len(distinct)}", file=sys.stderr)
    return np.array([found[text] for text in texts])


def add_surprisal(held_out: HeldOut, file: Path, cache: Path | None, seed: int) -> HeldOut:
    """The fold with surprisal on a sample of whole native and fluent documents; else NaN.

    Raises:
        ResourceError: the model cannot be read, or a package is missing.
    """
    material, labels = held_out.material, held_out.labels
    wanted = np.zeros(len(material.measured), dtype=bool)
    for sets in (NATIVE_SETS, FLUENT_SETS):
        mine = np.isin(labels.set, sets) & (labels.native | np.isin(labels.set, FLUENT_SETS))
        numbers = sorted(
            set(material.measured.document[mine].tolist()),
            key=lambda number: fold_of(f"{seed}/{number}", 2**32),
        )
        sizes = np.bincount(material.measured.document)
        kept = np.cumsum(sizes[numbers]) <= MAX_WINDOWS
        chosen = np.array(numbers, dtype=np.int64)[kept]
        wanted |= np.isin(material.measured.document, chosen)
    texts = window_texts(material.chunks)
    values = np.full(len(wanted), np.nan)
    places = wanted.nonzero()[0]
    values[places] = measure_surprisal([texts[place] for place in places.tolist()], file, cache)
    return replace(held_out, material=replace(material, surprisal=values))


def window_texts(chunks: Sequence[Sequence[Pair]]) -> list[str]:
    """The text of every window of aligned pairs, in the order in which they are measured."""
    return [
        window_text(article, window)
        for chunk in chunks
        for document in align_documents(chunk)
        for article in (document.original, document.retranslated)
        for window in article.windows
    ]


def window_text(article: Article, window: Window) -> str:
    """What a window says, its sentences joined by spaces."""
    return " ".join(article.unified[s.paragraph][s.start : s.end] for s in window.sentences)
