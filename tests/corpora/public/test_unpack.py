from __future__ import annotations

import io
import tarfile

import pytest

from garbled.corpora.public.unpack import Limits, unpack
from garbled.errors import ResourceError

from .archives import bomb, pack_zip, tar

CONTENT = {"x/a.txt": "one", "x/deep/b.txt": "two", "x/c.pdf": "no"}


def write(path, data):
    path.write_bytes(data)
    return path


def is_text(name):
    return name.endswith(".txt")


@pytest.mark.parametrize(
    "data",
    [
        tar(CONTENT),
        tar(CONTENT, "w"),
        tar(CONTENT, "w:bz2"),
        tar(CONTENT, "w:xz"),
        pack_zip(CONTENT),
    ],
    ids=["gz", "tar", "bz2", "xz", "zip"],
)
def test_what_is_wanted_is_unpacked(tmp_path, data):
    archive = write(tmp_path / "a", data)
    written = unpack(archive, tmp_path / "out", is_text)
    assert {p.relative_to(tmp_path / "out").as_posix(): p.read_text() for p in written} == {
        "x/a.txt": "one",
        "x/deep/b.txt": "two",
    }
    assert not (tmp_path / "out" / "x" / "c.pdf").exists()


def test_a_plain_file_is_itself(tmp_path):
    plain = write(tmp_path / "00-a.txt", b"text")
    [written] = unpack(plain, tmp_path / "out", is_text)
    assert written.read_bytes() == b"text"


@pytest.mark.parametrize(
    "name", ["../a.txt", "/etc/a.txt", "x/../../a.txt", "x\\..\\a.txt", "..", "."]
)
@pytest.mark.parametrize("pack", [tar, pack_zip])
def test_a_member_that_leads_out_is_refused(tmp_path, name, pack):
    archive = write(tmp_path / "a", pack({name: "evil"}))
    with pytest.raises(ResourceError, match="outside of it"):
        unpack(archive, tmp_path / "deep" / "out", lambda name: True)
    assert list(tmp_path.rglob("*.txt")) == []


def test_links_and_devices_are_passed_over(tmp_path):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, kind in (("l.txt", tarfile.SYMTYPE), ("h.txt", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        device = tarfile.TarInfo("d.txt")
        device.type = tarfile.CHRTYPE
        archive.addfile(device)
    archive = write(tmp_path / "a", stream.getvalue())
    assert unpack(archive, tmp_path / "out", is_text) == []
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("pack", [tar, pack_zip])
def test_a_member_that_unpacks_to_too_much_is_refused(tmp_path, pack):
    archive = write(tmp_path / "a", pack({"a.txt": b"\0" * 200_000}))
    with pytest.raises(ResourceError, match="over 100,000 bytes"):
        unpack(archive, tmp_path / "out", is_text, Limits(member_bytes=100_000))


def test_an_archive_that_unpacks_to_too_much_is_refused_though_nothing_of_it_is_wanted(tmp_path):
    archive = write(tmp_path / "a", tar({f"{n}.bin": b"\0" * 100_000 for n in range(20)}))
    with pytest.raises(ResourceError, match="or 1,000,000 bytes"):
        unpack(archive, tmp_path / "out", is_text, Limits(total_bytes=1_000_000))


def test_too_many_members_are_refused(tmp_path):
    archive = write(tmp_path / "a", tar({f"{n}.bin": b"" for n in range(30)}))
    with pytest.raises(ResourceError, match="over 20 members"):
        unpack(archive, tmp_path / "out", is_text, Limits(members=20))


def test_a_truncated_archive_is_named(tmp_path):
    data = tar({"a.txt": bytes(range(256)) * 3_000})
    archive = write(tmp_path / "a.tgz", data[: len(data) // 2])
    with pytest.raises(ResourceError, match=r"a\.tgz: not a sound archive"):
        unpack(archive, tmp_path / "out", is_text)


def test_a_stream_that_is_no_archive_is_not_unpacked(tmp_path):
    archive = write(tmp_path / "a.gz", bomb(10**7))
    assert unpack(archive, tmp_path / "out", is_text) == []
