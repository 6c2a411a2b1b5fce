"""A service in a process of its own, as a desk runs it, and a client without a proxy."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import requests

from garbled.languagetool.handle import without_published

START_SECONDS = 900.0


@dataclass
class Running:
    """A service that was started; ``log`` is what it says on stderr."""

    process: subprocess.Popen[bytes]
    log: Path
    token: str | None = None
    url: str = ""
    client: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.client.trust_env = False
        if self.token:
            self.client.headers["authorization"] = f"Bearer {self.token}"

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def memory(self) -> int:
        """Resident bytes, without the JVM."""
        return int(psutil.Process(self.process.pid).memory_info().rss)

    def ask(self, path: str, **options: Any) -> requests.Response:
        """GET, or POST where there is something to send."""
        method = "POST" if {"data", "json"} & set(options) else "GET"
        method = options.pop("method", method)
        return self.client.request(method, self.url + path, timeout=600, **options)

    def score(self, text: str, **fields: Any) -> dict[str, Any]:
        answer = self.ask("/v1/score", json={"text": text, **fields})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def wait(self, *, until_ready: bool = True) -> None:
        """Wait until it listens, and scores."""
        deadline = time.monotonic() + START_SECONDS
        while not (found := re.search(r"listening on (http://\S+)/", self.log.read_text())):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        self.url = found[1]
        while until_ready and self.ask("/readyz").status_code != 200:
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def end(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.terminate()
        try:
            return self.process.wait(60)
        finally:
            self.client.close()
            self.process.kill()
            self.process.wait()


def start(
    folder: Path, *options: str, token: str | None = None, until_ready: bool = True
) -> Running:
    """A service with its memory and its log in a folder, on a free port."""
    environment = without_published() | ({"GARBLED_TOKEN": token} if token else {})
    command = [sys.executable, "-m", "garbled", "serve", "--port", "0"]
    if "--no-store" not in options:
        command += ["--store", str(folder / "results.sqlite")]
    log = folder / "log.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, *options], stderr=stream, stdout=stream, cwd=folder, env=environment
        )
    running = Running(process, log, token)
    try:
        running.wait(until_ready=until_ready)
    except BaseException:
        running.end()
        raise
    return running
