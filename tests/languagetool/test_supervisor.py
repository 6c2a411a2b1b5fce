"""The supervisor with small stand-ins for the server: its states and its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from garbled.languagetool import supervisor
from garbled.languagetool.handle import ServerHandle
from garbled.languagetool.server import _free_port

from .processes import eventually, is_gone

ANSWERS = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response({status})
        self.end_headers()
        self.wfile.write(b'{body}')
http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""

Start = Callable[..., tuple[subprocess.Popen[bytes], ServerHandle]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a supervisor over a Python script that stands in for the server."""
    started: list[subprocess.Popen[bytes]] = []

    def run(script: str, *, seconds: float = 30, restarts: object = 1, **values: object):
        port = _free_port()
        folder = tmp_path / f"run{len(started)}"
        folder.mkdir()
        code = script.format(port=port, **values) if values else script
        arguments = [folder, os.getpid(), port, seconds, restarts, sys.executable, "-c", code]
        process = subprocess.Popen(
            [sys.executable, "-I", supervisor.__file__, *map(str, arguments)],
            stdin=subprocess.PIPE,
        )
        started.append(process)
        return process, ServerHandle(f"http://127.0.0.1:{port}/", str(folder / "state.json"))

    yield run
    for process in started:
        process.communicate()


def state_of(handle: ServerHandle) -> dict[str, object]:
    assert handle.state_file is not None
    return json.loads(Path(handle.state_file).read_text())


def becomes(handle: ServerHandle, name: str) -> bool:
    return eventually(lambda: handle.state().name == name)


def test_reason_of_a_server_that_dies_at_start(start: Start) -> None:
    _, handle = start("import sys; print('starting'); sys.exit('Error: no memory')")
    assert becomes(handle, "failed")
    assert handle.state().reason == "java ended with code 1: Error: no memory"


def test_a_program_that_is_not_there(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    arguments = [folder, os.getpid(), 1, 30, 1, tmp_path / "no-java"]
    process = subprocess.Popen(
        [sys.executable, "-I", supervisor.__file__, *map(str, arguments)], stdin=subprocess.PIPE
    )
    handle = ServerHandle("http://127.0.0.1:1/", str(folder / "state.json"))
    assert becomes(handle, "failed")
    assert "no-java" in str(handle.state().reason)
    process.communicate()


def test_a_start_that_takes_too_long(start: Start) -> None:
    _, handle = start("import time; time.sleep(60)", seconds=0.5)
    assert becomes(handle, "failed")
    assert "did not answer within" in str(handle.state().reason)


def test_a_server_that_answers_but_cannot_check(start: Start) -> None:
    _, handle = start(ANSWERS, status=500, body="Error: Could not activate rules")
    assert becomes(handle, "failed")
    assert "Could not activate rules" in str(handle.state().reason)


def test_a_server_that_finds_nothing_does_not_work(start: Start) -> None:
    _, handle = start(ANSWERS, status=200, body='{{"matches":[]}}')
    assert becomes(handle, "failed")


def test_death_is_repaired_once(start: Start) -> None:
    _, handle = start(ANSWERS, status=200, body='{{"matches":[{{"message":"x"}}]}}')
    assert becomes(handle, "ready")
    first = state_of(handle)
    psutil.Process(first["pid"]).kill()
    assert eventually(lambda: handle.state().name == "ready" and state_of(handle) != first)
    second = state_of(handle)
    assert second["port"] == first["port"]
    psutil.Process(second["pid"]).kill()
    assert becomes(handle, "failed")
    assert "-9" in str(handle.state().reason)


def test_death_is_repaired_for_ever(start: Start) -> None:
    answer = '{{"matches":[{{"message":"x"}}]}}'
    _, handle = start(ANSWERS, restarts=supervisor.FOREVER, status=200, body=answer)
    pids = set()
    for _ in range(4):
        assert becomes(handle, "ready")
        pids.add(state_of(handle)["pid"])
        psutil.Process(state_of(handle)["pid"]).kill()
        assert becomes(handle, "restarting")
        assert "-9" in str(handle.state().reason)
    assert becomes(handle, "ready")
    assert len(pids) == 4


def test_nothing_is_left_of_one_that_pauses(start: Start) -> None:
    answer = '{{"matches":[{{"message":"x"}}]}}'
    process, handle = start(ANSWERS, restarts=supervisor.FOREVER, status=200, body=answer)
    for _ in range(4):
        assert becomes(handle, "ready")
        psutil.Process(state_of(handle)["pid"]).kill()
        assert becomes(handle, "restarting")
    process.stdin.close()
    assert process.wait(2) == 0
    assert handle.state().name == "stopped"


def test_a_first_start_that_fails_is_not_repeated(start: Start) -> None:
    _, handle = start("raise SystemExit(3)", restarts=supervisor.FOREVER)
    assert becomes(handle, "failed")


@pytest.mark.parametrize("ending", ["close", "terminate"])
def test_nothing_is_left_at_the_end(start: Start, ending: str) -> None:
    process, handle = start(ANSWERS, status=200, body='{{"matches":[{{"message":"x"}}]}}')
    assert becomes(handle, "ready")
    child = psutil.Process(state_of(handle)["pid"])
    if ending == "close":
        process.stdin.close()
    else:
        process.terminate()
    assert process.wait(10) == 0
    assert is_gone(child)
    assert handle.state().name == "stopped"
    assert not Path(str(handle.state_file)).parent.exists()


def test_nothing_is_left_of_a_failed_one(start: Start) -> None:
    process, handle = start("raise SystemExit(3)")
    assert becomes(handle, "failed")
    process.stdin.close()
    assert process.wait(10) == 0
    assert handle.state().name == "stopped"


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_the_child_dies_with_a_killed_supervisor(start: Start) -> None:
    process, handle = start(ANSWERS, status=200, body='{{"matches":[{{"message":"x"}}]}}')
    assert becomes(handle, "ready")
    child = psutil.Process(state_of(handle)["pid"])
    process.kill()
    assert is_gone(child)
    assert becomes(handle, "stopped")  # although the zombie's pid still exists


def test_much_output_does_not_block_the_server(start: Start) -> None:
    noisy = "print('x' * 1_000_000, flush=True)\n" + ANSWERS
    _, handle = start(noisy, status=200, body='{{"matches":[{{"message":"x"}}]}}')
    assert becomes(handle, "ready")
