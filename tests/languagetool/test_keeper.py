"""A keeper's server comes back whatever takes it away."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator

import psutil
import pytest

from garbled.languagetool.client import Checker
from garbled.languagetool.keeper import Keeper

from .processes import eventually, jvm_of


@pytest.fixture
def somebody_elses() -> Iterator[Callable[[int], http.server.HTTPServer]]:
    """Starts a stand-in for a LanguageTool that somebody else runs, on a port."""
    running: list[tuple[http.server.HTTPServer, threading.Thread]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *_: object) -> None:
            pass

    def start(port: int) -> http.server.HTTPServer:
        httpd = http.server.HTTPServer(("127.0.0.1", port), Handler)
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        running.append((httpd, thread))
        return httpd

    yield start
    for httpd, thread in running:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def test_nothing_installed_is_told_and_tried_again(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path))
    with Keeper() as keeper:
        assert keeper.wait(30)
        assert keeper.ready() is None
        assert keeper.state().name == "failed"
        assert "not installed" in str(keeper.state().reason)


def test_somebody_elses_server_goes_and_comes_back(somebody_elses, monkeypatch) -> None:
    first = somebody_elses(0)
    port = first.server_port
    monkeypatch.setenv("GARBLED_LANGUAGETOOL_URL", f"http://127.0.0.1:{port}")
    with Keeper() as keeper:
        assert eventually(lambda: keeper.ready() is not None)
        first.shutdown()
        first.server_close()
        assert eventually(lambda: keeper.ready() is None)
        assert keeper.state() == ("failed", "it does not answer")
        somebody_elses(port)
        assert eventually(lambda: keeper.ready() is not None)


@pytest.mark.slow
@pytest.mark.languagetool
def test_our_server_comes_back_after_any_death() -> None:
    with Keeper() as keeper:
        assert keeper.wait(60)
        first = keeper.ready()
        assert first is not None
        jvm_of(first.state_file).kill()
        assert eventually(lambda: keeper.state().name == "restarting")
        assert keeper.ready() is None
        assert eventually(lambda: keeper.ready() == first, 60)
        supervisor = jvm_of(first.state_file).parent()
        assert isinstance(supervisor, psutil.Process)
        supervisor.kill()
        assert eventually(lambda: keeper.ready() not in (None, first), 60)
        second = keeper.ready()
        assert second is not None
        assert Checker(second, patience=30).check("This are a eror.")
