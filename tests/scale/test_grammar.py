"""Grammar at scale: processes that are no family share one LanguageTool server a machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from garbled.languagetool.handle import ServerHandle
from garbled.languagetool.node import _known

from .articles import write_folder
from .clusters import kill

pytestmark = [pytest.mark.slow, pytest.mark.languagetool]

SCRIPT = """
from garbled.scale import ScaleConfig, score_parquet
import garbled.scale.local
garbled.scale.local.BATCH_ROWS = 5
if __name__ == "__main__":
    config = ScaleConfig(tier="full", grammar=True)
    print(score_parquet({folder!r}, {output!r}, config, jobs=2))
"""


def test_two_workers_share_a_server(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"a.parquet": 20})
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(folder=str(folder), output=str(tmp_path / "out")))
    environment = {**os.environ, "TMPDIR": str(temporary)}
    environment.pop("_GARBLED_LANGUAGETOOL", None)
    environment.pop("GARBLED_LANGUAGETOOL_URL", None)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr

    [node] = temporary.glob("garbled-languagetool-*/server.json")
    handle = _known(node.parent)
    assert isinstance(handle, ServerHandle)
    server = next(_servers_with(handle))
    try:
        owner = server.parent().parent()  # above the JVM's supervisor
        assert "garbled.languagetool.node" in owner.cmdline()
        # The supervisor of any server keeps its state in the temporary folder: there is one.
        assert len(list(temporary.glob("garbled-languagetool-*/state.json"))) == 1
        rows = pq.read_table(tmp_path / "out" / "a.parquet").to_pylist()
        assert {row["tier"] for row in rows if row["score"] is not None} == {"full"}
        assert all(row["degraded"] == [] for row in rows)
        rules = {f["rule"] for row in rows for f in row["findings"] if f["kind"] == "grammar"}
        assert rules
    finally:
        kill(owner)


def _servers_with(handle: ServerHandle):
    """JVMs that serve at this handle's port."""
    port = handle.url.rstrip("/").rsplit(":", 1)[1]
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "org.languagetool.server.HTTPServer" in command and port in command:
            yield process
