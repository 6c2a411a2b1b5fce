"""A real Dask scheduler with two workers: the same rows and scores, though one is killed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from joblib import parallel_config

from garbled.ingest import read
from garbled.report.record import to_record
from garbled.scale import score_parquet
from garbled.scorer import Scorer

from .articles import write_folder

pytest.importorskip("psutil")
distributed = pytest.importorskip("distributed")

from .clusters import dask_scheduler, kill, wait_for  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of workers that went
]
SIZES = {"a.parquet": 60, "b.parquet": 60}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("in"), SIZES)


@pytest.fixture(scope="module")
def alone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("alone") / "out"
    score_parquet(folder, output)
    return output


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[Callable[[], list[int]], Callable[[int], None]]]:
    """Two workers: what tells which processes scored, and what kills one."""
    with dask_scheduler(tmp_path) as (address, start_worker):
        workers = [start_worker(f"worker-{n}", "--no-nanny") for n in range(2)]
        with distributed.Client(address) as client, parallel_config("dask"):
            client.wait_for_workers(2)

            def n_alive() -> int:
                return len(client.scheduler_info()["workers"])

            yield workers, n_alive


def test_a_worker_is_killed_in_the_middle(folder, alone, cluster, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("garbled.scale.local.BATCH_ROWS", 5)
    workers, n_alive = cluster
    out = tmp_path / "out"
    in_the_middle: list[bool] = []

    def kill_one() -> None:
        """While the second file is scored; the first is whole."""
        wait_for((out / "a.parquet").exists, 300, out)
        in_the_middle.append(not (out / "b.parquet").exists())
        kill(workers[0])

    killer = threading.Thread(target=kill_one)
    killer.start()
    summary = score_parquet(folder, out, jobs=2)
    killer.join()
    assert in_the_middle == [True]
    assert n_alive() == 1
    assert (summary.n_rows, summary.failures) == (120, ())
    for name in SIZES:
        assert pq.read_table(out / name).equals(pq.read_table(alone / name))


def test_a_scorer_has_the_callers_workers(folder, alone, cluster) -> None:
    with Scorer("fast", jobs=2) as scorer:
        scores = list(scorer.score_documents(read([folder / "a.parquet"])))
    rows = pq.read_table(alone / "a.parquet").to_pylist()
    records = [to_record(score) for score in scores]
    for name in ("verdict", "score", "probability", "n_words", "error"):
        assert [r[name] for r in records] == [r[name] for r in rows]
