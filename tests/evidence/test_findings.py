"""Findings: a quote that stands where it says, whatever the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import CLEAN, MANGLED, hostile_texts

from garbled.analysers.faults import Fault
from garbled.analysers.run import Resources, find_faults
from garbled.documents import KINDS, SEVERITIES, Finding
from garbled.evidence import find, without_doubt
from garbled.evidence.findings import MAX_FINDINGS, rules
from garbled.features.grammar import check_article
from garbled.features.rows import PlacedMatch
from garbled.languagetool.client import Match
from garbled.segment.articles import Article, analyse


class Objector:
    """A checker that objects to every third word of what it is sent."""

    def check(self, text: str) -> tuple[Match, ...]:
        places, at = [], 0
        for word in text.split(" "):
            places.append((at, at + len(word)))
            at += len(word) + 1
        return tuple(
            Match(start, end, "RULE", "GRAMMAR", "grammar", "Wrong.", ("right",))
            for start, end in places[::3]
            if start < end
        )


def match(start: int, end: int, rule: str = "RULE", **fields: str) -> PlacedMatch:
    category, issue = fields.get("category", "GRAMMAR"), fields.get("issue_type", "grammar")
    return PlacedMatch(0, start, end, Match(start, end, rule, category, issue, "Wrong.", ("a",)))


@pytest.fixture(scope="module")
def find_in(resources: Resources) -> Callable[..., dict[int, tuple[Finding, ...]]]:
    def find_in(article: Article, matches: list[PlacedMatch] | None = None):
        return find(article, find_faults(article, resources), matches)

    return find_in


@settings(deadline=None)
@given(st.lists(hostile_texts, min_size=1, max_size=4))
def test_quote_is_the_span(make_article, find_in, texts: list[str]) -> None:
    article = make_article(*texts, "The committee met met in the pêche.")
    matches = check_article(article, Objector())  # type: ignore[arg-type]
    found = find_in(article, matches)
    assert found
    for index, findings in found.items():
        paragraph = article.document.paragraphs[index]
        assert paragraph.index == index
        assert paragraph.is_checked
        for finding in findings:
            assert 0 <= finding.start < finding.end <= len(paragraph.text)
            assert paragraph.text[finding.start : finding.end] == finding.quote
            assert finding.kind in KINDS
            assert finding.severity in SEVERITIES
            assert finding.message


@settings(deadline=None)
@given(st.lists(hostile_texts, min_size=1, max_size=3))
def test_no_two_findings_on_one_place(make_article, find_in, texts: list[str]) -> None:
    article = make_article(*texts)
    for findings in find_in(article, check_article(article, Objector())).values():  # type: ignore[arg-type]
        for one, other in pairwise(findings):
            assert one.end <= other.start


def test_offsets_survive_emoji_and_curly_quotes(make_article, find_in) -> None:
    text = "🛢️ “Shares,” said O’Hara 👩‍👩‍👧 – “of Gazp.MM fell fell” 😀."
    [findings] = find_in(make_article(text)).values()
    assert [f.quote for f in findings] == ["Gazp.MM", "fell fell"]
    assert [text.index(f.quote) for f in findings] == [f.start for f in findings]


def test_rules_are_the_contracts() -> None:
    for name, rule in rules().items():
        assert rule["kind"] in KINDS, name
        assert rule["severity"] in SEVERITIES, name
        assert rule["message"].endswith("."), name


def test_clean_copy_has_no_finding(make_article, find_in) -> None:
    assert find_in(make_article(*CLEAN), []) == {}


def test_findings_carry_the_rules_words(make_article, find_in) -> None:
    found = find_in(make_article(*MANGLED))
    [code] = [f for part in found.values() for f in part if f.rule == "NAME_RIC_LEAK"]
    assert (code.kind, code.severity, code.quote) == ("name", "major", "Gazp.MM")
    assert code.message == rules()["NAME_RIC_LEAK"]["message"]


TEXT = "The committee met met on Tuesday to speak of pier."


@pytest.mark.parametrize(
    ("placed", "found"),
    [
        (match(42, 49), ["LT_RULE"]),
        (match(4, 17), []),  # it is in part
        (match(42, 49, category="STYLE"), []),
        (match(42, 49, category="CASING"), []),
        (match(14, 21), []),  # an analyser has it
        (match(42, 49, rule="ENGLISH_WORD_REPEAT_RULE"), []),
    ],
)
def test_matches_that_are_evidence(make_article, find_in, placed, found: list[str]) -> None:
    [findings] = find_in(make_article(TEXT), [placed]).values()
    assert [f.rule for f in findings] == ["LEX_REPEATED_WORD", *found]
    for finding in findings[1:]:
        assert (finding.kind, finding.severity, finding.quote) == ("grammar", "minor", "of pier")
        assert finding.suggestion == "a"


LONGER = "The pair said “la vie” to Ann Quex, and the xqzvwk went at Tuesday to his’s place."


@pytest.mark.parametrize(
    ("quote", "replacement", "n"),
    [
        ("at Tuesday", "on Tuesday", 1),
        ("la vie”", "the vie”", 0),  # a quoted term
        ("Ann Quex", "An Quex", 0),  # a name
        ("the xqzvwk went", "the xqzvwk goes", 1),
        ("the xqzvwk went", "an xqzvw went", 0),  # a foreign word, as far as clean English goes
        ("The pair said", "Those pair said", 1),  # capitals that open a sentence make no name
    ],
)
def test_names_and_quoted_or_foreign_words_are_left_out(
    make_article, resources: Resources, quote: str, replacement: str, n: int
) -> None:
    article = make_article(LONGER)
    start = LONGER.index(quote)
    end = start + len(quote)
    found = Match(start, end, "RULE", "GRAMMAR", "grammar", "Wrong.", (replacement,))
    findings = find(article, [], [PlacedMatch(0, start, end, found)], resources.counts)
    assert sum(map(len, findings.values())) == n


def fault(start: int, end: int, rule: str, suggestion: str | None = None, **fields: Any) -> Fault:
    return Fault(0, start, end, rule, suggestion, **fields)


CODE, SPELLING, SPACED = "NAME_RIC_LEAK", "NAME_SPELLING", "TYPO_SPACED_MARK"


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        # the rule that stands first is told, with what the other knows of the same words
        ([fault(4, 9, SPELLING, "Quux"), fault(4, 9, CODE)], [(CODE, "major", "Quux")]),
        ([fault(4, 9, SPELLING, "Quux"), fault(4, 20, CODE)], [(CODE, "major", None)]),
        # as grave as the gravest on the same words
        (
            [fault(4, 9, SPELLING), fault(4, 8, SPACED, severity="critical")],
            [(SPELLING, "critical", None)],
        ),
        # but not as what is grave about a word in it
        (
            [fault(0, 40, SPELLING), fault(4, 8, SPACED, severity="critical")],
            [(SPELLING, "minor", None)],
        ),
        # neighbours are two
        (
            [fault(0, 4, SPELLING), fault(4, 8, CODE)],
            [(SPELLING, "minor", None), (CODE, "major", None)],
        ),
        # what is known of the meaning counts
        ([fault(4, 9, SPACED, "not fell")], [(SPACED, "critical", "not fell")]),
        # a suggestion that changes nothing is none
        ([fault(0, 3, SPELLING, "The")], [(SPELLING, "minor", None)]),
    ],
)
def test_one_finding_for_a_place(make_article, faults, told) -> None:
    article = make_article("The Quuux fell again on the last of the days of May, they said.")
    for order in (faults, faults[::-1]):
        [findings] = find(article, order, None).values()
        assert [(f.rule, f.severity, f.suggestion) for f in findings] == told


def test_the_gravest_are_kept(make_article) -> None:
    article = make_article("x y " * 200)
    faults = [fault(at, at + 1, SPACED) for at in range(0, 700, 2)]
    faults.append(fault(701, 702, SPACED, severity="major"))
    [findings] = find(article, faults, None).values()
    assert len(findings) == MAX_FINDINGS
    assert findings[-1].severity == "major"
    assert [f.start for f in findings] == sorted(f.start for f in findings)


def test_doubts_weigh_by_meaning_in_mangled_copy() -> None:
    for name, rule in rules().items():
        finding = Finding(rule["kind"], name, rule["severity"], 0, 1, "x", "Wrong.")
        weighed = without_doubt(finding)
        expected = rule.get("in_mangled", rule["severity"])
        assert SEVERITIES.index(weighed.severity) >= SEVERITIES.index(finding.severity)
        assert weighed.severity == expected, name
    critical = Finding("name", SPELLING, "critical", 0, 1, "x", "Wrong.")
    assert without_doubt(critical) == critical
    assert without_doubt(replace(critical, rule="LT_X")).severity == "critical"


@pytest.mark.parametrize(("role", "n"), [("body", 1), ("quote", 0), ("headline", 0)])
def test_grammar_of_speech_and_headlines_is_theirs(make_document, find_in, role, n) -> None:
    article = analyse(make_document(("He speak of pier all the day long.", role)))
    assert len(find_in(article, [match(3, 8)])) == n


def test_matches_find_their_paragraph(make_article) -> None:
    article = make_article(("Pier to close", "headline"), ("By Jo Lee", "byline"), *CLEAN[:2])
    sent: list[str] = []

    class Recorder(Objector):
        def check(self, text: str) -> tuple[Match, ...]:
            sent.append(text)
            start = text.index("Shopkeepers")
            return (Match(start, start + 11, "RULE", "GRAMMAR", "grammar", "Wrong."),)

    [placed] = check_article(article, Recorder())  # type: ignore[arg-type]
    text = article.document.paragraphs[placed.paragraph].text
    assert text[placed.start : placed.end] == "Shopkeepers"
    assert placed.paragraph == 3
    assert "Jo Lee" not in sent[0]
    assert len(sent) == 1


def test_matches_on_a_paragraph_break_are_left_out(make_article) -> None:
    class Straddler(Objector):
        def check(self, text: str) -> tuple[Match, ...]:
            at = text.index("\n\n")
            return (Match(at - 3, at + 5, "RULE", "GRAMMAR", "grammar", "Wrong."),)

    assert check_article(make_article(*CLEAN), Straddler()) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(("word", "n"), [("Xqzvwk", 0), ("xqzvwk", 1)])
def test_unknown_names_are_no_misspellings(make_article, word: str, n: int) -> None:
    class Speller(Objector):
        def check(self, text: str) -> tuple[Match, ...]:
            at = text.index(word)
            return (Match(at, at + 6, "SPELL", "TYPOS", "misspelling", "Misspelt."),)

    article = make_article(f"The mayor met {word} on Monday.")
    assert len(check_article(article, Speller())) == n  # type: ignore[arg-type]


def test_nothing_to_check_asks_nobody(make_document) -> None:
    assert check_article(analyse(make_document(("By Jo Lee", "byline"))), None) == []  # type: ignore[arg-type]
