from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.analysers.counts import (
    STEPS_PER_OCTAVE,
    CountTable,
    NgramCounts,
    hash_pair,
    hash_pairs,
    hash_word,
    hash_words,
)
from garbled.corpora.clean import CleanArticle
from garbled.training.count_ngrams import MIN_DOCUMENTS, count_ngrams

TABLES = ("unigrams", "bigrams", "trigrams", "capitals", "lowers")


def articles(n: int, text: str) -> list[CleanArticle]:
    return [CleanArticle(f"{text}-{index}", None, text) for index in range(n)]


@pytest.fixture(scope="module")
def counts() -> NgramCounts:
    """Twelve documents: what is in four of them only is not kept."""
    return count_ngrams(
        [
            *articles(8, "The mayor of Leeds said on Monday that 40 boats sank."),
            *articles(4, "Rare herons nested. They said in leeds that Leeds was quiet."),
        ]
    )


@pytest.mark.parametrize(
    ("word", "same"), [("Pier", "pier"), ("3.5", "1,000"), ("$4", "2nd"), ("ÉTÉ", "été")]
)
def test_words_that_count_as_one(word: str, same: str) -> None:
    assert hash_word(word) == hash_word(same)


def test_words_that_do_not() -> None:
    words = ["pier", "peer", "<#>", "</s>", "été", "ete", ".", ""]
    assert len({hash_word(word) for word in words}) == len(words)


def test_hashes_are_stable() -> None:
    """A model's weights and counts are kept under these very numbers."""
    assert hash_word("harbour") == 1533582490
    assert hash_pairs(hash_words(["red"]), hash_words(["wine"])).tolist() == [4213032534]


def test_order_of_a_pair_matters() -> None:
    a, b = hash_words(["red"]), hash_words(["wine"])
    assert hash_pairs(a, b) != hash_pairs(b, a)


@given(st.dictionaries(st.integers(0, 2**32 - 1), st.integers(2, 10**6), min_size=1))
def test_counts_are_kept_within_a_step(counted: dict[int, int]) -> None:
    keys = np.array(list(counted), dtype=np.uint32)
    table = CountTable.from_counts(keys, np.array(list(counted.values())))
    found = table.log2(keys)
    assert np.abs(found - np.log2(list(counted.values()))).max() <= 0.5 / STEPS_PER_OCTAVE + 1e-6
    unseen = np.array([key for key in range(50) if key not in counted], dtype=np.uint32)
    assert (table.log2(unseen) == -1).all()


@given(
    st.sets(st.integers(0, 2**32 - 1)),
    st.lists(st.integers(0, 2**32 - 1)),
    st.integers(0, 2**32 - 1),
)
def test_one_key_is_looked_up_as_many_are(kept: set[int], others: list[int], last: int) -> None:
    keys = np.array(sorted(kept), dtype=np.uint32)
    table = CountTable.from_counts(keys, np.arange(2, len(keys) + 2))
    wanted = [*kept, *others, 0, 2**32 - 1, last]
    found = table.log2(np.array(wanted, dtype=np.uint32)).tolist()
    assert [table.log2_of(key) for key in wanted] == found


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_one_pair_is_hashed_as_many_are(first: int, second: int) -> None:
    pairs = hash_pairs(np.array([first], np.uint32), np.array([second], np.uint32))
    assert pairs.tolist() == [hash_pair(first, second)]


def test_empty_table_knows_nothing() -> None:
    table = CountTable(np.empty(0, np.uint32), np.empty(0, np.uint8))
    assert table.log2_of(7) == -1.0
    assert table.log2(hash_words(["a", "b"])).tolist() == [-1.0, -1.0]


def test_documents_are_counted_and_not_uses(counts: NgramCounts) -> None:
    assert counts.n_documents == 12
    assert counts.word("mayor") == pytest.approx(3.0)
    assert counts.word("said") == pytest.approx(np.log2(12), abs=0.07)
    assert counts.word("leeds") == counts.word("Leeds") == counts.word("said")
    assert counts.word("17") == counts.word("mayor")


def test_rare_words_are_left_out(counts: NgramCounts) -> None:
    assert MIN_DOCUMENTS[1] == 5
    assert counts.word("herons") == -1
    assert not counts.is_known("herons")
    assert counts.is_known("boats")


def test_pairs_and_triples(counts: NgramCounts) -> None:
    assert counts.pair("mayor", "of") == pytest.approx(3.0)
    assert counts.pair("of", "mayor") == -1
    assert counts.pair("rare", "herons") == -1
    one = hash_words(["mayor", "of", "leeds"])
    two = hash_pairs(one[:-1], one[1:])
    assert counts.trigrams.log2(hash_pairs(two[:-1], one[2:])).tolist() == [pytest.approx(3.0)]


def test_capital_share(counts: NgramCounts) -> None:
    assert counts.capital_share("monday") == 1.0
    assert counts.capital_share("mayor") == 0.0
    assert counts.capital_share("leeds") == pytest.approx(12 / 16, abs=0.05)
    assert np.isnan(counts.capital_share("herons"))


def test_capital_share_tells_march_from_monday() -> None:
    counts = count_ngrams(
        [
            *articles(97, "It rained in March and on Monday."),
            *articles(3, "They march in March, not on Monday."),
        ]
    )
    assert counts.capital_share("march") < counts.capital_share("monday")


def test_save_and_load(counts: NgramCounts, tmp_path: Path) -> None:
    counts.save(tmp_path / "counts.npz")
    loaded = NgramCounts.load(tmp_path / "counts.npz")
    assert loaded.n_documents == counts.n_documents
    for name in TABLES:
        ours, theirs = getattr(counts, name), getattr(loaded, name)
        np.testing.assert_array_equal(ours.keys, theirs.keys)
        np.testing.assert_array_equal(ours.codes, theirs.codes)
        assert theirs.keys.dtype == np.uint32
        assert theirs.codes.dtype == np.uint8
    counts.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "counts.npz").read_bytes()


def test_shipped_counts_are_sorted_and_of_clean_english(model) -> None:
    counts = model.resources.counts
    for name in TABLES:
        assert (np.diff(getattr(counts, name).keys.astype(np.int64)) > 0).all()
    assert counts.word("the") > counts.word("harbour") > 0
    assert counts.pair("of", "the") > counts.pair("prime", "minister") > 0
    assert counts.capital_share("London") > 0.95 > 0.05 > counts.capital_share("said")
