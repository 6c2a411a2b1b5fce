from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import CLEAN, hostile_texts

from garbled.documents import SCORED_ROLES
from garbled.segment.articles import analyse
from garbled.segment.normalise import unify
from garbled.segment.windows import TARGET_WORDS, cut_windows


def sizes(lengths: list[int]) -> list[int]:
    return [sum(lengths[start:end]) for start, end in cut_windows(lengths)]


@given(st.lists(st.integers(0, 500), max_size=80), st.integers(1, 200))
def test_windows_cover_all_sentences_in_order(lengths: list[int], target: int) -> None:
    windows = cut_windows(lengths, target)
    covered = [index for start, end in windows for index in range(start, end)]
    assert covered == list(range(len(lengths)))
    assert all(start < end for start, end in windows)


@given(st.lists(st.integers(5, 35), max_size=120).filter(lambda s: sum(s) >= TARGET_WORDS // 2))
def test_windows_of_ordinary_sentences_are_of_like_size(lengths: list[int]) -> None:
    found = sizes(lengths)
    assert min(found) >= TARGET_WORDS // 2
    assert max(found) <= 125


@given(st.lists(st.integers(8, 25), min_size=60, max_size=120))
def test_windows_of_an_article_are_about_the_target(lengths: list[int]) -> None:
    found = sizes(lengths)
    assert min(found) >= 40
    assert max(found) <= 105
    assert abs(sum(found) / len(found) - TARGET_WORDS) < 10


def test_long_sentence_is_not_cut() -> None:
    assert sizes([50, 300, 50]) == [50, 300, 50]


def test_short_head_joins_its_neighbour() -> None:
    assert sizes([20, 300, 20]) == [340]


def test_short_tail_joins_its_neighbour() -> None:
    assert sizes([100, 10]) == [110]
    assert sizes([70, 70, 100, 10]) == [70, 70, 110]


def test_windows_hold_scored_paragraphs_only(make_article) -> None:
    article = make_article(
        ("Pier to close", "headline"),
        ("By Jo Lee", "byline"),
        *CLEAN[:2],
        ("Ellen Marsh at her stall by the gate on Monday morning.", "caption"),
        ("Subscribe to our newsletter", "furniture"),
        ('"It was bad," said Ellen Marsh, who sells tea.', "quote"),
    )
    roles = {s.role for window in article.windows for s in window.sentences}
    assert roles == SCORED_ROLES
    checked = {s.role for s in article.sentences}
    assert checked == {"headline", "body", "quote", "caption"}
    assert [s for w in article.windows for s in w.sentences] == [
        s for s in article.sentences if s.role in SCORED_ROLES
    ]


def test_words_are_counted_once(make_article) -> None:
    article = make_article(*CLEAN, *CLEAN[:1])
    by_paragraph: dict[int, int] = {}
    for window in article.windows:
        assert sum(window.words_by_paragraph().values()) == window.n_words
        for index, words in window.words_by_paragraph().items():
            by_paragraph[index] = by_paragraph.get(index, 0) + words
    assert sum(by_paragraph.values()) == article.n_words
    assert by_paragraph[0] == 26  # the last paragraph is its copy and a duplicate
    assert sorted(by_paragraph) == [0, 1, 2, 3]


@given(hostile_texts)
def test_tokens_stand_in_their_paragraph(make_article, text: str) -> None:
    article = make_article(text)
    for sentence in article.sentences:
        paragraph = article.document.paragraphs[sentence.paragraph].text
        for token in sentence.tokens:
            assert sentence.start <= token.start < token.end <= sentence.end
            assert unify(paragraph[token.start : token.end]) == token.text


@pytest.mark.parametrize("text", ["", " ", "… — …", "🛢️"])
def test_text_without_words(make_document, text: str) -> None:
    assert analyse(make_document(text)).n_words == 0
