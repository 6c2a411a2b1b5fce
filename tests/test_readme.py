"""What the README shows runs, and every command is in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BIN = Path(sys.executable).parent


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]


@pytest.mark.slow
@pytest.mark.languagetool
@pytest.mark.parametrize("command", COMMANDS)
def test_a_shell_command_runs(command, tmp_path, monkeypatch):
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.setenv("PATH", str(BIN), prepend=":")
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)  # noqa: S602
    assert done.returncode == 0, done.stderr
    written = [path for path in tmp_path.iterdir() if path.is_file() and path.stat().st_size]
    assert done.stdout or written


@pytest.mark.slow
@pytest.mark.parametrize("example", blocks("python"))
def test_a_python_example_runs(example, tmp_path):
    code = example.replace("Scorer()", 'Scorer(tier="fast")')
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"\b(pass|review|hold)\b", done.stdout), done.stdout


def test_every_command_is_shown():
    from garbled import cli

    assert cli.COMMANDS
    for name in cli.COMMANDS:
        assert f"garbled {name}" in README


def test_every_make_target_that_the_readme_names_is_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^make ([a-z-]+)", README, re.M))
    assert {"demo", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M), target
