"""Grammar at scale: processes that are no family share one LanguageTool server a machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from .articles import write_folder

psutil = pytest.importorskip("psutil")
pytestmark = [pytest.mark.slow, pytest.mark.languagetool]

SCRIPT = """
from garbled.scale import ScaleConfig, local, score_parquet
local.BATCH_ROWS = 5
if __name__ == "__main__":
    config = ScaleConfig(tier="full", grammar=True, detail="record")
    print(score_parquet({folder!r}, {output!r}, config, jobs=2))
"""


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """A temporary folder of its own for a run, whose server has ended when the test has."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    yield folder
    for owner in owners(folder):
        owner.terminate()
        owner.wait(15)


def owners(folder: Path) -> list[psutil.Process]:
    """The processes that own a server whose files are in this folder, and no others."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if command[1:3] == ["-m", "garbled.languagetool.node"] and command[3].startswith(
            f"{folder}{os.sep}"
        ):
            found.append(process)
    return found


def test_two_workers_share_a_server(tmp_path: Path, temporary: Path) -> None:
    folder = write_folder(tmp_path / "in", {"a.parquet": 20})
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(folder=str(folder), output=str(tmp_path / "out")))
    environment = {**os.environ, "TMPDIR": str(temporary)}
    environment.pop("_GARBLED_LANGUAGETOOL", None)
    environment.pop("GARBLED_LANGUAGETOOL_URL", None)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr

    assert len(owners(temporary)) == 1
    # Every server of ours keeps its state in a folder of its own: there is one.
    assert len(list(temporary.glob("garbled-languagetool-*/state.json"))) == 1
    results = pq.read_table(tmp_path / "out" / "a.parquet", columns=["record"])
    records = [json.loads(line) for line in results["record"].to_pylist()]
    scored = [record for record in records if record["score"] is not None]
    assert len(scored) > 10
    for record in scored:
        assert record["signature"]["tier"] == "full"
        assert record["signature"]["languagetool"]
        assert record["degraded"] == []
