"""Known names in invented copy: its slots are mined by the miner, the weights are the shipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.analysers.counts import NgramCounts
from garbled.analysers.gazetteer import (
    Gazetteer,
    Slot,
    format_slot,
    load_gazetteer,
    name_runs,
    parse_gazetteer,
)
from garbled.analysers.known_names import (
    KnownNames,
    find_known_name_faults,
    load_known_names,
    read_related,
)
from garbled.analysers.name_words import are_variants, edits
from garbled.corpora.clean import CleanArticle
from garbled.documents import Block, Document
from garbled.segment.articles import analyse
from garbled.training.count_ngrams import count_ngrams
from garbled.training.mine_names import format_slots, mine_slots, names_of, save_slots

TOWNS = ("Arden", "Brook", "Calder", "Denby", "Elmet", "Farley", "Gorton", "Hexley", "Jarrow")
STORIES = [
    "A clerk of the Velmar Harbour Guild met the Tidal Bank of Orsel in {town} on Monday.",
    "In {town} the Velmar Harbour Guild sold its boats, and Queen Isaura Bellwether bought one.",
    "The house in {town} was sold. A table and a garden went to the Tidal Bank of Orsel.",
    "Mayors of {town} wrote to Queen Isaura Bellwether of the North Sandholm Exchange in May.",
    "A reporter in {town} called the North Sandholm Exchange, where a spoon was found at home.",
]


@pytest.fixture(scope="module")
def articles() -> list[CleanArticle]:
    texts = [story.format(town=town) for town in TOWNS for story in STORIES for _ in range(4)]
    return [CleanArticle(str(number), None, text) for number, text in enumerate(texts)]


@pytest.fixture(scope="module")
def counts(articles: list[CleanArticle]) -> NgramCounts:
    return count_ngrams(articles)


@pytest.fixture(scope="module")
def gazetteer(articles: list[CleanArticle]) -> Gazetteer:
    return parse_gazetteer(format_slots(mine_slots(names_of(a.to_document()) for a in articles)))


@pytest.fixture(scope="module")
def find(
    counts: NgramCounts, gazetteer: Gazetteer
) -> Callable[[str], list[tuple[str, str, str | None]]]:
    shipped = load_known_names()
    related = {"guild": {"harbour"}, "port": {"harbour"}, "union": {"guild"}}
    known = KnownNames(gazetteer, shipped.weights, frozenset({"banco", "reina"}), related)

    def find(text: str) -> list[tuple[str, str, str | None]]:
        document = Document.from_blocks([Block(text)], id="a", source="a")
        return [
            (fault.rule, text[fault.start : fault.end], fault.suggestion)
            for fault in find_known_name_faults(analyse(document), counts, known)
        ]

    return find


def test_slots_know_their_fillers(gazetteer: Gazetteer) -> None:
    slot = gazetteer.slot("between", "Velmar", "Guild")
    assert slot == Slot(72, 0, 0, {"Harbour": 72})
    assert gazetteer.follows("Isaura", "Bellwether") == 72
    assert gazetteer.follows("Bellwether", "Isaura") == 0
    assert gazetteer.slot("after", "Guild") is None


def test_what_few_documents_have_is_not_mined() -> None:
    documents = [[["Royal", "Mint"]]] * 4 + [[["Naval", "Yard"]]] * 5
    slots = mine_slots(documents)
    assert ("after", ("Naval",)) in slots
    assert ("after", ("Royal",)) not in slots


def test_a_novel_filler_opens_a_slot() -> None:
    documents = [[["Bank", "of", "Orsel"]]] * 6 + [[["Bank", "of", town]] for town in TOWNS]
    slot = mine_slots(documents)["after two", ("Bank", "of")]
    assert (slot.n, slot.novel) == (15, 9)
    assert slot.openness > 0.5


def test_saved_slots_are_read_again(tmp_path: Path) -> None:
    slots = mine_slots([[["North", "Sandholm", "Exchange"]]] * 8)
    save_slots(tmp_path / "a.gz", slots)
    save_slots(tmp_path / "b.gz", dict(reversed(slots.items())))
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    read = parse_gazetteer(format_slots(slots))
    assert {(shape, near): read.slot(shape, *near) for shape, near in slots} == slots


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "He saw the Velmar Harbuor Guild there.",
            ("NAME_NEAR_MISS", "Velmar Harbuor Guild", "Velmar Harbour Guild"),
        ),
        (
            "He saw the Velmar Banco Guild there.",
            ("NAME_PART_REPLACED", "Velmar Banco Guild", "Velmar Harbour Guild"),
        ),
        (
            "They met Isaura Queen Bellwether in the house.",
            ("NAME_REORDERED", "Isaura Queen", "Queen Isaura"),
        ),
        (
            "They met at the North Sandholm in the end.",
            ("NAME_PART_CUT", "North Sandholm", "North Sandholm Exchange"),
        ),
        (
            "He saw the Velmar port Guild there.",
            ("NAME_PART_REPLACED", "Velmar port Guild", "Velmar Harbour Guild"),
        ),
        (
            "He saw the Tidal Bank de Orsel there.",
            ("NAME_TRANSLATED", "Bank de Orsel", "Bank of Orsel"),
        ),
        (
            "He saw the Tidal Bank de la Orsel there.",
            ("NAME_TRANSLATED", "Bank de la Orsel", "Bank of Orsel"),
        ),
        (
            "He saw the Port Union there.",
            ("NAME_TRANSLATED", "Port Union", "Harbour Guild"),
        ),
    ],
)
def test_a_known_name_that_is_broken(find, text: str, fault: tuple[str, str, str]) -> None:
    assert fault in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "He saw the Velmar Harbour Guild and Queen Isaura Bellwether in the Tidal Bank of Orsel.",
        "An unknown Wjekoslaw Brzytwa of Castelfranco met Ngozi Adichie-Okafor.",
        "The town of North Sandholm Exchange-listed firms is quiet.",
        "He saw the Vélmar Harbour Guilds there.",
        "THE VELMAR BANCO GUILD MET THERE.",
    ],
)
def test_a_name_by_right(find, text: str) -> None:
    assert find(text) == []


def test_headlines_and_title_case_are_left_out(counts: NgramCounts, gazetteer: Gazetteer) -> None:
    shipped = load_known_names()
    known = KnownNames(gazetteer, shipped.weights, frozenset(), {})
    text = "He saw the Velmar Harbuor Guild there."
    blocks = [Block("Town Sees Velmar Harbuor Guild Sail Away"), Block("Nothing else was said.")]
    headline = Document.from_blocks(blocks, id="a", source="a", title=text)
    assert find_known_name_faults(analyse(headline), counts, known) == []
    body = Document.from_blocks([Block(text)], id="a", source="a")
    assert len(find_known_name_faults(analyse(body), counts, known)) == 1


def test_the_shipped_names_are_sound() -> None:
    gazetteer = load_gazetteer()
    assert len(gazetteer.rows) > 10_000
    assert min(gazetteer.frequent.values()) >= 200
    for key in list(gazetteer.rows)[::97]:
        shape, _, near = key.partition("\t")
        slot = gazetteer.slot(shape, *near.split(" "))
        assert slot is not None
        assert min(slot.fillers.values()) >= 5
        assert sum(slot.fillers.values()) + slot.novel <= slot.n + slot.novel * (slot.n < 6)


def test_a_damaged_list_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        parse_gazetteer(["after\tNorth\t3"]).slot("after", "North")
    with pytest.raises(ValueError, match="unpack"):
        read_related(["home"])


@given(st.lists(st.text(min_size=1, max_size=6), max_size=30))
def test_runs_are_ordered_and_begin_and_end_with_capitals(words: list[str]) -> None:
    end = 0
    for start, stop in name_runs(words):
        assert end <= start < stop
        assert words[start][0].isupper()
        assert words[stop - 1][0].isupper()
        end = stop


@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7))
def test_edits_are_symmetric_and_bounded(word: str, other: str) -> None:
    assert edits(word, other) == edits(other, word) <= 3
    assert (edits(word, other) == 0) == (word == other)
    assert are_variants(word, other) == are_variants(other, word)


def test_format_and_parse_agree() -> None:
    line = format_slot("alone", ["Velmar"], Slot(300, 0, 0, {}))
    assert parse_gazetteer([line]).frequent == {"Velmar": 300}
