"""``garbled evaluate``: what it measures, writes, checks and refuses; nothing is measured here."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from evaluation.corpus import write_clean, write_pairs
from evaluation.made_up import make_results

from garbled import evaluation
from garbled.cli.evaluate import evaluate as evaluate_command
from garbled.errors import ResourceError
from garbled.evaluation.manifest import load_manifest, make_manifest, save_manifest
from garbled.evaluation.report import FORMS
from garbled.evaluation.stored import to_json


@pytest.fixture
def measured(monkeypatch) -> dict[str, Any]:
    """What evaluation was called with; the report is made up."""
    called: dict[str, Any] = {}

    def measure(config):
        called.update({own.name: getattr(config, own.name) for own in fields(config)})
        results = make_results()
        signature = {k: v for k, v in results.signature.items() if k != "manifest"}
        return replace(results, signature=signature)

    monkeypatch.setattr(evaluation, "evaluate", measure)
    return called


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A working folder without data, so that no default file is found."""
    monkeypatch.chdir(tmp_path)
    for name in ("pairs", "clean", "data"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def shipped(here) -> Path:
    file = here / "data" / "evaluation.json"
    file.write_text(to_json(make_results()), "utf-8")
    return file


def worse() -> str:
    results = make_results()
    first = replace(results.targets[0], value=0.5, low=0.49, high=0.51)
    return to_json(replace(results, targets=(first, *results.targets[1:])))


def test_options_are_handed_over(measured, garbled, here):
    result = garbled(
        *["evaluate", "--pairs", "pairs", "--clean", "clean", "--cache", "kept", "--seed", "7"],
        *["--jobs", "1", "--tier", "full", "--max-grammar", "9", "--max-clean", "8"],
        "--no-refits",
    )
    assert result.code == 0, result.err
    assert measured == {
        "pairs": Path("pairs"),
        "clean": Path("clean"),
        "model": None,
        "cache": Path("kept"),
        "seed": 7,
        "jobs": 1,
        "tier": "full",
        "max_grammar": 9,
        "max_training_grammar": 40_000,
        "max_clean": 8,
        "language_model": None,
        "refits": False,
    }


@pytest.mark.parametrize(
    ("form", "start"), [("markdown", "# How well"), ("html", "<!DOCTYPE html>"), ("json", "{")]
)
def test_every_form_goes_to_stdout_or_a_file(measured, garbled, here, form, start):
    shown = garbled("evaluate", "--pairs", "pairs", "--format", form)
    assert shown.code == 0, shown.err
    assert shown.out.startswith(start)
    written = garbled("evaluate", "--pairs", "pairs", "--format", form, "-o", "out/report")
    assert (written.code, written.out) == (0, "")
    assert (here / "out" / "report").read_text("utf-8") == shown.out


def test_the_forms_are_those_of_the_library():
    [choice] = [p.type for p in evaluate_command.params if p.name == "form"]
    assert tuple(choice.choices) == FORMS


def test_the_figures_are_kept_where_a_form_cannot_be_written(measured, garbled, here, monkeypatch):
    def fail(*args):
        raise ResourceError("no room to draw")

    monkeypatch.setattr("garbled.evaluation.report.draw", fail)
    assert garbled("evaluate", "--pairs", "pairs", "--output-folder", "out").code == 2
    assert garbled("evaluate", "--from", "out/evaluation.json").out.startswith("# How well")


def test_one_run_writes_all_forms(measured, garbled, here):
    result = garbled("evaluate", "--pairs", "pairs", "--output-folder", "out")
    assert (result.code, result.out) == (0, "")
    names = {"evaluation.md", "evaluation.html", "evaluation.json"}
    assert {file.name for file in (here / "out").iterdir()} == names


def test_a_report_is_made_again_from_its_json_with_new_notes(measured, garbled, shipped, here):
    (here / "data" / "evaluation-notes.md").write_text("## native_article\nTried it.", "utf-8")
    result = garbled("evaluate", "--from", str(shipped))
    assert result.code == 0, result.err
    assert "### native news round trips, article\n\nTried it." in result.out
    assert measured == {}
    (here / "other.md").write_text("## native_article\nAnother way.", "utf-8")
    assert "Another way." in garbled("evaluate", "--from", str(shipped), "--notes", "other.md").out


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--pairs", "pairs", "--from", "data/evaluation.json"),
        ("--pairs", "pairs", "--manifest", "data/evaluation.json", "--no-manifest"),
        ("--pairs", "pairs", "--against", "-o", "data/evaluation.json"),
        ("--pairs", "pairs", "--write-manifest", "m.json"),
        ("--pairs", "pairs", "--format", "xml"),
        ("--pairs", "nowhere"),
        ("--pairs", "pairs", "--against", "nowhere.json"),
        ("--pairs", "pairs", "--tier", "slow"),
    ],
)
def test_a_wrong_call_is_exit_code_2_and_measures_nothing(measured, garbled, shipped, args):
    before = shipped.read_bytes()
    result = garbled("evaluate", *args)
    assert result.code == 2
    assert "Error: " in result.err
    assert measured == {}
    assert shipped.read_bytes() == before


