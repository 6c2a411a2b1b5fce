"""One server a process tree, gone with the process that started it, however that ends."""

from __future__ import annotations

import json
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from garbled.errors import ResourceError
from garbled.languagetool.client import Checker
from garbled.languagetool.handle import ServerHandle, external, published
from garbled.languagetool.server import Server, configuration, shared_server

from .processes import eventually, is_gone, jvm_of, server_below

slow_languagetool = [pytest.mark.slow, pytest.mark.languagetool]

OWNER = """
import json, os, sys, time
from garbled.languagetool.client import Checker
from garbled.languagetool.server import shared_server

handle = shared_server()
{before}
print(json.dumps([handle.url, handle.state_file]), flush=True)
{ending}
"""
QUIET = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.stderr = open("/dev/null", "w")
"""
FORK_A_CHILD_THAT_STAYS = "if os.fork() == 0: time.sleep(300)"


def handle_from(process: subprocess.Popen[str]) -> ServerHandle:
    assert process.stdout is not None
    return ServerHandle(*json.loads(process.stdout.readline()))


# -- without a server


def test_folder_without_a_jar(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"no languagetool-server\.jar") as caught:
        Server.start(tmp_path)
    assert caught.value.source == str(tmp_path)


def test_nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path))
    with pytest.raises(ResourceError, match="not installed"):
        shared_server()


def test_broken_jar_is_told_with_javas_reason(tmp_path: Path) -> None:
    (tmp_path / "languagetool-server.jar").write_text("not a jar")
    with pytest.raises(ResourceError, match=r"did not start: java ended .*HTTPServer") as caught:
        Server.start(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_impossible_heap_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "languagetool-server.jar").write_text("not a jar")
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-Xmx1x")
    with pytest.raises(ResourceError, match="Invalid maximum heap size: -Xmx1x"):
        Server.start(tmp_path)


def test_nothing_is_left_of_a_start_that_failed(tmp_path: Path, monkeypatch) -> None:
    runs = tmp_path / "runs"
    runs.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(runs))
    (tmp_path / "languagetool-server.jar").write_text("not a jar")
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(ResourceError):
        Server.start(tmp_path)
    assert list(runs.iterdir()) == []
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("http://host:8081", "http://host:8081/"),
        ("http://host:8081/v2/", "http://host:8081/"),
        ("https://host/api", "https://host/api/"),
    ],
)
def test_external_server_is_taken_as_named(value: str, url: str, monkeypatch) -> None:
    monkeypatch.setenv("GARBLED_LANGUAGETOOL_URL", value)
    assert shared_server() == external() == ServerHandle(url)


@pytest.mark.parametrize("value", ["host:8081", "file:///etc/passwd", "http://"])
def test_external_server_must_be_a_url(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GARBLED_LANGUAGETOOL_URL", value)
    with pytest.raises(ResourceError, match="GARBLED_LANGUAGETOOL_URL must be like"):
        shared_server()


@pytest.mark.slow
def test_external_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        monkeypatch.setenv("GARBLED_LANGUAGETOOL_URL", f"http://127.0.0.1:{port}")
        with pytest.raises(ResourceError, match="GARBLED_LANGUAGETOOL_URL right"):
            Checker(shared_server())


def test_handle_pickles_and_is_published() -> None:
    handle = ServerHandle("http://127.0.0.1:1/", "/nowhere/state.json")
    assert pickle.loads(pickle.dumps(handle)) == handle  # noqa: S301
    handle.publish()
    assert published() == handle
    handle.withdraw()
    assert published() is None


def test_withdrawing_leaves_another_server_published() -> None:
    first, second = ServerHandle("http://127.0.0.1:1/", "a"), ServerHandle("http://b/", "b")
    second.publish()
    first.withdraw()
    assert published() == second
    second.withdraw()


def test_configuration_has_bounds() -> None:
    settings = dict(line.split("=") for line in configuration().splitlines())
    assert int(settings["maxTextLength"]) >= 100_000
    assert 0 < int(settings["maxCheckTimeMillis"]) <= 120_000


# -- with one


@pytest.mark.languagetool
def test_external_server_is_used_and_left_running(server: Server, monkeypatch) -> None:
    monkeypatch.setenv("GARBLED_LANGUAGETOOL_URL", server.url)
    handle = shared_server()
    assert handle.is_external
    assert Checker(handle).check("This are a eror.")
    assert published() is None
    assert server.handle.state().name == "ready"


@pytest.mark.languagetool
def test_published_server_is_shared(server: Server) -> None:
    server.handle.publish()
    try:
        assert shared_server() == server.handle
    finally:
        server.handle.withdraw()


@pytest.mark.languagetool
def test_proxy_settings_are_not_used_for_a_server_of_ours(server: Server, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    checker = Checker(server.handle)
    assert checker.check("This are a eror.")
    assert checker.version()


class TestEnd:
    """Each way in which an owner can end."""

    pytestmark = slow_languagetool

    @pytest.mark.parametrize("ending", ["sys.exit(0)", "1 / 0", "os._exit(1)", "os.abort()"])
    def test_owner_ends_itself(self, run_python, ending: str) -> None:
        script = OWNER.format(before="", ending=f"sys.stdin.readline()\n{ending}")
        owner = run_python(QUIET + script)
        self.assert_all_gone_after(owner, lambda: owner.stdin.close())

    def test_owner_exits_before_its_forked_child(self, run_python) -> None:
        script = OWNER.format(before=FORK_A_CHILD_THAT_STAYS, ending="sys.stdin.readline()")
        owner = run_python(QUIET + script)
        self.assert_all_gone_after(owner, lambda: owner.stdin.close())

    @pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"])
    def test_owner_gets_a_signal(self, run_python, name: str) -> None:
        owner = run_python(QUIET + OWNER.format(before="", ending="time.sleep(300)"))
        self.assert_all_gone_after(owner, lambda: owner.send_signal(getattr(signal, name)))

    @pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
    def test_owner_with_a_forked_child_gets_a_signal(self, run_python, name: str) -> None:
        script = OWNER.format(before=FORK_A_CHILD_THAT_STAYS, ending="time.sleep(300)")
        owner = run_python(QUIET + script)
        self.assert_all_gone_after(owner, lambda: owner.send_signal(getattr(signal, name)))

    def assert_all_gone_after(self, owner, end: Callable[[], None]) -> None:
        handle = handle_from(owner)
        jvm = jvm_of(handle.state_file)
        supervisor = jvm.parent()
        forked = [child for child in psutil.Process(owner.pid).children() if child != supervisor]
        assert jvm.is_running()
        end()
        owner.wait(15)
        try:
            assert is_gone(jvm)
            assert is_gone(supervisor)
            assert not Path(str(handle.state_file)).parent.exists()
        finally:
            for child in forked:
                child.kill()

    def test_owner_is_killed_while_the_server_starts(self, run_python) -> None:
        owner = run_python(OWNER.format(before="", ending=""))
        process = psutil.Process(owner.pid)
        assert eventually(lambda: server_below(process) is not None, 30)
        jvm = server_below(process)
        owner.kill()
        assert jvm is not None
        assert is_gone(jvm)

    @pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
    def test_supervisor_is_killed(self) -> None:
        with Server.start() as server:
            jvm = jvm_of(server.handle.state_file)
            jvm.parent().kill()
            assert is_gone(jvm)
            with pytest.raises(ResourceError, match="stopped"):
                Checker(server.handle)


class TestTree:
    """Children use the server; none of them ends it."""

    pytestmark = slow_languagetool

    def test_forked_child_does_not_stop_it(self, run_python) -> None:
        owner = run_python(
            OWNER.format(
                before="",
                ending="""
