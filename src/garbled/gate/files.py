"""Files that are there whole or not at all, and that one process at a time changes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def replace_file(path: Path, data: bytes) -> bool:
    """Write a file beside itself and rename it; say whether anything changed.

    A file that holds the same already is left alone, with its date. Permissions are kept. A
    device or a pipe is written to as it is.

    Raises:
        OSError: it cannot be written; what stood there before stays.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return True
    if path.exists() and path.read_bytes() == data:
        return False
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            partial.chmod(path.stat().st_mode & 0o7777)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return True


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes that ask for the same file waiting; it is made where it is missing.

    A process that waited may hold a file that was renamed over meanwhile: it asks again.
    """
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _is_still(path, file):
                continue
            yield
            return
        finally:
            os.close(file)


def _is_still(path: Path, file: int) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(file))
