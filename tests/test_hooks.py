"""The pre-commit hook, called as pre-commit calls it. pre-commit itself ran it when it was made."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).parents[1]
[HOOK] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
SAMPLES = ROOT / "data" / "samples"


def call(folder: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    """Run the hook on copies of files, with their paths from the root of the repository."""
    for file in files:
        shutil.copy(file, folder / file.name)
    command = [*shlex.split(HOOK["entry"]), *HOOK["args"], *(file.name for file in files)]
    command[0] = str(Path(sys.executable).parent / command[0])
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_hook_has_what_pre_commit_wants():
    assert HOOK.keys() >= {"id", "name", "entry", "language"}
    assert HOOK["require_serial"]
    assert set(HOOK["types_or"]) <= {"plain-text", "markdown", "html"}


@pytest.mark.slow
def test_held_copy_is_refused_and_clean_copy_is_not(tmp_path):
    bad = call(tmp_path, SAMPLES / "text" / "05-obituary-lark.en-es-en.txt")
    assert bad.returncode == 1, bad.stderr
    assert "hold" in bad.stdout
    good = call(tmp_path, SAMPLES / "originals" / "05-obituary-lark.txt")
    assert good.returncode == 0, good.stderr
