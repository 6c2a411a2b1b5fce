"""Parquet to Parquet on one machine: whole files, gone on with where it stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from garbled import __version__
from garbled.errors import GarbledError, IngestError
from garbled.ingest import ReadOptions, read
from garbled.report.record import to_record
from garbled.scale import ScaleConfig, output_schema, score_parquet
from garbled.scale.ledger import NOTES
from garbled.scorer import Scorer

from .articles import write_folder

SIZES = {"a.parquet": 12, "day=2/b [1] {x}*.parquet": 4, "empty.parquet": 0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("in"), SIZES, group=5)


@pytest.fixture(scope="module")
def output(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "results"
    summary = score_parquet(folder, out)
    assert (summary.n_scored, summary.n_skipped, summary.n_rows) == (3, 0, 16)
    assert summary.failures == ()
    return out


def times(output: Path) -> dict[str, int]:
    files = output.rglob("*.parquet")
    return {file.relative_to(output).as_posix(): file.stat().st_mtime_ns for file in files}


def test_a_file_of_results_for_each_input(output: Path) -> None:
    for name, n_rows in SIZES.items():
        table = pq.read_table(output / name, partitioning=None)
        assert table.num_rows == n_rows
        assert table.schema.equals(output_schema(ScaleConfig()))


def test_readers_of_folders_pass_over_the_notes(output: Path) -> None:
    assert (output / NOTES / "run.json").is_file()
    assert ds.dataset(output).count_rows() == sum(SIZES.values())


def test_nothing_is_left_of_the_way(output: Path) -> None:
    assert not (output / NOTES / "partial").exists()
    assert not list(output.rglob("*.part"))


def test_results_are_those_of_a_scorer(folder: Path, output: Path) -> None:
    with Scorer("fast") as scorer:
        scores = scorer.score_documents(read([folder / "a.parquet"]))
        records = [to_record(score) for score in scores]
    rows = pq.read_table(output / "a.parquet").to_pylist()
    assert len(rows) == len(records) == 12
    for row, record in zip(rows, records, strict=True):
        for name in ("verdict", "score", "probability", "mangled_share", "n_words", "error"):
            assert row[name] == record[name], name
    assert rows[4]["id"] == "a.parquet#5"
    assert {row["verdict"] for row in rows} > {"pass", "error"}


def test_the_notes_say_what_made_the_results(output: Path) -> None:
    run = json.loads((output / NOTES / "run.json").read_text())
    assert run["model"].startswith("sha256:")
    assert (run["garbled"], run["tier"], run["grammar"]) == (__version__, "fast", False)
    entry = json.loads((output / NOTES / "finished" / "a.parquet.json").read_text())
    assert sum(entry["verdicts"].values()) == 12


def test_finished_files_are_passed_over(folder: Path, output: Path) -> None:
    before = times(output)
    summary = score_parquet(folder, output)
    assert (summary.n_scored, summary.n_skipped, summary.n_rows) == (0, 3, 16)
    assert times(output) == before


def test_what_changed_or_is_gone_is_scored_again(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"a.parquet": 2, "b.parquet": 2, "c.parquet": 2})
    score_parquet(folder, tmp_path / "out")
    before = times(tmp_path / "out")
    write_folder(folder, {"a.parquet": 3})
    (tmp_path / "out" / "b.parquet").unlink()
    summary = score_parquet(folder, tmp_path / "out")
    assert (summary.n_scored, summary.n_skipped, summary.n_rows) == (2, 1, 7)
    assert times(tmp_path / "out")["c.parquet"] == before["c.parquet"]
    assert score_parquet(folder, tmp_path / "out", start_over=True).n_scored == 3


def test_results_of_two_runs_do_not_mix(folder: Path, output: Path) -> None:
    with pytest.raises(GarbledError, match=r"another run \(prior None, not 0\.5\); .*start over"):
        score_parquet(folder, output, ScaleConfig(prior=0.5))
    run = output / NOTES / "run.json"
    said = run.read_text()
    run.write_text(said.replace("sha256:", "sha256:0"))
    try:
        with pytest.raises(GarbledError, match=r"model sha256:0\w+, not sha256:\w+"):
            score_parquet(folder, output)
    finally:
        run.write_text(said)


def test_a_file_that_cannot_be_read_holds_up_no_other(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"good.parquet": 2})
    (folder / "broken.parquet").write_bytes(b"PAR1 nothing PAR1")
    pq.write_table(pa.table({"id": ["a"], "body": ["b"]}), folder / "other.parquet")
    summary = score_parquet(folder, tmp_path / "out")
    assert (summary.n_scored, summary.n_rows) == (1, 2)
    failures = dict(summary.failures)
    assert "no sound Parquet file" in failures["broken.parquet"]
    assert "no column 'text'; there are: id, body" in failures["other.parquet"]
    assert "1 file scored, 0 finished before, 2 failed" in str(summary)
    assert set(times(tmp_path / "out")) == {"good.parquet"}


def test_if_all_fail_the_run_fails(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"a.parquet": 2})
    config = ScaleConfig(read=ReadOptions(text_column="body"))
    with pytest.raises(IngestError, match=r"a\.parquet: no column 'body'; there are: id, title, t"):
        score_parquet(folder, tmp_path / "out", config)


def test_damage_in_the_middle_leaves_no_half_file(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"a.parquet": 8, "b.parquet": 2}, group=2)
    data = bytearray((folder / "a.parquet").read_bytes())
    half = len(data) // 2
    data[half : half + 200] = bytes(200)
    (folder / "a.parquet").write_bytes(data)
    summary = score_parquet(folder, tmp_path / "out")
    assert [name for name, _ in summary.failures] == ["a.parquet"]
    assert set(times(tmp_path / "out")) == {"b.parquet"}


def test_one_file_as_input(folder: Path, tmp_path: Path) -> None:
    summary = score_parquet(folder / "a.parquet", tmp_path / "out")
    assert summary.n_rows == 12
    assert set(times(tmp_path / "out")) == {"a.parquet"}


def test_inputs_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="no such file or folder"):
        score_parquet(tmp_path / "nothing", tmp_path / "out")
    (tmp_path / "in" / "_hidden").mkdir(parents=True)
    (tmp_path / "in" / "_hidden" / "a.parquet").touch()
    with pytest.raises(IngestError, match=r"no \.parquet file"):
        score_parquet(tmp_path / "in", tmp_path / "out")


@pytest.mark.parametrize("output", ["in", "in/out", "."])
def test_results_do_not_become_input(output: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"a.parquet": 1})
    with pytest.raises(GarbledError, match="one within the other"):
        score_parquet(folder, tmp_path / output)


@pytest.mark.slow
def test_processes_give_the_same(folder: Path, output: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("garbled.scale.local.BATCH_ROWS", 3)
    score_parquet(folder, tmp_path / "out", jobs=2)
    for name in SIZES:
        one, two = (
            pq.read_table(top / name, partitioning=None) for top in (output, tmp_path / "out")
        )
        assert one.equals(two)
