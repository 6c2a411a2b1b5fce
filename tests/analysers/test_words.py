"""The analysers of words: repetition, typography, leftovers, credits, confused words, phrases."""

from __future__ import annotations

import gzip
from importlib import resources as packaged

import numpy as np
import pytest

from garbled.analysers.confusion import inflections, load_confusions
from garbled.analysers.counts import BOUNDARY, hash_words
from garbled.analysers.lexicon import calques, find_lexical_faults, is_respelled
from garbled.analysers.run import Resources
from garbled.analysers.slots import fit_to_slots, neighbours
from garbled.analysers.typography import is_cut, unglue
from garbled.segment.tokens import tokenise


@pytest.fixture(scope="module")
def faults(make_article, resources: Resources):
    def faults(text: str, role: str = "body") -> list[tuple[str, str, str | None]]:
        article = make_article(*((part, role) for part in text.split("||")))
        texts = [paragraph.text for paragraph in article.document.paragraphs]
        found = find_lexical_faults(article, resources.lexicon, resources.counts)
        return [(f.rule, texts[f.paragraph][f.start : f.end], f.suggestion) for f in found]

    return faults


FOUND = [
    ("Profits in the bank ascended 3 percent.", "LEX_WRONG_WORD", "ascended", "rose"),
    ("Yields fell in the third neighbourhood.", "LEX_CALQUE", "third neighbourhood", None),
    ("They met in the house of the dinero at noon.", "LEX_FOREIGN_WORD", "dinero", None),
    ("A letter from the матери came late.", "LEX_FOREIGN_SCRIPT", "матери", None),
    ("The plan of the board of the board was sound.", "LEX_REPEATED_PHRASE", None, "of the board"),
    ("Sales rose by 8 millions in May.", "NUMBER_PLURAL_MAGNITUDE", "millions", "million"),
    ("It has 4 thousand million euros.", "NUMBER_THOUSAND_MILLION", "thousand million", "billion"),
    ("It paid 12\u00a0500 euros.", "NUMBER_SPACED_THOUSANDS", "12\u00a0500", "12,500"),
    ("The match begins at 14 o'clock.", "NUMBER_FOREIGN_CLOCK", "14 o'clock", None),
    ("The train leaves at 14h30.", "NUMBER_FOREIGN_CLOCK", "14h30", None),
    ("The office opens on the 5 of May.", "NUMBER_FOREIGN_DATE", "the 5 of May", None),
    ("He said «it is late» and left.", "TYPO_FOREIGN_QUOTE", "«", None),
    ("¿Who paid for the bridge?", "TYPO_INVERTED_MARK", "¿", None),
    ("The town，which is old, has a wall.", "TYPO_FULL_WIDTH", "，", ","),
    ("The talks inthe capital went on.", "TYPO_GLUED_WORDS", "inthe", "in the"),
    ("The gov ernment fell in June.", "TYPO_SPLIT_WORD", "gov ernment", "government"),
    ("It shut. (Informing by Ann Moor; editing by Jo Lee)", "LEX_CREDIT", "Informing", "Reporting"),
    ("For Anna Smith LEEDS (Reuters) - It shut.", "LEX_CREDIT", "For", "By"),
]
PASSED = [
    "The tower of the minster ascended into the fog.",
    "The bank stated that the colour of the centre was grey, and it says so again.",
    "They drank ouzo in a taverna by the harbour.",
    "The constant π is not rational; a dose is 20 µg.",
    'The sign read "вход" and nobody could read it.',
    "Again and again and again they tried, over and over.",
    "It was bigger and bigger and it grew and grew.",
    "Tens of millions of euros, 8 million of them in May, were lost.",
    "In 2005 500 people came, and 12 500-metre races were run.",
    "He rose at 9 o'clock on the 5th of May.",
    "The office, the shop and the bar were shut, he said (and it was late).",
    "Their forefathers went intoxicated and withstood thesauruses.",
    "The bridge was closed. (Reporting by Ann Moor; editing by Jo Lee)",
    "The picture (painted by Ann Moor) was sold.",
    "By Anna Smith LEEDS (Reuters) - The bridge was closed.",
    "For Anna Smith it was the end.",
]


@pytest.mark.parametrize(("text", "rule", "quote", "suggestion"), FOUND)
def test_is_found(faults, text: str, rule: str, quote: str | None, suggestion: str | None) -> None:
    found = [fault for fault in faults(text) if fault[0] == rule]
    assert found
    assert quote in {None, found[0][1]}
    assert suggestion in {None, found[0][2]}


@pytest.mark.parametrize("text", PASSED)
def test_passes(faults, text: str) -> None:
    assert faults(text) == []


def test_a_foreign_word_that_the_text_uses_often_is_its_term(faults) -> None:
    once = "They met at the dinero in the hills."
    assert "LEX_FOREIGN_WORD" in {rule for rule, _, _ in faults(once)}
    assert faults(f"{once}||The dinero is built of stone.") == []


