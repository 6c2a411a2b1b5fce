"""One LanguageTool server a process tree, which ends when the process that started it ends.

The process that needs a server first starts a small supervisor (see ``supervisor.py``) and holds
the other end of its standard input; children find the server through the environment.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType

from garbled.errors import ResourceError
from garbled.languagetool import supervisor
from garbled.languagetool.handle import (
    START_SECONDS,
    ServerHandle,
    external,
    published,
    read_state,
)
from garbled.languagetool.java import Java, find_java

JAR = "languagetool-server.jar"
MAX_CHARACTERS = 200_000
"""The longest text that a server of ours accepts."""
MAX_CHECK_SECONDS = 60

_CLASS = "org.languagetool.server.HTTPServer"
_HEAP = "-Xmx1g -XX:+ExitOnOutOfMemoryError"
# Below Linux's and macOS's ephemeral ports, so that no outgoing connection takes the port
# of a server that is being restarted.
_PORTS = range(18_000, 32_000)


class Server:
    """A running LanguageTool server with its supervisor. Use as a context manager, or ``stop``.

    A forked child's copy does nothing on ``stop``: the server belongs to the process that
    started it.
    """

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
        self._process = process
        self._folder = folder
        self._owner = os.getpid()
        self._stopped = False
        self.handle = ServerHandle(f"http://127.0.0.1:{port}/", str(folder / "state.json"))

    @classmethod
    def start(
        cls,
        folder: Path | None = None,
        java: Java | None = None,
        *,
        seconds: float = START_SECONDS,
        restarts: int | None = 1,
    ) -> Server:
        """Start a server from an installed LanguageTool and wait until it checks a sentence.

        Args:
            folder: a LanguageTool folder; by default the installed one.
            java: by default what ``find_java`` finds.
            seconds: how long the start may take.
            restarts: how often a server that dies is started again; None is for ever.

        Raises:
            ResourceError: Java or LanguageTool is missing, or the server does not come up.
        """
        java = java or find_java()
        jar = _find_jar(folder)
        run_folder = Path(tempfile.mkdtemp(prefix="garbled-languagetool-"))
        server = None
        try:
            config = run_folder / "server.properties"
            config.write_text(configuration(), "utf-8")
            port = _free_port()
            command = [str(java.path), "-cp", str(jar), _CLASS]
            command += ["-p", str(port), "--config", str(config)]
            process = _start_supervisor(run_folder, port, seconds, restarts, command)
            server = cls(process, run_folder, port)
            server._wait(seconds, source=str(jar))
        except BaseException:
            if server is not None:
                server.stop()
            shutil.rmtree(run_folder, ignore_errors=True)
            raise
        return server

    @property
    def url(self) -> str:
        return self.handle.url

    def stop(self) -> None:
        """End the server and its supervisor; harmless when repeated."""
        if self._stopped or os.getpid() != self._owner:
            return
        self._stopped = True
        self.handle.withdraw()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _wait(self, seconds: float, *, source: str) -> None:
        deadline = time.monotonic() + seconds + 5  # the supervisor gives up first
        while True:
            state = read_state(self._folder / "state.json")
            if state is not None and state.name == "ready":
                return
            if state is not None and state.name == "failed":
                raise ResourceError(f"LanguageTool did not start: {state.reason}", source=source)
            if self._process.poll() is not None or time.monotonic() > deadline:
                complaint = (self._folder / "supervisor.log").read_text("utf-8", "replace")
                reason = supervisor.last_words(complaint.encode())
                raise ResourceError(f"LanguageTool did not start: {reason}", source=source)
            time.sleep(0.05)


def shared_server(*, restarts: int | None = 1) -> ServerHandle:
    """This process tree's one server, started if there is none yet. Safe to call from threads.

    In order: the server named in ``GARBLED_LANGUAGETOOL_URL``; the one that this process or an
    ancestor started; a new one, which lives as long as this process. Call it before starting
    worker processes, or each of them starts its own. ``restarts`` is how often a new one that
    dies is started again; with None, for ever, one that has failed for good is replaced too.

    Raises:
        ResourceError: Java or LanguageTool is missing, or the server does not start, or the one
            there was has failed.
    """
    handle = external()
    if handle is not None:
        return handle
    with _lock:
        handle = published()
        useless = ("stopped", "failed") if restarts is None else ("stopped",)
        if handle is not None and handle.state().name not in useless:
            handle.wait_until_ready()
            return handle
        if handle is not None:
            handle.withdraw()
        server = Server.start(restarts=restarts)
        atexit.register(server.stop)
        server.handle.publish()
        return server.handle


def configuration() -> str:
    """The server's settings: as many checks at once as processors, all of them bounded."""
    threads = max(2, min(8, os.cpu_count() or 2))
    settings = {
        "maxTextLength": MAX_CHARACTERS,
        "maxCheckTimeMillis": MAX_CHECK_SECONDS * 1000,
        "maxCheckThreads": threads,
        # Keeping a set-up checker for the next text halves the cost of a text.
        "pipelineCaching": "true",
        "maxPipelinePoolSize": threads,
        "cacheSize": 0,
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def _find_jar(folder: Path | None) -> Path:
    if folder is None:
        from garbled.languagetool.install import installed_folder

        folder = installed_folder()
    if folder is None:
        raise ResourceError("LanguageTool is not installed: run `garbled languagetool install`")
    jar = Path(folder).absolute() / JAR
    if not jar.is_file():
        raise ResourceError(
            f"no {JAR} in it: run `garbled languagetool install`", source=str(folder)
        )
    return jar


def _start_supervisor(
    folder: Path, port: int, seconds: float, restarts: int | None, command: list[str]
) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    environment.setdefault("JDK_JAVA_OPTIONS", _HEAP)
    often = supervisor.FOREVER if restarts is None else str(restarts)
    arguments = [str(folder), str(os.getpid()), str(port), str(seconds), often, *command]
    with (folder / "supervisor.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-I", supervisor.__file__, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=folder,
            env=environment,
            start_new_session=True,  # out of reach of the terminal's SIGINT and SIGHUP
        )


def _free_port() -> int:
    for port in random.sample(_PORTS, 100):
        with socket.socket() as candidate:
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ResourceError("no free loopback port for LanguageTool")


def _renew_lock() -> None:
    """A fork while another thread holds the lock would leave it locked for ever in the child."""
    global _lock
    _lock = threading.Lock()


_lock = threading.Lock()
os.register_at_fork(after_in_child=_renew_lock)
