"""Mining words: changes are aligned, what five documents agree on is kept, the channel learns."""

from __future__ import annotations

from pathlib import Path

import pytest

from garbled.analysers.confusion import Channel, Confusions
from garbled.analysers.counts import NgramCounts
from garbled.analysers.lexicon import load_phrases
from garbled.corpora.clean import CleanArticle
from garbled.corpora.pairs import Pair
from garbled.segment.tokens import tokenise
from garbled.training.count_ngrams import count_ngrams
from garbled.training.fit_channel import fit_channel
from garbled.training.mine_words import (
    confusion_table,
    machine_phrases,
    save_channel,
    save_table,
)
from garbled.training.word_changes import aligned_places, count_changes, find_changes

TEXT = "The market closed. The square closed. The loge closed. He sat in the loge. It was bred."


def pair(original: str, copy: str, document: str, kind: str = "machine") -> Pair:
    fields = ("one", "es-en", "x", kind, document, None, None, None, None)
    return Pair(original, copy, *fields)  # type: ignore[arg-type]


def pairs(n: int, original: str, copy: str, **kind: str) -> list[Pair]:
    return [pair(original, copy, f"d{number}", **kind) for number in range(n)]


@pytest.fixture(scope="module")
def counts() -> NgramCounts:
    return count_ngrams(CleanArticle(str(n), None, TEXT) for n in range(20))


def test_changes_are_the_stretches_that_differ() -> None:
    before, after = ["a", "b", "c", "d", "e"], ["a", "x", "c", "d", "y", "z", "e"]
    changes = list(find_changes(before, after))
    assert [before[c.i : c.j] for c in changes] == [["b"], []]
    assert [after[c.k : c.end] for c in changes] == [["x"], ["y", "z"]]
    assert [list(aligned_places(change)) for change in changes] == [[(1, 1)], []]
    assert list(find_changes(before, before)) == []


def test_a_confusion_needs_five_documents(counts: NgramCounts) -> None:
    original, copy = "He sold in the market today.", "He sold in the loge today."
    assert confusion_table(count_changes(pairs(4, original, copy)), counts) == {}
    table = confusion_table(count_changes(pairs(5, original, copy)), counts)
    assert [word for word, _ in table["loge"]] == ["market"]
    assert 0 < table["loge"][0][1] < 1


def test_human_versions_are_no_machine_copy(counts: NgramCounts) -> None:
    human = pairs(9, "He sold in the market.", "He sold in the loge.", kind="human")
    assert confusion_table(count_changes(human), counts) == {}


def test_a_confusion_keeps_the_originals_letter_case(counts: NgramCounts) -> None:
    found = count_changes(pairs(6, "He went to the Market.", "He went to the loge."))
    assert confusion_table(found, counts)["loge"][0][0] == "Market"


def test_a_phrase_that_native_text_has_is_not_kept() -> None:
    changes = count_changes(pairs(6, "It sold in the market now.", "It sold in the loge now."))
    found = machine_phrases(changes, [])
    assert found["the loge"] == ("the market", 6)
    assert "the loge" not in machine_phrases(changes, [["in", "the", "loge"]])


def test_a_phrase_needs_an_agreed_wording() -> None:
    words = ("market", "square", "street", "harbour", "office", "station")
    changes = count_changes(
        pair(f"It shut in the {word} now.", "It shut in the loge now.", word) for word in words
    )
    assert machine_phrases(changes, []) == {}


def test_the_channel_learns_which_slots_are_wrong(counts: NgramCounts) -> None:
    table = {"loge": [("market", 0.5), ("square", 0.4)], "bred": [("square", 0.1)]}
    confusions = Confusions(table, Channel((), ()), counts)
    seen = [
        *pairs(40, "The market closed.", "The loge closed."),
        *pairs(40, "It was old.", "It was bred."),
    ]
    channel = fit_channel(seen, confusions)
    fitted = Confusions(table, channel, counts)
    word, confidence = fitted.suggest(tokenise("The loge closed."), 1)
    assert (word, confidence > 0.8) == ("market", True)
    assert fitted.suggest(tokenise("It was bred."), 2)[1] < 0.2


def test_tables_are_the_same_bytes_again(tmp_path: Path) -> None:
    table = {"loge": [("market", 0.5)]}
    first, second = tmp_path / "a.gz", tmp_path / "b.gz"
    save_table(first, table, "made up")
    save_table(second, table, "made up")
    assert first.read_bytes() == second.read_bytes()
    assert load_phrases(first) == {"loge": "market"}
    save_channel(tmp_path / "c.json", Channel((1.0,), (2.0,)))
    assert '"weights"' in (tmp_path / "c.json").read_text("utf-8")
