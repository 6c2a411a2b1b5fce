"""The analysers on cases that are data: see cases.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from texts import CLEAN, MANGLED, hostile_texts

from garbled.analysers.faults import Fault
from garbled.analysers.run import Resources, find_faults
from garbled.evidence.findings import rules
from garbled.segment.articles import Article

CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
ANALYSED = {rule for rule in rules() if not rule.startswith("TOKEN_")}
"""The encoder's doubts have tests of their own."""
IN_THE_WILD, NEGATIVE, KNOWN = (CASES[k] for k in ("in_the_wild", "negative", "known_failures"))


def named(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=f"{case['rule']}-{case['text'][:24]}") for case in cases]


def quotes(article: Article, faults: list[Fault]) -> list[tuple[str, str, str | None]]:
    texts = [paragraph.text for paragraph in article.document.paragraphs]
    return [(f.rule, texts[f.paragraph][f.start : f.end], f.suggestion) for f in faults]


@pytest.fixture(scope="module")
def analyse_text(make_article, resources: Resources):
    def analyse_text(text: str) -> list[tuple[str, str, str | None]]:
        article = make_article(*text.split("||"))
        return quotes(article, find_faults(article, resources))

    return analyse_text


@pytest.mark.parametrize("case", named(IN_THE_WILD))
def test_in_the_wild(analyse_text, case: dict[str, str]) -> None:
    assert (case["rule"], case["quote"], case.get("suggestion")) in analyse_text(case["text"])


@pytest.mark.parametrize("case", named(NEGATIVE))
def test_negative(analyse_text, case: dict[str, str]) -> None:
    assert analyse_text(case["text"]) == []


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["text"][:30], marks=pytest.mark.xfail(reason=case["reason"]))
        for case in KNOWN
    ],
)
def test_known_failure(analyse_text, case: dict[str, str]) -> None:
    found = case["rule"] in [rule for rule, _, _ in analyse_text(case["text"])]
    assert found is (case["expected"] == "found")


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert {case["rule"] for case in IN_THE_WILD} == ANALYSED
    assert {case["rule"] for case in NEGATIVE + KNOWN} <= ANALYSED


def test_every_rule_has_a_negative() -> None:
    assert {case["rule"] for case in NEGATIVE} == ANALYSED


def test_clean_copy_has_no_fault(analyse_text) -> None:
    assert analyse_text("||".join(CLEAN)) == []


def test_mangled_copy_has_faults_of_many_kinds(analyse_text) -> None:
    found = {rule for rule, _, _ in analyse_text("||".join(MANGLED))}
    assert found >= {
        "NAME_RIC_LEAK",
        "NUMBER_DECIMAL_COMMA",
        "LEX_REPEATED_WORD",
        "TYPO_SPACED_MARK",
    }


def test_headlines_show_doubled_names_and_codes_only(make_article, resources: Resources) -> None:
    text = "Viewers of the BBCnews channel complained of Ronaldo Ronaldo on Monday"
    headline, body = (make_article((text, role)) for role in ("headline", "body"))
    assert {f.rule for f in find_faults(body, resources)} == {
        "NAME_BROKEN_CAPITALS",
        "NAME_DOUBLED",
    }
    assert {f.rule for f in find_faults(headline, resources)} == {"NAME_DOUBLED"}


@pytest.mark.parametrize("role", ["byline", "note", "furniture", "list", "duplicate"])
def test_unchecked_roles_have_no_faults(make_document, resources: Resources, role: str) -> None:
    from garbled.segment.articles import analyse

    article = analyse(make_document(("The committee met met in Gazp.MM on Tuesday.", role)))
    assert find_faults(article, resources) == []


@given(hostile_texts)
def test_faults_are_ordered_and_within_their_paragraph(make_article, resources, text) -> None:
    article = make_article(text, "The committee met met.", text[::-1])
    faults = find_faults(article, resources)
    assert ("LEX_REPEATED_WORD", "met met", "met") in quotes(article, faults)
    places = [(f.paragraph, f.start, f.end) for f in faults]
    assert places == sorted(places)
    for fault in faults:
        text = article.document.paragraphs[fault.paragraph].text
        assert 0 <= fault.start < fault.end <= len(text)
        assert fault.rule in rules()
