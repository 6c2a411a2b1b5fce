"""Several processes and threads at one memory: no row is lost, none is told that it is locked."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from garbled.store import Kept, Store, result_key

from .conftest import make_document, make_score

TESTS = Path(__file__).parents[1]
N = 60


def start_writer(path: Path, name: str, n: int, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "store.writer", str(path), name, str(n)]
    return subprocess.Popen(command, cwd=TESTS, text=True, **options)


def eventually(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.mark.slow
def test_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    """They make the file, too, all at the same time."""
    names = ["a", "b", "c", "d"]
    processes = [start_writer(path, name, N, stderr=subprocess.PIPE) for name in names]
    said = [process.communicate(timeout=300)[1] for process in processes]
    assert said == [""] * len(names)
    assert [process.returncode for process in processes] == [0] * len(names)
    with Store(path) as store:
        counts = {source.feed: source.n_results for source in store.sources()}
        assert counts == dict.fromkeys(names, N) | {"shared": N // 4}
        assert len(store.labels()) == len(names) * N // 20
        assert all(result.is_whole for result in store.results())
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_a_whole_memory(path: Path) -> None:
    for turn in range(3):
        process = start_writer(path, f"t{turn}", 100_000)
        with Store(path) as store:
            assert eventually(lambda: any(store.results(feed=f"t{turn}", limit=1)), 60)  # noqa: B023
        process.kill()
        process.wait()
        with Store(path) as store:
            assert all(result.is_whole for result in store.results())
            own = next(s.n_results for s in store.sources() if s.feed == f"t{turn}")
            assert own % 4 == 0, "the four of a call are kept together"


def test_threads_share_a_memory(store: Store) -> None:
    def work(name: str) -> int:
        for number in range(25):
            document = make_document(f"Item {number} of {name}.", number, name)
            key = result_key(document.text.encode(), "")
            store.keep([Kept(key, name, document.id, make_score(document))])
            assert key in store.find([key])
        return len(list(store.results(feed=name)))

    names = [f"thread-{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, names)) == [25] * 8
    assert len(list(store.results())) == 200
