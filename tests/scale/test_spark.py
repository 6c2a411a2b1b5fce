"""A real Spark master with two workers: the same rows and scores, though driver and worker die."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import garbled
from garbled.scale import score_parquet
from garbled.scale.ledger import NOTES

from .articles import write_folder

pytest.importorskip("psutil")
pytest.importorskip("pyspark")
pytest.importorskip("pandas")

from .clusters import JAVA, kill, processes, spark_master, wait_for

pytestmark = pytest.mark.slow

SIZES = {"a.parquet": 20, "b [1].parquet": 60, "day=3/c.parquet": 60, "none.parquet": 0}
OPTIONS = ("--rows-per-task", "10", "--conf", "spark.ui.enabled=false")
SECONDS = 900


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("in"), SIZES)


@pytest.fixture(scope="module")
def alone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("alone") / "out"
    score_parquet(folder, output)
    return output


@pytest.fixture
def master(tmp_path_factory) -> Iterator[tuple[str, Callable[..., Any]]]:
    with spark_master(tmp_path_factory.mktemp("spark")) as made:
        yield made


def command(address: str, *arguments: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "garbled", "spark", *arguments, "--master", address, *OPTIONS]


def said(log: str) -> list[str]:
    """What garbled, not Spark, said on stderr."""
    assert "Traceback" not in log
    return [line for line in log.splitlines() if line.startswith("garbled: ")]


def notes(output: Path) -> list[str]:
    finished = output / NOTES / "finished"
    return sorted(p.relative_to(finished).as_posix()[:-5] for p in finished.rglob("*.json"))


def test_the_driver_is_killed_then_a_worker_and_all_rows_are_there(
    folder: Path, alone: Path, master, tmp_path: Path
) -> None:
    address, start_worker = master
    workers = [start_worker(f"worker-{n}") for n in range(2)]
    out, log = tmp_path / "out", tmp_path / "driver.log"
    with processes() as start:
        first = start(*command(address, folder, out), log=log, **JAVA)
        wait_for(lambda: set(notes(out)) - {"none.parquet"}, SECONDS, log)
        kill(first)
        finished = notes(out)
        assert 0 < len(finished) < len(SIZES)
        times = {name: (out / name).stat().st_mtime_ns for name in finished}
        (folder / "broken.parquet").write_bytes(b"no Parquet at all")
        pq.write_table(pa.table({"id": ["x"], "body": ["It fell."]}), folder / "other.parquet")

        second = start(*command(address, folder, out), log=log, **JAVA)
        wait_for(lambda: any(map(_scores, workers[0].children(recursive=True))), SECONDS, log)
        assert second.is_running()
        assert set(notes(out)) != set(SIZES)
        kill(workers[0])
        assert second.wait(SECONDS) == 3, log.read_text()

    summary = f"scored, {len(finished)} finished before, 2 failed; 140 rows"
    assert summary in log.read_text()
    lines = said(log.read_text())
    assert any("broken.parquet: " in line and "not a Parquet file" in line for line in lines)
    assert any("other.parquet: no column 'text'; there are: id, body" in line for line in lines)
    assert notes(out) == sorted(SIZES)
    assert {name: (out / name).stat().st_mtime_ns for name in finished} == times
    assert not (out / NOTES / "partial").exists()
    for name in SIZES:
        mine, theirs = (pq.read_table(top / name, partitioning=None) for top in (out, alone))
        assert mine.equals(theirs), name


def _scores(process: Any) -> bool:
    """Whether it is a Python worker with a model in it."""
    try:
        return "python" in process.name() and any(
            "encoder" in m.path or "onnxruntime" in m.path for m in process.memory_maps()
        )
    except Exception:  # it went meanwhile
        return False


def test_another_version_on_a_worker_is_told_and_nothing_is_written(
    folder: Path, master, tmp_path: Path
) -> None:
    address, start_worker = master
    other = _other_version(tmp_path / "other", "0.0.7")
    start_worker("other", {"PYTHONPATH": str(other)})
    done = subprocess.run(
        command(address, folder, tmp_path / "out"),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, **JAVA},
    )
    assert (done.returncode, done.stdout) == (2, "")
    [line] = said(done.stderr)
    wanted = rf"garbled: \S+: has garbled 0\.0\.7, not {garbled.__version__}; install the same"
    assert re.match(wanted, line)
    assert not (tmp_path / "out").exists()


def _other_version(folder: Path, version: str) -> Path:
    """The package with another version number."""
    package = Path(garbled.__file__).parent
    (folder / "garbled").mkdir(parents=True)
    for path in package.iterdir():
        if path.name not in ("__init__.py", "__pycache__"):
            (folder / "garbled" / path.name).symlink_to(path)
    source = (package / "__init__.py").read_text()
    (folder / "garbled" / "__init__.py").write_text(source.replace(garbled.__version__, version))
    return folder
