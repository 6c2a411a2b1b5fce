"""One server a machine for processes that are no family; it goes when the last of them has gone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from garbled.errors import ResourceError
from garbled.languagetool.client import Checker
from garbled.languagetool.handle import ServerHandle
from garbled.languagetool.node import node_folder, node_server

from .processes import eventually, is_gone, jvm_of

USER = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from garbled.languagetool.node import node_server

lease = node_server(Path({folder!r}), idle_seconds=2)
print(json.dumps(asdict(lease.handle)), flush=True)
sys.stdin.read()
"""


def handle_of(process: subprocess.Popen[str]) -> ServerHandle:
    assert process.stdout is not None
    return ServerHandle(**json.loads(process.stdout.readline()))


def test_the_users_own_server_goes_before(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GARBLED_LANGUAGETOOL_URL", "http://10.1.2.3:8081/v2")
    lease = node_server(tmp_path / "node")
    assert lease.handle.url == "http://10.1.2.3:8081/"
    assert lease.renew() == lease.handle
    lease.close()
    assert not (tmp_path / "node").exists()


def test_the_folder_is_one_a_user_in_the_temporary_folder(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert node_folder() == tmp_path / f"garbled-languagetool-{os.getuid()}"


def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o700)
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(ResourceError, match="not a folder of this user alone"):
        node_server(tmp_path / "open")
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    with pytest.raises(ResourceError, match="not a folder of this user alone"):
        node_server(tmp_path / "link")


@pytest.mark.slow
def test_nothing_installed_is_told(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "empty"))
    with pytest.raises(ResourceError, match="not installed: run `garbled languagetool install`"):
        node_server(tmp_path / "node")


@pytest.mark.slow
@pytest.mark.languagetool
def test_processes_share_it_until_the_last_ends(
    tmp_path: Path, run_python: Callable[[str], subprocess.Popen[str]]
) -> None:
    script = USER.format(folder=str(tmp_path / "node"))
    first, second = run_python(script), run_python(script)
    handle = handle_of(first)
    assert handle_of(second) == handle
    jvm = jvm_of(handle.state_file)

    first.kill()  # whichever of them started it, it stays for the other
    first.wait()
    third = run_python(script)
    assert handle_of(third) == handle
    second.kill()
    second.wait()
    assert Checker(handle).check("This are a eror.")
    assert psutil.pid_exists(jvm.pid)

    third.kill()
    third.wait()
    assert is_gone(jvm, seconds=30)
    assert eventually(lambda: not (tmp_path / "node" / "server.json").exists())


@pytest.mark.slow
@pytest.mark.languagetool
def test_a_server_that_failed_is_replaced(tmp_path: Path) -> None:
    lease = node_server(tmp_path / "node", idle_seconds=1)
    try:
        old = lease.handle
        owner = jvm_of(old.state_file).parent().parent()  # the JVM's supervisor's owner
        assert "garbled.languagetool.node" in owner.cmdline()
        owner.kill()
        assert eventually(lambda: old.state().name == "stopped", seconds=30)
        new = lease.renew()
        assert new != old
        assert Checker(new).check("This are a eror.")
        jvm = jvm_of(new.state_file)
    finally:
        lease.close()
    assert is_gone(jvm, seconds=30)
