"""Calls in processes: the order, the backends, and workers that are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from joblib import parallel_config, register_parallel_backend
from joblib._parallel_backends import ThreadingBackend

from garbled.errors import ResourceError
from garbled.parallel import ROUND, in_order


class NoGenerator(ThreadingBackend):
    """As the backends of Ray and Spark are: results only when all of them are there."""

    supports_return_generator = False


@pytest.fixture
def drawn() -> list[int]:
    return []


@pytest.fixture
def calls(drawn: list[int]) -> Iterator[tuple[int, int]]:
    def make() -> Iterator[tuple[int, int]]:
        for number in range(40):
            drawn.append(number)
            yield number, 2

    return make()


def test_one_job_is_this_process_and_draws_as_it_goes(calls, drawn) -> None:
    results = in_order(pow, calls, 1)
    assert next(results) == 0
    assert len(drawn) == 1
    assert list(results) == [n**2 for n in range(1, 40)]


def test_a_backend_without_generators_works_in_rounds(calls, drawn) -> None:
    register_parallel_backend("no-generator", NoGenerator)
    with parallel_config("no-generator"):
        results = in_order(pow, calls, 2)
        assert next(results) == 0
        assert len(drawn) == 2 * ROUND
        assert list(results) == [n**2 for n in range(1, 40)]


def test_the_callers_backend_is_used(calls) -> None:
    with parallel_config("threading"):
        pids = set(in_order(_pid, calls, 2))
    assert pids == {os.getpid()}


@pytest.mark.slow
def test_processes_keep_the_order(calls) -> None:
    assert list(in_order(pow, calls, 2)) == [n**2 for n in range(40)]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")  # loky, of the worker that is killed
def test_a_killed_worker_is_told() -> None:
    with pytest.raises(ResourceError, match="a worker process was killed: is there memory"):
        list(in_order(_end, [(), ()], 2))


def _pid(*_: int) -> int:
    return os.getpid()


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
