"""The sample pairs as a corpus, and pairs as whole articles again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from garbled.corpora.damage import KEPT, kept_of
from garbled.corpora.pairs import read_pairs
from garbled.corpora.samples import sample_rows
from garbled.corpora.splits import fold_of, group_folds, group_pairs, straddling
from garbled.corpora.versions import versions_of
from garbled.corpora.write import write_pairs
from garbled.errors import IngestError

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory):
    file = tmp_path_factory.mktemp("samples") / "samples.parquet"
    assert write_pairs(sample_rows(SAMPLES / "pairs.jsonl"), file) == 596
    skipped: Counter[str] = Counter()
    found = list(read_pairs(file, skipped))
    assert skipped == {"identical": 596 - len(found)}
    return found


def test_they_are_native_direct_round_trips_of_twelve_articles(pairs):
    assert {p.document for p in pairs} == {p.stem for p in SAMPLES.glob("originals/*.txt")}
    assert all(p.is_native and p.is_direct for p in pairs)
    assert len({p.lang_pair for p in pairs}) == 4


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a:b"}', '{"id": 3}', "7"])
def test_another_file_is_refused(tmp_path, line):
    path = tmp_path / "pairs.jsonl"
    path.write_text(f"{line}\n", "utf-8")
    with pytest.raises(IngestError, match="not the sample pairs"):
        list(sample_rows(path))
    with pytest.raises(IngestError, match="not the sample pairs"):
        list(sample_rows(tmp_path / "none"))


def test_an_original_that_four_chains_translated_stands_once(pairs):
    versions = versions_of(pairs)
    assert Counter(v.lang_pair for v in versions) == dict.fromkeys(
        ["original", *{p.lang_pair for p in pairs}], 12
    )
    assert [v.is_copy for v in versions] == [False] * 12 + [True] * 48
    bank = next(v for v in versions if v.document == "01-bank-holds-rates")
    written = (SAMPLES / "originals" / "01-bank-holds-rates.txt").read_text("utf-8")
    kept = [p for p in written.split("\n\n") if p.strip() in bank.text]
    assert [p.strip() for p in kept] == bank.text.split("\n\n")
    assert len(kept) >= 10


def test_a_split_by_document_leaks_and_one_by_group_does_not(pairs):
    named = [replace(p, document=f"{p.document} {p.lang_pair}") for p in pairs]
    by_document = np.array([fold_of(p.document) for p in named])
    assert straddling(named, by_document) > 100
    assert straddling(named, group_folds(named, group_pairs(named))) == 0


def test_what_is_kept_is_told_for_each_pair(pairs):
    kept = kept_of((p.original, p.retranslated) for p in pairs)
    assert kept.shape == (len(pairs), len(KEPT))
    assert ((kept >= 0) & (kept <= 1)).all()
    assert 0.5 < kept[:, KEPT.index("content words")].mean() < 0.95
    assert kept_of([]).shape == (0, len(KEPT))
