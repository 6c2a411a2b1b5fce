"""Keeps one LanguageTool server alive exactly as long as the process that wanted it.

A script, run by ``server.py`` in a process of its own: the owner may end in any way (exit,
SIGTERM, SIGKILL) and needs no signal handlers. It imports nothing of garbled and nothing heavy.

    supervisor.py FOLDER OWNER_PID PORT SECONDS RESTARTS COMMAND...

RESTARTS is how often a server that dies is started again, or ``forever``.
FOLDER holds ``state.json`` (``state`` is starting, ready, restarting or failed; ``pid`` is the
JVM's) and ``alive``, a file locked as long as this process lives. FOLDER goes with it.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

PROBE = "This are a eror."
"""A sentence in which a working server finds something."""

FOREVER = "forever"

_TURN = 0.2  # seconds between two looks at the owner
_STEADY = 60.0  # seconds of life after which a death is the first one again
_LONGEST_PAUSE = 60.0  # seconds between two starts
_TAIL = 16_384  # bytes of the server's output kept for the reason of a failure
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class OwnerGoneError(Exception):
    """The owner ended, closed the pipe or asked for the end."""


class Supervisor:
    """Runs ``command``, a server on ``port``; one that dies is started again.

    Args:
        seconds: how long a start may take.
        restarts: how often, once it has been ready; None is for ever, with growing pauses.
    """

    def __init__(
        self,
        folder: Path,
        owner: int,
        port: int,
        seconds: float,
        restarts: int | None,
        command: list[str],
    ) -> None:
        self.folder = folder
        self.owner = owner
        self.port = port
        self.seconds = seconds
        self.restarts = restarts
        self.command = command
        self.child: subprocess.Popen[bytes] | None = None
        self.output = b""
        self.was_ready = False
        self.ready_since: float | None = None
        self.asked_to_end = False
        self.alive = (folder / "alive").open("wb")
        fcntl.flock(self.alive, fcntl.LOCK_EX)

    def run(self) -> None:
        """Serve until the owner is gone; then nothing is left of the server."""
        try:
            reason = self.serve("starting")
            deaths = 0
            while self.was_ready and (self.restarts is None or deaths < self.restarts):
                deaths = 0 if self.lived() > _STEADY else deaths
                self.write("restarting", reason)
                self.pause(pause_before(deaths))
                reason = self.serve("restarting", reason)
                deaths += 1
            self.write("failed", reason)
            while True:
                self.turn()
        except OwnerGoneError:
            pass
        finally:
            self.kill()
            shutil.rmtree(self.folder, ignore_errors=True)

    def lived(self) -> float:
        """Seconds for which the last server was ready."""
        return 0.0 if self.ready_since is None else time.monotonic() - self.ready_since

    def pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.turn()

    def serve(self, state: str, reason: str | None = None) -> str:
        """Start a server and stay until it is dead; say why it died."""
        self.output = b""
        self.ready_since = None
        try:
            self.child = start(self.command, self.folder)
        except OSError as error:
            return f"it could not be started: {error}"
        self.write(state, reason)
        probe = Probe(self.port)
        deadline = time.monotonic() + self.seconds
        ready = False
        while self.child.poll() is None:
            self.turn()
            if ready:
                continue
            if probe.answered:
                ready = self.was_ready = True
                self.ready_since = time.monotonic()
                self.write("ready")
            elif probe.refusal or time.monotonic() > deadline:
                probe.stop()
                self.kill()
                return probe.refusal or f"it did not answer within {self.seconds:.0f} seconds"
        probe.stop()
        self.read_output()
        return f"java ended with code {self.child.returncode}: {last_words(self.output)}"

    def turn(self) -> None:
        """Wait a moment for news of the owner or the server."""
        pipes = [0]
        if self.child is not None and self.child.stdout is not None:
            pipes.append(self.child.stdout.fileno())
        readable, _, _ = select.select(pipes, [], [], _TURN)
        # A forked child of the owner may hold the pipe open, hence the look at the parent.
        gone = os.getppid() != self.owner or (0 in readable and not os.read(0, 1024))
        if gone or self.asked_to_end:
            raise OwnerGoneError
        self.read_output()

    def read_output(self) -> None:
        if self.child is None or self.child.stdout is None:
            return
        while select.select([self.child.stdout], [], [], 0)[0]:
            read = os.read(self.child.stdout.fileno(), 65_536)
            self.output = (self.output + read)[-_TAIL:]
            if not read:
                self.child.stdout.close()
                self.child.stdout = None
                return

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.wait()

    def write(self, state: str, reason: str | None = None) -> None:
        """Replace the state file, so that a reader never sees half of one."""
        pid = self.child.pid if self.child is not None else None
        content = {"state": state, "pid": pid, "port": self.port, "reason": reason}
        draft = self.folder / "state.json.new"
        draft.write_text(json.dumps(content), "utf-8")
        draft.replace(self.folder / "state.json")

    def end(self, *_: object) -> None:
        self.asked_to_end = True


class Probe:
    """Asks a starting server, in a thread, to check a sentence until it answers.

    ``/healthcheck`` is not enough: it passes where the rules cannot be loaded.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.answered = False
        self.refusal: str | None = None
        self._stopped = False
        threading.Thread(target=self._ask, daemon=True).start()

    def stop(self) -> None:
        self._stopped = True

    def _ask(self) -> None:
        body = f"language=en&text={PROBE.replace(' ', '+')}"
        request = (
            f"POST /v2/check HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
        )
        while not (self._stopped or self.answered or self.refusal):
            try:
                reply = exchange(self.port, request.encode())
            except OSError:
                time.sleep(0.1)
                continue
            head, _, content = reply.partition(b"\r\n\r\n")
            if b" 200 " in head[:20] and b'"matches":[{' in content:
                self.answered = True
            elif reply:
                said = content.decode("utf-8", "replace").strip()
                self.refusal = f"it does not check a sentence: {' '.join(said.split())[:300]}"


