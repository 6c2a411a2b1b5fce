"""Runs the command line so that every way it can end is an exit code and at most one line."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from garbled.cli.exits import Exit
from garbled.errors import GarbledError, IngestError

DEBUG_VARIABLE = "GARBLED_DEBUG"
"""Environment variable that lets an unexpected error show its traceback."""


def guarded(run: Callable[[], Any]) -> int:
    """Call ``run`` and return the exit code it gave or its error stands for."""
    _replace_closed_streams()
    try:
        with _terminable():
            code = int(run() or Exit.DONE)
            sys.stdout.flush()
            return code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except BrokenPipe:
        return Exit.BROKEN_PIPE
    except GarbledError as error:
        complain(str(error))
        return Exit.INPUT if isinstance(error, IngestError) else Exit.USAGE
    except Exception as error:
        return _unexpected(error)


def complain(message: str) -> None:
    """One line on stderr; nothing in the message can drive the terminal."""
    from garbled.report.plain import plain

    click.echo(f"garbled: {plain(message)}", err=True)


class BrokenPipe(Exception):  # noqa: N818
    """The reader of stdout went away; not an OSError, which click would turn into exit code 1."""


@contextmanager
def quiet_pipe() -> Iterator[None]:
    """Turn a closed stdout into ``BrokenPipe`` and keep the interpreter's last flush silent."""
    try:
        yield
    except BrokenPipeError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise BrokenPipe from error


def _replace_closed_streams() -> None:
    """Python has None for a stream that the shell closed (``>&-``)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _unexpected(error: Exception) -> int:
    if os.environ.get(DEBUG_VARIABLE):
        raise error
    if isinstance(error, OSError):
        complain(f"{error.filename or 'output'}: {error.strerror or error}")
        return Exit.USAGE
    complain(
        f"internal error ({type(error).__name__}: {error}); set {DEBUG_VARIABLE}=1 to see where,"
        " and please report it"
    )
    return Exit.INTERNAL


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM unwind the stack, so that no worker and no half-written file is left."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    process = os.getpid()

    def terminate(number: int, frame: FrameType | None) -> None:
        if os.getpid() != process:  # a forked worker must not unwind its parent's stack
            os._exit(Exit.TERMINATED)
        raise SystemExit(Exit.TERMINATED)

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
