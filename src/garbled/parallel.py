"""Calls in processes, results in the order of the calls; where they run is the caller's choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from itertools import islice
from typing import Any, TypeVar

from garbled.errors import ResourceError

T = TypeVar("T")
ROUND = 4
"""Calls a job in one round of a backend that gives no results before all are there."""


def in_order(
    function: Callable[..., T], calls: Iterable[tuple[Any, ...]], jobs: int
) -> Iterator[T]:
    """What a function returns for each tuple of arguments, as it comes, in the calls' order.

    The joblib backend is whatever ``joblib.parallel_config`` says, processes of this machine by
    default. Calls are drawn as results are taken, so neither need fit into memory.

    Args:
        function: one that workers can import by name.
        jobs: processes; 1 is this one, whatever the backend.

    Raises:
        ResourceError: a process was killed, for want of memory perhaps.

    >>> list(in_order(divmod, [(7, 2), (9, 4)], jobs=1))
    [(3, 1), (2, 1)]
    """
    if jobs == 1:
        yield from (function(*arguments) for arguments in calls)
        return
    try:
        yield from _in_processes(function, calls, jobs)
    except BrokenExecutor as error:
        raise ResourceError(
            "a worker process was killed: is there memory for so many jobs?"
        ) from error


def _in_processes(
    function: Callable[..., T], calls: Iterable[tuple[Any, ...]], jobs: int
) -> Iterator[T]:
    from joblib import Parallel, delayed, effective_n_jobs

    work = (delayed(_call)(function, arguments) for arguments in calls)
    try:
        parallel = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="2 * n_jobs")
    except ValueError:  # the backends of Ray and Spark have no generators
        while part := list(islice(work, ROUND * effective_n_jobs(jobs))):
            yield from Parallel(n_jobs=jobs)(part)
        return
    yield from parallel(work)


def _call(function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    """Arguments in a tuple travel with their call.

    Dask's backend leaves large ones with one worker instead, and they are lost with it.
    """
    return function(*arguments)
