"""Bad pairs are found, and damage is not taken for one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from garbled.corpora import hygiene
from garbled.corpora.aligned import align_documents
from garbled.corpora.clean import CleanArticle
from garbled.corpora.hygiene import ANOTHER_LANGUAGE, SWAPPED, drop_unsound
from garbled.corpora.pairs import RUN_WORDS, read_pairs
from garbled.features.ngrams import NgramScore
from garbled.training.count_ngrams import count_ngrams

ENGLISH = "The harbour board said on Monday that pier number {n} would close until the spring."
MANGLED = "The advice of the port has said the monday that dam {n} it closes himself until spring."
FRENCH = "Le conseil du port a annoncé lundi que la jetée numéro {n} resterait fermée au printemps."
LEFTOVER = (
    "Harbour board przekazał Monday that molo numer {n} będzie closed until the wiosna sezon."
)


def pairs_of(make_pair, original: str, retranslated: str, count: int = 40, **fields):
    return [
        make_pair(
            original.format(n=n), retranslated.format(n=n), document=f"d{n // 4}", seg=n, **fields
        )
        for n in range(count)
    ]


@pytest.fixture
def no_judge(monkeypatch) -> None:
    monkeypatch.setattr(hygiene, "_shipped_model", lambda: None)


@pytest.fixture
def judge(monkeypatch) -> None:
    """A model that learned what these two kinds of sentences are like."""
    counts = count_ngrams(CleanArticle(str(n), None, ENGLISH.format(n=n)) for n in range(9))
    rows = [hygiene._row(t.format(n=n)) for t in (ENGLISH, MANGLED) for n in range(20)]
    ngrams = NgramScore("words", counts).fit(rows, np.repeat([0, 1], 20))
    model = SimpleNamespace(ngrams={"words": ngrams})
    monkeypatch.setattr(hygiene, "_shipped_model", lambda: model)


@pytest.mark.parametrize(("original", "copy"), [(ENGLISH, FRENCH), (FRENCH, ENGLISH)])
def test_another_language_is_left_out(make_pair, no_judge, original, copy) -> None:
    good, bad = (
        pairs_of(make_pair, ENGLISH, MANGLED, system="good"),
        pairs_of(make_pair, original, copy, system="bad"),
    )
    skipped: Counter[str] = Counter()
    assert drop_unsound([*good, *bad], skipped) == good
    assert skipped == {ANOTHER_LANGUAGE: 40}


@pytest.mark.parametrize("copy", [MANGLED, LEFTOVER])
def test_mangled_english_is_english(make_pair, no_judge, copy) -> None:
    pairs = pairs_of(make_pair, ENGLISH, copy)
    assert drop_unsound(pairs, Counter()) == pairs


def test_short_texts_are_not_judged(make_pair, no_judge) -> None:
    pairs = [make_pair("Good morning to you.", "Bonjour à vous.", document="d")]
    assert drop_unsound(pairs, Counter()) == pairs


def test_exchanged_columns_are_left_out(make_pair, judge) -> None:
    good = pairs_of(make_pair, ENGLISH, MANGLED, system="good")
    swapped = pairs_of(make_pair, MANGLED, ENGLISH, system="swapped")
    skipped: Counter[str] = Counter()
    assert drop_unsound([*good, *swapped], skipped) == good
    assert skipped == {SWAPPED: 40}


def test_a_faithful_system_is_not_taken_for_an_exchange(make_pair, judge) -> None:
    pairs = pairs_of(make_pair, ENGLISH, ENGLISH.replace("said", "stated"), system="faithful")
    pairs += pairs_of(make_pair, ENGLISH.replace("said", "stated"), ENGLISH, system="reworded")
    assert drop_unsound(pairs, Counter()) == pairs


def test_few_rows_say_nothing(make_pair, judge) -> None:
    pairs = pairs_of(make_pair, MANGLED, ENGLISH, count=hygiene.MIN_SAMPLE - 1)
    assert drop_unsound(pairs, Counter()) == pairs


def test_reading_reports_both(tmp_path: Path, judge) -> None:
    rows = [
        {"original": before.format(n=n), "retranslated": after.format(n=n), "system": system}
        for system, before, after in (
            ("good", ENGLISH, MANGLED),
            ("swapped", MANGLED, ENGLISH),
            ("french", ENGLISH, FRENCH),
        )
        for n in range(40)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "mine.parquet")
    skipped: Counter[str] = Counter()
    kept = list(read_pairs(tmp_path, skipped))
    assert {pair.system for pair in kept} == {"good"}
    assert skipped[SWAPPED] == 40
    assert skipped[ANOTHER_LANGUAGE] == 40


def test_rows_that_nothing_names_make_windows(tmp_path: Path, no_judge) -> None:
    rows = [
        {"original": ENGLISH.format(n=n), "retranslated": MANGLED.format(n=n)} for n in range(40)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "mine.parquet")
    pairs = list(read_pairs(tmp_path))
    documents = Counter(pair.document for pair in pairs)
    assert len(documents) > 5
    assert all(pair.is_in_block for pair in pairs)
    aligned = list(align_documents(pairs))
    words = [sum(w.n_words for w in document.original.windows) for document in aligned]
    assert len(aligned) == len(documents)
    assert sum(words) == sum(len(p.original.split()) for p in pairs)
    assert min(words[:-1]) >= RUN_WORDS
