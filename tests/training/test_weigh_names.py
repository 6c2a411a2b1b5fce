"""The weights of evidence on names, fitted on invented articles apart from the mined ones."""

from __future__ import annotations

import random

import pytest

from garbled.analysers.gazetteer import parse_gazetteer
from garbled.analysers.name_words import WordKinds
from garbled.corpora.clean import CleanArticle
from garbled.documents import Block, Document
from garbled.errors import IngestError
from garbled.segment.articles import analyse
from garbled.training.count_ngrams import count_ngrams
from garbled.training.mine_names import format_slots, mine_slots, names_of
from garbled.training.weigh_names import prose_of, spoil, weigh_evidence

HEADS = ("Velmar", "Orsel", "Sandholm", "Tarrow", "Quillan", "Brandreth", "Morvane", "Ketteridge")
STORY = (
    "A clerk of the {a} Harbour Guild went home on Monday. The table in the garden of the"
    " {b} Bank was sold. Nobody from the {a} Harbour Guild would say where the spoon was found."
)


def document(text: str) -> Document:
    return Document.from_blocks([Block(text)], id="a", source="a")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    rng = random.Random(1)
    return [STORY.format(a=rng.choice(HEADS), b=rng.choice(HEADS)) for _ in range(400)]


@pytest.fixture(scope="module")
def kinds(texts: list[str]) -> WordKinds:
    counts = count_ngrams([CleanArticle(str(n), None, text) for n, text in enumerate(texts)])
    return WordKinds(counts, {}, frozenset({"banco", "hafen", "maison", "citta"}))


def test_a_misspelling_weighs_more_than_an_unknown_name(texts: list[str], kinds: WordKinds) -> None:
    gazetteer = parse_gazetteer(format_slots(mine_slots(names_of(document(t)) for t in texts)))
    news = [text.replace("Velmar", "Osterby").replace("Orsel", "Lundquist") for text in texts[:80]]
    prose = [prose_of(analyse(document(text))) for text in news]
    fitted = weigh_evidence(prose, gazetteer, kinds, seed=0)
    weights = fitted["weights"]
    assert isinstance(weights, dict)
    assert weights["spelt"] > weights["unknown"]
    assert fitted == weigh_evidence(prose, gazetteer, kinds, seed=0)


def test_articles_without_known_names_are_refused(kinds: WordKinds) -> None:
    gazetteer = parse_gazetteer(format_slots(mine_slots([[["North", "Quay"]]] * 6)))
    prose = [prose_of(analyse(document("It rained on Monday. Nobody minded.")))] * 4
    with pytest.raises(IngestError, match="too few known names"):
        weigh_evidence(prose, gazetteer, kinds, seed=0)


def test_spoilt_words_are_of_their_sort() -> None:
    rng = random.Random(2)
    assert spoil("Harbour", "common", ["table"], ["hafen"], rng) == "Table"
    assert spoil("Harbour", "foreign", ["table"], ["hafen"], rng) == "Hafen"
    for _ in range(20):
        assert abs(len(spoil("Harbour", "misspelt", [], [], rng)) - len("Harbour")) <= 1
