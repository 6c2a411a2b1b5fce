"""One LanguageTool server a machine and user, shared by processes that are no family.

Workers of a cluster's node are started by other programs and come and go. Whichever needs the
server first starts a small process that owns it, and that ends, with the server, a minute after
the last process that used it. Locks on files say who is there; they go with their processes,
however these end.

    <temporary folder>/garbled-languagetool-<user>/
        users        locked (shared) by every process that uses the server
        starting     locked (exclusive) by the one that starts it
        server.json  where the server is
        node.log     what the owner said, where it failed
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from garbled.errors import ResourceError
from garbled.languagetool.handle import START_SECONDS, ServerHandle, external
from garbled.languagetool.server import Server

IDLE_SECONDS = 60.0
"""How long the server stays without a user."""

_TURN = 0.5  # seconds between two looks at the users


class Lease:
    """A process's share in the machine's server; the server stays while there is one.

    It ends with ``close`` or with the process; children made by fork share it.
    """

    def __init__(
        self,
        handle: ServerHandle,
        folder: Path | None = None,
        lock: BinaryIO | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.handle = handle
        self._folder = folder
        self._lock = lock
        self._idle_seconds = idle_seconds

    def renew(self) -> ServerHandle:
        """The machine's server of now, which is another one where the last has failed.

        Where there is none to be had, the old one.
        """
        if self._folder is not None:
            with suppress(ResourceError):
                self.handle = _find_or_start(self._folder, self._idle_seconds)
        return self.handle

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()


def node_server(folder: Path | None = None, idle_seconds: float = IDLE_SECONDS) -> Lease:
    """A share in this machine's server, started if there is none. Safe between processes.

    The server named in ``GARBLED_LANGUAGETOOL_URL`` goes before it.

    Args:
        folder: where the server's files are; by default one a user, in the temporary folder.
        idle_seconds: how long a server that is started stays without a user.

    Raises:
        ResourceError: Java or LanguageTool is missing, the server does not start, or the folder
            is not this user's own.
    """
    named = external()
    if named is not None:
        return Lease(named)
    folder = _own_folder(folder or node_folder())
    lock = (folder / "users").open("ab")
    fcntl.flock(lock, fcntl.LOCK_SH)  # waits while an owner that found no user ends
    try:
        return Lease(_find_or_start(folder, idle_seconds), folder, lock, idle_seconds)
    except BaseException:
        lock.close()
        raise


def node_folder() -> Path:
    """The folder of this user's server."""
    return Path(tempfile.gettempdir()) / f"garbled-languagetool-{os.getuid()}"


def _own_folder(folder: Path) -> Path:
    """The folder, made if need be; nobody else may have put it there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ResourceError(
            "is not a folder of this user alone; remove it, or set TMPDIR", source=str(folder)
        )
    return folder


def _find_or_start(folder: Path, idle_seconds: float) -> ServerHandle:
    with _locked(folder / "starting"):
        handle = _known(folder)
        if handle is None or handle.state().name in ("failed", "stopped"):
            handle = _start_owner(folder, idle_seconds)
    handle.wait_until_ready()
    return handle


def _known(folder: Path) -> ServerHandle | None:
    try:
        return ServerHandle(**json.loads((folder / "server.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _start_owner(folder: Path, idle_seconds: float) -> ServerHandle:
    """Start the process that owns the server, and wait until it has told where that is."""
    (folder / "server.json").unlink(missing_ok=True)
    with (folder / "node.log").open("wb") as log:
        owner = subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder), str(idle_seconds)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # it outlives the worker that happened to start it
        )
    deadline = time.monotonic() + 2 * START_SECONDS
    while time.monotonic() < deadline:
        handle = _known(folder)
        if handle is not None:
            owner.returncode = 0  # nobody waits for it, and no warning says so
            return handle
        if owner.poll() is not None:
            break
        time.sleep(0.1)
    said = (folder / "node.log").read_text("utf-8", "replace").strip().splitlines()
    raise ResourceError(said[-1] if said else "LanguageTool's owner ended without a word")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def own(folder: Path, idle_seconds: float) -> None:
    """Start the server, tell where it is, and stay until nobody has used it for a while.

    Raises:
        ResourceError: the server does not start.
    """
    with Server.start(restarts=None) as server:
        draft = folder / f"server.json.{os.getpid()}"
        draft.write_text(json.dumps(asdict(server.handle)), "utf-8")
        draft.replace(folder / "server.json")
        with (folder / "users").open("ab") as users:
            _stay(server, users, idle_seconds)
            # Whoever comes now waits for the lock, and then finds no server.
            if _known(folder) == server.handle:
                (folder / "server.json").unlink()


def _stay(server: Server, users: BinaryIO, idle_seconds: float) -> None:
    """Return, holding the lock, once there is no user, or the server has failed for good."""
    last_used = time.monotonic()
    while server.handle.state().name not in ("failed", "stopped"):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.monotonic() - last_used >= idle_seconds:
                return
            fcntl.flock(users, fcntl.LOCK_UN)
        except BlockingIOError:
            last_used = time.monotonic()
        time.sleep(_TURN)


if __name__ == "__main__":
    try:
        own(Path(sys.argv[1]), float(sys.argv[2]))
    except ResourceError as error:
        sys.exit(str(error))