child = os.fork()
if child == 0:
    found = Checker(shared_server()).check("This are a eror.")
    sys.exit(0 if found and shared_server() == handle else 1)
_, status = os.waitpid(child, 0)
time.sleep(1)
print(json.dumps([status, len(Checker(handle).check("This are a eror.")), handle.state().name]))
""",
            )
        )
        jvm = jvm_of(handle_from(owner).state_file)
        status, found, state = json.loads(owner.stdout.readline())
        assert (status, state) == (0, "ready")
        assert found
        assert owner.wait(15) == 0
        assert is_gone(jvm)

    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_workers_share_it(self, run_python, method: str) -> None:
        owner = run_python(
            f"""
import json, multiprocessing, os
from garbled.languagetool.client import Checker
from garbled.languagetool.server import shared_server

def work(number):
    handle = shared_server()
    return os.getpid(), handle.url, len(Checker(handle).check("This are a eror."))

if __name__ == "__main__":
    handle = shared_server()
    with multiprocessing.get_context("{method}").Pool(2) as pool:
        results = pool.map(work, range(6), chunksize=1)
    pids, urls, found = map(set, zip(*results))
    print(json.dumps([os.getpid() not in pids, urls == {{handle.url}}, min(found)]))
    print(json.dumps(handle.state().name))
"""
        )
        apart, same, found = json.loads(owner.stdout.readline())
        assert apart
        assert same
        assert found
        assert json.loads(owner.stdout.readline()) == "ready"
        assert owner.wait(15) == 0

    def test_threads_start_one(self, run_python) -> None:
        owner = run_python(
            """
import json
from concurrent.futures import ThreadPoolExecutor
from garbled.languagetool.server import shared_server

with ThreadPoolExecutor(4) as pool:
    handles = list(pool.map(lambda _: shared_server(), range(4)))
print(json.dumps(len(set(handles))))
"""
        )
        assert json.loads(owner.stdout.readline()) == 1
        assert owner.wait(15) == 0


class TestRestart:
    pytestmark = slow_languagetool

    def test_killed_jvm_is_restarted_once(self) -> None:
        with Server.start() as server:
            checker = Checker(server.handle)
            first = jvm_of(server.handle.state_file)
            first.kill()
            assert checker.check("This are a eror.")
            second = jvm_of(server.handle.state_file)
            assert second.pid != first.pid
            second.kill()
            with pytest.raises(ResourceError, match="java ended with code -9"):
                checker.check("This are a eror.")
            with pytest.raises(ResourceError, match="java ended with code -9"):
                Checker(server.handle)

    def test_threads_survive_a_kill(self) -> None:
        text = "This are a eror. " * 40
        with Server.start() as server:
            expected = Checker(server.handle).check(text)
            results = []

            def work() -> None:
                checker = Checker(server.handle)
                results.extend(checker.check(text) == expected for _ in range(10))

            threads = [threading.Thread(target=work) for _ in range(3)]
            for thread in threads:
                thread.start()
            jvm_of(server.handle.state_file).kill()
            for thread in threads:
                thread.join(120)
        assert results == [True] * 30

    def test_a_stopped_server_is_replaced(self, run_python) -> None:
        owner = run_python(
            """
import json, os, signal
import psutil
from garbled.languagetool.server import shared_server

first = shared_server()
with open(first.state_file) as file:
    jvm = psutil.Process(json.load(file)["pid"])
jvm.parent().kill()
jvm.wait(15)
second = shared_server()
print(json.dumps([first != second, second.state().name]))
"""
        )
        assert json.loads(owner.stdout.readline()) == [True, "ready"]
        assert owner.wait(15) == 0
