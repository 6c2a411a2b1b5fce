"""A service in a process of its own, to be timed from outside: started, asked, ended."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from garbled.documents import PARAGRAPH_BREAK, Document
from garbled.errors import GarbledError, ResourceError
from garbled.languagetool.handle import without_published

START_SECONDS = 600.0
REQUEST_SECONDS = 300.0
_JVM = "org.languagetool.server.HTTPServer"


class Answer(NamedTuple):
    """What came back: HTTP's status, the body, and the seconds that it took."""

    status: int
    body: bytes
    seconds: float
    retry_after: float = 0.0

    @property
    def record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self.body)
        return record


class Client:
    """One connection to a server on this machine, opened anew where it was closed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname or "127.0.0.1", parts.port or 80
        self._connection: http.client.HTTPConnection | None = None

    def score(self, text: str) -> Answer:
        body = json.dumps({"text": text}).encode()
        return self._ask("POST", "/v1/score", body, "application/json")

    def check(self, text: str) -> Answer:
        """What LanguageTool's server is asked."""
        body = urlencode({"language": "en", "text": text}).encode()
        return self._ask("POST", "/v2/check", body, "application/x-www-form-urlencoded")

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: bytes | None = None, type: str = "") -> Answer:
        headers = {"Content-Type": type} if type else {}
        started = time.perf_counter()
        for is_last in (False, True):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    *self._address, timeout=REQUEST_SECONDS
                )
            try:
                self._connection.request(method, path, body, headers)
                response = self._connection.getresponse()
                content = response.read()
            except (http.client.HTTPException, OSError) as error:
                self.close()
                if is_last:
                    raise ResourceError(f"no answer ({error})", source=path) from error
                continue
            again = float(response.headers.get("Retry-After") or 0)
            return Answer(response.status, content, time.perf_counter() - started, again)
        raise AssertionError("unreachable")


class Served:
    """``garbled serve`` on a free port of loopback, without a memory. Use as a context manager.

    Raises:
        GarbledError: it ends while it starts, or does not get all that its tier wants.
    """

    def __init__(self, options: Sequence[str]) -> None:
        self._folder = TemporaryDirectory(prefix="garbled-served-")
        self._log = Path(self._folder.name) / "log"
        command = [
            sys.executable,
            "-m",
            "garbled",
            "serve",
            "--port",
            "0",
            "--no-store",
            "--no-log",
        ]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *options], stdout=log, stderr=log, env=without_published()
            )
        self.url = ""

    def __enter__(self) -> Self:
        try:
            self._wait()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def ready(self) -> dict[str, Any]:
        """What ``/readyz`` says."""
        client = Client(self.url)
        try:
            return client.get("/readyz").record
        finally:
            client.close()

    def kill_languagetool(self) -> None:
        """Kill the JVM below the service, as a crash would.

        Raises:
            ResourceError: there is none.
        """
        import psutil  # type: ignore[import-untyped]

        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                is_jvm = _JVM in child.cmdline()
            except psutil.NoSuchProcess:
                continue
            if is_jvm and child.name().startswith("java"):
                child.kill()
                return
        raise ResourceError("there is no LanguageTool below the service to kill")

    def megabytes(self) -> float:
        """Resident memory of the service, without the JVM."""
        import psutil

        return float(psutil.Process(self.process.pid).memory_info().rss / 2**20)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            said = self._log.read_text("utf-8", "replace")
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise GarbledError(f"the service did not start: {said.strip()[-300:]}")
            found = re.search(r"listening on (http://\S+)", said)
            self.url = found[1] if found else ""
            if self.url:
                ready = self.ready()
                if ready["status"] == "ready" and not ready["degraded"]:
                    return
            time.sleep(0.1)

    def _end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._folder.cleanup()


@dataclass(frozen=True)
class Texts:
    """Endless texts, never the same: articles with a number at the end of every paragraph."""

    articles: Sequence[Document]

    def __iter__(self) -> Iterator[str]:
        for number, article in zip(count(1), cycle(self.articles), strict=False):
            yield PARAGRAPH_BREAK.join(f"{p.text} {number}" for p in article.paragraphs)


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value that so many are not above.

    >>> percentile([4.0, 1.0, 2.0, 3.0], 0.5), percentile([1.0], 0.99)
    (2.0, 1.0)
    """
    return sorted(seconds)[max(ceil(len(seconds) * share) - 1, 0)]
