"""What every converter shares: reading text files, and the columns of a pair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from garbled.corpora.public.catalogue import Corpus
from garbled.errors import IngestError

Row = dict[str, Any]
"""A pair by the columns of ``garbled.corpora.write``, or an article: ``doc_id, title, text``."""

MAX_FILE = 500_000_000


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The wanted members of a corpus's archives, as files under a folder."""

    folder: Path
    corpus: Corpus

    def files(self, pattern: str = "members") -> Iterator[tuple[Path, re.Match[str]]]:
        """Files whose path in the archive is of a pattern, in the order of their paths."""
        wanted = (self.corpus.patterns or {})[pattern]
        for path in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            match = wanted.fullmatch(path.relative_to(self.folder).as_posix())
            if match:
                yield path, match

    def pair(self, *, lang_pair: str, **columns: Any) -> Row:
        """A row with what all rows of a corpus have in common."""
        shared = {
            "set": self.corpus.name,
            "kind": "machine",
            "year": self.corpus.year,
            "lang_pair": lang_pair,
            "source_lang": lang_pair.split("-")[0],
        }
        return {**shared, **columns}


def read_text(path: Path) -> str:
    """UTF-8, or Latin-1 where it is none.

    Raises:
        IngestError: the file is too large.
    """
    if path.stat().st_size > MAX_FILE:
        raise IngestError(f"over {MAX_FILE:,} bytes", source=path.name)
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_lines(path: Path) -> list[str]:
    """Segments, one a line; only a line feed ends one."""
    lines = read_text(path).split("\n")
    return [line.strip() for line in (lines[:-1] if lines[-1] == "" else lines)]


def require_as_many(copies: list[str], originals: list[str], path: Path) -> None:
    """Raise ``IngestError`` unless a file has as many segments as its reference."""
    if len(copies) != len(originals):
        raise IngestError(
            f"has {len(copies)} segments and its reference {len(originals)}", source=path.name
        )
