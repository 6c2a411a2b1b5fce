"""``resources/corpora.toml``: public corpora, their licence, address and digest."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from garbled.errors import ResourceError

MAX_CATALOGUE = 2**20
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_HEX = {"sha256": re.compile(r"[0-9a-f]{64}"), "md5": re.compile(r"[0-9a-f]{32}")}
_TOLD = ("title", "licence", "cite", "pairs", "source")
_PATTERNS = ("members", "references", "systems", "documents")


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a corpus: where it is, and its digests and size as far as they are published."""

    address: str
    sha256: str | None = None
    md5: str | None = None
    n_bytes: int | None = None

    @property
    def name(self) -> str:
        return PurePosixPath(urlsplit(self.address).path).name or "download"


@dataclass(frozen=True, slots=True)
class Corpus:
    """One entry. ``patterns`` say what is wanted of its archives; ``is_clean``: articles, no pairs.

    ``why_not`` is told of a corpus that is listed and cannot be fetched; it has no files then.
    """

    name: str
    title: str
    licence: str
    cite: str
    pairs: str
    source: str
    files: tuple[RemoteFile, ...] = ()
    redirects: tuple[str, ...] = ()
    max_bytes: int = 0
    format: str = ""
    year: int | None = None
    is_clean: bool = False
    patterns: Mapping[str, re.Pattern[str]] | None = None
    prefer: tuple[str, ...] = ()
    note: str | None = None
    why_not: str | None = None

    def wants(self, path: str) -> bool:
        """Whether a member of an archive is needed."""
        return any(pattern.fullmatch(path) for pattern in (self.patterns or {}).values())


def load_catalogue(path: Path | None = None) -> dict[str, Corpus]:
    """The corpora by name, in the file's order.

    Args:
        path: a catalogue of the user's own instead of the one that ships.

    Raises:
        ResourceError: the file cannot be read, or an entry is not as it should be.
    """
    source = str(path) if path else "corpora.toml"
    try:
        if path is None:
            text = resources.files("garbled.resources").joinpath("corpora.toml").read_text("utf-8")
        elif path.stat().st_size > MAX_CATALOGUE:
            raise ValueError(f"over {MAX_CATALOGUE:,} bytes")
        else:
            text = path.read_text("utf-8")
        entries = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise ResourceError(f"not a readable catalogue ({error})", source=source) from error
    corpora = {}
    for name, entry in entries.items():
        try:
            corpora[name] = _corpus(name, entry)
        except (ValueError, TypeError, KeyError, AttributeError, re.error) as error:
            raise ResourceError(f"the entry {name!r} is wrong: {error}", source=source) from error
    return corpora


def find_corpus(catalogue: Mapping[str, Corpus], name: str) -> Corpus:
    """A corpus that can be fetched.

    Raises:
        ResourceError: there is none of this name, or it cannot be fetched.
    """
    corpus = catalogue.get(name)
    if corpus is None:
        raise ResourceError(f"no such corpus; there are: {', '.join(catalogue)}", source=name)
    if corpus.why_not:
        raise ResourceError(f"cannot be fetched: {corpus.why_not}", source=name)
    return corpus


def _corpus(name: str, entry: dict[str, Any]) -> Corpus:
    if not _NAME.fullmatch(name):
        raise ValueError("a name has small letters, digits and hyphens only")
    texts: dict[str, Any] = {key: str(entry[key]) for key in _TOLD}
    if "why_not" in entry:
        return Corpus(name, **texts, why_not=str(entry["why_not"]), note=entry.get("note"))
    return Corpus(
        name,
        **texts,
        files=_files(entry),
        redirects=tuple(map(str, entry.get("redirects", ()))),
        max_bytes=_positive(entry["max_bytes"]),
        format=str(entry["format"]),
        year=entry.get("year"),
        is_clean=bool(entry.get("clean", False)),
        patterns={key: re.compile(entry[key]) for key in _PATTERNS if key in entry},
        prefer=tuple(map(str, entry.get("prefer", ()))),
        note=entry.get("note"),
    )


def _files(entry: Mapping[str, Any]) -> tuple[RemoteFile, ...]:
    if "files" in entry:
        files = tuple(RemoteFile(str(address)) for address in entry["files"])
    else:
        digests = {kind: entry.get(kind) for kind in _HEX}
        files = (RemoteFile(entry["address"], **digests, n_bytes=entry.get("bytes")),)
    for file in files:
        if urlsplit(file.address).scheme not in ("https", "http"):
            raise ValueError(f"{file.address!r} is no address")
        for kind, pattern in _HEX.items():
            digest = getattr(file, kind)
            if digest is not None and not pattern.fullmatch(digest):
                raise ValueError(f"{digest!r} is no {kind}")
    if not files:
        raise ValueError("it has no files")
    return files


def _positive(value: Any) -> int:
    if not isinstance(value, int) or value <= 0:
        raise ValueError(f"max_bytes is {value!r}")
    return value
