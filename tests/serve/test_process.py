"""The service as a process: how it starts, what it does when too much is asked, how it ends."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from texts import CLEAN, MANGLED

from .raw import connect, head
from .running import Running

Start = Callable[..., Running]
TEXT = "\n\n".join((*MANGLED, *CLEAN))


def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "garbled", "serve", *options],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=600,
    )


def assert_one_line(done: subprocess.CompletedProcess[str], told: str) -> None:
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("garbled: ")
    assert told in line


def test_off_loopback_a_token_is_needed() -> None:
    assert_one_line(run("--host", "0.0.0.0"), "give a token")  # noqa: S104


def test_a_short_token_is_refused_and_not_shown() -> None:
    done = run(GARBLED_TOKEN="hunter2")  # noqa: S106
    assert_one_line(done, "a token is 16 to 512")
    assert "hunter2" not in done.stderr


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_one_line(
            run("--port", port, "--no-store", "--tier", "fast"), "cannot be listened on"
        )


def test_an_address_that_is_none() -> None:
    done = run("--host", "no such host", "--no-store", "--tier", "fast", GARBLED_TOKEN="x" * 20)
    assert_one_line(done, "no address to listen on")


def test_without_the_extra(tmp_path: Path) -> None:
    """As where fastapi is not installed: a finder that knows no such module."""
    hide = "import sys; sys.modules['fastapi'] = None; sys.modules['uvicorn'] = None\n"
    script = hide + "from garbled.cli import main; sys.exit(main(['serve']))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert_one_line(done, "pip install 'garbled[serve]'")
    assert "prometheus" not in done.stderr


def test_a_token_from_a_file(start_service: Start, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("a-token-from-a-file\n")
    service = start_service("--tier", "fast", "--token-file", str(file), until_ready=False)
    assert service.ask("/v1/results").status_code == 401
    answer = service.ask("/v1/results", headers={"authorization": "Bearer a-token-from-a-file"})
    assert answer.status_code == 200


def test_the_configuration_is_read(start_service: Start, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "own.toml").write_text(
        '[serve]\nmax_items = 2\n[feeds."strict"]\nreview = 0.01\n', "utf-8"
    )
    monkeypatch.setenv("GARBLED_CONFIG", str(tmp_path / "own.toml"))
    service = start_service("--tier", "fast")
    assert service.ask("/v1/score", json=[{"text": "a"}] * 3).status_code == 413
    assert service.score(CLEAN[0], source="strict")["signature"]["thresholds"]["review"] == 0.01


def test_before_it_is_ready_it_says_so(start_service: Start) -> None:
    service = start_service("--tier", "fast", until_ready=False)
    while (ready := service.ask("/readyz")).status_code == 503:
        assert ready.json()["status"] == "loading"
        refused = service.ask("/v1/score", json={"text": "A text."})
        if refused.status_code == 503:
            assert int(refused.headers["retry-after"]) >= 1
        assert service.ask("/healthz").status_code == 200
        time.sleep(0.2)
    assert service.score(TEXT)["verdict"] == "hold"


def test_a_model_that_is_broken_is_told(tmp_path: Path) -> None:
    from garbled.model.folder import default_folder

    broken = tmp_path / "model"
    shutil.copytree(default_folder(), broken)
    with (broken / "weights.npz").open("ab") as file:
        file.write(b"x")
    assert_one_line(run("--model", str(broken), "--no-store"), "weights.npz")


def test_too_many_at_once_are_told_to_come_again(start_service: Start) -> None:
    service = start_service("--tier", "fast", "--queue", "3", "--no-store")
    texts = [f"{TEXT}\n\nNumber {n}." for n in range(24)]

    def ask(text: str) -> requests.Response:
        return requests.post(f"{service.url}/v1/score", json={"text": text}, timeout=600)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, texts))
    statuses = {answer.status_code for answer in answers}
    assert statuses == {200, 429}
    for answer in answers:
        if answer.status_code == 429:
            assert 1 <= int(answer.headers["retry-after"]) <= 60
        else:
            assert answer.json()["verdict"] == "hold"
    assert service.score(texts[0])["verdict"] == "hold"


def test_what_takes_too_long_is_given_up(start_service: Start) -> None:
    service = start_service("--tier", "fast", "--max-seconds", "0.05", "--no-store")
    late = service.ask("/v1/score", json=[{"text": f"{TEXT} {n}"} for n in range(60)])
    assert late.status_code == 504
    assert int(late.headers["retry-after"]) >= 1
    deadline = time.monotonic() + 60
    while service.ask("/v1/score", json={"text": "Short."}).status_code != 200:
        assert time.monotonic() < deadline


def test_a_client_that_leaves_frees_its_place(start_service: Start) -> None:
    service = start_service("--tier", "fast", "--queue", "1", "--no-store")
    body = b'{"text": "' + TEXT.replace("\n", "\\n").replace('"', '\\"').encode() * 8 + b'"}'
    for _ in range(5):
        with connect(service.port) as connection:
            lines = ("Content-Type: application/json", f"Content-Length: {len(body)}")
            connection.sendall(head("/v1/score", service.port, *lines) + body)
            time.sleep(0.05)
    deadline = time.monotonic() + 60
    while service.ask("/v1/score", json={"text": "Short."}).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_accepted_is_answered_at_the_end(start_service: Start, number: int) -> None:
    service = start_service("--tier", "fast", "--no-store")

    def ask(n: int) -> requests.Response:
        return requests.post(
            f"{service.url}/v1/score", json={"text": f"{TEXT}\n\nNumber {n}."}, timeout=600
        )

    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask, n) for n in range(6)]
        while 'route="/v1/score"' not in service.ask("/metrics").text:
            time.sleep(0.02)
        while active(service) < 3 and not all(each.done() for each in asked):
            time.sleep(0.01)
        service.process.send_signal(number)
        answers = [each.exception() or each.result().status_code for each in asked]
    assert service.process.wait(60) == 0
    refused = [a for a in answers if isinstance(a, requests.ConnectionError)]
    assert answers.count(200) + len(refused) == 6
    assert answers.count(200) >= 3
    assert "Traceback" not in service.log.read_text()
    with pytest.raises(requests.ConnectionError):
        service.ask("/healthz")


@pytest.mark.parametrize("tier", ["fast", "full"])
def test_it_may_be_ended_while_it_starts(start_service: Start, tier: str) -> None:
    service = start_service("--tier", tier, "--no-store", until_ready=False)
    assert service.ask("/readyz").status_code in (200, 503)
    service.process.terminate()
    assert service.process.wait(600) == 0
    assert "Traceback" not in service.log.read_text()


def active(service: Running) -> int:
    [line] = [
        line
        for line in service.ask("/metrics").text.splitlines()
        if line.startswith("garbled_active_requests ")
    ]
    return int(float(line.split()[1]))
