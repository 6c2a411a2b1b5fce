"""Encoder columns of aligned documents."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from tiny_encoder import write_tiny_encoder

from garbled.analysers.lexicon import Lexicon
from garbled.analysers.run import Resources
from garbled.corpora.aligned import align_documents
from garbled.errors import ResourceError
from garbled.features.encoder import Encoder, EncoderFeatures
from garbled.features.rows import Row
from garbled.training.encode import encoder_digest, measure_encoder
from garbled.training.measure import measure_documents


@pytest.fixture
def folder(tmp_path):
    return write_tiny_encoder(tmp_path / "encoder")


def test_columns_are_what_the_encoder_reads(small_corpus, folder) -> None:
    values = measure_encoder(small_corpus.chunks, small_corpus.measured, folder, "d", None, 1)
    windows = [
        window
        for chunk in small_corpus.chunks
        for document in align_documents(chunk)
        for article in (document.original, document.retranslated)
        for window in article.windows
    ]
    read = EncoderFeatures(Encoder(folder)).transform([Row(w, (), None) for w in windows])
    np.testing.assert_array_equal(values, read)
    assert len(small_corpus.chunks) > 3
    assert [w.n_words for w in windows] == small_corpus.measured.n_words.tolist()


def test_equal_windows_of_a_chunk_are_read_once(small_corpus, folder, monkeypatch) -> None:
    read: list[tuple[str, ...]] = []
    original = Encoder.read

    def count(self, windows):
        read.extend(map(tuple, windows))
        return original(self, windows)

    monkeypatch.setattr(Encoder, "read", count)
    chunk = small_corpus.chunks[0]
    twice = [*chunk, *(replace(pair, system=f"{pair.system} again") for pair in chunk)]
    documents = list(align_documents(twice))
    resources = Resources(small_corpus.counts, Lexicon({}, {}))
    measured = measure_documents(documents, twice, resources)
    values = measure_encoder([twice], measured, folder, "d", None, 1)
    assert len(read) == len(set(read)) <= len(measured) / 2
    half = len(values) // 2
    np.testing.assert_array_equal(values[:half], values[half:])


def test_only_what_is_wanted_is_read(small_corpus, folder) -> None:
    rows = small_corpus.labels.fold == 1
    arguments = (small_corpus.chunks, small_corpus.measured, folder, "d", None, 1)
    values = measure_encoder(*arguments, rows)
    np.testing.assert_array_equal(np.isnan(values[:, 0]), ~rows)
    np.testing.assert_array_equal(values[rows], measure_encoder(*arguments)[rows])


def test_cache_is_by_content_not_by_folder(small_corpus, folder, tmp_path) -> None:
    cache, chunks = tmp_path / "cache", small_corpus.chunks
    first = measure_encoder(chunks, small_corpus.measured, folder, "one", cache, 1)
    other = write_tiny_encoder(tmp_path / "other", seed=9)
    again = measure_encoder(chunks, small_corpus.measured, other, "one", cache, 2)
    changed = measure_encoder(chunks, small_corpus.measured, other, "two", cache, 1)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, changed)


def test_digest_tells_encoders_apart(folder, tmp_path) -> None:
    same = shutil.copytree(folder, tmp_path / "same")
    other = write_tiny_encoder(tmp_path / "other", seed=9)
    large = write_tiny_encoder(tmp_path / "large", external=True)
    assert encoder_digest(folder) == encoder_digest(same)
    assert len({encoder_digest(f) for f in (folder, other, large)}) == 3
    (large / "encoder.weights").write_bytes(b"other weights")
    assert encoder_digest(large) != encoder_digest(folder)
    with pytest.raises(ResourceError, match="no encoder here"):
        encoder_digest(tmp_path)
