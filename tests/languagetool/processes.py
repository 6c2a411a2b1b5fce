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


def server_below(process: psutil.Process) -> psutil.Process | None:
    """The JVM somewhere below a process, if one runs there yet."""
    for child in process.children(recursive=True):
        try:
            if "org.languagetool.server.HTTPServer" in child.cmdline() and child.name() == "java":
                return child
        except psutil.NoSuchProcess:  # or a zombie
            continue
    return None


def is_gone(process: psutil.Process, seconds: float = 15) -> bool:
    """Whether a process ends within some seconds; a zombie has ended."""

    def ended() -> bool:
        try:
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return eventually(ended, seconds)


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether something comes true within some seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
