"""Where fetched corpora lie: files as they came, what was made of them, and a record of both.

Under the folder: ``raw/NAME/`` as downloaded, ``pairs/NAME.parquet`` or ``clean/NAME.parquet`` as
converted (so that ``garbled train --pairs FOLDER/pairs --clean FOLDER/clean`` reads them all), and
``records/NAME.json`` with the digests.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from garbled.corpora.public.catalogue import Corpus, RemoteFile
from garbled.corpora.public.download import Digests, Progress, digest_file, download, mismatch
from garbled.corpora.public.rows import Row, Unpacked
from garbled.corpora.public.unpack import unpack
from garbled.corpora.write import write_clean, write_pairs
from garbled.errors import IngestError, ResourceError

DATA_DIR = "GARBLED_DATA_DIR"
"""Environment variable: a data directory instead of the user's own."""
CONVERTERS: Mapping[str, tuple[str, str]] = {
    "wmt-sgm": ("wmt_sgm", "convert"),
    "wmt-xml": ("wmt_xml", "convert"),
    "mt-metrics-eval": ("mt_metrics_eval", "convert"),
    "mlqe-pe": ("mlqe_pe", "convert"),
    "lines": ("lines", "convert"),
    "scifact": ("articles", "convert_scifact"),
    "agnews": ("articles", "convert_agnews"),
    "paragraphs": ("articles", "convert_paragraphs"),
}
"""Format to the module and function that make rows of it."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was made of a corpus; ``on_trust`` are files that nobody published a digest of."""

    path: Path
    n_rows: int
    on_trust: tuple[RemoteFile, ...]


def corpora_folder() -> Path:
    """``corpora`` in the user's data directory, or in that of the environment."""
    from platformdirs import user_data_path

    chosen = os.environ.get(DATA_DIR)
    return (Path(chosen).absolute() if chosen else user_data_path("garbled")) / "corpora"


def get_corpus(
    corpus: Corpus,
    folder: Path,
    tell: Tell = lambda line: None,
    progress: Progress = lambda done, total: None,
) -> Fetched:
    """Fetch what is missing, hold it against its digests, convert it, and record both.

    Raises:
        ResourceError: a file cannot be fetched, or is not the one that its digest names.
        IngestError: what was fetched cannot be converted. What was made before stays.
    """
    record = _Record.read(folder, corpus.name)
    raw = folder / "raw" / corpus.name
    target = folder / ("clean" if corpus.is_clean else "pairs") / f"{corpus.name}.parquet"
    try:
        raw.mkdir(parents=True, exist_ok=True)
        archives = []
        for file in corpus.files:
            path = raw / _local_name(corpus, file)
            expected = record.expected(file)
            if _problem(path, expected):
                tell(file.address)
                digests = download(
                    expected,
                    path,
                    max_bytes=corpus.max_bytes,
                    redirects=corpus.redirects,
                    progress=progress,
                )
                record.note_file(file, digests)
            archives.append(path)
        tell("converting")
        n_rows = _convert(corpus, archives, target)
        record.note_made(target, n_rows)
    except OSError as error:
        raise ResourceError(f"cannot be written ({error})", source=str(folder)) from error
    return Fetched(target, n_rows, tuple(f for f in corpus.files if not (f.sha256 or f.md5)))


def verify_corpus(corpus: Corpus, folder: Path) -> list[str]:
    """Problems of what lies there: files missing, or changed since they were fetched.

    Raises:
        ResourceError: the corpus was never fetched.
    """
    record = _Record.read(folder, corpus.name)
    if record.made is None:
        raise ResourceError("not fetched; `garbled data get` does it", source=corpus.name)
    raw = folder / "raw" / corpus.name
    problems = [
        _problem(raw / _local_name(corpus, file), record.expected(file)) for file in corpus.files
    ]
    made = RemoteFile(record.made["path"], record.made["sha256"])
    return [*filter(None, (*problems, _problem(folder / record.made["path"], made)))]


def is_fetched(corpus: Corpus, folder: Path) -> bool:
    """Whether a corpus was fetched and made into rows."""
    made = _Record.read(folder, corpus.name).made
    return made is not None and (folder / made["path"]).is_file()


@dataclass
class _Record:
    """Digests of a corpus's files, from when they first came, and of what was made of them."""

    folder: Path
    name: str
    files: dict[str, dict[str, Any]]
    made: dict[str, Any] | None = None

    @classmethod
    def read(cls, folder: Path, name: str) -> _Record:
        """The record, an empty one where there is none."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            found = json.loads(cls._path(folder, name).read_text("utf-8"))
            return cls(folder, name, dict(found["files"]), found["made"])
        return cls(folder, name, {})

    def expected(self, file: RemoteFile) -> RemoteFile:
        """What a file must be: as published, and as it was the first time."""
        known = self.files.get(file.address)
        if known is None or file.sha256:
            return file
        return replace(file, sha256=known["sha256"], n_bytes=known["bytes"])

    def note_file(self, file: RemoteFile, digests: Digests) -> None:
        self.files[file.address] = {"sha256": digests.sha256, "bytes": digests.n_bytes}
        self._write()

    def note_made(self, path: Path, n_rows: int) -> None:
        place = path.relative_to(self.folder).as_posix()
        self.made = {"path": place, "sha256": digest_file(path).sha256, "rows": n_rows}
        self._write()

    def _write(self) -> None:
        path = self._path(self.folder, self.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.part")
        partial.write_text(json.dumps({"files": self.files, "made": self.made}, indent=1), "utf-8")
        partial.replace(path)

    @staticmethod
    def _path(folder: Path, name: str) -> Path:
        return folder / "records" / f"{name}.json"


def _problem(path: Path, expected: RemoteFile) -> str | None:
    if not path.is_file():
        return f"{path.name} is gone"
    wrong = mismatch(expected, digest_file(path))
    return f"{path.name} has changed: {wrong}" if wrong else None


def _local_name(corpus: Corpus, file: RemoteFile) -> str:
    """Unique among a corpus's files, whatever they are called at their addresses."""
    return f"{corpus.files.index(file):02}-{file.name[-150:]}"


def _convert(corpus: Corpus, archives: Sequence[Path], target: Path) -> int:
    """Make the Parquet file, by way of a folder of unpacked members that is removed again."""
    module, function = CONVERTERS[corpus.format]
    convert = getattr(import_module(f"garbled.corpora.public.{module}"), function)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=target.parent) as unpacking:
        for archive in archives:
            unpack(archive, Path(unpacking), corpus.wants)
        rows: Iterator[Row] = convert(Unpacked(Path(unpacking), corpus))
        first = next(rows, None)
        if first is None:
            raise IngestError(
                "nothing could be made of what was fetched: its layout is not the one expected",
                source=corpus.name,
            )
        every = chain([first], rows)
        return write_clean(every, target) if corpus.is_clean else write_pairs(every, target)
