"""Planted errors, word labels and the mix of examples that the encoder is fine-tuned on."""

import random

import pytest

from garbled.analysers.counts import NgramCounts
from garbled.corpora.apertium import CHAINS, available_chains, retranslate
from garbled.corpora.damage import QualityEstimate
from garbled.corpora.pairs import Pair
from garbled.errors import ResourceError
from garbled.model.store import default_folder
from garbled.training.encoder.corrupt import changed_words, mine_words, plant, respell
from garbled.training.encoder.data import Example, aligned_examples, is_sound, mix

TEXT = [
    "The",
    "harbour",
    "board",
    "of",
    "Tolvane",
    "met",
    "on",
    "Tuesday",
    "and",
    "voted",
    "to",
    "close",
    "the",
    "eastern",
    "quay",
    "for",
    "the",
    "winter",
    ",",
    "because",
    "Mara",
    "Ellingsen",
    "and",
    "the",
    "other",
    "engineers",
    "had",
    "found",
    "cracks",
    "in",
    "two",
    "pillars",
    ".",
]
FOUND = {"board": [("table", 9)], "close": [("near", 6)], "winter": [("hiver", 5)]}
ESTIMATE = QualityEstimate((0.0, 0.0, 1.0, 0.0, 0.0), -0.5)


@pytest.fixture(scope="module")
def counts() -> NgramCounts:
    return NgramCounts.load(default_folder() / "counts.npz")


@pytest.mark.parametrize("seed", range(30))
def test_planted_errors_are_where_the_marks_say(seed: int) -> None:
    words, wrong = plant(TEXT, FOUND, 0.15, random.Random(seed))
    assert len(words) == len(wrong)
    assert any(wrong)
    kept = [word for word, is_wrong in zip(words, wrong, strict=True) if not is_wrong]
    place = iter(TEXT)
    assert all(word in place for word in kept), "unmarked words are the original's, in its order"


def test_more_errors_are_planted_where_more_are_asked_for() -> None:
    few, many = (
        sum(sum(plant(TEXT, FOUND, share, random.Random(seed))[1]) for seed in range(40))
        for share in (0.04, 0.25)
    )
    assert many > 2 * few


def test_planting_depends_on_the_seed_alone() -> None:
    again = [plant(TEXT, FOUND, 0.2, random.Random(5)) for _ in range(2)]
    assert again[0] == again[1]


@pytest.mark.parametrize("name", ["Ellingsen", "Tolvane", "Mu", "Katharina"])
def test_a_respelt_name_is_another_name_with_its_first_letter(name: str) -> None:
    respelt = {respell(name, random.Random(seed)) for seed in range(10)}
    assert respelt - {name}
    assert all(other[:1] in (name[:1], *"aeiou") for other in respelt)


def test_words_are_mined_from_five_documents_or_more() -> None:
    row = ("the board met again", "the table met again")
    four = [(*row, f"d{n}") for n in range(4)]
    assert mine_words(four) == {}
    assert mine_words([*four, (*row, "d4")]) == {"board": [("table", 5)]}


def test_changed_words_are_those_that_the_original_has_not() -> None:
    copy = ["the", "table", "of", "tolvane", "met", "on", "Tuesday"]
    assert changed_words(["the", "board", "of", "Tolvane", "met", "on", "Tuesday"], copy) == [
        *(False, True, False, False, False, False, False)
    ]


def _pair(original: str, copy: str, **fields: object) -> Pair:
    values: dict[str, object] = {
        "set": "wmt16",
        "lang_pair": "de-en",
        "system": "s",
        "kind": "machine",
        "document": "d",
        "seg": 0,
        "origlang": "en",
        "human_score": None,
        "year": 2016,
    }
    return Pair(original, copy, **{**values, **fields})  # type: ignore[arg-type]


def test_human_versions_are_never_mangled(counts: NgramCounts) -> None:
    original, copy = " ".join(TEXT), " ".join(TEXT).replace("voted to close", "resolved to shut")
    machine, human = (
        next(iter(aligned_examples([_pair(original, copy, kind=kind)], ESTIMATE, counts)))
        for kind in ("machine", "human")
    )
    assert (human.source, human.mangled, human.human_made) == ("human", 0, True)
    assert (machine.source, machine.human_made) == ("wmt16", False)


def test_an_essay_with_a_misspelling_or_a_mask_is_left_out(counts: NgramCounts) -> None:
    assert is_sound(["The", "board", "of", "the", "harbour", "met"], counts)
    assert not is_sound(["the", "baord", "met"], counts)
    assert not is_sound(["the", "@CAPS1", "met"], counts)


def test_a_mix_keeps_to_the_shares_and_repeats_nothing_more_than_once() -> None:
    def example(source: str, number: int) -> Example:
        return Example(source, (f"w{number}",), ("x",), 1, 0.0, False, False, None)

    many = [example("wmt13", n) for n in range(1_000)] + [example("human", n) for n in range(5)]
    mixed = mix(many, 120, 0)
    assert sum(e.source == "human" for e in mixed) == 10
    assert max(mixed.count(e) for e in mixed) <= 2
    assert mixed == mix(many, 120, 0)


def test_without_apertium_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ResourceError, match="apt-get install"):
        available_chains()


def test_paragraphs_come_back_from_apertium_in_their_places() -> None:
    try:
        chains = available_chains()
    except ResourceError:
        pytest.skip("no Apertium here")
    if not chains:
        pytest.skip("no chain of Apertium modes here")
    texts = [" ".join(TEXT), "It rained on Monday.", "Nobody minded the wind."]
    copies = retranslate(texts, chains[0])
    assert chains[0] in CHAINS
    assert copies is not None
    assert len(copies) == 3
    assert "Tolvane" in copies[0]
    assert "Tolvane" not in copies[1] + copies[2]
