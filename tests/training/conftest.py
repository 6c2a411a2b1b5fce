"""A small corpus, measured once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from templates import rows

from garbled.analysers.counts import NgramCounts
from garbled.analysers.run import COUNTS_FILE, SUBSTITUTIONS_FILE
from garbled.corpora.clean import CleanArticle
from garbled.corpora.damage import QualityEstimate
from garbled.corpora.pairs import Pair
from garbled.training.count_ngrams import count_ngrams
from garbled.training.labels import Labels, fit_estimate, label
from garbled.training.measure import Measured, chunk_pairs, measure
from garbled.training.mine import save_phrases
from garbled.training.prepare import resources_digest, split_pairs


@dataclass(frozen=True)
class SmallCorpus:
    chunks: list[list[Pair]]
    measured: Measured
    labels: Labels
    counts: NgramCounts


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> SmallCorpus:
    """600 documents in chunks of about a hundred pairs; enough for a stacking fold."""
    folder: Path = tmp_path_factory.mktemp("measured")
    pq.write_table(pa.Table.from_pylist(rows(600, seed=5)), folder / "pairs.parquet")
    split = split_pairs(folder / "pairs.parquet", held_out=False, seed=0)
    counts = count_ngrams(
        CleanArticle(str(n), None, pair.original) for n, pair in enumerate(split.pairs)
    )
    counts.save(folder / COUNTS_FILE)
    save_phrases(folder / SUBSTITUTIONS_FILE, {}, "nothing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("garbled.training.measure.CHUNK_SEGMENTS", 100)
        chunks = chunk_pairs(split.pairs)
    measured = measure(chunks, folder, resources_digest(folder), None, 1)
    own = split.in_order_of([pair for chunk in chunks for pair in chunk])
    estimate = fit_estimate(measured, own.pairs, QualityEstimate((0.0,) * 5, 0.0))
    return SmallCorpus(
        chunks, measured, label(measured, own.pairs, own.groups, own.folds, estimate), counts
    )
