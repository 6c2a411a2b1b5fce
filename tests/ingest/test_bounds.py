"""The worst inputs known: each is read, or refused in a line, in bounded memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_input import READ_FORMATS
from worst_inputs import MAX_MEMORY, WORST

MAX_CPU_SECONDS = 10
"""Twice what is promised for the longest wait, for slow machines. CPU time, not the clock's."""


def test_every_format_has_its_worst_inputs() -> None:
    assert {format for format, _ in WORST.values()} == set(READ_FORMATS)


@pytest.mark.slow
@pytest.mark.parametrize("name", WORST)
def test_memory_and_time_are_bounded(name: str, tmp_path: Path) -> None:
    format, make = WORST[name]
    path = tmp_path / "worst"
    path.write_bytes(make())
    script = Path(__file__).with_name("worst_inputs.py")
    done = subprocess.run(
        [sys.executable, str(script), format, str(path)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    path.unlink()
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["documents"] >= 1
    assert seen["longest"] < MAX_CPU_SECONDS
    assert seen["memory"] < MAX_MEMORY
