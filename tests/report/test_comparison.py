"""The forms of a comparison: JSON that keeps to its schema, a table, a page."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import Browser, find_chromium
from jsonschema import Draft202012Validator

from garbled.comparison.changes import CHANGE_KINDS
from garbled.comparison.compare import Comparison, compare_versions
from garbled.comparison.passages import RELATIONS
from garbled.documents import KINDS, SEVERITIES, Block, Document, ParagraphScore, Score
from garbled.report.comparison import (
    comparison_schema,
    to_comparison_record,
    write_comparison_json,
)
from garbled.report.comparison_html import write_comparison_html
from garbled.report.comparison_table import write_comparison_table

from .conftest import finding_in
from .hostile import HOSTILE

CHROMIUM = find_chromium()
ORIGINAL = (
    "The group Norgasco said on Tuesday that it would lift its output to 40 barrels.",
    "Its chief Jo Lee did not say where the new wells are. Nobody was told before.",
    "The union of the fitters was against the plan, because it costs 300 of them their work.",
    "A hearing on it is due in the town hall of Kelso before the end of the winter.",
)
COPY = (
    "The group Norgas.XX said on Wednesday that it would pump its output to 40 barrels.",
    "The union of the fitters was against the plan, because it costs 300 of them their work.",
    "Its boss Jo Law did say where the new wells are.",
    "A hearing on it is due in the town hall of Kelso before the end of the winter.",
    "Sign up for our letter on gardens and on roses, every second Friday of the month.",
)
SECRETS = ("Norgas", "wells", "roses", "Wednesday", "fitters")


def documents(original: tuple[str, ...], copy: tuple[str, ...]) -> tuple[Document, Document]:
    before, after = (
        Document.from_blocks(map(Block, texts), id=name, source=f"{name}.txt")
        for name, texts in (("original", original), ("copy", copy))
    )
    return before, after


@pytest.fixture
def comparison(make_score: Callable[..., Score]) -> Comparison:
    before, after = documents(ORIGINAL, COPY)
    findings = (finding_in(COPY[0], "pump", kind="lexical"), finding_in(COPY[0], "barrels"))
    paragraphs = tuple(
        ParagraphScore(p, 60.0, 0.5, findings if p.index == 0 else ()) for p in after.paragraphs
    )
    return compare_versions(before, make_score(title=None, paragraphs=paragraphs))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = comparison_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def written(write: Callable[..., None], comparison: Comparison, **options: bool) -> str:
    stream = io.StringIO()
    write(comparison, stream, **options)
    return stream.getvalue()


@pytest.mark.parametrize("texts", [True, False])
def test_json_keeps_to_the_schema(validator, comparison, texts):
    line = written(write_comparison_json, comparison, texts=texts)
    assert line.count("\n") == 1
    record = json.loads(line)
    validator.validate(record)
    assert record["counts"] == {
        **dict.fromkeys(CHANGE_KINDS, 0),
        "name": 2,
        "date": 1,
        "negation": 1,
        "dropped": 1,
        "added": 1,
    }
    assert [p["relation"] for p in record["passages"]] == [
        "reworded",
        "same",
        "reworded",
        "same",
        "added",
    ]


def test_the_schema_names_what_the_code_has(comparison):
    schema, record = comparison_schema(), to_comparison_record(comparison)
    definitions = schema["$defs"]
    assert list(schema["properties"]) == list(record) == schema["required"]
    passage = record["passages"][0]
    assert list(definitions["passage"]["properties"]) == list(passage)
    assert list(definitions["change"]["properties"]) == list(passage["changes"][0])
    assert set(definitions["finding"]["properties"]) == set(passage["findings"][0])
    assert definitions["change"]["properties"]["kind"]["enum"] == list(CHANGE_KINDS)
    assert definitions["passage"]["properties"]["relation"]["enum"] == list(RELATIONS)
    assert definitions["finding"]["properties"]["kind"]["enum"] == list(KINDS)
    assert definitions["severity"]["enum"] == list(SEVERITIES)
    assert schema["properties"]["counts"]["required"] == list(CHANGE_KINDS)


@pytest.mark.parametrize(
    ("where", "value"),
    [("schema_version", 2), ("passages", None), ("counts", {}), ("original", {}), ("copy", "x")],
)
def test_what_breaks_the_schema_is_refused(validator, comparison, where, value):
    record = to_comparison_record(comparison)
    assert validator.is_valid(record)
    assert not validator.is_valid(record | {where: value})


@pytest.mark.parametrize(
    "write", [write_comparison_json, write_comparison_table, write_comparison_html]
)
def test_no_wording_where_it_is_left_out(comparison, write):
    whole, bare = (written(write, comparison, texts=texts) for texts in (True, False))
    for secret in SECRETS:
        assert secret in whole or write is write_comparison_table
        assert secret not in bare


def test_the_table_tells_changes_and_new_findings(comparison):
    table = written(write_comparison_table, comparison)
    for shown in ("Norgasco", "Norgas.XX", "Tuesday", "Jo Law", "Nobody was told before."):
        assert shown in table
    assert "paragraph 3 of the original → paragraph 2: same, moved" in table
    assert "finding: lexical" in table
    assert "1 of them on the original's own words" in table


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_drives_the_terminal(comparison, text):
    hostile = replace(comparison, copy=replace(comparison.copy, id=text, title=text))
    table = written(write_comparison_table, hostile)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", table)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    try:
        started = Browser(CHROMIUM, tmp_path_factory.mktemp("profile"))
    except (AssertionError, OSError) as error:
        pytest.skip(f"Chromium does not start here: {error}")
    with started:
        yield started


def page(comparison: Comparison, path: Path) -> Path:
    path.write_text(written(write_comparison_html, comparison), "utf-8")
    return path


def test_the_page_shows_both_sides_and_every_note(browser, comparison, tmp_path):
    browser.resize(1280, 900)
    browser.open(page(comparison, tmp_path / "compare.html"))
    assert browser.messages == []
    sides = browser.ask(
        "[...document.querySelectorAll('.side')].slice(0, 2)"
        ".map(side => side.getBoundingClientRect().left)"
    )
    assert sides[0] < 640 <= sides[1]
    notes = browser.ask("document.querySelectorAll('.notes li').length")
    assert notes == len(comparison.changes) + 1
    ends = browser.ask(
        "[...document.querySelectorAll('.ref')].every(a => document.querySelector(a.hash))"
    )
    assert ends is True
    assert browser.ask("document.querySelector('main mark.major').textContent") == "Norgasco"


def test_only_what_differs(browser, comparison, tmp_path):
    browser.open(page(comparison, tmp_path / "compare.html"))
    shown = "[...document.querySelectorAll('section')].filter(s => s.checkVisibility()).length"
    alike = sum(p.relation == "same" and not p.moved for p in comparison.passages)
    assert browser.ask(shown) == len(comparison.passages)
    browser.click("#only")
    assert alike == 1
    assert browser.ask(shown) == len(comparison.passages) - alike


def test_on_a_phone_the_sides_stand_under_each_other(browser, comparison, tmp_path):
    browser.resize(390, 844, mobile=True)
    browser.open(page(comparison, tmp_path / "compare.html"))
    assert browser.ask("document.documentElement.scrollWidth") <= 390
    lefts = "new Set([...document.querySelectorAll('.side')].map(s => s.offsetLeft)).size"
    assert browser.ask(lefts) <= 2


@pytest.mark.parametrize("texts", [HOSTILE[:8], HOSTILE[8:17], HOSTILE[17:]])
def test_nothing_in_the_texts_runs_or_loads(browser, make_score, tmp_path, texts):
    before = Document.from_blocks(map(Block, (*texts, *ORIGINAL)), id="o", source=texts[0])
    after = Document.from_blocks(map(Block, (*ORIGINAL, *texts)), id="c", source=texts[0])
    paragraphs = tuple(ParagraphScore(p) for p in after.paragraphs)
    score = make_score(id=texts[0], title=texts[0], error=texts[0], paragraphs=paragraphs)
    hostile = compare_versions(replace(before, title=texts[0], error=texts[0]), score)
    html = written(write_comparison_html, hostile)
    path = tmp_path / "hostile.html"
    path.write_text(html, "utf-8")
    browser.open(path)
    assert browser.ask("window.pwned") is None
    assert browser.ask("document.querySelectorAll('script, img, iframe, svg, base').length") == 0
    assert browser.messages == []
