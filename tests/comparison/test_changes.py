from __future__ import annotations

import pytest


def told(comparison):
    return [
        (c.kind, c.original and c.original.quote, c.copy and c.copy.quote)
        for c in comparison.changes
    ]


CHANGED = {
    "name replaced": (
        "The actor Tom Hardwick met voters in the town hall.",
        "The actor Tom Difficult met voters in the town hall.",
        ("name", "Tom Hardwick", "Tom Difficult"),
    ),
    "name translated": (
        "Shares of Norgasco fell after the bank in Porto Velho sold its stake.",
        "Shares of Norgasco fell after the bank in Old Port sold its stake.",
        ("name", "Porto Velho", "Old Port"),
    ),
    "number": (
        "The storm killed 14 people and sank two boats near the cape.",
        "The storm killed 41 people and sank two boats near the cape.",
        ("number", "14", "41"),
    ),
    "number in words": (
        "The storm killed fourteen people and sank a boat near the cape.",
        "The storm killed forty people and sank a boat near the cape.",
        ("number", "fourteen", "forty"),
    ),
    "unit": (
        "The road will run for 30 miles along the coast, officials said.",
        "The road will run for 30 kilometres along the coast, officials said.",
        ("unit", "30 miles", "30 kilometres"),
    ),
    "date": (
        "The hearing was put off until Thursday because a lawyer fell ill.",
        "The hearing was put off until Tuesday because a lawyer fell ill.",
        ("date", "Thursday", "Tuesday"),
    ),
    "year": (
        "The bridge was built in 1974 by prisoners of the county jail.",
        "The bridge was built in 1947 by prisoners of the county jail.",
        ("date", "1974", "1947"),
    ),
    "quote": (
        'The mayor of Kelso told us: "We shall rebuild every house in this street before winter."',
        'The mayor of Kelso told us: "We will repair all the homes of the way before winter."',
        (
            "quote",
            "We shall rebuild every house in this street before winter.",
            "We will repair all the homes of the way before winter.",
        ),
    ),
    "name with the same initials": (
        "The plan was drawn by the engineer Paul Verity for the board.",
        "The plan was drawn by the engineer Paul Vanity for the board.",
        ("name", "Paul Verity", "Paul Vanity"),
    ),
    "country and pronoun": (
        "They told us that the United States would sign the treaty.",
        "They told us that the Joined States would sign the treaty.",
        ("name", "United States", "Joined States"),
    ),
    "negation lost": (
        "The company said it would not close the plant in the valley.",
        "The company said it would close the plant in the valley.",
        ("negation", "not", None),
    ),
    "negation won": (
        "It is the only forecast in the county that is ever right.",
        "It is the only forecast in the county that is never right.",
        ("negation", "ever", "never"),
    ),
    "phrase dropped": (
        "The ferry sank in the bay because somebody had left both forward loading doors unlocked.",
        "The ferry sank in the bay.",
        ("dropped", "because somebody had left both forward loading doors unlocked", None),
    ),
    "name added": (
        "The minister opened the school and spoke to the parents for an hour.",
        "The minister opened the school with Boris Unheard and spoke to the parents for an hour.",
        ("name", None, "Boris Unheard"),
    ),
}
SAME = {
    "digits": ("It sold 1,200 cars in March.", "In March it sold 1200 cars."),
    "words for digits": ("Three men were held.", "3 men were held."),
    "a pair": ("The two men were held by police.", "Both men were held by police."),
    "people of a place": ("Soldiers from Ukraine met.", "The Ukrainian soldiers met."),
    "initials": (
        "Officials of the United Nations met in the capital.",
        "Officials of the U.N. met in the capital.",
    ),
    "accents": ("The minister Jan Dvořák resigned.", "The minister Jan Dvorak resigned."),
    "possessive": ("The plan of Marlow was late.", "Marlow's plan was late."),
    "given name left out": ("The judge freed Ann Hobbs.", "The judge freed Hobbs."),
    "contraction": ("They did not pay the fine.", "They didn't pay the fine."),
    "another way to deny": ("They did not pay the fine.", "They refused to pay the fine."),
    "quotation marks": ("“We shall win the cup,” he said.", '"We shall win the cup", he said.'),
    "title case": ("The Pier Will Reopen In Spring", "The pier will reopen in spring"),
    "order": ("On Monday 5 people met in Kelso.", "In Kelso 5 people met on Monday."),
}


@pytest.mark.parametrize("case", CHANGED)
def test_what_changed_is_told_with_both_places(compare, case):
    original, copy, change = CHANGED[case]
    assert change in told(compare(original, copy))


@pytest.mark.parametrize("case", CHANGED)
def test_nothing_changed_in_a_copy_of_itself(compare, case):
    for text in CHANGED[case][:2]:
        assert told(compare(text, text)) == []


@pytest.mark.parametrize("case", SAME)
def test_another_way_to_say_it_is_no_change(compare, case):
    assert told(compare(*SAME[case])) == []
    assert told(compare(*SAME[case][::-1])) == []


@pytest.mark.parametrize(
    ("case", "severity"),
    [
        ("number", "critical"),
        ("unit", "critical"),
        ("date", "critical"),
        ("negation lost", "critical"),
        ("name replaced", "major"),
        ("quote", "major"),
        ("phrase dropped", "minor"),
    ],
)
def test_severity_follows_what_it_does_to_meaning(compare, case, severity):
    original, copy, change = CHANGED[case]
    [found] = [c for c in compare(original, copy).changes if c.kind == change[0]]
    assert found.severity == severity


def test_a_name_on_the_house_list_is_left_alone(compare):
    original, copy, change = CHANGED["name replaced"]
    assert change not in told(compare(original, copy, ("Tom Difficult",)))
