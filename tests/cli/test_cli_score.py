from __future__ import annotations

import csv
import io
import json
import os
import stat
from itertools import chain
from pathlib import Path

import pytest

from garbled.errors import IngestError, ModelError
from garbled.policy import Policies


def test_results_go_to_stdout_as_json_lines_in_the_order_of_the_input(plumbing, garbled):
    plumbing.answer("b")
    plumbing.answer("a", verdict="hold")
    result = garbled("score", "b.txt", "a.txt")
    records = [json.loads(line) for line in result.out.splitlines()]
    assert [(record["id"], record["verdict"]) for record in records] == [
        ("b", "pass"),
        ("a", "hold"),
    ]
    assert (result.code, result.err) == (0, "")
    assert plumbing.events == ["open", "close"]


def test_options_reach_the_reader_and_the_scorer(plumbing, garbled, tmp_path):
    house = tmp_path / "house.txt"
    house.write_text("Corvane\n")
    options = {
        "--input-format": "csv",
        "--id-column": "i",
        "--text-column": "t",
        "--title-column": "h",
        "--language-column": "l",
        "--encoding": "cp1252",
        "--tier": "full",
        "--jobs": "3",
        "--prior": "0.25",
        "--model": str(tmp_path),
        "--house-list": str(house),
    }
    garbled("score", "x.csv", "-", "--no-grammar", *chain(*options.items()))
    assert plumbing.paths == ("x.csv", "-")
    assert plumbing.read_options == {
        "format": "csv",
        "id_column": "i",
        "text_column": "t",
        "title_column": "h",
        "language_column": "l",
        "encoding": "cp1252",
    }
    assert plumbing.scorer_options == {
        "tier": "full",
        "grammar": False,
        "jobs": 3,
        "prior": 0.25,
        "model": tmp_path,
        "house_list": house,
        "policies": Policies(),
    }


def test_defaults(plumbing, garbled):
    garbled("score", "x")
    assert plumbing.read_options["format"] == "auto"
    assert plumbing.read_options["encoding"] is None
    assert plumbing.scorer_options == {
        "tier": "auto",
        "grammar": True,
        "jobs": 1,
        "prior": None,
        "model": None,
        "house_list": None,
        "policies": Policies(),
    }


def test_formats(plumbing, garbled):
    plumbing.answer("a", reasons=("too_short",))
    assert json.loads(garbled("score", "x", "--format", "json").out)[0]["id"] == "a"
    [row] = csv.DictReader(io.StringIO(garbled("score", "x", "--format", "csv").out))
    assert (row["id"], row["reasons"]) == ("a", "too_short")
    table = garbled("score", "x", "--format", "table").out
    assert "Title of a" in table
    assert "1 document: 0 held, 0 to review, 1 passed, 0 with errors" in table


def test_no_text_leaves_the_title_out(plumbing, garbled):
    plumbing.answer("a")
    assert json.loads(garbled("score", "x", "--no-text").out)["title"] is None


def test_an_input_with_an_error_is_reported_and_its_record_stays(plumbing, garbled):
    plumbing.answer("a")
    plumbing.answer("b", verdict="error", score=None, error="is empty\x1b[2J")
    plumbing.answer("c", verdict="review", error="was cut off")
    result = garbled("score", "x", "--quiet", "--fail-on", "review")
    assert result.code == 3
    assert result.err == "garbled: b.txt: is empty\\x1b[2J\ngarbled: c.txt: was cut off\n"
    assert [json.loads(line)["id"] for line in result.out.splitlines()] == ["a", "b", "c"]


@pytest.mark.parametrize(("option", "code"), [("never", 0), ("review", 1), ("hold", 0)])
def test_fail_on(plumbing, garbled, option, code):
    plumbing.answer("a", verdict="review")
    assert garbled("score", "x", "--fail-on", option).code == code


