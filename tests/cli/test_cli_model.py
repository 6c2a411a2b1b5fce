from __future__ import annotations

from pathlib import Path

import pytest

from garbled.errors import ResourceError
from garbled.model import install as library
from garbled.model.install import LargeStatus

DIGEST = f"sha256:{7:064}"


def test_install_prints_the_folder(garbled, monkeypatch, tmp_path):
    options = {}

    def install_large(*, progress, **given):
        progress("fetching")
        options.update(given)
        return Path("/data/encoders/0000")

    monkeypatch.setattr(library, "install_large", install_large)
    result = garbled("model", "install", "--wheels", str(tmp_path))
    assert (result.code, result.out, result.err) == (0, "/data/encoders/0000\n", "fetching\n")
    assert options == {"wheels": tmp_path}


def test_wheels_must_be_a_folder(garbled, tmp_path):
    assert garbled("model", "install", "--wheels", str(tmp_path / "none")).code == 2


def test_install_that_fails_is_one_line(garbled, monkeypatch):
    def install_large(**_):
        raise ResourceError("there is no room\x1b[2J", source="/data")

    monkeypatch.setattr(library, "install_large", install_large)
    result = garbled("model", "install")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("garbled: /data: there is no room")
    assert result.err.count("\n") == 1
    assert "\x1b" not in result.err


@pytest.mark.parametrize(
    ("found", "code", "works"),
    [
        (LargeStatus(DIGEST, Path("/data/encoders/0000"), works=True), 0, "yes"),
        (LargeStatus(DIGEST, None, False, "run `garbled model install`"), 3, "no: run `garbled"),
    ],
)
def test_status(garbled, monkeypatch, found, code, works):
    monkeypatch.setattr(library, "large_status", lambda: found)
    result = garbled("model", "status")
    assert (result.code, result.err) == (code, "")
    assert f"Large encoder: {DIGEST}" in result.out
    assert f"Works:         {works}" in result.out


def test_remove_prints_what_is_gone(garbled, monkeypatch, tmp_path):
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path))
    folder = tmp_path / "encoders" / "0123456789abcdef"
    folder.mkdir(parents=True)
    result = garbled("model", "remove")
    assert (result.code, result.out) == (0, f"{folder}\n")
    assert not folder.exists()
    assert garbled("model", "remove").out == ""
