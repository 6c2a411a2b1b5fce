"""Planted name corruptions: each sort does what it is named for, on names of the text at hand."""

from __future__ import annotations

from random import Random

import pytest

from garbled.documents import Finding
from garbled.evaluation.findings.checked import Checked, Outcome, Placed
from garbled.evaluation.findings.planted_names import take_excerpt
from garbled.evaluation.findings.planting import (
    Names,
    Planted,
    judge,
    plant,
    plant_one,
    random_site,
)
from garbled.evaluation.findings.real_corruptions import corrupted_names, known_text
from garbled.evaluation.findings.sorts import DEMONYM_SORT, OF_KNOWN_NAMES, RARE, SORTS, Edit

TEXT = (
    "The chairman of the National Bank of Alvania said on Tuesday that Minister Helga Tornquist "
    "had met an Alvanian envoy. Shares of Brixton Holdings Inc (BRXH.N) fell, and the envoy said "
    "that Tornquist would go to Porthaven.",
    "On Friday the Central Trade Union called on Tornquist to resign, a spokesman said. "
    "(Reporting by Anna Quill; Editing by Bo Marsh)",
)


@pytest.fixture(scope="module")
def excerpt():
    return take_excerpt("one", TEXT)


@pytest.fixture(scope="module")
def names(excerpt):
    others = [take_excerpt(f"other {n}", TEXT) for n in range(6)]
    return Names.of([excerpt, *others])


def planted(sort, excerpt, names, seed=0) -> Planted:
    own = plant_one(sort, random_site(excerpt, names, Random(seed)), names)
    assert own is not None
    return own


def test_names_are_found_within_sentences(excerpt):
    found = {name.text for name in excerpt.names}
    assert {"National Bank of Alvania", "Helga Tornquist", "Brixton Holdings Inc"} <= found
    assert not {"The", "Tuesday", "Shares", "Friday", "Anna Quill", "Bo Marsh"} & found
    assert [name.text for name in excerpt.demonyms] == ["Alvanian"]


def test_titles_and_codes_stand_beside_their_names(excerpt):
    by_text = {name.text: name for name in excerpt.names}
    assert by_text["Helga Tornquist"].title.text == "Minister"
    assert by_text["Brixton Holdings Inc"].code == "BRXH.N"


def test_an_excerpt_is_cut_at_paragraphs():
    assert len(take_excerpt("one", TEXT, words=30).paragraphs) == 1
    assert len(take_excerpt("one", TEXT, words=10).paragraphs) == 1


@pytest.mark.parametrize("sort", [*SORTS, DEMONYM_SORT])
def test_every_sort_alters_one_place_only(sort, excerpt, names):
    own = planted(sort, excerpt, names)
    text = excerpt.paragraphs[own.paragraph]
    assert own.text != text
    assert own.text[: own.edit.start] == text[: own.edit.start]
    assert own.text[own.end :] == text[own.edit.end :]
    assert own.document().paragraphs[own.paragraph].text == own.text


def test_what_sorts_plant(excerpt, names):
    made = {sort: planted(sort, excerpt, names).edit.now for sort in (*SORTS, DEMONYM_SORT)}
    assert made["code in place of the name"] == "Brxh.N"
    assert made["code glued to the name"].startswith("Brixton Holdings Inc")
    assert made[DEMONYM_SORT] == "alvanian"
    assert made["part in capitals"].isupper()
    assert made["part in lower case"].islower()
    assert " " in made["split"]
    assert made["two spellings"] != "Tornquist"
    assert "Minister" in made["title run in"]


def test_names_of_one_article_are_rare(excerpt):
    alone = Names.of([excerpt])
    site = random_site(excerpt, alone, Random(0))
    assert plant_one("reordered", site, alone) is None
    assert plant_one(RARE, site, alone) is not None


def test_planting_is_the_same_each_time(names):
    excerpts = [take_excerpt(f"{n}", TEXT) for n in range(8)]
    first = plant(excerpts, names, 2, 5)
    assert first == plant(excerpts, names, 2, 5)
    assert first != plant(excerpts, names, 2, 6)
    assert {own.sort for own in first} >= {"doubled", "split", *OF_KNOWN_NAMES}


def checked(paragraphs, *findings) -> Checked:
    outcome = Outcome("pass", tuple(findings))
    return Checked("one", tuple(paragraphs), 50, True, outcome, {}, {}, None, None)


def placed(paragraph, start, end, text, suggestion=None) -> Placed:
    quote = text[start:end]
    return Placed(
        paragraph, Finding("name", "NAME_X", "minor", start, end, quote, "No.", suggestion)
    )


def test_found_and_restored(excerpt):
    edit = Edit(4, 12, "Chairman")
    own = Planted("doubled", excerpt, 0, edit, "chairman")
    finding = placed(0, 4, 12, own.text, "chairman")
    [caught] = judge([own], {"one": checked(TEXT)}, [checked([own.text], finding)])
    assert caught.found
    assert caught.as_name
    assert caught.restored
    [missed] = judge(
        [own], {"one": checked(TEXT)}, [checked([own.text], placed(1, 4, 12, TEXT[1]))]
    )
    assert not missed.found
    assert missed.restored is None


def test_what_was_flagged_before_is_left_out(excerpt):
    own = Planted("doubled", excerpt, 0, Edit(4, 12, "Chairman"), "chairman")
    before = {"one": checked(TEXT, placed(0, 0, 12, TEXT[0]))}
    assert not list(judge([own], before, [checked([own.text])]))


def test_real_corruptions_are_names_that_no_original_has():
    original = "He met Jonas Whitlock at Ravensburg Hall on Monday."
    copy = "He met Jonas Vitlok at Ravensberg Hall on Tuesday."
    found = list(corrupted_names(original, copy, ""))
    assert [(original[e.start : e.end], e.now) for e in found] == [
        ("Whitlock", "Vitlok"),
        ("Ravensburg", "Ravensberg"),
    ]
    known = known_text(["The town of Ravensberg."])
    assert [e.now for e in corrupted_names(original, copy, known)] == ["Vitlok"]


@pytest.mark.parametrize("copy", ["He met the chairman.", "He met Zoë.", "He met mr Zoe"])
def test_another_word_or_spelling_is_no_corruption(copy):
    assert not list(corrupted_names("He met Zoe.", copy, ""))
