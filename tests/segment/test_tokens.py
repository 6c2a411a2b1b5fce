from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.segment.normalise import unify
from garbled.segment.tokens import Token, tokenise

TOKENS = [
    ("Morgan Stanley (MS.N) fell", ["Morgan", "Stanley", "(", "MS.N", ")", "fell"]),
    ("U.S. Steel and J.P. Morgan", ["U.S.", "Steel", "and", "J.P.", "Morgan"]),
    ("AT&T's chief", ["AT&T", "'s", "chief"]),
    ("they don't, O'Neill won't", ["they", "don't", ",", "O'Neill", "won't"]),
    ("a well-known first-half goal", ["a", "well-known", "first-half", "goal"]),
    ("$3.5bn, 3,500 and 3,5%", ["$3.5bn", ",", "3,500", "and", "3,5%"]),
    ("won 2-1 on the 3rd", ["won", "2", "-", "1", "on", "the", "3rd"]),
    ("at 10:30 in the 1990s", ["at", "10:30", "in", "the", "1990s"]),
    ("see www.example.com.", ["see", "www.example.com", "."]),
    ("Gazp.MM and Node.js", ["Gazp.MM", "and", "Node.js"]),
    ("the firm ' s chief", ["the", "firm", "' s", "chief"]),
    ("e\u0301te\u0301", ["e\u0301te\u0301"]),
    ("", []),
    (" \t\n", []),
]


@pytest.mark.parametrize(("text", "tokens"), TOKENS)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert [token.text for token in tokenise(text)] == tokens


@given(st.text(), st.integers(0, 1000))
def test_tokens_stand_where_they_say(text: str, offset: int) -> None:
    tokens = tokenise(text, offset)
    for token in tokens:
        assert text[token.start - offset : token.end - offset] == token.text != ""
    starts = [token.start for token in tokens]
    ends = [token.end for token in tokens]
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))


@given(st.text())
def test_tokens_leave_out_white_space_only(text: str) -> None:
    covered = {place for token in tokenise(text) for place in range(token.start, token.end)}
    assert all(c.isspace() for place, c in enumerate(text) if place not in covered)


@pytest.mark.parametrize(
    ("text", "is_word"),
    [("pier", True), ("3.5%", True), ("$3", True), ("U.S.", True), ("'s", True), ("été", True)]
    + [(mark, False) for mark in ",.()\"'%$…"],
)
def test_words_are_told_from_marks(text: str, is_word: bool) -> None:
    assert Token(text, 0, len(text)).is_word is is_word


@given(st.text())
def test_unify_moves_nothing(text: str) -> None:
    unified = unify(text)
    assert len(unified) == len(text)
    assert unify(unified) == unified
    assert all(a == b for a, b in zip(text, unified, strict=True) if a.isalnum())


@pytest.mark.parametrize(
    ("variants", "plain"),
    [("‘’‚‛′`´", "'"), ("“”„«»″", '"'), ("–—−‑", "-"), ("\u00a0\u202f\u2009\n\t", " ")],
)
def test_unify(variants: str, plain: str) -> None:
    assert unify(variants) == plain * len(variants)