def exchange(port: int, request: bytes) -> bytes:
    """Send an HTTP/1.0 request to a loopback port; the whole answer, at most about a megabyte."""
    reply = b""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request)
        while len(reply) < 1_000_000 and (read := connection.recv(65_536)):
            reply += read
    return reply


def start(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start a child that, on Linux, dies with this process even if this one is SIGKILLed."""
    return subprocess.Popen(
        command,
        cwd=folder,  # where a crashing JVM puts its hs_err file
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=_die_with_parent(),
    )


def _die_with_parent() -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def set_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent:  # it ended before the call
            os._exit(1)

    return set_signal


def pause_before(deaths: int) -> float:
    """Seconds to wait before the next start, after so many deaths in a row.

    >>> [pause_before(deaths) for deaths in (0, 1, 2, 3, 10)]
    [0.0, 1.0, 2.0, 4.0, 60.0]
    """
    return min(2.0 ** (deaths - 1), _LONGEST_PAUSE) if deaths else 0.0


def last_words(output: bytes) -> str:
    r"""What a JVM said of its end: its last complaints, without stack frames.

    >>> last_words(b"INFO started\nException in thread x\n\tat a.b(c.java:1)\nCaused by: y\n")
    'Exception in thread x | Caused by: y'
    >>> last_words(b"")
    'it said nothing'
    """
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not re.match(r"at |\.\.\. \d+ more|NOTE: ", line)]
    complaint = re.compile(r"exception|error|caused by|invalid|could not|cannot", re.IGNORECASE)
    chosen = [line for line in lines if complaint.search(line)] or lines[-1:]
    return " | ".join(line[:200] for line in chosen[-3:]) or "it said nothing"


def main(arguments: list[str]) -> None:
    """Read the command line and serve."""
    folder, owner, port, seconds, restarts, *command = arguments
    often = None if restarts == FOREVER else int(restarts)
    supervisor = Supervisor(Path(folder), int(owner), int(port), float(seconds), often, command)
    signal.signal(signal.SIGTERM, supervisor.end)
    supervisor.run()


if __name__ == "__main__":
    main(sys.argv[1:])
