"""What is translated already, kept beside the output so that an interrupted run goes on."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from garbled.errors import ResourceError
from garbled.retranslation.chains import Chain
from garbled.retranslation.engine import Engine

MAX_LINE = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Copies:
    """What came back of a text, one a paragraph: None where nothing did; ``problems`` say why."""

    texts: tuple[str | None, ...]
    problems: tuple[str, ...] = ()


class Journal:
    """A file of JSON lines, one a document and chain, found by a digest of all it depends on.

    A line that a crash cut off is ignored. One process writes at a time.

    Raises:
        ResourceError: another process is at it.
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise ResourceError(
                "another `garbled retranslate` is writing this output", source=str(path)
            ) from error
        self._places = self._read()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def find(self, key: str) -> Copies | None:
        """What was kept under a key."""
        place = self._places.get(key)
        if place is None:
            return None
        self._file.seek(place)
        record = json.loads(self._file.readline(MAX_LINE))
        return Copies(tuple(record["texts"]), tuple(record["problems"]))

    def keep(self, key: str, copies: Copies) -> None:
        """Append a line; it is on its way to the disk when this returns."""
        record = {"key": key, "texts": copies.texts, "problems": copies.problems}
        self._file.seek(0, 2)
        self._places[key] = self._file.tell()
        self._file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        self._file.flush()

    def remove(self) -> None:
        """Remove the file: the output is whole."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> dict[str, int]:
        """Where each key's line begins; what stands after the last whole line is cut off."""
        places: dict[str, int] = {}
        self._file.seek(0)
        while True:
            start = self._file.tell()
            line = self._file.readline(MAX_LINE)
            try:
                places[json.loads(line)["key"]] = start
            except (ValueError, KeyError, TypeError):
                self._file.truncate(start)
                return places


def journal_key(engine: Engine, chain: Chain, paragraphs: Sequence[str]) -> str:
    """Equal for equal texts through the same steps of the same version of an engine."""
    parts = [engine.name, engine.version, chain.languages, chain.modes, *paragraphs]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
