"""LanguageTool over a fixed sample of aligned documents, cached by content."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from joblib import Memory
from numpy.typing import NDArray

from garbled.corpora.aligned import align_documents
from garbled.corpora.pairs import Pair
from garbled.corpora.splits import fold_of
from garbled.features.grammar import GrammarFeatures, check_article
from garbled.features.rows import make_rows
from garbled.languagetool.client import Checker
from garbled.languagetool.handle import ServerHandle
from garbled.languagetool.server import shared_server
from garbled.segment.articles import Article
from garbled.training.measure import Measured

VERSION = 2
"""Raise it when matches become other features: cached chunks of another version are not used."""
_local = threading.local()


def measure_grammar(
    chunks: Sequence[Sequence[Pair]], measured: Measured, limit: int, cache: Path | None, jobs: int
) -> NDArray[np.float64]:
    """Grammar features of shape (n_windows, n_features); NaN where the sample leaves out.

    Args:
        chunks: the pairs as ``measure`` cut them.
        measured: what ``measure`` made of them.
        limit: windows to check at the most.
        cache: where a chunk's features are kept, or None.
        jobs: requests at a time.

    Raises:
        ResourceError: no LanguageTool.
    """
    values = np.full((len(measured), len(GrammarFeatures.names)), np.nan)
    if limit <= 0:
        return values
    share = min(1.0, limit / max(len(measured), 1))
    handle = shared_server()
    cached = Memory(cache, verbose=0).cache(_check_chunk, ignore=["handle", "jobs"])
    version = handle.version()
    at = 0
    for number, chunk in enumerate(chunks):
        part = cached(list(chunk), share, version, VERSION, handle, jobs)
        values[at : at + len(part)] = part
        at += len(part)
        print(f"grammar: chunk {number + 1} of {len(chunks)}", file=sys.stderr, flush=True)
    return values


def _check_chunk(
    pairs: list[Pair],
    share: float,
    languagetool: str,
    version: int,
    handle: ServerHandle,
    jobs: int,
) -> NDArray[np.float64]:
    documents = list(align_documents(pairs))
    articles = [a for d in documents for a in (d.original, d.retranslated)]
    chosen = [_is_chosen(d.key, share) for d in documents for _ in (0, 1)]
    with ThreadPoolExecutor(jobs) as pool:
        parts = pool.map(partial(_features, handle), articles, chosen)
        return np.concatenate([np.empty((0, len(GrammarFeatures.names))), *parts])


def _is_chosen(key: tuple[str, ...], share: float) -> bool:
    return fold_of("grammar/" + "/".join(key), 1_000) < 1_000 * share


def _features(handle: ServerHandle, article: Article, chosen: bool) -> NDArray[np.float64]:
    if not chosen:
        return np.full((len(article.windows), len(GrammarFeatures.names)), np.nan)
    if not hasattr(_local, "checker"):
        _local.checker = Checker(handle)
    rows = make_rows(article.windows, (), check_article(article, _local.checker))
    return GrammarFeatures().transform(rows)
