from __future__ import annotations

from pathlib import Path

import pytest

from garbled.languagetool import install as library
from garbled.languagetool.install import Status
from garbled.languagetool.java import Java


def test_status_of_what_works(garbled, monkeypatch):
    java = Java(path=Path("/opt/java"), version=21, origin="PATH")
    found = Status(java, "6.8", Path("/data/LanguageTool-6.8"), works=True)
    monkeypatch.setattr(library, "status", lambda: found)
    result = garbled("languagetool", "status")
    assert result.code == 0
    assert result.out.splitlines() == [
        "Java:         21 (/opt/java)",
        "LanguageTool: 6.8",
        "Folder:       /data/LanguageTool-6.8",
        "Works:        yes",
    ]


def test_status_of_a_running_server(garbled, monkeypatch):
    monkeypatch.setattr(library, "status", lambda: Status(None, "6.8\x1b[2J", None, works=True))
    result = garbled("languagetool", "status")
    assert result.code == 0
    assert "not needed" in result.out
    assert "\x1b" not in result.out


def test_status_says_what_is_wrong(garbled, monkeypatch):
    monkeypatch.setenv("GARBLED_LANGUAGETOOL_URL", "ftp://nowhere")
    result = garbled("languagetool", "status")
    assert (result.code, result.err) == (3, "")
    assert "Works:        no: " in result.out
    assert "ftp://nowhere" in result.out


@pytest.mark.parametrize(
    ("args", "passed"),
    [
        ((), {"method": "auto"}),
        (
            ("--version", "6.7", "--method", "maven"),
            {"version": "6.7", "method": "maven"},
        ),
    ],
)
def test_install_prints_the_folder(garbled, monkeypatch, args, passed):
    options = {}

    def install(*, progress, **given):
        progress("fetching")
        options.update(given)
        return Path("/data/LanguageTool-6.8")

    monkeypatch.setattr(library, "install", install)
    result = garbled("languagetool", "install", *args)
    assert (result.code, result.out, result.err) == (0, "/data/LanguageTool-6.8\n", "fetching\n")
    assert options == passed


def test_install_of_a_version_that_is_none_is_one_line(garbled):
    result = garbled("languagetool", "install", "--version", "latest")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("garbled: 'latest' is no version of LanguageTool")
    assert result.err.count("\n") == 1
