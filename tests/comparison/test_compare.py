from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import hostile_texts

import garbled
from garbled.comparison.compare import compare_versions
from garbled.comparison.findings import with_original
from garbled.documents import Document, Finding
from garbled.errors import IngestError

from .conftest import ORIGINAL, scored

COPY = (
    ORIGINAL[1].replace("3.5", "5.3"),
    f"{ORIGINAL[0]} {ORIGINAL[2]}".replace("Marsh", "Swamp"),
    "Readers can sign a petition for better roads. It has 412 signatures already.",
    ORIGINAL[4],
)


def finding(text: str, quote: str, **changes) -> Finding:
    start = text.index(quote)
    own = Finding("lexical", "LEX_X", "major", start, start + len(quote), quote, "Wrong word.")
    return replace(own, **changes)


def test_passages_tell_what_became_of_every_paragraph(compare):
    passages = compare(ORIGINAL, COPY).passages
    assert [(p.original, p.copy, p.relation) for p in passages] == [
        ((1,), (0,), "reworded"),
        ((0, 2), (1,), "merged"),
        ((3,), (), "dropped"),
        ((), (2,), "added"),
        ((4,), (3,), "same"),
    ]
    assert [p.moved for p in passages].count(True) == 1


def test_every_paragraph_stands_in_one_passage(compare):
    passages = compare(ORIGINAL, COPY).passages
    assert sorted(i for p in passages for i in p.original) == list(range(5))
    assert sorted(i for p in passages for i in p.copy) == list(range(4))


def test_changes_stand_in_their_passage(compare):
    first, second, cut, new, last = compare(ORIGINAL, COPY).passages
    assert [c.kind for c in first.changes] == ["number"]
    assert [(c.kind, c.copy.quote) for c in second.changes] == [("name", "Ellen Swamp")]
    assert [(c.kind, c.original.quote) for c in cut.changes] == [("dropped", ORIGINAL[3])]
    assert [(c.kind, c.copy.quote) for c in new.changes] == [("added", COPY[2])]
    assert last.changes == ()


def test_a_dropped_sentence_inside_a_paragraph(compare):
    copy = [
        *ORIGINAL[:3],
        ORIGINAL[3].replace("The lifeboat station stays open. ", ""),
        ORIGINAL[4],
    ]
    [change] = compare(ORIGINAL, copy).changes
    assert (change.kind, change.original.quote) == ("dropped", "The lifeboat station stays open.")


def test_a_finding_gets_the_wording_of_the_original(compare):
    text = "Visitors can promenade along the northern beach on foot, the board of Marlow said."
    original = text.replace("promenade", "stroll slowly")
    [checked] = compare(original, text, p0=finding(text, "promenade")).findings
    assert checked.finding.suggestion == checked.original.quote == "stroll slowly"
    assert not checked.is_original


def test_a_finding_on_the_words_of_the_original_is_none_of_the_machine(compare):
    text = "Visitors can promenade along the northern beach on foot, the board of Marlow said."
    comparison = compare(text, text, p0=finding(text, "promenade", suggestion="walk"))
    [checked] = comparison.findings
    assert checked.is_original
    assert checked.finding.suggestion == "walk"
    assert comparison.passages[0].news == ()
    assert with_original(comparison).paragraphs[0].findings == ()


def test_a_finding_in_added_text_keeps_its_own_suggestion(compare):
    own = finding(COPY[2], "petition", suggestion="plea")
    comparison = compare(ORIGINAL, COPY, p2=own)
    [checked] = comparison.findings
    assert checked.original is None
    assert checked.finding == own


def test_a_finding_that_a_change_tells_is_no_news(compare):
    comparison = compare(ORIGINAL, COPY, p1=finding(COPY[1], "Swamp"))
    assert len(comparison.findings) == 1
    assert [p.news for p in comparison.passages] == [()] * 5


def test_with_the_original_changes_are_findings(compare):
    score = with_original(compare(ORIGINAL, COPY))
    told = {f.rule: f for p in score.paragraphs for f in p.findings}
    assert {"ORIGINAL_NUMBER", "ORIGINAL_NAME"} == set(told)
    assert (told["ORIGINAL_NAME"].quote, told["ORIGINAL_NAME"].suggestion) == (
        "Ellen Swamp",
        "Ellen Marsh",
    )
    assert score.verdict == "review"
    assert set(score.reasons) == {"name_corruption", "number_errors"}


def test_held_copy_without_a_major_finding_left_goes_to_review(make_document):
    text = "Visitors can promenade along the northern beach on foot, the board of Marlow said."
    held = replace(scored(make_document(text), p0=finding(text, "promenade")), verdict="hold")
    assert with_original(compare_versions(make_document(text), held)).verdict == "review"


@pytest.mark.parametrize("unreadable", ["original", "copy"])
def test_a_version_without_text_is_refused(make_document, unreadable):
    fine, broken = make_document(*ORIGINAL), Document.unreadable("is a PDF", id="b", source="b.pdf")
    versions = (broken, fine) if unreadable == "original" else (fine, broken)
    with pytest.raises(IngestError, match=r"b\.pdf: is a PDF"):
        compare_versions(versions[0], scored(versions[1]))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(hostile_texts, min_size=1, max_size=3), st.lists(hostile_texts, min_size=1, max_size=3)
)
def test_places_are_true_for_any_text(compare, original, copy):
    try:
        comparison = compare([*original, "It rained."], [*copy, "It has rained."])
    except IngestError:
        return
    versions = (
        comparison.original.paragraphs,
        [scored.paragraph for scored in comparison.copy.paragraphs],
    )
    for change in comparison.changes:
        assert change.original or change.copy
        for place, paragraphs in zip((change.original, change.copy), versions, strict=True):
            if place is not None:
                text = paragraphs[place.paragraph].text
                assert text[place.start : place.end] == place.quote != ""


def test_in_python(model_folder):
    original, copy = "\n\n".join(ORIGINAL), "\n\n".join(COPY)
    options = {"tier": "fast", "model": model_folder}
    comparison = garbled.compare(original, copy, **options)
    assert "number" in [change.kind for change in comparison.changes]
    with garbled.Scorer(**options) as scorer:
        score = scorer.score(copy, original=original)
    assert "ORIGINAL_NUMBER" in [f.rule for p in score.paragraphs for f in p.findings]
    assert score.verdict in ("review", "hold")
    assert score.paragraphs[0].paragraph.text == COPY[0]
