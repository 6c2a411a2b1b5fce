"""What the user named, as files: a file, a folder, a pattern, or "-" for standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from garbled.ingest.options import Format

STDIN = "-"
FORMAT_OF_SUFFIX: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".nitf": "nitf",
    ".newsml": "newsml",
    ".xml": "auto",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}


class Located(NamedTuple):
    """One input: its path (None for standard input), its name as given, why it cannot be read."""

    path: Path | None
    name: str
    problem: str | None = None


def locate(inputs: Iterable[str | Path]) -> Iterator[Located]:
    """Each file once, in the order named, folders and patterns sorted."""
    seen: set[str] = set()
    for given in inputs:
        for located in _locate_one(given):
            if located.name not in seen:
                seen.add(located.name)
                yield located


def shown(path: str | Path) -> str:
    """A path as text that can be printed, whatever bytes are in its name."""
    return os.fsencode(path).decode("utf-8", "replace")


def _locate_one(given: str | Path) -> Iterator[Located]:
    name = str(given)
    if name == STDIN:
        yield Located(None, STDIN)
        return
    path = Path(name)
    try:
        is_there = path.exists()
    except (OSError, ValueError) as error:  # a NUL in the name, or a name too long
        yield Located(path, name[:200], f"no such file: {error}")
        return
    if path.is_dir():
        yield from _in_folder(path)
    elif is_there or not glob.has_magic(name):
        yield Located(path, shown(path), None if is_there else _absence(path))
    else:
        yield from _matching(name)


def _absence(path: Path) -> str:
    if path.is_symlink():
        return "a link to a file that does not exist"
    return "no such file or folder; check the path"


def _matching(pattern: str) -> Iterator[Located]:
    is_any = False
    for match in sorted(glob.iglob(pattern, recursive=True)):  # noqa: PTH207 - "**", "../*"
        is_any = True
        path = Path(match)
        if path.is_dir():
            yield from _in_folder(path)
        else:
            yield Located(path, shown(path), None if path.exists() else _absence(path))
    if not is_any:
        yield Located(None, shown(pattern), "no file matches this pattern")


def _in_folder(folder: Path) -> Iterator[Located]:
    """Files of known kinds under a folder. Links that lead out of it are named, not followed."""
    home = folder.resolve()
    failures: list[OSError] = []
    is_any = False
    for parent, folders, names in os.walk(folder, onerror=failures.append):
        folders.sort()
        for name in sorted(names):
            path = Path(parent) / name
            if path.suffix.lower() in FORMAT_OF_SUFFIX:
                is_any = True
                yield Located(path, shown(path), _refusal(path, home))
        while failures:
            failure = failures.pop()
            is_any = True
            message = f"the folder cannot be listed: {failure.strerror}"
            yield Located(None, shown(failure.filename or folder), message)
    if not is_any:
        kinds = " ".join(FORMAT_OF_SUFFIX)
        yield Located(folder, shown(folder), f"no file in this folder has a known kind: {kinds}")


def _refusal(path: Path, home: Path) -> str | None:
    if not path.exists():
        return _absence(path)
    if path.is_symlink() and not path.resolve().is_relative_to(home):
        return "a link that leads out of the folder, which is not followed; name its target"
    if not path.is_file():
        return "not a regular file"
    return None
