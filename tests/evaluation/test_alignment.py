from __future__ import annotations

import random

import pytest

from garbled.evaluation.alignment import ALL, NATIVE, measure_alignment
from garbled.evaluation.rearranged import OPERATIONS, make_articles, rearrange

from .corpus import sentence


@pytest.fixture(scope="module")
def article(make_pair_row):
    return make_pair_row(12)


@pytest.fixture(scope="module")
def make_pair_row():
    from garbled.corpora.pairs import Pair

    drawn = random.Random(3)

    def make(n, document="wmt16.1"):
        texts = [f"{sentence(drawn)[:-1]} at {chr(65 + i)}{i}port." for i in range(n)]
        return tuple(
            Pair(
                t,
                t.replace("said", "has said"),
                "wmt16",
                "de-en",
                "x",
                "machine",
                document,
                i,
                "en",
                None,
                2016,
            )
            for i, t in enumerate(texts)
        )

    return make


OTHERS = ("A stranger came by.", "Nobody knew him.")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_links_are_the_paragraphs_that_share_a_segment(article, operation):
    made = rearrange(article, operation, OTHERS, random.Random(1))
    for before in made.original.paragraphs:
        for after in made.copy.paragraphs:
            shared = any(
                pair.original in before.text and pair.retranslated in after.text for pair in article
            )
            assert ((before.index, after.index) in made.links) == shared


def test_each_operation_does_what_its_name_says(article):
    made = {o: rearrange(article, o, OTHERS, random.Random(4)) for o in OPERATIONS}
    size = {o: len(m.copy.paragraphs) for o, m in made.items()}
    assert made["none"].links == {(n, n) for n in range(size["none"])}
    assert size["merge"] < size["none"] < size["split"]
    assert size["cut"] < size["none"] < size["extend"]
    assert size["shuffle"] == size["none"]
    assert made["shuffle"].links != made["none"].links
    assert any(text in made["extend"].copy.text for text in OTHERS)


def test_short_documents_are_left_out_and_long_ones_cut(make_pair_row):
    assert make_articles(make_pair_row(5)) == []
    assert [len(a) for a in make_articles(make_pair_row(64))] == [30, 30]


def test_what_is_measured(make_pair_row):
    pairs = [(pair, number) for number in range(4) for pair in make_pair_row(12, f"wmt16.{number}")]
    result = measure_alignment(pairs, max_articles=4)
    [whole] = [q for q in result.links if q.operation == ALL]
    assert whole.articles == NATIVE
    assert (whole.n_articles, whole.n_documents) == (4 * len(OPERATIONS), 4)
    assert whole.f1.value > 0.95
    assert result.pairs_a_minute > 0
    f1, speed = result.targets()
    assert (f1.key, f1.value) == ("alignment/f1", whole.f1.value)
    assert speed.n_originals == result.n_pairs == 4 * len(OPERATIONS)
    table = result.table()
    assert len(table.rows) == len(OPERATIONS) + 1
    assert all(len(row) == len(table.head) for row in table.rows)


def test_an_aligner_that_links_nothing_scores_nothing(make_pair_row, monkeypatch):
    from types import SimpleNamespace

    monkeypatch.setattr(
        "garbled.evaluation.alignment.align",
        lambda *_: SimpleNamespace(paragraph_links=frozenset()),
    )
    result = measure_alignment([(p, 0) for p in make_pair_row(12)], max_articles=1)
    assert {q.recall.value for q in result.links} == {0.0}
    assert {q.f1.value for q in result.links} == {0.0}
