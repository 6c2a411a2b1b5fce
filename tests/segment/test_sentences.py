from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import hostile_texts

from garbled.segment.normalise import unify
from garbled.segment.sentences import MAX_SENTENCE, split_sentences

SENTENCES = [
    ["It rained.", "Nobody minded."],
    ["Why?", "Nobody knew!", "Then it stopped..."],
    ["Mr. and Mrs. Lee met Dr. Cole at St. Mary's.", "They left."],
    ["U.S. Steel rose.", "J.P. Morgan fell."],
    ["It opened at 9 a.m. on Monday and closed at 5 p.m. sharp.", "He stayed."],
    ["It cost $3.5 million.", "It was worth 1.2."],
    ['"It is late," he said.', '"Go home."', "They went."],
    ["He asked (who would not?) for more.", "(They said no.)", "He left."],
    ["Shares in Acme Inc. fell on Jan. 5 in New York.", "Others rose."],
    ["In 2009 it closed.", "2010 was better."],
    ["Écoutez.", "Árpád left."],
    ["no capital here. nor here"],
]


@pytest.mark.parametrize("sentences", SENTENCES, ids=lambda s: s[0])
def test_sentences(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def check_spans(text: str) -> None:
    spans = split_sentences(text)
    place = 0
    for start, end in spans:
        assert place <= start < end <= len(text)
        assert text[place:start].strip() == ""
        assert end - start <= MAX_SENTENCE
        place = end
    assert text[place:].strip() == ""


@given(st.one_of(st.text(), hostile_texts, st.text(alphabet="aA.!? \"'(\u3000\n", max_size=80)))
def test_spans_are_disjoint_and_cover_the_text(text: str) -> None:
    check_spans(unify(text))


@pytest.mark.parametrize(
    "text", ["a" * 9_000, "word " * 2_000, "x" * MAX_SENTENCE + " y", "A. " * 3_000, " " * 5_000]
)
def test_text_without_full_stops_is_cut(text: str) -> None:
    check_spans(text)


def test_cuts_fall_on_spaces() -> None:
    text = "harbour " * 1_000
    words = [word for start, end in split_sentences(text) for word in text[start:end].split()]
    assert words == ["harbour"] * 1_000
