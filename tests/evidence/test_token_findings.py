"""Findings from doubted tokens: what they span, what they are called, how grave they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import CLEAN, MANGLED, hostile_texts

from garbled.analysers.faults import Fault
from garbled.analysers.run import Resources
from garbled.evidence.doubt import shipped_doubts
from garbled.evidence.findings import rules
from garbled.evidence.suggestions import suggest
from garbled.evidence.tokens import (
    CERTAIN_RULES,
    LEFTOVER,
    NAME,
    NEGATION,
    NUMBER,
    PHRASING,
    WORD,
    Run,
    find_doubts,
    find_runs,
    is_major,
    is_told,
    name_rule,
)
from garbled.features.encoder import Encoder, Reading
from garbled.model.store import default_folder
from garbled.segment.articles import Article, Sentence

PROSE = (
    "On Monday the council of Leeds did not say whether 35 million pounds would pay for the "
    "überfällig repairs of the old pier, which it had of been to closed in the winter."
)


@pytest.fixture(scope="module")
def sentence(make_article) -> Sentence:
    [sentence] = make_article(PROSE).sentences
    return sentence


def run_of(sentence: Sentence, words: str, peak: float = 1.0) -> Run:
    wanted = words.split()
    texts = [token.text for token in sentence.tokens]
    [start] = [n for n in range(len(texts)) if texts[n : n + len(wanted)] == wanted]
    return Run(sentence, start, start + len(wanted), peak)


def doubting(article: Article, *words: str, mangled: float = 2.5) -> list[Reading]:
    """Readings in which just these words are doubted."""
    return [
        Reading(
            mangled,
            0.0,
            np.array([9.0 if t.text in words else -9.0 for t in w.tokens], dtype=np.float32),
        )
        for w in article.windows
    ]


def quotes(article: Article, faults: list[Fault]) -> list[str]:
    return [article.document.paragraphs[f.paragraph].text[f.start : f.end] for f in faults]


def test_neighbours_are_one_run_and_marks_part_runs(sentence: Sentence) -> None:
    texts = [token.text for token in sentence.tokens]
    log_odds = np.full(len(texts), -5.0)
    for word, odds in {"old": 1.0, "pier": 3.0, ",": 4.0, "which": 0.5, "closed": 2.0}.items():
        log_odds[texts.index(word)] = odds
    log_odds[texts.index("Monday")] = np.nan
    found = [
        (" ".join(t.text for t in run.tokens), run.peak)
        for run in find_runs([(sentence, log_odds)], 0.5)
    ]
    assert found == [("old pier", 3.0), ("which", 0.5), ("closed", 2.0)]
    assert not list(find_runs([(sentence, log_odds)], 5.0))


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Leeds", NAME),
        ("council of Leeds", NAME),
        ("35", NUMBER),
        ("million pounds", NUMBER),
        ("did not say", NEGATION),
        ("überfällig", LEFTOVER),
        ("überfällig repairs", WORD),
        ("repairs", WORD),
        ("of the", PHRASING),
        ("had of been to closed", PHRASING),
    ],
)
def test_a_run_is_called_by_what_stands_there(sentence, resources, words: str, rule: str) -> None:
    assert name_rule(run_of(sentence, words), resources.counts) == rule


def test_capitals_of_a_headline_style_line_make_no_name(make_article, resources) -> None:
    [line] = make_article("Council Of Leeds Says That Old Pier Will Stay Closed").sentences
    assert name_rule(run_of(line, "Leeds"), resources.counts) == WORD


def test_a_common_word_that_opens_a_sentence_is_no_name(make_article, resources) -> None:
    [line] = make_article("Repairs of the pier will cost them half of the winter trade.").sentences
    assert name_rule(run_of(line, "Repairs"), resources.counts) == WORD


def test_every_rule_can_be_told() -> None:
    assert {NAME, NUMBER, NEGATION, LEFTOVER, PHRASING, WORD} <= set(rules())


def test_names_must_be_more_certain_and_are_never_major_as_phrasing_is_not() -> None:
    doubts = replace(shipped_doubts(), least=0.0, name=1.0, major=2.0)
    assert is_told(WORD, 0.0, doubts)
    assert not is_told(WORD, -0.1, doubts)
    assert not any(is_told(rule, 0.9, doubts) for rule in CERTAIN_RULES)
    assert is_major(WORD, 2.0, doubts)
    assert not is_major(WORD, 1.9, doubts)
    assert not any(is_major(rule, 9.0, doubts) for rule in (PHRASING, NAME))


def test_findings_quote_the_doubted_words(make_article, resources: Resources) -> None:
    article = make_article(*CLEAN)
    faults = find_doubts(article, doubting(article, "old", "pier", "tea"), resources)
    assert quotes(article, faults) == ["old pier", "tea"]
    assert [fault.rule for fault in faults] == [WORD, WORD]
    assert {fault.severity for fault in faults} <= {"minor", "major"}


def test_the_same_doubt_weighs_less_in_an_article_that_reads_well(make_article, resources) -> None:
    article = make_article(*CLEAN)
    levels = [
        Reading(m, 0.0, np.full(len(list(w.tokens)), 1.0, dtype=np.float32))
        for m in (-3.0, 3.0)
        for w in article.windows
    ]
    half = len(article.windows)
    calm, mangled = (
        find_doubts(article, part, resources) for part in (levels[:half], levels[half:])
    )
    assert not calm
    assert mangled


def test_without_readings_nothing_is_doubted(make_article, resources: Resources) -> None:
    assert find_doubts(make_article(*MANGLED), [], resources) == []


def test_shipped_encoder_doubts_mangled_copy_and_not_clean(make_article, resources) -> None:
    encoder = Encoder(default_folder(), threads=1)

    def found(*paragraphs: str) -> list[Fault]:
        article = make_article(*paragraphs)
        windows = [[token.text for token in window.tokens] for window in article.windows]
        return find_doubts(article, encoder.read(windows), resources)

    assert found(*CLEAN) == []
    assert len(found(*MANGLED)) >= 5


@settings(deadline=None, max_examples=40)
@given(st.lists(hostile_texts, min_size=1, max_size=3), st.integers(0, 99))
def test_spans_hold_in_any_text(make_article, resources, texts: list[str], seed: int) -> None:
    article = make_article(*texts, PROSE)
    dice = np.random.default_rng(seed)
    readings = [
        Reading(3.0, 0.0, dice.normal(2, 4, len(list(window.tokens))).astype(np.float32))
        for window in article.windows
    ]
    faults = find_doubts(article, readings, resources)
    assert faults == sorted(faults, key=lambda fault: (fault.paragraph, fault.start))
    for fault, quote in zip(faults, quotes(article, faults), strict=True):
        assert quote
        assert quote == quote.strip()
        assert fault.suggestion != ""


def test_a_suggestion_is_for_one_likely_word(sentence: Sentence, resources: Resources) -> None:
    place = [token.text for token in sentence.tokens].index("whether")
    one, two = (sentence, place, place + 1), (sentence, place, place + 2)
    assert suggest([one, two], resources.counts, 1.1) == [None, None]
    told, several = suggest([one, two], resources.counts, 0.0)
    assert several is None
    assert told is None or told.lower() != "whether"
