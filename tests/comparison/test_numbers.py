from __future__ import annotations

import pytest

from garbled.comparison.numbers import quantities
from garbled.segment.normalise import unify
from garbled.segment.tokens import tokenise


def read(text):
    return [(q.value, q.unit) for q in quantities([t.text for t in tokenise(unify(text))])]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("1,250 people", "1250 people"),
        ("3.5 million pounds", "£3.5m"),
        ("twenty-one ships", "21 ships"),
        ("two hundred and fifty thousand", "250,000"),
        ("5 percent", "5 per cent"),
        ("3.5%", "3.5 percent"),
        ("5:30 p.m. on Monday", "17:30 on Monday"),
        ("March 3, 2011", "3 March 2011"),
        ("Sept 17", "17th of September"),
        ("a 42-year-old", "42 years"),
        ("a five-year plan", "5 years"),
        ("8 km", "eight kilometres"),
        ("$2bn", "2 billion dollars"),
        ("3,5 percent", "3.5 percent"),
        ("1.250.000", "1,250,000"),
    ],
)
def test_two_ways_to_write_it_are_equal(text, other):
    assert read(text)
    assert read(text) == read(other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("3.5 million", "3.5 billion"),
        ("3.500", "3,500"),
        ("5 percent", "5 percentage points"),
        ("8 km", "8 miles"),
        ("$5", "€5"),
        ("Monday", "Tuesday"),
        ("May 3", "May 4"),
        ("5 a.m.", "5 p.m."),
        ("they won 3:2", "they won 2:3"),
    ],
)
def test_what_says_another_thing_is_not_equal(text, other):
    assert read(text)
    assert read(text) != read(other)


def test_words_that_only_look_like_numbers():
    assert read("one may march to a second-hand shop") == []


@pytest.mark.parametrize(
    "text", ["9" * 400, "1" + ".2" * 200, "५५", "10²", "½", "1:2:3:4", "$", "%"]
)
def test_hostile_digits_break_nothing(text):
    read(text)
