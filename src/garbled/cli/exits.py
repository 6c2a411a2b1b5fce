"""What the exit code of a run says."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

FailOn = Literal["never", "review", "hold"]


class Exit(IntEnum):
    """The exit codes of the ``garbled`` command."""

    DONE = 0
    GATE = 1
    USAGE = 2
    INPUT = 3
    DEGRADED = 4
    INTERNAL = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


def exit_code(
    *,
    n_held: int = 0,
    n_review: int = 0,
    n_errors: int = 0,
    n_degraded: int = 0,
    fail_on: FailOn = "never",
    strict: bool = False,
    usage_error: bool = False,
) -> Exit:
    """The exit code of a scoring run; of several that hold, usage, input, degraded, gate.

    ``fail_on="review"`` trips on ``hold`` as well. Degraded scores only count when strict.

    >>> exit_code(n_held=1, n_errors=1, fail_on="hold").name
    'INPUT'
    """
    tripped = {"never": 0, "review": n_review + n_held, "hold": n_held}[fail_on]
    if usage_error:
        return Exit.USAGE
    if n_errors:
        return Exit.INPUT
    if strict and n_degraded:
        return Exit.DEGRADED
    return Exit.GATE if tripped else Exit.DONE
