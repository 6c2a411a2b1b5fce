"""``garbled data`` against a file server on loopback, and without any."""

from __future__ import annotations

import hashlib

import pytest
from corpora.public.archives import COPIES, ORIGINALS, lines, tar
from corpora.public.server import serving_files

BODY = tar({"x/ref/de-en.txt": lines(ORIGINALS), "x/out/sys/de-en.txt": lines(COPIES)})
CATALOGUE = """
[good]
title = "Good pairs\\u001b[2J"
licence = "ours"
cite = "us"
pairs = "line by line"
source = "this test"
address = "{address}"
{digest}
max_bytes = 1_000_000
format = "lines"
references = '.*/ref/(?P<pair>[a-z]+-en)\\.txt'
systems = '.*/out/(?P<system>[^/]+)/(?P<pair>[a-z]+-en)\\.txt'

[none]
title = "Nothing"
licence = "ours"
cite = "us"
pairs = "none"
source = "this test"
why_not = "it is not there"
"""


@pytest.fixture
def server(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving_files() as running:
        yield running


@pytest.fixture
def catalogue(server, tmp_path, monkeypatch):
    """Writes a catalogue of the server's one file, and lets corpora lie under the test's folder."""
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "data"))

    def write(digest="", **faults):
        path = tmp_path / "mine.toml"
        address = server.host("/a.tgz", BODY, **faults)
        path.write_text(CATALOGUE.format(address=address, digest=digest))
        return str(path)

    return write


def test_list_get_verify(garbled, catalogue, tmp_path):
    mine = catalogue()
    result = garbled("data", "list", "--catalogue", mine)
    assert (result.code, result.out.splitlines()) == (
        0,
        ["good  pairs              Good pairs\\x1b[2J", "none  not to be fetched  Nothing"],
    )
    result = garbled("data", "get", "good", "--catalogue", mine)
    assert result.code == 0, result.err
    made = tmp_path / "data" / "corpora" / "pairs" / "good.parquet"
    assert result.out == f"{made}\n"
    assert made.is_file()
    assert "good: licence: ours" in result.err
    assert "good: 3 pairs" in result.err
    assert "no digest was published of 1 files" in result.err
    result = garbled("data", "verify", "--catalogue", mine)
    assert (result.code, result.out) == (0, "good: as it was fetched\n")
    assert "fetched" in garbled("data", "list", "--catalogue", mine).out.splitlines()[0]
    made.write_bytes(b"x")
    result = garbled("data", "verify", "--catalogue", mine)
    assert result.code == 3
    assert "good: good.parquet has changed" in result.err


def test_everything_about_one(garbled, catalogue):
    result = garbled("data", "list", "good", "--catalogue", catalogue())
    assert result.code == 0
    for line in ("Licence:    ours", "Known from: this test", "Fetched:    no"):
        assert line in result.out.splitlines()
    assert "\x1b" not in result.out


def test_a_published_digest_is_no_trust(garbled, catalogue):
    digest = f'sha256 = "{hashlib.sha256(BODY).hexdigest()}"'
    result = garbled("data", "get", "good", "--catalogue", catalogue(digest))
    assert result.code == 0
    assert "digest" not in result.err


@pytest.mark.parametrize(
    ("digest", "faults", "told"),
    [
        (f'md5 = "{"0" * 32}"', {}, "its MD5 is"),
        ("", {"status": 404}, "answered 404"),
        ("", {"location": "http://127.0.0.9/x"}, "redirects to 127.0.0.9"),
        ("", {"cut_after": 50}, "was cut off"),
        ("bytes = 3", {}, "its size is"),
    ],
)
def test_what_goes_wrong_is_one_line_and_exit_code_3(garbled, catalogue, digest, faults, told):
    result = garbled("data", "get", "good", "--catalogue", catalogue(digest, **faults))
    assert result.code == 3
    assert result.out == ""
    complaints = [line for line in result.err.splitlines() if line.startswith("garbled: ")]
    assert len(complaints) == 1
    assert told in complaints[0]


def test_one_that_fails_does_not_stop_the_others(garbled, catalogue, tmp_path):
    mine = catalogue()
    text = (tmp_path / "mine.toml").read_text()
    lost = text.split("[none]")[0].replace("[good]", "[lost]").replace("/a.tgz", "/b.tgz")
    (tmp_path / "mine.toml").write_text(lost + text)
    result = garbled("data", "get", "lost", "good", "--catalogue", mine)
    assert result.code == 3
    assert "garbled: lost: " in result.err
    assert result.out.endswith("good.parquet\n")


def test_without_a_network_it_says_so_in_a_line(garbled, tmp_path):
    """The real catalogue, through a proxy that is not there."""
    folder = ["--folder", str(tmp_path)]
    result = garbled("data", "list", *folder)
    assert result.code == 0
    assert "wmt22" in result.out
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        patch.setenv("https_proxy", "http://127.0.0.1:9")
        result = garbled("data", "get", "abc", *folder)
    assert result.code == 3
    [complaint] = [line for line in result.err.splitlines() if line.startswith("garbled: ")]
    assert complaint.endswith("fetching a corpus needs a network")


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["get"], 2, "Missing argument"),
        (["get", "wmt99"], 2, "no such corpus"),
        (
            ["get", "asap-roundtrip"],
            2,
            "cannot be fetched: the retranslations are in no public place",
        ),
        (["list", "wmt99"], 2, "no such corpus"),
        (["verify", "wmt16"], 2, "not fetched"),
        (["verify"], 3, "nothing was fetched into"),
        (["list", "--catalogue", "nowhere.toml"], 2, "does not exist"),
    ],
)
def test_a_wrong_call_is_told(garbled, tmp_path, monkeypatch, args, code, told):
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path))
    result = garbled("data", *args)
    assert result.code == code
    assert told in result.err
