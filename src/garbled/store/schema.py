"""The memory's SQLite file: made, opened, checked, brought up to date."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from garbled.errors import GarbledError

APPLICATION = 0x67726264
"""SQLite's application id of our files: ``grbd``."""
BUSY_SECONDS = 60.0
DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_CONSTRAINT")
"""SQLite's errors that a damaged file gives; our statements themselves are right."""

_FIRST = """
CREATE TABLE results (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    content BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    feed TEXT NOT NULL,
    item TEXT NOT NULL,
    scored_at REAL NOT NULL,
    verdict TEXT NOT NULL,
    score REAL,
    probability REAL,
    model TEXT NOT NULL,
    prior REAL NOT NULL,
    review REAL NOT NULL,
    hold REAL NOT NULL,
    by_style TEXT NOT NULL,
    reasons TEXT NOT NULL,
    degraded TEXT NOT NULL,
    record BLOB NOT NULL
);
CREATE UNIQUE INDEX results_by_key ON results (content, fingerprint, feed, item);
CREATE INDEX results_by_feed ON results (feed, item);
CREATE INDEX results_by_age ON results (scored_at);
CREATE TABLE labels (
    feed TEXT NOT NULL,
    content BLOB NOT NULL,
    item TEXT NOT NULL,
    word TEXT NOT NULL,
    probability REAL,
    labelled_at REAL NOT NULL,
    PRIMARY KEY (feed, content)
);
"""
MIGRATIONS = (_FIRST,)
"""The statements that lead from each version of the schema to the next; from none to the first."""
VERSION = len(MIGRATIONS)


class StoreError(GarbledError):
    """The memory cannot be opened, read or written; the file is left as it is."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the file, which is made, for this user only, where it is missing.

    Raises:
        StoreError: it is damaged, another program's, of a newer garbled, or cannot be opened.
    """
    with telling(path):
        _make(path)
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn SQLite's errors, and the system's, into one line that names the file."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise StoreError(_what(error), source=str(path)) from error
    except OSError as error:
        message = f"the memory cannot be opened: {error.strerror or error}"
        raise StoreError(message, source=str(path)) from error


def _what(error: sqlite3.Error | UnicodeDecodeError) -> str:
    name = getattr(error, "sqlite_errorname", "")
    undecodable = isinstance(error, UnicodeDecodeError) or "decode" in str(error)
    if undecodable or name.startswith(DAMAGED):
        return damaged(str(error))
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return f"the memory cannot be written ({error}); see whether the disk is full"
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"the memory cannot be opened for writing ({error}); check the file's permissions"
    if name.startswith("SQLITE_BUSY"):
        return f"another process has held the memory for {BUSY_SECONDS:.0f} seconds ({error})"
    return f"the memory failed ({error})"


def damaged(why: str) -> str:
    """What to tell of a file whose content cannot be."""
    return (
        f"the memory is damaged ({why}); it is left as it is: move it away, and a new one is made,"
        " or go on with --no-store"
    )


def _make(path: Path) -> None:
    """Make the file where it is missing; one that is there is not touched.

    Closing any handle on a file lets go of the locks that SQLite has on it in this process.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection, path)
    if version < VERSION:
        with _alone(path):
            _migrate(connection, _version(connection, path))
    connection.create_function("matches", 2, fnmatchcase, deterministic=True)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    [application] = connection.execute("PRAGMA application_id").fetchone()
    [version] = connection.execute("PRAGMA user_version").fetchone()
    [n_tables] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if n_tables and application != APPLICATION:
        message = "a database of another program; name another file for the memory"
        raise StoreError(message, source=str(path))
    if version > VERSION:
        raise StoreError(
            f"a newer garbled wrote this memory (version {version}; this one knows {VERSION});"
            " update garbled, or name another file",
            source=str(path),
        )
    return int(version) if n_tables else 0


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    if version == VERSION:
        return
    connection.execute("PRAGMA journal_mode = WAL")
    statements = "".join(MIGRATIONS[version:])
    connection.executescript(
        f"BEGIN IMMEDIATE; {statements} PRAGMA application_id = {APPLICATION};"
        f" PRAGMA user_version = {VERSION}; COMMIT;"
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time; SQLite does not wait while the journal's mode changes."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
