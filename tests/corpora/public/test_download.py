"""Downloads from a real server on loopback."""

from __future__ import annotations

import hashlib

import pytest

from garbled.corpora.public.catalogue import RemoteFile
from garbled.corpora.public.download import CutOffError, download
from garbled.errors import ResourceError

BODY = bytes(range(256)) * 4_000
SHA256 = hashlib.sha256(BODY).hexdigest()
MD5 = hashlib.md5(BODY, usedforsecurity=False).hexdigest()


def fetch(address, target, **told):
    remote = RemoteFile(address, told.pop("sha256", None), told.pop("md5", None))
    return download(remote, target, **{"max_bytes": 10**7, **told})


def left(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("digests", [{}, {"sha256": SHA256}, {"md5": MD5}])
def test_a_file_is_fetched_and_checked(server, tmp_path, digests):
    told = []
    found = fetch(
        server.host("/a.tgz", BODY), tmp_path / "a", **digests, progress=lambda *n: told.append(n)
    )
    assert (tmp_path / "a").read_bytes() == BODY
    assert (found.sha256, found.md5, found.n_bytes) == (SHA256, MD5, len(BODY))
    assert told[-1] == (len(BODY), len(BODY))
    assert left(tmp_path) == ["a"]


@pytest.mark.parametrize("digests", [{"sha256": "0" * 64}, {"md5": "0" * 32}])
def test_another_file_than_the_published_one_is_removed(server, tmp_path, digests):
    (tmp_path / "a").write_bytes(b"of yesterday")
    with pytest.raises(ResourceError, match=r"its (SHA-256|MD5) is \w+ and should be 0+"):
        fetch(server.host("/a.tgz", BODY), tmp_path / "a", **digests)
    assert (tmp_path / "a").read_bytes() == b"of yesterday"
    assert not (tmp_path / "a.part").exists()


def test_a_download_that_is_cut_off_goes_on_by_itself(server, tmp_path):
    address = server.host("/a.tgz", BODY, cut_after=600_000, cuts=1)
    fetch(address, tmp_path / "a", sha256=SHA256)
    assert (tmp_path / "a").read_bytes() == BODY
    (first, second) = server.asked
    assert first == ("/a.tgz", None)
    assert 500_000 < int(second[1].removeprefix("bytes=").rstrip("-")) <= 600_000


def test_a_download_that_is_cut_off_again_and_again_goes_on_the_next_time(server, tmp_path):
    address = server.host("/a.tgz", BODY, cut_after=250_000, cuts=3)
    with pytest.raises(CutOffError, match=r"was cut off"):
        fetch(address, tmp_path / "a", sha256=SHA256)
    assert not (tmp_path / "a").exists()
    there = (tmp_path / "a.part").stat().st_size
    assert there > 500_000
    fetch(address, tmp_path / "a", sha256=SHA256)
    assert (tmp_path / "a").read_bytes() == BODY
    assert server.asked[-1] == ("/a.tgz", f"bytes={there}-")
    assert left(tmp_path) == ["a"]


def test_a_file_that_changed_in_between_is_fetched_anew(server, tmp_path):
    """The server's tag says so, and the two halves are not put together."""
    address = server.host("/a.tgz", b"x" * len(BODY), cut_after=100_000)
    with pytest.raises(CutOffError):
        fetch(address, tmp_path / "a")
    server.host("/a.tgz", BODY, tag='"v2"')
    fetch(address, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY


@pytest.mark.parametrize("fault", [{"knows_ranges": False}, {"tag": None}, {"shift": 7}])
def test_a_server_that_cannot_go_on_begins_anew(server, tmp_path, fault):
    address = server.host("/a.tgz", BODY, cut_after=300_000, cuts=1, **fault)
    fetch(address, tmp_path / "a", sha256=SHA256)
    assert (tmp_path / "a").read_bytes() == BODY


@pytest.mark.parametrize("tells_length", [True, False])
def test_a_file_that_is_too_large_is_stopped(server, tmp_path, tells_length):
    address = server.host("/a.tgz", BODY, tells_length=tells_length)
    with pytest.raises(ResourceError, match="over 500,000 bytes"):
        fetch(address, tmp_path / "a", max_bytes=500_000)
    assert not (tmp_path / "a").exists()
    assert not (tmp_path / "a.part").exists()


def test_a_file_that_is_gone_says_so(server, tmp_path):
    with pytest.raises(ResourceError, match=r"answered 404 .*it is no longer there"):
        fetch(server.address + "/a.tgz", tmp_path / "a")


@pytest.mark.parametrize("status", [403, 500])
def test_a_server_that_refuses_says_so(server, tmp_path, status):
    address = server.host("/a.tgz", b"no", status=status)
    with pytest.raises(ResourceError, match=f"answered {status}"):
        fetch(address, tmp_path / "a")
    assert left(tmp_path) == []


def test_a_redirect_within_the_host_is_followed(server, tmp_path):
    server.host("/b.tgz", BODY)
    address = server.host("/a.tgz", b"", location="/b.tgz")
    fetch(address, tmp_path / "a", sha256=SHA256)
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_redirect_to_a_host_that_is_named_is_followed(server, tmp_path):
    port = server.address.rsplit(":", 1)[1]
    server.host("/b.tgz", BODY)
    address = server.host("/a.tgz", b"", location=f"http://127.0.0.2:{port}/b.tgz")
    with pytest.raises(ResourceError, match=r"redirects to 127\.0\.0\.2.* not followed"):
        fetch(address, tmp_path / "a")
    assert [path for path, _ in server.asked] == ["/a.tgz"]


@pytest.mark.parametrize(
    "location", ["http://example.org/x", "ftp://127.0.0.1/x", "file:///etc/passwd"]
)
def test_a_redirect_that_is_not_encrypted_is_not_followed(server, tmp_path, location):
    address = server.host("/a.tgz", b"", location=location)
    with pytest.raises(ResourceError, match="not encrypted"):
        fetch(address, tmp_path / "a", redirects=["example.org"])


def test_redirects_without_end_are_left(server, tmp_path):
    address = server.host("/a.tgz", b"", location="/a.tgz")
    with pytest.raises(ResourceError, match="redirects more than 5 times"):
        fetch(address, tmp_path / "a")


@pytest.mark.parametrize("address", ["http://example.org/a.tgz", "http://localhost.evil/a"])
def test_nothing_is_fetched_unencrypted(tmp_path, address):
    with pytest.raises(ResourceError, match="not encrypted"):
        fetch(address, tmp_path / "a")


def test_without_a_network_it_says_so(tmp_path):
    with pytest.raises(ResourceError, match=r"no connection .*needs a network") as caught:
        fetch("https://corpora.invalid/a.tgz", tmp_path / "a")
    assert "\n" not in str(caught.value)
    assert left(tmp_path) == []
