"""Where results go: stdout, or a file that is there whole or not at all."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

STDOUT = Path("-")


@contextmanager
def open_output(path: Path) -> Iterator[TextIO]:
    """A text stream to ``path`` (``-`` is stdout), in UTF-8.

    A regular file is written beside itself and renamed when the block ends without an error;
    otherwise what stood there before stays. Devices and pipes are written to directly.

    Raises:
        OSError: the file cannot be written.
    """
    if path == STDOUT:
        yield _stdout()
        sys.stdout.flush()
    elif path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8") as stream:
            yield stream
    else:
        with _replacing(path.resolve()) as stream:
            yield stream


def _stdout() -> TextIO:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    return sys.stdout


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("x", encoding="utf-8") as stream:
            yield stream
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
