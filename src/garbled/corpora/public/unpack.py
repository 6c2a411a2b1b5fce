"""Wanted members of an archive into a folder, under names that cannot leave it, within bounds."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from zlib import error as ZlibError  # noqa: N812

from garbled.errors import ResourceError

_CHUNK = 2**18
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, ZlibError, EOFError, OSError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: members and bytes in all, and bytes of a wanted member."""

    members: int = 200_000
    member_bytes: int = 500_000_000
    total_bytes: int = 16_000_000_000


DEFAULT_LIMITS = Limits()


def unpack(
    archive: Path, folder: Path, wants: Callable[[str], bool], limits: Limits = DEFAULT_LIMITS
) -> list[Path]:
    """Write the members that are wanted and return their paths; a plain file is one itself.

    Regular files only: links and devices are passed over, whatever they are called.

    Raises:
        ResourceError: it is damaged, holds more than it may, or a member's path leads elsewhere.
    """
    written: list[Path] = []
    n_bytes = 0
    try:
        for number, (name, size, member) in enumerate(_members(archive, wants)):
            n_bytes += size
            if number >= limits.members or n_bytes > limits.total_bytes:
                raise ResourceError(
                    f"over {limits.members:,} members or {limits.total_bytes:,} bytes",
                    source=archive.name,
                )
            if member is None:
                continue
            target = folder / _inside(name, archive)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                _copy(member, file, limits.member_bytes, archive)
            written.append(target)
    except _BROKEN as error:
        raise ResourceError(f"not a sound archive ({error})", source=archive.name) from error
    return written


def _members(
    archive: Path, wants: Callable[[str], bool]
) -> Iterator[tuple[str, int, IO[bytes] | None]]:
    """Each member's path and size, and its content where it is wanted, read before the next."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                is_wanted = not info.is_dir() and wants(info.filename)
                yield info.filename, info.file_size, opened.open(info) if is_wanted else None
    elif tarfile.is_tarfile(archive):
        with tarfile.open(archive, "r|*") as stream:
            for member in stream:
                is_wanted = member.isreg() and wants(member.name)
                yield member.name, member.size, stream.extractfile(member) if is_wanted else None
    else:
        with archive.open("rb") as plain:
            yield archive.name, 0, plain if wants(archive.name) else None


def _inside(name: str, archive: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or not path.parts:
        raise ResourceError(f"a member is called {name!r}, outside of it", source=archive.name)
    return path


def _copy(source: IO[bytes], target: IO[bytes], limit: int, archive: Path) -> None:
    copied = 0
    while chunk := source.read(_CHUNK):
        copied += len(chunk)
        if copied > limit:
            raise ResourceError(f"holds over {limit:,} bytes in a member", source=archive.name)
        target.write(chunk)