def test_a_text_that_was_split_into_tokens_has_no_spaced_marks(faults) -> None:
    tokens = "The office was shut , he said . The shop was open , she said . It rained ."
    assert not [fault for fault in faults(tokens) if fault[0] == "TYPO_SPACED_MARK"]


def test_a_translator_that_loops_is_found_once(faults) -> None:
    looped = "The party of the north, " * 5 + "won."
    found = [fault for fault in faults(looped) if fault[0] == "LEX_REPEATED_CLAUSE"]
    assert len(found) == 1
    assert not [f for f in faults("The party of the north won.") if "REPEATED" in f[0]]


def test_suggestions_keep_the_case_of_the_copy(faults) -> None:
    found = {quote: suggestion for _, quote, suggestion in faults("The bank has said the Monday.")}
    assert "Monday" in str(found["said the Monday"])


def test_a_suggestion_comes_with_its_probability(resources: Resources) -> None:
    confusions = load_confusions(resources.counts)
    tokens = tokenise("Sales rose by 8 millions in May.")
    word, confidence = confusions.suggest(tokens, 4)
    assert word == "million"
    assert 0.5 < confidence <= 1.0
    assert confusions.suggest(tokenise("He met Xyzzyplugh."), 2) == (None, 0.0)


def test_words_are_judged_together_as_they_are_alone(resources: Resources) -> None:
    confusions = load_confusions(resources.counts)
    texts = ("Sales rose by 8 millions in May.", "The loge fell.", "He met Xyzzyplugh.", "of")
    places = [(tokens, n) for tokens in map(tokenise, texts) for n in range(len(tokens))]
    together = confusions.suggest_all(places)
    alone = [confusions.suggest(tokens, place) for tokens, place in places]
    assert [word for word, _ in together] == [word for word, _ in alone]
    assert [p for _, p in together] == pytest.approx([p for _, p in alone])
    assert confusions.suggest_all([]) == []


def test_sentences_are_doubted_together_as_they_are_alone(resources: Resources) -> None:
    confusions = load_confusions(resources.counts)
    texts = ["The loge of investment fell by 8 millions of.", "Loge of it .", "It has loge."]
    sentences = [[token.text for token in tokenise(text)] for text in texts]
    alone = [(n, d) for n, words in enumerate(sentences) for d in confusions.doubts(words)]
    joined = [w for words in sentences for w in (*words, BOUNDARY, BOUNDARY)]
    together = confusions.doubts(joined)
    starts = [0, len(sentences[0]) + 2, len(sentences[0]) + len(sentences[1]) + 4]
    assert [d.place for d in together] == [starts[n] + d.place for n, d in alone]
    assert [d.suggestion for d in together] == [d.suggestion for _, d in alone]
    assert [d.gain for d in together] == pytest.approx([d.gain for _, d in alone])
    sure = confusions.doubts(joined, confidence=0.8)
    assert sure == [doubt for doubt in together if doubt.confidence >= 0.8]
    assert 0 < len(sure) < len(together)


def test_suggestions_depend_on_the_neighbours(resources: Resources) -> None:
    confusions = load_confusions(resources.counts)
    here = confusions.suggest(tokenise("fell in the third neighbourhood of the year"), 4)
    there = confusions.suggest(tokenise("they live in a quiet neighbourhood near the sea"), 5)
    assert here[1] > 2 * there[1]


def test_probabilities_of_any_place_are_probabilities(resources: Resources) -> None:
    confusions = load_confusions(resources.counts)
    tokens = tokenise("“The” cost, of 3 loge's MILLIONS — at is was .")
    for place in range(len(tokens)):
        _, confidence = confusions.suggest(tokens, place)
        assert 0.0 <= confidence <= 1.0


def test_what_english_has_fits_its_slot_better(resources: Resources) -> None:
    around = neighbours(["the", "interest", "rate", "rose"], 2, 3)
    fits = fit_to_slots(np.stack([around, around]), hash_words(["rate", "loge"]), resources.counts)
    assert (fits[0, :2] > fits[1, :2]).all()


def test_inflections_are_other_words() -> None:
    assert {"closing", "closes"} <= set(inflections("close"))
    assert list(inflections("is")) == []


def test_spellings_of_two_countries_are_one_word() -> None:
    assert is_respelled("favour", "favor")
    assert not is_respelled("million", "billion")


def test_words_are_unglued_and_joined_by_what_english_has(resources: Resources) -> None:
    counts = resources.counts
    assert unglue("ofthe", counts) == "of the"
    assert unglue("zzzthe", counts) is None
    assert is_cut("compa", "ny", counts)
    assert not is_cut("of", "the", counts)


def test_shipped_tables_are_sound() -> None:
    folder = packaged.files("garbled.resources").joinpath("evidence")
    for name in ("words_confusions.tsv.gz", "words_phrases.tsv.gz"):
        lines = gzip.decompress(folder.joinpath(name).read_bytes()).decode("utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert len(lines) > 500
        assert all(len(line.split("\t")) == 3 for line in lines[1:])
    assert all(len(phrase.split()) in (2, 3, 4) for phrase in calques())
