"""Offsets as LanguageTool's clients count them, whatever the text and the markup in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import MANGLED, hostile_texts

from garbled.errors import IngestError
from garbled.report.places import letters_of
from garbled.report.record import to_record
from garbled.scorer import Scorer
from garbled.serve.annotated import AnnotatedText, read_annotated
from garbled.serve.bodies import text_document
from garbled.serve.matches import SORTS, Choice, matches_of
from garbled.serve.utf16 import Utf16

SHOWN_BY_SUPERDESK = {
    "misspelling",
    "whitespace",
    "other",
    "grammar",
    "characters",
    "typographical",
    "locale-violation",
}
texts = st.text(st.characters(codec=None), max_size=60)


def cut(text: str, offset: int, length: int) -> str:
    """What a client that counts UTF-16 units sees there."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


@given(texts, st.data())
def test_units_are_those_of_utf_16(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    units = Utf16(text)
    # Halves side by side are one character in UTF-16, and two code points here.
    expected = sum(len(c.encode("utf-16-le", "surrogatepass")) // 2 for c in text[:offset])
    assert units.of(offset) == expected
    assert units.length == units.of(len(text))


parts = st.lists(
    st.one_of(
        st.fixed_dictionaries({"text": st.text(max_size=8)}),
        st.fixed_dictionaries({"markup": st.text(max_size=8)}),
        st.fixed_dictionaries({"markup": st.text(max_size=8), "interpretAs": st.text(max_size=4)}),
    ),
    max_size=12,
)


@given(parts, st.data())
def test_spans_of_annotated_text(annotation: list[dict[str, str]], data: st.DataObject) -> None:
    text = read_annotated(json.dumps({"annotation": annotation}))
    assert text.whole == "".join(p.get("text", p.get("markup", "")) for p in annotation)
    assert text.checked == "".join(p.get("text", p.get("interpretAs", "")) for p in annotation)
    start = data.draw(st.integers(0, len(text.checked)))
    end = data.draw(st.integers(start, len(text.checked)))
    span = text.span(start, end)
    assert 0 <= span.start <= span.end <= len(text.whole)
    if start < end and _is_verbatim(annotation, start, end):
        there = text.whole[span.start : span.end]
        assert there.startswith(text.checked[start])
        assert there.endswith(text.checked[end - 1])


def _is_verbatim(annotation: list[dict[str, str]], start: int, end: int) -> bool:
    """Whether neither end of a range lies in what a markup is read as."""
    kinds = [k for p in annotation for k in ("text", "interpretAs") for _ in p.get(k, "") if k in p]
    return kinds[start] == kinds[end - 1] == "text"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"text": "a", "annotation": []}',
        '{"text": 3}',
        '{"annotation": {}}',
        '{"annotation": [3]}',
        '{"annotation": [{"text": "a", "markup": "b"}]}',
        '{"annotation": [{"text": "a", "interpretAs": "b"}]}',
        '{"annotation": [{"markup": 3}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_annotated_text(data: str) -> None:
    with pytest.raises(IngestError):
        read_annotated(data)


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer("fast")


def found(scorer: Scorer, text: AnnotatedText, choice: Choice = Choice()) -> list[dict]:  # noqa: B008
    document = text_document(text.checked)
    [score] = scorer.score_documents([document])
    return list(matches_of(to_record(score), text, choice))


def quotes(scorer: Scorer, text: str) -> list[str]:
    [score] = scorer.score_documents([text_document(text)])
    return [f.quote for p in score.paragraphs for f in p.findings]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile_texts)
def test_matches_stand_where_the_finding_is(scorer: Scorer, text: str) -> None:
    sent = text.encode("utf-8", "replace").decode()
    quoted = [letters_of(quote).text for quote in quotes(scorer, sent)]
    for match in found(scorer, AnnotatedText.of(sent)):
        assert match["length"] > 0
        assert 0 <= match["offset"] <= Utf16(sent).length - match["length"]
        there = letters_of(cut(sent, match["offset"], match["length"])).text
        assert there in quoted
        context = match["context"]
        assert letters_of(cut(context["text"], context["offset"], context["length"])).text == there


@pytest.mark.parametrize(
    "before", ["", "😀 ", "👩‍🚀 went up.\r\n\r\n", "𝔊 ", "Cafe\u0301. ", "\ufeff"]
)
def test_a_finding_after_emoji(scorer: Scorer, before: str) -> None:
    text = f"{before}Shares in Gazp.MM fell fell on Monday. 😀"
    assert {cut(text, m["offset"], m["length"]) for m in found(scorer, AnnotatedText.of(text))} >= {
        "Gazp.MM",
        "fell fell",
    }


def test_markup_in_the_middle_of_a_finding(scorer: Scorer) -> None:
    annotation = [
        {"markup": "<p>"},
        {"text": "😀 Shares in Ga"},
        {"markup": "<b>"},
        {"text": "zp.MM"},
        {"markup": "</b></p>", "interpretAs": "\n\n"},
        {"text": "They fell fell on Monday."},
    ]
    text = read_annotated(json.dumps({"annotation": annotation}))
    there = [cut(text.whole, m["offset"], m["length"]) for m in found(scorer, text)]
    assert there == ["Ga<b>zp.MM", "fell fell"]


def test_copy_as_sent_by_an_editor(scorer: Scorer) -> None:
    """Lines that were wrapped, and paragraphs parted in any way, are found in their place."""
    text = "\r\n\r\n".join(MANGLED).replace("engineers they", "engineers\r\nthey")
    matches = found(scorer, AnnotatedText.of(text))
    assert len(matches) > 5
    there = [cut(text, m["offset"], m["length"]) for m in matches]
    assert {" ".join(quote.split()) for quote in there} <= {
        " ".join(quote.split()) for quote in quotes(scorer, text)
    }
    assert all(match["sentence"] in " ".join(text.split()) for match in matches)


def test_superdesk_shows_every_kind() -> None:
    from garbled.documents import KINDS

    assert set(SORTS) == set(KINDS)
    assert {sort.issue_type for sort in SORTS.values()} <= SHOWN_BY_SUPERDESK


@pytest.mark.parametrize(
    ("choice", "rules"),
    [
        (Choice(), {"NAME_RIC_LEAK", "LEX_REPEATED_WORD"}),
        (Choice(disabled_rules=frozenset({"NAME_RIC_LEAK"})), {"LEX_REPEATED_WORD"}),
        (Choice(disabled_categories=frozenset({"REPETITION"})), {"NAME_RIC_LEAK"}),
        (
            Choice(enabled_rules=frozenset({"LEX_REPEATED_WORD"}), enabled_only=True),
            {"LEX_REPEATED_WORD"},
        ),
    ],
)
def test_choice_of_rules(scorer: Scorer, choice: Choice, rules: set[str]) -> None:
    text = AnnotatedText.of("Shares in Gazp.MM fell fell.")
    assert {match["rule"]["id"] for match in found(scorer, text, choice)} == rules