def test_the_manifest_is_written_then_asked_for_by_default(measured, garbled, here):
    write_pairs(here / "pairs", documents=20)
    write_clean(here / "clean", articles=40)
    data = ("--pairs", "pairs", "--clean", "clean")
    manifest = here / "data" / "manifest.json.gz"
    assert garbled("evaluate", *data, "--write-manifest", str(manifest)).code == 0
    assert measured == {}
    assert load_manifest(manifest) == make_manifest(here / "pairs", here / "clean")

    signature = json.loads(garbled("evaluate", *data, "--format", "json").out)["signature"]
    assert signature["manifest"] == load_manifest(manifest).digest
    measured.clear()
    write_pairs(here / "pairs", documents=21)
    refused = garbled("evaluate", *data)
    assert refused.code == 3
    assert "not the data of the manifest" in refused.err
    assert refused.err.count("\n") == 1
    assert measured == {}

    without = garbled("evaluate", *data, "--no-manifest")
    assert without.code == 0
    assert "| manifest | none:" in without.out


def test_another_manifest_can_be_named(measured, garbled, here):
    write_pairs(here / "pairs", documents=20)
    frozen = make_manifest(here / "pairs", None)
    save_manifest(frozen, here / "mine.json")
    shown = garbled("evaluate", "--pairs", "pairs", "--manifest", "mine.json")
    assert shown.code == 0, shown.err
    assert frozen.digest in shown.out
    (here / "mine.json").write_text("{}", "utf-8")
    broken = garbled("evaluate", "--pairs", "pairs", "--manifest", "mine.json")
    assert broken.code == 3
    assert "mine.json" in broken.err


def test_the_gate_lets_the_shipped_model_pass(measured, garbled, shipped):
    result = garbled("evaluate", "--from", str(shipped), "--against")
    assert result.code == 0
    assert "gate: passed, no worse on any of 5 targets" in result.err


def test_the_gate_refuses_what_is_worse_and_keeps_the_shipped_report(garbled, shipped, here):
    (here / "new.json").write_text(worse(), "utf-8")
    before = shipped.read_bytes()
    result = garbled("evaluate", "--from", "new.json", "--against", "--output-folder", "data")
    assert result.code == 1
    assert "gate: refused: native news round trips, paragraph: worse" in result.err
    assert shipped.read_bytes() == before
    assert (here / "data" / "refused.json").is_file()
    assert garbled("evaluate", "--from", "new.json", "--against").code == 1  # again


def test_the_gate_refuses_a_run_without_a_manifest(measured, garbled, shipped):
    result = garbled("evaluate", "--pairs", "pairs", "--against", str(shipped))
    assert result.code == 1
    assert "no manifest in the signature of one report" in result.err


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"targets": []}', "\x00"])
def test_a_gate_with_nothing_to_compare_with_does_not_open(
    measured, garbled, shipped, here, content
):
    (here / "old.json").write_text(content, "utf-8")
    assert garbled("evaluate", "--pairs", "pairs", "--against", "old.json").code == 3
    assert measured == {}  # it is said before the hour of measuring
    result = garbled("evaluate", "--from", str(shipped), "--against", "old.json")
    assert result.code == 3
    assert result.err.count("\n") == 1


@pytest.fixture
def findings_config(monkeypatch) -> list[Any]:
    """What findings were measured with; nothing is measured."""
    from garbled.evaluation.alignment import AlignmentResult
    from garbled.evaluation.findings import run
    from garbled.evaluation.findings.results import FindingResults

    asked: list[Any] = []

    def measure(config):
        asked.append(config)
        nothing = AlignmentResult((), 0, 0.0)
        return FindingResults({"fold": config.fold}, *[()] * 10, nothing, {})

    monkeypatch.setattr(run, "evaluate_findings", measure)
    return asked


def test_findings_are_measured_on_what_is_held_out(findings_config, garbled, here):
    result = garbled("evaluate", "--findings", "--pairs", "pairs", "--clean", "clean")
    assert result.code == 0
    assert result.out.startswith("# What garbled's findings are worth")
    [config] = findings_config
    assert (config.fold, config.development, config.max_clean) == (0, False, 4_000)


def test_findings_in_development_are_few(findings_config, garbled, here):
    folders = ("--pairs", "pairs", "--clean", "clean")
    limits = ("--max-planted", "7", "--rules", "NAME_", "--rules", "LEX_")
    garbled("evaluate", "--findings", "--development", *folders, *limits)
    [config] = findings_config
    assert (config.fold, config.max_clean, config.max_grammar) == (1, 300, 0)
    assert (config.max_planted, config.rules) == (7, ("NAME_", "LEX_"))


def test_findings_are_written_in_three_forms(findings_config, garbled, here):
    folders = ("--pairs", "pairs", "--clean", "clean", "--output-folder", "out")
    assert garbled("evaluate", "--findings", *folders).code == 0
    names = {path.name for path in (here / "out").iterdir()}
    assert names == {"findings.md", "findings.html", "findings.json"}
    assert json.loads((here / "out" / "findings.json").read_text("utf-8"))["signature"] == {
        "fold": 0
    }


def test_findings_need_clean_articles(garbled, here):
    result = garbled("evaluate", "--findings", "--pairs", "pairs")
    assert result.code == 2
    assert "--findings needs --pairs and --clean" in result.err
