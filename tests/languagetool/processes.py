"""Looking at processes from outside."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import psutil


def jvm_of(state_file: str | None) -> psutil.Process:
    """The JVM of a server of ours, as its supervisor names it."""
    assert state_file is not None
    return psutil.Process(json.loads(Path(state_file).read_text())["pid"])


def is_gone(process: psutil.Process, seconds: float = 15) -> bool:
    """Whether a process ends within some seconds; a zombie has ended."""
    return eventually(
        lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, seconds
    )


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False
