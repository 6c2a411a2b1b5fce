"""An explanation is of the very score that scoring gives, and its sums are that score's."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from texts import CLEAN, FRENCH, MANGLED

from garbled.documents import Document
from garbled.drafts import Draft
from garbled.explanation import WORST_TOKENS, Explanation, Sum, explain_documents
from garbled.features.groups import CONFIGURATIONS, DESCRIPTION_ONLY
from garbled.grammar import Grammar
from garbled.model.verdicts import REASON_OF_GROUP
from garbled.scorer import Scorer


@pytest.fixture(scope="module")
def documents(make_document) -> list[Document]:
    return [
        make_document(*CLEAN, *MANGLED, id="half", title="Pier to close until spring"),
        make_document(*MANGLED, id="mangled"),
        make_document(CLEAN[0] + " " + CLEAN[1], id="one-window"),
        make_document("It rained.", id="short"),
        make_document(*FRENCH, id="french"),
        Document.unreadable("is a PDF", id="unreadable", source="b.pdf"),
    ]


@pytest.fixture(scope="module", params=[("fast", None), ("full", None), ("fast", 0.99)])
def explained(request, documents, model_folder: Path) -> dict[str, Explanation]:
    tier, prior = request.param
    with Scorer(tier, model=model_folder, prior=prior, grammar=False) as scorer:
        settings = scorer.settings
        scores = list(scorer.score_documents(documents))
    found = list(explain_documents(documents, settings, Grammar(), worst=2))
    assert [e.score for e in found] == scores
    return {e.score.id: e for e in found}


SCORED = ("half", "mangled", "one-window")


def sums(explanation: Explanation) -> list[Sum]:
    assert explanation.article is not None
    assert explanation.article_model is not None
    return [explanation.article, explanation.article_model, *(w.sum for w in explanation.windows)]


@pytest.mark.parametrize("name", SCORED)
def test_both_sums_are_the_article_s_probability(name, explained) -> None:
    explanation = explained[name]
    probability = explanation.score.probability
    logit = math.log(probability / (1 - probability))
    for total in sums(explanation)[:2]:
        assert total.log_odds == pytest.approx(logit, abs=1e-6)
        assert total.probability == pytest.approx(probability, abs=1e-9)


@pytest.mark.parametrize("name", SCORED)
def test_a_group_is_the_sum_of_its_features(name, explained) -> None:
    for total in sums(explained[name])[1:]:
        for group in total.groups:
            assert group.features
            moved = math.fsum(feature.log_odds for feature in group.features)
            assert group.log_odds == pytest.approx(moved, abs=1e-9)
            for feature in group.features:
                assert feature.value is not None or feature.log_odds == 0.0


@pytest.mark.parametrize("name", SCORED)
def test_the_strongest_stand_first(name, explained) -> None:
    explanation = explained[name]
    for total in sums(explanation):
        strengths = [abs(group.log_odds) for group in total.groups]
        assert strengths == sorted(strengths, reverse=True)
    worst = [window.sum.log_odds for window in explanation.windows]
    assert worst == sorted(worst, reverse=True)
    assert len(worst) == min(2, explanation.n_windows)


def test_a_window_has_the_probability_of_its_paragraphs(explained) -> None:
    """A paragraph that has one window only has that window's probability."""
    [window] = explained["one-window"].windows
    [paragraph] = explained["one-window"].score.paragraphs
    assert window.sum.probability == pytest.approx(paragraph.probability, abs=1e-9)


@pytest.mark.parametrize("name", SCORED)
def test_quotes_stand_where_they_say(name, explained, documents) -> None:
    [document] = [d for d in documents if d.id == name]
    for window in explained[name].windows:
        assert 0 < len(window.doubts) <= WORST_TOKENS
        doubts = [doubt.log_odds for doubt in window.doubts]
        assert doubts == sorted(doubts, reverse=True)
        for passage in (*window.passages, *(doubt.passage for doubt in window.doubts)):
            text = document.paragraphs[passage.paragraph].text
            assert passage.quote
            assert text[passage.start : passage.end] == passage.quote
        first = window.passages[0].quote.split()
        assert window.opening.split()[:5] == first[:5]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("short", "too_short"), ("french", "not_english"), ("unreadable", "unreadable")],
)
def test_what_is_not_scored_says_why(name, reason, explained) -> None:
    explanation = explained[name]
    assert (explanation.article, explanation.article_model) == (None, None)
    assert explanation.windows == ()
    assert reason in explanation.score.reasons


def test_reasons_are_drawn_from_what_is_shown(explained) -> None:
    """A style's reason is one whose groups together move the article up."""
    evidence = {"headline_finding", "part_mangled"}
    seen = 0
    for name in SCORED:
        explanation = explained[name]
        score = explanation.score
        if score.probability < score.signature.thresholds["review"]:
            continue
        assert explanation.article is not None
        moved: dict[str, float] = {}
        for group in explanation.article.groups:
            if group.name in DESCRIPTION_ONLY:
                assert group.log_odds == 0.0
                continue
            reason = REASON_OF_GROUP[group.name]
            moved[reason] = moved.get(reason, 0.0) + group.log_odds
        best = max(moved, key=lambda reason: moved[reason])
        assert best in score.reasons
        seen += 1
        style = set(score.reasons) - evidence
        assert style
    expected = all(e.score.signature.prior > 0.5 for e in explained.values())
    assert seen == len(SCORED) if expected else seen <= len(SCORED)


def test_every_configuration_that_is_read_is_named(explained) -> None:
    article = explained["half"].article
    assert article is not None
    names = {group.name for group in article.groups}
    assert names in [set(groups) for groups in CONFIGURATIONS.values()]


def test_a_document_that_breaks_an_analyser_is_an_error_record(
    documents, make_scorer, monkeypatch
) -> None:
    def broken(self: Draft) -> None:
        raise ValueError("no matrix")

    settings = make_scorer("fast").settings
    monkeypatch.setattr(Draft, "matrix", broken)
    [explanation] = explain_documents([documents[0]], settings, Grammar())
    assert explanation.score.verdict == "error"
    assert "no matrix" in explanation.score.error
    assert replace(explanation, score=None) == Explanation(None)  # type: ignore[arg-type]
