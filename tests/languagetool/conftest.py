"""What the tests of garbled.languagetool share: real servers, fake programs, watched processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from garbled.languagetool.install import installed_folder
from garbled.languagetool.server import Server


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("languagetool") and installed_folder() is None:
        pytest.skip("LanguageTool is not installed: run `garbled languagetool install`")


@pytest.fixture(autouse=True)
def _no_server_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GARBLED_LANGUAGETOOL_URL", raising=False)
    monkeypatch.delenv("_GARBLED_LANGUAGETOOL", raising=False)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that no test harms."""
    with Server.start() as started:
        yield started


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Puts a shell script first on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def write(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def run_python(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a script in a process of its own; what is left of it at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(script: str) -> subprocess.Popen[str]:
        path = tmp_path / f"script{len(started)}.py"
        path.write_text(script)
        process = subprocess.Popen(
            [sys.executable, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
