"""``garbled pivot`` from pairs to guesses."""

from __future__ import annotations

import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pivot.relays import original, relay, rows

from garbled.corpora.write import write_pairs


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    path = tmp_path_factory.mktemp("pairs") / "pairs.parquet"
    write_pairs(rows(), path)
    return path


@pytest.fixture(scope="module")
def model(pairs):
    """Fitted by the command, in a process of its own."""
    folder = pairs.parent / "model"
    command = [sys.executable, "-m", "garbled", "pivot", "train", str(pairs), "-o", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("sha256:")
    assert "aa 72, bb 72, cc 72; 24 originals" in done.stderr
    return folder


@pytest.fixture
def articles(tmp_path):
    records = [
        {"id": f"{language}-{n}", "text": relay(original(800 + n), language, "north")}
        for language in ("aa", "bb", "cc")
        for n in range(4)
    ]
    records.append({"id": "short", "text": "It was closed."})
    records.append(
        {
            "id": "foreign",
            "text": "Der alte Steg bleibt bis zum Frühjahr zu, weil an elf "
            "von vierzig Pfeilern Rost gefunden wurde und die Arbeiten erst im Januar "
            "beginnen, wie der Hafen mitteilte.",
        }
    )
    file = tmp_path / "articles.jsonl"
    file.write_text("\n".join(map(json.dumps, records)), "utf-8")
    return file


def test_guesses_as_json_lines(garbled, model, articles):
    result = garbled("pivot", "guess", str(articles), "--model", str(model))
    assert (result.code, result.err) == (0, "")
    guesses = {guess["id"]: guess for guess in map(json.loads, result.out.splitlines())}
    assert len(guesses) == 14
    for guess in guesses.values():
        assert sum(guess["distribution"].values()) == pytest.approx(1)
        assert list(guess["distribution"]) == ["aa", "bb", "cc", "unknown"]
    right = [guess["pivot"] == name[:2] for name, guess in guesses.items() if name[2] == "-"]
    assert sum(right) >= 11
    for name, reason in (("short", "too_short"), ("foreign", "not_english")):
        assert guesses[name]["reason"] == reason
        assert guesses[name]["distribution"]["unknown"] == 1


def test_guesses_as_a_table(garbled, model, articles):
    result = garbled("pivot", "guess", str(articles), "--model", str(model), "--format", "table")
    lines = result.out.splitlines()
    assert len(lines) == 14
    assert lines[0].startswith("aa ")
    assert "too_short" in lines[12]


def test_an_unreadable_input_is_unknown_and_exits_with_3(garbled, model, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    result = garbled("pivot", "guess", str(tmp_path / "empty.txt"), "--model", str(model))
    assert result.code == 3
    guess = json.loads(result.out)
    assert (guess["pivot"], guess["reason"]) == ("unknown", "unreadable")
    assert "empty" in result.err


def test_a_report_is_written(garbled, pairs, tmp_path):
    report = tmp_path / "pivot.md"
    result = garbled("pivot", "evaluate", str(pairs), "--folds", "2", "-o", str(report))
    assert result.code == 0
    assert report.read_text("utf-8").startswith("# Pivot-language guess\n")


def test_no_fitted_guess_in_a_folder_is_one_line(garbled, tmp_path, articles):
    result = garbled("pivot", "guess", str(articles), "--model", str(tmp_path))
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "garbled pivot train" in result.err


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_pairs_without_languages_are_one_line(garbled, command, tmp_path):
    table = pa.Table.from_pylist([{"original": "It rained.", "retranslated": "It did rain."}])
    pq.write_table(table, tmp_path / "pairs.parquet")
    result = garbled("pivot", command, str(tmp_path / "pairs.parquet"), "-o", str(tmp_path / "out"))
    assert result.code == 3
    assert result.err.count("\n") == 1
    assert "column lang_pair" in result.err
    assert not (tmp_path / "out").exists()
