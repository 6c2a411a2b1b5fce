"""The memory of results: what was scored, when, of which feed, and what an editor said of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any

from garbled.errors import GarbledError
from garbled.policy import Policy
from garbled.store.labels import Label, forget_label, read_labels, record_label, shifts
from garbled.store.rows import WORDS, Kept, Remembered, Word, split_key
from garbled.store.schema import StoreError, connect, damaged, telling
from garbled.store.statements import (
    KEEP,
    KEEP_AGAIN,
    OBSERVED,
    PRUNE,
    SELECT,
    SOURCES,
    Observed,
    Source,
    conditions,
    remembered,
    values,
    writable,
)

DAY = 86_400.0
PRUNING_SECONDS = 2.0
"""How long forgetting may take at a time; the rest is forgotten the next time."""
_BATCH = 500
_HOUR = 3_600.0
_LAST = 2**63 - 1
_PRUNED_AT_ONCE = 1_000


class Store:
    """A memory of results in an SQLite file, for several threads and processes at once.

    Args:
        path: the file; None for the user's own. It is made, for this user only, if missing.
        retention_days: results older than that are forgotten; 0 keeps all. Labels stay.
        keep_text: False keeps no wording of an article.

    Raises:
        StoreError: the file cannot be used; so do all methods where it fails later.

    >>> import tempfile
    >>> from garbled.store import result_key
    >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/results") as store:
    ...     store.find([result_key(b"never seen", "")])
    {}
    """

    def __init__(
        self,
        path: Path | str | None = None,
        *,
        retention_days: int = 90,
        keep_text: bool = True,
    ) -> None:
        self.path = default_path() if path is None else Path(path)
        self.retention_days = retention_days
        self.keep_text = keep_text
        self._lock = RLock()
        self._connection = connect(self.path)
        self._prune_at = 0.0
        self._prune()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        with self._lock, telling(self.path):
            self._connection.close()

    def find(self, keys: Sequence[str]) -> dict[str, Remembered]:
        """The newest result of each key that has one.

        A verdict ``error`` is never found, so that what failed is tried again, nor is a result
        that the disk damaged.
        """
        found: dict[str, Remembered] = {}
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), _BATCH):
            contents = [split_key(key)[0] for key in wanted[start : start + _BATCH]]
            marks = ", ".join("?" * len(contents))
            rest = f"WHERE r.content IN ({marks}) AND r.verdict != 'error' ORDER BY r.id"
            results = self._select(rest, contents)
            found |= {result.key: result for result in results if result.is_whole}
        return {key: found[key] for key in wanted if key in found}

    def keep(self, rows: Iterable[Kept]) -> None:
        """Keep results, all or none; one of the same key, feed and item takes the place of it."""
        kept = [values(row, time.time(), texts=self.keep_text) for row in rows]
        with self._writing() as connection:
            connection.executemany(KEEP, kept)
        self._prune()

    def keep_again(self, rows: Iterable[tuple[int, str, str]]) -> None:
        """Keep results that are there for further items: (``result_id``, feed, item's id)."""
        now = time.time()
        kept = [(writable(feed), writable(item), now, id) for id, feed, item in rows]
        with self._writing() as connection:
            connection.executemany(KEEP_AGAIN, kept)

    def results(
        self,
        *,
        feed: str | None = None,
        verdict: str | None = None,
        since: float | None = None,
        until: float | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> Iterator[Remembered]:
        """Results, the newest first, read page by page.

        Args:
            feed: its name, or a pattern with ``*`` and ``?``.
            verdict: only this one.
            since, until: seconds of Unix time that a result was scored at or after, and before.
            limit: so many at the most.
            before: only those with a smaller ``result_id``, to go on where a page ended.

        Raises:
            GarbledError: there is no such verdict.
        """
        where, given = conditions(feed, verdict, since, until)
        left = limit
        while left is None or left > 0:
            page = _BATCH if left is None else min(left, _BATCH)
            last = [] if before is None else [min(max(before, 0), _LAST)]
            further = [*where, *(["r.id < ?"] if last else [])]
            rest = f"WHERE {' AND '.join(further) or '1'} ORDER BY r.id DESC LIMIT ?"
            found = self._select(rest, [*given, *last, page])
            yield from found
            if len(found) < page:
                return
            before = found[-1].result_id
            left = None if left is None else left - page

    def sources(self) -> list[Source]:
        """Each feed with its numbers of results by verdict, the one scored last first."""
        return [Source(*row) for row in self._rows(SOURCES, ())]

    def observed(self, feed: str) -> list[Observed]:
        """What thresholds can be proposed from: the feed's items, the one seen first first.

        Of each item the newest result, and only those that the newest one's model and prior gave.
        """
        return [Observed(*row) for row in self._rows(OBSERVED, {"feed": writable(feed)})]

    def label(self, result: int | tuple[str, str], word: Word) -> Remembered:
        """Record an editor's word on a result, in place of an earlier one on the same content.

        Args:
            result: its ``result_id``, or a feed and an item's id, whose newest result is meant.
            word: ``false_alarm`` or ``mangled``.

        Raises:
            GarbledError: there is no such result, or no such word.
        """
        if word not in WORDS:
            raise GarbledError(f"a label is {' or '.join(WORDS)}, not {word!r}")
        told = self.result(result)
        with self._writing() as connection:
            record_label(connection, told.result_id, word)
        return self.result(told.result_id)

    def unlabel(self, result: int | tuple[str, str]) -> Label:
        """Take an editor's word back, and return it.

        Raises:
            GarbledError: there is none on that result.
        """
        meant = self._meant(result)
        with self._writing() as connection:
            for label in read_labels(connection):
                if meant in ((label.feed, label.content), (label.feed, label.item_id)):
                    forget_label(connection, label)
                    return label
        raise GarbledError(f"{_named(result)} has no label; `garbled label --list` lists them")

    def _meant(self, result: int | tuple[str, str]) -> tuple[str, bytes | str]:
        """A feed with a content or an item's id."""
        if isinstance(result, tuple):
            return writable(result[0]), writable(result[1])
        told = self.result(result)
        return told.feed, split_key(told.key)[0]

    def labels(self, feed: str | None = None) -> list[Label]:
        """Editors' words on a feed's items, or on all, the newest first."""
        with self._lock, telling(self.path):
            return list(read_labels(self._connection, feed and writable(feed)))

    def words(self, keys: Sequence[str]) -> dict[tuple[str, str], Word]:
        """Editors' words on the contents of these keys, by feed and key."""
        said: dict[bytes, list[tuple[str, Word]]] = {}
        for feed, content, word in self._rows("SELECT feed, content, word FROM labels", ()):
            said.setdefault(content, []).append((feed, word))
        return {
            (feed, key): word
            for key in keys
            for feed, word in (said.get(split_key(key)[0], ()) if said else ())
        }

    def policies(self) -> dict[str, Policy]:
        """By feed, how far its labels move its thresholds; ``Config.policies_with`` takes it."""
        return {feed: Policy(shift=shift) for feed, shift in shifts(self.labels()).items()}

    def result(self, result: int | tuple[str, str]) -> Remembered:
        """The result of this ``result_id``, or the newest one of a feed's item.

        Raises:
            GarbledError: there is none.
        """
        if isinstance(result, int):
            found = self._select("WHERE r.id = ?", [result]) if abs(result) <= _LAST else []
        else:
            rest = "WHERE r.feed = ? AND r.item = ? ORDER BY r.id DESC LIMIT 1"
            found = self._select(rest, [writable(name) for name in result])
        if not found:
            raise GarbledError(
                f"the memory has no {_named(result)}; `garbled history` lists what it has"
            )
        return found[0]

    def _select(self, rest: str, given: Sequence[Any]) -> list[Remembered]:
        rows = self._rows(SELECT + rest, given)
        try:
            return [remembered(row) for row in rows]
        except (AttributeError, TypeError) as error:  # a column of another type than was written
            raise StoreError(damaged(str(error)), source=str(self.path)) from error

    def _rows(self, statement: str, given: Any) -> list[Any]:
        with self._lock, telling(self.path):
            return self._connection.execute(statement, given).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, telling(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                if self._connection.in_transaction:  # a full disk has rolled it back already
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _prune(self) -> None:
        """Forget what is too old: hourly, a little at a time, so that no other writer waits."""
        started = time.time()
        if not self.retention_days or started < self._prune_at:
            return
        oldest = started - self.retention_days * DAY
        while time.time() - started < PRUNING_SECONDS:
            with self._writing() as connection:
                pruned = connection.execute(PRUNE, (oldest, _PRUNED_AT_ONCE)).rowcount
            if pruned < _PRUNED_AT_ONCE:
                self._prune_at = started + _HOUR
                return


def default_path() -> Path:
    """The user's own memory: ``results.sqlite`` in the user's data directory."""
    from garbled.languagetool.install import data_folder

    return data_folder().parent / "results.sqlite"


def _named(result: int | tuple[str, str]) -> str:
    if isinstance(result, int):
        return f"result {result}"
    return f"item {result[1]!r} of the feed {result[0]!r}"