def test_degraded_scores_are_said_and_fail_when_strict(plumbing, garbled):
    plumbing.answer("a", degraded=("grammar",))
    plumbing.answer("b")
    result = garbled("score", "x")
    assert result.code == 0
    assert "1 of 2 documents were scored without grammar" in result.err
    assert garbled("score", "x", "--quiet").err == ""
    assert garbled("score", "x", "--strict").code == 4


def test_an_input_without_documents_is_said(plumbing, garbled):
    result = garbled("score", "x")
    assert (result.code, result.out) == (0, "")
    assert "no document" in result.err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (IngestError("is no file", source="x.txt"), 3, "garbled: x.txt: is no file\n"),
        (ModelError("fails its digest", source="m"), 2, "garbled: m: fails its digest\n"),
        (ValueError("boom\nboom"), 70, "garbled: internal error (ValueError: boom boom)"),
        (KeyboardInterrupt(), 130, "\n"),
        (PermissionError(13, "Permission denied", "o"), 2, "garbled: o: Permission denied\n"),
    ],
)
def test_errors_are_one_line_and_an_exit_code(plumbing, garbled, monkeypatch, error, code, said):
    monkeypatch.delenv("GARBLED_DEBUG", raising=False)
    plumbing.answer("a")
    plumbing.raises = error
    result = garbled("score", "x")
    assert result.code == code
    assert result.err.startswith(said)
    assert result.err.count("\n") == 1
    assert json.loads(result.out)["id"] == "a"
    assert plumbing.events == ["open", "close"]


def test_an_unexpected_error_can_be_traced(plumbing, garbled, monkeypatch):
    monkeypatch.setenv("GARBLED_DEBUG", "1")
    plumbing.raises = ValueError("boom")
    with pytest.raises(ValueError, match="boom"):
        garbled("score", "x")


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("x", "--tier", "slow"),
        ("x", "--prior", "0"),
        ("x", "--prior", "1"),
        ("x", "--jobs", "0"),
        ("x", "--format", "xml"),
        ("x", "--encoding", "klingon"),
        ("x", "--encoding", "zlib"),
        ("x", "--encoding", "a\x00b"),
        ("x", "--model", "nowhere"),
        ("x", "--fail-on", "pass"),
        ("x", "--no-such-option"),
    ],
)
def test_a_wrong_call_is_exit_code_2(plumbing, garbled, args):
    result = garbled("score", *args)
    assert result.code == 2
    assert "Error: " in result.err
    assert plumbing.events == []


def test_output_is_a_whole_file(plumbing, garbled, tmp_path):
    plumbing.answer("Zoë")
    target = tmp_path / "out.jsonl"
    result = garbled("score", "x", "-o", str(target))
    assert (result.code, result.out) == (0, "")
    assert json.loads(target.read_text(encoding="utf-8"))["id"] == "Zoë"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_run_leaves_the_old_output(plumbing, garbled, tmp_path):
    target = tmp_path / "out.jsonl"
    target.write_text("before", encoding="utf-8")
    plumbing.answer("a")
    plumbing.raises = IngestError("broke")
    assert garbled("score", "x", "-o", str(target)).code == 3
    assert target.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_output_through_a_link_keeps_the_link(plumbing, garbled, tmp_path):
    plumbing.answer("a")
    target, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    target.touch()
    link.symlink_to(target)
    garbled("score", "x", "-o", str(link))
    assert link.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))["id"] == "a"


def test_output_to_a_device_does_not_replace_it(plumbing, garbled):
    plumbing.answer("a")
    assert garbled("score", "x", "-o", os.devnull).code == 0
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_output_that_cannot_be_written_is_said(plumbing, garbled, tmp_path):
    plumbing.answer("a")
    result = garbled("score", "x", "-o", str(tmp_path / "no" / "out.jsonl"))
    assert result.code == 2
    assert result.err.startswith("garbled: ")
    assert "No such file" in result.err
    assert plumbing.events == []
