"""What the tests of the service share: a service that no test harms, and others on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .running import Running, start

TOKEN = "a-token-for-these-tests"  # noqa: S105 - it opens nothing else


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Fast, open, with a memory."""
    running = start(tmp_path_factory.mktemp("service"), "--tier", "fast")
    yield running
    assert running.end() == 0, running.log.read_text()


@pytest.fixture(scope="session")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Fast, with a token, without a memory, and with little patience."""
    options = ("--tier", "fast", "--no-store", "--max-seconds", "2", "--max-bytes", "100000")
    running = start(tmp_path_factory.mktemp("locked"), *options, token=TOKEN)
    yield running
    assert running.end() == 0, running.log.read_text()


@pytest.fixture
def start_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Running]]:
    """Starts services of a test's own."""
    started: list[Running] = []

    def run(*options: str, **named: object) -> Running:
        started.append(start(tmp_path_factory.mktemp("own"), *options, **named))  # type: ignore[arg-type]
        return started[-1]

    yield run
    for running in started:
        running.end()
