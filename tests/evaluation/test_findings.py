"""Findings measured: labels, rates, suggestions, targets, and a miniature run to its report."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from garbled.documents import Document, Finding
from garbled.errors import IngestError
from garbled.evaluation.findings import agreement, alarms, suggested
from garbled.evaluation.findings.checked import Checked, Copy, Outcome, Placed, Span
from garbled.evaluation.findings.config import FindingsConfig
from garbled.evaluation.findings.material import read_fold, sample_clean
from garbled.evaluation.findings.post_edits import Labelled, count_runs, label, mark
from garbled.evaluation.findings.results import RuleRate
from garbled.evaluation.findings.run import evaluate_findings
from garbled.evaluation.findings.targets import CLEAN, fill_targets
from garbled.evaluation.findings_report import render_findings
from garbled.segment.tokens import tokenise


def found(rule, start, end, quote, suggestion=None, kind="name", severity="minor") -> Placed:
    return Placed(0, Finding(kind, rule, severity, start, end, quote, "Look.", suggestion))


def checked(text, *findings, words=1_000, doubts=None, raw=None) -> Checked:
    tokens = np.array([(0, t.start, t.end) for t in tokenise(text)], dtype=np.int32)
    own = np.zeros(len(tokens), np.float32) if doubts is None else np.array(doubts, np.float32)
    outcome = Outcome("pass", tuple(findings))
    return Checked("a", (text,), words, True, outcome, {}, raw or {}, tokens.reshape(-1, 3), own)


def copy(group=0, *originals) -> Copy:
    document = Document(id="a", source="a")
    return Copy(document, "set", group, tuple(originals))


def test_words_that_people_replaced_are_wrong():
    text = "The aktion of the firm fell"
    own = label(copy(0, "The shares of the firm fell"), checked(text), "de-en")
    assert own.wrong.tolist() == [False, True, False, False, False, False]


def test_marks_are_tokens_that_a_span_touches():
    own = checked("One two three")
    assert mark(own, [Span(0, 5, 9, "X")]).tolist() == [False, True, True]
    assert not mark(own, [Span(1, 0, 13, "X")]).any()
    assert count_runs(np.array([True, False, True, True])) == 2


def test_rates_count_words_and_kinds():
    judged = [
        (copy(0), checked("a", found("NAME_X", 0, 1, "a", severity="major"))),
        (copy(1), checked("b", found("LT_Y", 0, 1, "b", kind="grammar"))),
    ]
    own = alarms.measure_alarms(CLEAN, judged, 0)
    assert (own.all.value, own.names.value, own.severe.value, own.evidence.value) == (
        1,
        0.5,
        0.5,
        0.5,
    )
    [name, other] = alarms.by_rule(judged, judged[:1], ["NAME_X", "NAME_X"])[::-1]
    assert (name.rule, name.clean, name.machine, name.planted) == ("NAME_X", 0.5, 1.0, 2)
    assert (other.rule, other.machine) == ("LT_Y", 0.0)


@pytest.mark.parametrize(
    ("quote", "suggestion", "right"),
    [
        ("aktion", "shares", True),
        ("aktion", "action", False),
        ("fell", "rose", False),
        ("the the", "the", True),
        ("firm", "firm's", False),
    ],
)
def test_a_suggestion_is_right_where_the_original_has_it(quote, suggestion, right):
    text = "Then aktion of the the firm fell"
    start = text.index(quote)
    own = found("X", start, start + len(quote), quote, suggestion).finding
    assert suggested.is_right(own, text, "Then shares of the firm fell") is right


def test_suggestions_are_counted_by_kind():
    text = "Then aktion of the firm fell"
    own = checked(text, found("X", 5, 11, "aktion", "shares"), found("Y", 24, 28, "fell"))
    judged = [(copy(0, "Then shares of the firm fell"), own)]
    everything = suggested.measure_suggestions(judged, 0)[0]
    assert (everything.findings, everything.coverage.value, everything.right.value) == (2, 0.5, 1.0)


def test_detectors_are_compared_at_one_rate():
    """A rule that is loud in good copy is dropped, and doubts are cut where the rate allows."""
    text = "one two three four"
    loud, rare = found("NAME_LOUD", 0, 3, "one"), found("NAME_RARE", 4, 7, "two")
    good = [checked(text, loud, loud, rare, doubts=[5, -9, 3, -9])]
    own = checked(text, loud, rare, doubts=[8, 8, -9, -9])
    labelled = [Labelled(n, "s", own, np.array([False, True, False, False])) for n in (0, 1)]
    by_name = {r.detector: r for r in agreement.measure_agreement(labelled, good, 0)}
    as_it_is, at_rate = (
        by_name[f"findings, {how}"] for how in (agreement.AS_IT_IS, agreement.AT_RATE)
    )
    assert (as_it_is.alarms, as_it_is.precision) == (3.0, 0.5)
    assert (at_rate.alarms, at_rate.precision, at_rate.left_out) == (1.0, 1.0, "NAME_LOUD")
    doubts = by_name[f"{agreement.DOUBTS}, {agreement.AT_RATE}"]
    assert doubts.alarms == 1.0
    assert doubts.recall == 1.0
    assert "LanguageTool alone, as it is" not in by_name


@pytest.fixture(scope="module")
def config(corpus, model) -> FindingsConfig:
    return FindingsConfig(
        pairs=corpus / "pairs",
        clean=corpus / "clean",
        model=model,
        jobs=1,
        max_clean=6,
        max_planted=2,
        max_grammar=0,
    )


@pytest.fixture(scope="module")
def results(config):
    return evaluate_findings(config)


def test_a_run_measures_every_part(results):
    assert results.alarms[0].copy == CLEAN
    assert results.alarms[0].n == 6
    assert {own.sort for own in results.recall} >= {"doubled", "split"}
    assert {own.key for own in results.held} == {
        "clean",
        "translation",
        "rule_based",
        "worst",
        "bad",
        "wrecked",
    }
    assert all(own.milliseconds >= 0 for own in results.cost)
    assert "tokens" in results.not_measured
    assert results.signature["fold"] == 0


def test_doubled_names_are_found(results):
    [doubled] = [own for own in results.recall if own.sort == "doubled"]
    assert doubled.found.value == 1.0


def test_development_leaves_what_is_reserved_alone(config):
    own = replace(config, development=True)
    assert own.fold == 1
    one, other = (
        {c.document.id for c in sample_clean(own.clean, reserved=r, limit=99, seed=0)}
        for r in (True, False)
    )
    assert one
    assert other
    assert not one & other
    held_out = {pair.original for pair, _ in read_fold(own.pairs, 0, 0, None)}
    mine = {pair.original for pair, _ in read_fold(own.pairs, 1, 0, None)}
    assert not held_out & mine


def test_no_clean_article_is_an_error(config, tmp_path):
    with pytest.raises(IngestError, match="no clean article"):
        evaluate_findings(replace(config, clean=tmp_path))


def test_targets_are_met_or_missed(results):
    by_key = {target.key: target for target in fill_targets(results)}
    assert by_key["recall/doubled"].met
    assert by_key["alarms/clean_news/all"].aim == "≤ 1"
    assert by_key["hold/clean"].note.startswith("fewer than 3,000 articles")
    assert by_key["cost"].met is (by_key["cost"].value <= 5)


def test_reports_in_every_form(results):
    markdown = render_findings(results, "markdown")
    assert "| planted: doubled | ≥ 0.8 |" in markdown
    page = render_findings(results, "html")
    assert page.startswith("<!DOCTYPE html>")
    assert "planted: doubled" in page
    told = json.loads(render_findings(results, "json"))
    assert told["alarms"][0]["copy"] == CLEAN


def test_what_data_holds_is_escaped(results):
    rules = (RuleRate("<script>|*x*\u202e", "minor", 1, 0.1, 0.1, 0),)
    shown = render_findings(replace(results, rules=rules), "html")
    assert "<script>" not in shown
    assert "\u202e" not in shown


def test_no_event_is_no_certainty():
    """A bootstrap of nothing is no wider than nothing; the exact bounds are."""
    judged = [(copy(n), checked("a", words=500)) for n in range(4)]
    own = alarms.measure_alarms(CLEAN, judged, 0)
    assert own.all.value == own.all.low == 0.0
    assert own.all.high == pytest.approx(1.844, abs=1e-3)
