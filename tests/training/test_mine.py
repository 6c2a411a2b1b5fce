"""Mining keeps what five documents agree on and clean English lacks, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from garbled.analysers.counts import NgramCounts
from garbled.analysers.lexicon import load_phrases
from garbled.corpora.clean import CleanArticle
from garbled.corpora.pairs import Pair
from garbled.training.count_ngrams import count_ngrams
from garbled.training.mine import MIN_DOCUMENTS, mine_substitutions, save_phrases

WORDS = (
    *("the", "house", "white", "of", "legs", "iron", "rate", "interest"),
    *("pier", "closed", "said", "man", "board", "for", "per", "cent"),
)


@pytest.fixture(scope="module")
def counts() -> NgramCounts:
    """Words so frequent that two of them never side by side do not do so by chance."""
    text = "It closed for the board: " + ". ".join(WORDS) + ". It rained in Leeds."
    return count_ngrams(CleanArticle(str(n), None, text) for n in range(6_000))


def pairs(n: int, original: str, copy: str, **fields: str) -> list[Pair]:
    """The same change in so many documents."""
    return [
        Pair(
            f"Report {number} said {original} rose.",
            f"Report {number} said {copy} rose.",
            fields.get("set", "one"),
            fields.get("lang_pair", "es-en"),
            fields.get("system", "x"),
            fields.get("kind", "machine"),
            fields.get("document", f"d{number}"),
            *(None,) * 4,  # type: ignore[arg-type]
        )
        for number in range(n)
    ]


def test_five_documents_are_enough(counts: NgramCounts) -> None:
    found = mine_substitutions(pairs(5, "board", "man iron"), counts)
    assert found["man iron"] == ("board", 5)
    assert all(n == 5 for _, n in found.values())


@pytest.mark.parametrize("n", range(MIN_DOCUMENTS))
def test_below_five_documents_there_is_nothing(counts: NgramCounts, n: int) -> None:
    assert mine_substitutions(pairs(n, "board", "man iron"), counts) == {}


def test_one_document_many_times_is_one(counts: NgramCounts) -> None:
    repeated = pairs(50, "board", "man iron", document="d")
    assert mine_substitutions(repeated, counts) == {}
    engines = [pair for system in "uvwxyz" for pair in pairs(4, "board", "man iron", system=system)]
    assert mine_substitutions(engines, counts) == {}


def test_human_versions_are_not_mined(counts: NgramCounts) -> None:
    human = pairs(20, "board", "man iron", kind="human")
    assert mine_substitutions(human, counts) == {}


def test_clean_english_is_not_mined(counts: NgramCounts) -> None:
    assert mine_substitutions(pairs(20, "the legs", "closed for the board"), counts) == {}


def test_words_that_may_only_by_chance_be_missing_are_not_mined(counts: NgramCounts) -> None:
    assert counts.word("zugzwang") == -1
    assert mine_substitutions(pairs(20, "the pier", "zugzwang marmot"), counts) == {}


def test_names_and_numbers_are_not_mined(counts: NgramCounts) -> None:
    for copy in ("House White", "White house", "legs 40 iron"):
        found = mine_substitutions(pairs(20, "the pier", copy), counts)
        assert not any(word in phrase for phrase in found for word in ("white", "40", "house"))


def test_original_is_told_where_five_agree(counts: NgramCounts) -> None:
    agreed = mine_substitutions(pairs(9, "board", "man iron"), counts)
    assert agreed["man iron"] == ("board", 9)
    split = [
        Pair(
            f"Report {n} said {original} rose.",
            f"Report {n} said man iron rose.",
            "one",
            "es-en",
            "x",
            "machine",
            f"{original}-{n}",
            *(None,) * 4,  # type: ignore[arg-type]
        )
        for original in ("board", "pier")
        for n in range(4)
    ]
    assert mine_substitutions(split, counts)["man iron"] == ("", 8)


def test_phrases_are_written_alike_and_read_back(tmp_path: Path) -> None:
    phrases = {"man iron": ("board", 9), "legs of iron": ("", 5), "of naïve": ("é", 6)}
    save_phrases(tmp_path / "a.tsv.gz", phrases, "by hand")
    save_phrases(tmp_path / "b.tsv.gz", dict(reversed(phrases.items())), "by hand")
    assert (tmp_path / "a.tsv.gz").read_bytes() == (tmp_path / "b.tsv.gz").read_bytes()
    assert load_phrases(tmp_path / "a.tsv.gz") == {
        "man iron": "board",
        "legs of iron": "",
        "of naïve": "é",
    }


def test_counts_do_not_depend_on_the_order() -> None:
    articles = [
        CleanArticle(str(number), None, f"The pier {word} shut. It rained in Leeds.")
        for number, word in enumerate(WORDS * 6)
    ]
    one, other = count_ngrams(articles), count_ngrams(articles[::-1])
    for name in ("unigrams", "bigrams", "trigrams", "capitals", "lowers"):
        np.testing.assert_array_equal(getattr(one, name).keys, getattr(other, name).keys)
        np.testing.assert_array_equal(getattr(one, name).codes, getattr(other, name).codes)


def test_copy_without_capitals_is_counted() -> None:
    counts = count_ngrams(CleanArticle(str(n), None, "It rained all day.") for n in range(9))
    assert counts.capital_share("rained") == 0
