"""How grave a change is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import hostile_texts

from garbled.documents import SEVERITIES
from garbled.evidence.severity import grade, graver, severity_of_change


@pytest.mark.parametrize(
    ("was", "now", "severity"),
    [
        ("he resigned", "he has not resigned", "critical"),
        ("it didn't fall", "it did fall", "critical"),
        ("without a licence", "with a licence", "critical"),
        ("never", "not", "minor"),
        ("rose 5.2 percent", "rose 52.2 percent", "critical"),
        ("rose 5.2 percent", "rose 5,2 percent", "minor"),
        ("1,250 tonnes", "1.250 tonnes", "minor"),
        ("two million", "two billion", "critical"),
        ("hundreds of", "hundred of", "minor"),
        ("in Quexley", "in Loxley", "major"),
        ("in Quexley", "in quexley", "minor"),
        ("Sao Quex", "São Quex", "minor"),
        ("Quex Ley", "QuexLey", "minor"),
        ("said Ann Quex", "said the woman", "major"),
        ("a big dog", "a large dog", "minor"),
        ("a big dog", "a big dog", "minor"),
    ],
)
def test_changes(was: str, now: str, severity: str) -> None:
    assert severity_of_change(was, now) == severity


@given(hostile_texts, hostile_texts)
def test_any_change_has_a_severity_either_way(was: str, now: str) -> None:
    assert severity_of_change(was, was) == "minor"
    assert severity_of_change(was, now) == severity_of_change(now, was)
    assert severity_of_change(was, now) in SEVERITIES


@given(st.sampled_from(SEVERITIES), hostile_texts, st.none() | hostile_texts)
def test_words_are_never_milder_than_their_rule(rule, quote: str, suggestion: str | None) -> None:
    graded = grade(rule, quote, suggestion, is_name=False)
    assert graver(graded, rule) == graded


@pytest.mark.parametrize(
    ("rule", "quote", "suggestion", "graded"),
    [
        ("major", "Quex.LL", "Quexley", "major"),
        ("major", "QUEXLEY", "Quexley", "minor"),
        ("major", "Quex", None, "major"),
        ("minor", "7203.Q", "Quexley", "minor"),  # a code's digits are no number of the story
    ],
)
def test_names_are_as_grave_as_what_is_lost(rule, quote, suggestion, graded) -> None:
    assert grade(rule, quote, suggestion, is_name=True) == graded
