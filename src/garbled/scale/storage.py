"""The few things that a run does with files, here and wherever Spark keeps them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from garbled.errors import GarbledError, IngestError

SUFFIX = ".parquet"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A Parquet file: its name within the input, where it is, its size and time of change."""

    name: str
    path: str
    n_bytes: int
    modified: int


class Storage(Protocol):
    """A file system; paths are strings with slashes."""

    def inputs(self, root: str) -> list[InputFile]:
        """A Parquet file, or those below a folder by name; hidden (``.``, ``_``) ones are left out.

        Raises:
            IngestError: nothing is there, or no Parquet file.
        """

    def full(self, path: str) -> str:
        """A path as it is from anywhere."""

    def exists(self, path: str) -> bool: ...

    def read(self, path: str) -> str | None:
        """A small text file, None where there is none."""

    def write(self, path: str, text: str) -> None:
        """Write a small text file, whole or not at all; folders are made."""

    def move(self, source: str, target: str) -> None:
        """Put a file in another's place; folders are made."""

    def remove(self, path: str) -> None:
        """Remove a file or a folder, if there is one."""


class LocalStorage:
    """This machine's file system."""

    def inputs(self, root: str) -> list[InputFile]:
        top = Path(root)
        if top.is_file():
            return [_local_file(top, top.name)]
        if not top.is_dir():
            raise IngestError("there is no such file or folder", source=root)
        paths = sorted(path for path in top.rglob(f"*{SUFFIX}") if path.is_file())
        names = [path.relative_to(top).as_posix() for path in paths]
        found = zip(paths, names, strict=True)
        return some([_local_file(p, n) for p, n in found if not is_hidden(n)], root)

    def full(self, path: str) -> str:
        return str(Path(path).resolve())

    def exists(self, path: str) -> bool:
        return Path(path).exists()

    def read(self, path: str) -> str | None:
        try:
            return Path(path).read_text("utf-8")
        except FileNotFoundError:
            return None

    def write(self, path: str, text: str) -> None:
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{os.getpid()}.part")
        draft.write_text(text, "utf-8")
        draft.replace(target)

    def move(self, source: str, target: str) -> None:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(source).replace(target)

    def remove(self, path: str) -> None:
        if Path(path).is_dir():
            shutil.rmtree(path)
        else:
            Path(path).unlink(missing_ok=True)


class HadoopStorage:
    """Any file system that Spark reads (a cluster's, an object store's, this machine's).

    Args:
        spark: a Spark session.
    """

    def __init__(self, spark: Any) -> None:
        self._jvm = spark.sparkContext._jvm
        self._configuration = spark.sparkContext._jsc.hadoopConfiguration()

    def inputs(self, root: str) -> list[InputFile]:
        files, path = self._open(root)
        if not files.exists(path):
            raise IngestError("there is no such file or folder", source=root)
        path = files.makeQualified(path)
        if files.getFileStatus(path).isFile():
            return [_hadoop_file(files.getFileStatus(path), path.getName())]
        top = f"{path.toString().rstrip('/')}/"
        found = ((s, s.getPath().toString().removeprefix(top)) for s in _below(files, path))
        wanted = [(s, n) for s, n in found if n.endswith(SUFFIX) and not is_hidden(n)]
        return some(sorted((_hadoop_file(s, n) for s, n in wanted), key=lambda f: f.name), root)

    def full(self, path: str) -> str:
        files, own = self._open(path)
        return str(files.makeQualified(own).toString())

    def exists(self, path: str) -> bool:
        files, own = self._open(path)
        return bool(files.exists(own))

    def read(self, path: str) -> str | None:
        files, own = self._open(path)
        if not files.exists(own):
            return None
        stream = files.open(own)
        try:
            return str(self._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
        finally:
            stream.close()

    def write(self, path: str, text: str) -> None:
        files, draft = self._open(f"{path}.part")
        stream = files.create(draft, True)
        try:
            stream.write(bytearray(text.encode()))
        finally:
            stream.close()
        self.move(f"{path}.part", path)

    def move(self, source: str, target: str) -> None:
        files, old = self._open(source)
        _, new = self._open(target)
        files.mkdirs(new.getParent())
        files.delete(new, False)
        if not files.rename(old, new):
            raise OSError(f"{source} could not be moved to {target}")

    def remove(self, path: str) -> None:
        files, own = self._open(path)
        files.delete(own, True)

    def _open(self, path: str) -> tuple[Any, Any]:
        own = self._jvm.org.apache.hadoop.fs.Path(path)
        return own.getFileSystem(self._configuration), own


def require_apart(storage: Storage, source: str, output: str) -> None:
    """Nothing, where neither of input and output is in the other.

    Raises:
        GarbledError: one is, and results would be taken for input.
    """
    one, other = (f"{storage.full(path).rstrip('/')}/" for path in (source, output))
    if one.startswith(other) or other.startswith(one):
        raise GarbledError("input and output are one within the other; name a folder apart")


def is_hidden(name: str) -> bool:
    """Whether a name within a folder is one that readers of Parquet folders pass over.

    >>> is_hidden("a/part-0.parquet"), is_hidden("_garbled/a.parquet"), is_hidden("a/.b.parquet")
    (False, True, True)
    """
    return any(part.startswith((".", "_")) for part in name.split("/"))


def some(files: list[InputFile], root: str) -> list[InputFile]:
    """The files, of which there must be one.

    Raises:
        IngestError: there is none.
    """
    if not files:
        raise IngestError(f"no {SUFFIX} file in this folder", source=root)
    return files


def _local_file(path: Path, name: str) -> InputFile:
    found = path.stat()
    return InputFile(name, str(path), found.st_size, found.st_mtime_ns // 1_000_000)


def _hadoop_file(status: Any, name: str) -> InputFile:
    path = status.getPath().toString()
    return InputFile(name, path, int(status.getLen()), int(status.getModificationTime()))


def _below(files: Any, path: Any) -> Iterator[Any]:
    """The status of every file below a folder."""
    listed = files.listFiles(path, True)
    while listed.hasNext():
        yield listed.next()
