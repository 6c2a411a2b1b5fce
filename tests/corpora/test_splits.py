"""What shares an original or a document stays on one side."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.corpora.pairs import read_pairs
from garbled.corpora.splits import FOLDS, fold_of, group_folds, group_pairs, normalise_original

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "pairs"
"""The corpora, where they lie beside the repository."""


def partition(groups) -> list[list[int]]:
    """Indices by group, the groups in the order of their first."""
    members = defaultdict(list)
    for index, group in enumerate(groups.tolist()):
        members[group].append(index)
    return sorted(members.values())


def test_shared_original_links_across_sets_and_languages(make_pair) -> None:
    pairs = [
        make_pair("“Snow,” he said.", set="one", lang_pair="de-en"),
        make_pair('"snow" he said', set="two", lang_pair="fr-en", system="y"),
        make_pair("Rain, he said.", set="one", lang_pair="de-en"),
    ]
    assert partition(group_pairs(pairs)) == [[0, 1], [2]]


def test_shared_document_links(make_pair) -> None:
    pairs = [
        make_pair("It rained.", document="a"),
        make_pair("It snowed.", document="a", set="two", lang_pair="fr-en"),
        make_pair("It hailed.", document="b"),
        make_pair("It thawed.", document=""),
        make_pair("It froze.", document=""),
    ]
    assert partition(group_pairs(pairs)) == [[0, 1], [2], [3], [4]]


def test_links_run_on_through_others(make_pair) -> None:
    pairs = [
        make_pair("It rained.", document="a"),
        make_pair("It snowed.", document="a"),
        make_pair("It snowed!", document="b", set="two"),
        make_pair("It hailed.", document="b", set="two"),
        make_pair("it hailed", document="c", set="three"),
        make_pair("It thawed.", document="d"),
    ]
    assert partition(group_pairs(pairs)) == [[0, 1, 2, 3, 4], [5]]


def test_numbered_segments_are_of_their_set_alone(make_pair) -> None:
    pairs = [
        make_pair("It rained.", document="segments 3", set="one"),
        make_pair("It snowed.", document="segments 3", set="two"),
        make_pair("It hailed.", document="segments 3", set="one", lang_pair="fr-en"),
        make_pair("It thawed.", document="segments 3", set="one"),
        make_pair("It froze.", document="block 3", set="one"),
    ]
    assert partition(group_pairs(pairs)) == [[0, 3], [1], [2], [4]]


def test_no_pairs() -> None:
    assert group_pairs([]).tolist() == []


def assert_no_leak(pairs) -> None:
    groups = group_pairs(pairs)
    folds = group_folds(pairs, groups)
    of_original: dict[str, int] = {}
    of_document: dict[tuple[str, ...], int] = {}
    for pair, fold in zip(pairs, folds.tolist(), strict=True):
        assert of_original.setdefault(normalise_original(pair.original), fold) == fold
        if pair.document:
            key = (pair.set, pair.lang_pair, pair.document)
            assert of_document.setdefault(key, fold) == fold


fields = st.fixed_dictionaries(
    {
        "original": st.integers(0, 30).map(lambda n: f"Storm {n} passed, they said."),
        "set": st.sampled_from(["one", "two"]),
        "lang_pair": st.sampled_from(["de-en", "fr-en"]),
        "document": st.one_of(
            st.just(""),
            st.integers(0, 9).map(str),
            st.integers(0, 5).map(lambda n: f"segments {n}"),
        ),
    }
)


@given(st.lists(fields, max_size=60))
def test_no_original_is_on_both_sides(make_pair, rows) -> None:
    assert_no_leak([make_pair(**row) for row in rows])


@given(st.lists(fields, min_size=1, max_size=30), st.randoms())
def test_folds_do_not_depend_on_the_order(make_pair, rows, random) -> None:
    pairs = [make_pair(**row) for row in rows]
    folds = dict(
        zip(map(repr, pairs), group_folds(pairs, group_pairs(pairs)).tolist(), strict=True)
    )
    random.shuffle(pairs)
    again = group_folds(pairs, group_pairs(pairs)).tolist()
    assert again == [folds[repr(pair)] for pair in pairs]


def test_folds_are_of_like_size(make_pair) -> None:
    pairs = [make_pair(f"Storm {n} passed.") for n in range(2_000)]
    sizes = Counter(group_folds(pairs, group_pairs(pairs)).tolist())
    assert set(sizes) == set(range(FOLDS))
    assert all(300 < size < 500 for size in sizes.values())


def test_fold_depends_on_nothing_but_the_key() -> None:
    """Or the held-out fold would be another one after an update."""
    assert [fold_of(key) for key in "abcde"] == [0, 1, 0, 4, 2]
    assert fold_of("d", 1) == 0


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="the corpora are not here")
def test_no_original_is_on_both_sides_of_the_real_split() -> None:
    pairs = list(read_pairs(REAL))
    assert len(pairs) > 10_000
    assert_no_leak(pairs)
    folds = group_folds(pairs, group_pairs(pairs))
    shares = np.bincount(folds, minlength=FOLDS) / len(folds)
    assert shares.min() > 0.02, shares
