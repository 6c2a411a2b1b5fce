from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import hostile_texts

from garbled.comparison.alignment import MAX_SENTENCES, align
from garbled.errors import IngestError

from .conftest import ORIGINAL

REWORDED = (
    "The meeting of the harbour of Marlow has said Monday that the old quay would be closed until "
    "the spring.",
    "Works by value of 3.5 million pounds will begin in January, has said engineer David Cole.",
    '"We knew that it was evil, but nobody said to us it was so evil", said Ellen Marsh, that '
    "sells tea.",
    "The divers will look the legs that remain before the end of the month. The station of the "
    "lifeboat remains opened. The visitors can walk still on the north beach.",
    "The advice did not say how many of the forty shops of the front must move themselves.",
)
STRANGE = "Our newsletter tells you every Friday which films to watch with the children."


@pytest.fixture
def links(make_document):
    def run(original, copy):
        found = align(make_document(*original), make_document(*copy)).paragraph_links
        return sorted(found)

    return run


def test_the_same_order(links):
    assert links(ORIGINAL, REWORDED) == [(n, n) for n in range(5)]


def test_another_order(links):
    order = (3, 0, 4, 2, 1)
    assert links(ORIGINAL, [REWORDED[n] for n in order]) == sorted(
        (n, place) for place, n in enumerate(order)
    )


def test_merged_paragraphs(links):
    merged = [f"{REWORDED[0]} {REWORDED[1]}", REWORDED[2], f"{REWORDED[3]} {REWORDED[4]}"]
    assert links(ORIGINAL, merged) == [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2)]


def test_a_split_paragraph(links):
    first, *rest = REWORDED[3].split(". ")
    copy = [*REWORDED[:3], f"{first}.", ". ".join(rest), REWORDED[4]]
    assert links(ORIGINAL, copy) == [(0, 0), (1, 1), (2, 2), (3, 3), (3, 4), (4, 5)]


def test_cut_and_added_paragraphs_are_left_alone(links):
    assert links(ORIGINAL, [REWORDED[4], STRANGE, REWORDED[1]]) == [(1, 2), (4, 0)]


def test_a_sentence_that_was_cut_in_two(make_document):
    long = (
        "The board closed the pier in May and the council paid for a new roof on the market hall."
    )
    parts = "The board closed the pier in May. The council paid for the market hall's new roof."
    [bead] = align(make_document(long), make_document(parts)).beads
    assert (bead.original, bead.copy) == ((0,), (0, 1))


def test_lone_sentences_are_numbered(make_document):
    aligned = align(make_document(*ORIGINAL), make_document(REWORDED[0], STRANGE))
    assert [aligned.copy[n].paragraph for n in aligned.added] == [1]
    assert {aligned.original[n].paragraph for n in aligned.cut} == {1, 2, 3, 4}


def test_what_the_page_shows_beside_the_article_is_not_aligned(links):
    assert links([*ORIGINAL, (STRANGE, "furniture")], [(STRANGE, "body")]) == []


def test_without_words_nothing_is_linked(links):
    assert links(["…"], ["It rained."]) == []


def test_a_version_that_is_too_long_is_refused(make_document):
    long = make_document("It rained. " * (MAX_SENTENCES + 1), source="long.txt")
    with pytest.raises(IngestError, match=r"long\.txt: too long to compare: 2,001 sentences"):
        align(make_document("It rained."), long)


@settings(max_examples=40, deadline=None)
@given(st.lists(hostile_texts, max_size=4), st.lists(hostile_texts, max_size=4))
def test_any_texts_give_links_between_their_own_sentences(make_document, original, copy):
    aligned = align(make_document(*original), make_document(*copy))
    for link in aligned.links:
        assert 0 <= link.original < len(aligned.original)
        assert 0 <= link.copy < len(aligned.copy)
        assert 0 <= link.similarity <= 1
    assert len(set(aligned.links)) == len(aligned.links)
