"""The memory of results: what was scored, when, of which feed, and what an editor said of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any

from garbled.documents import VERDICTS
from garbled.errors import GarbledError
from garbled.policy import Policy
from garbled.report.record import to_record
from garbled.store.rows import CONTENT_DIGITS, WORDS, Kept, Remembered, Word, pack
from garbled.store.schema import connect, telling
from garbled.store.styles import verdicts_by_style

DAY = 86_400.0
BATCH = 500
_SELECT = """
SELECT r.id, r.content, r.fingerprint, r.feed, r.item, r.scored_at, r.verdict, r.score,
    r.probability, r.reasons, r.degraded, l.word, r.record
FROM results r LEFT JOIN labels l ON l.feed = r.feed AND l.content = r.content
"""

_KEEP = """
INSERT INTO results (content, fingerprint, feed, item, scored_at, verdict, score, probability,
    review, hold, by_style, reasons, degraded, record)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (content, fingerprint, feed, item) DO UPDATE SET scored_at = excluded.scored_at,
    verdict = excluded.verdict, score = excluded.score, probability = excluded.probability,
    by_style = excluded.by_style, reasons = excluded.reasons, degraded = excluded.degraded,
    record = excluded.record
"""


class Store:
    """A memory of results in an SQLite file, for several threads and processes at once.

    Args:
        path: the file; None for the user's own. It is made where it is missing.
        retention_days: results older than that are forgotten; 0 keeps all. Labels stay.
        keep_text: False keeps no wording of an article.

    Raises:
        StoreError: the file cannot be used; so do all methods where it fails later.

    >>> import os, tempfile
    >>> from garbled.store.rows import result_key
    >>> with tempfile.TemporaryDirectory() as folder, Store(os.path.join(folder, "r")) as store:
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
        self._pruned_at = 0.0
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
        with self._lock, telling(self.path):
            self._connection.close()

    def find(self, keys: Sequence[str]) -> dict[str, Remembered]:
        """The newest result of each key that has one; what could not be read is never found."""
        found: dict[str, Remembered] = {}
        wanted = set(keys)
        for batch in _batches(wanted, BATCH):
            contents = [bytes.fromhex(key[:CONTENT_DIGITS]) for key in batch]
            where = (
                f"WHERE r.content IN ({', '.join('?' * len(contents))}) AND r.verdict != 'error'"
            )
            for result in self._select(f"{where} ORDER BY r.id", contents):
                if result.key in wanted:
                    found[result.key] = result
        return found

    def keep(self, rows: Iterable[Kept]) -> None:
        """Keep results, all or none; one of the same key and item takes the old one's place."""
        values = [self._values(row) for row in rows]
        with self._writing() as connection:
            connection.executemany(_KEEP, values)
        self._prune()

    def results(
        self,
        *,
        feed: str | None = None,
        verdict: str | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> Iterator[Remembered]:
        """Results, the newest first.

        Args:
            feed, verdict: only these.
            limit: so many at the most.
            before: only those with a smaller ``result_id``, to go on where a page ended.
        """
        if verdict is not None and verdict not in VERDICTS:
            raise GarbledError(f"a verdict is {', '.join(VERDICTS)}, not {verdict!r}")
        wanted = {"r.feed = ?": feed, "r.verdict = ?": verdict, "r.id < ?": before}
        wanted = {condition: value for condition, value in wanted.items() if value is not None}
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        last = -1 if limit is None else limit
        yield from self._select(f"{where} ORDER BY r.id DESC LIMIT ?", [*wanted.values(), last])

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
        with self._writing() as connection:
            told = self._told(result)
            connection.execute(
                "INSERT OR REPLACE INTO labels (feed, content, item, word, probability,"
                " labelled_at) SELECT feed, content, item, ?, probability, ? FROM results"
                " WHERE id = ?",
                (word, time.time(), told.result_id),
            )
        return self._told(told.result_id)

    def policies(self) -> dict[str, Policy]:
        """By feed, how far its labels move its thresholds."""
        return {}

    def _told(self, result: int | tuple[str, str]) -> Remembered:
        if isinstance(result, int):
            found = list(self._select("WHERE r.id = ?", [result]))
            shown = f"result {result}"
        else:
            found = list(
                self._select("WHERE r.feed = ? AND r.item = ? ORDER BY r.id DESC LIMIT 1", result)
            )
            shown = f"item {result[1]!r} of feed {result[0]!r}"
        if not found:
            raise GarbledError(f"the memory has no {shown}; `garbled history` lists what it has")
        return found[0]

    def _select(self, rest: str, values: Sequence[Any]) -> list[Remembered]:
        with self._lock, telling(self.path):
            rows = self._connection.execute(_SELECT + rest, values).fetchall()
        return [_remembered(row) for row in rows]

    def _values(self, row: Kept) -> tuple[Any, ...]:
        key, score = bytes.fromhex(row.key), row.score
        cut = CONTENT_DIGITS // 2
        record = to_record(score, texts=self.keep_text)
        return (
            key[:cut],
            key[cut:],
            row.feed,
            row.item_id,
            time.time(),
            score.verdict,
            record["score"],
            record["probability"],
            score.signature.thresholds["review"],
            score.signature.thresholds["hold"],
            " ".join(verdicts_by_style(score)),
            " ".join(score.reasons),
            " ".join(score.degraded),
            pack(record),
        )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, telling(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _prune(self) -> None:
        """Forget what is too old; once an hour at the most, for it looks at the file."""
        now = time.time()
        if not self.retention_days or now - self._pruned_at < 3600:
            return
        self._pruned_at = now
        with self._writing() as connection:
            oldest = now - self.retention_days * DAY
            connection.execute("DELETE FROM results WHERE scored_at < ?", (oldest,))


def default_path() -> Path:
    """The user's own memory: ``results.sqlite`` in the user's data directory."""
    from garbled.languagetool.install import data_folder

    return data_folder().parent / "results.sqlite"


def _remembered(row: tuple[Any, ...]) -> Remembered:
    id, content, fingerprint, feed, item, at, verdict, score, probability, *rest = row
    reasons, degraded, word, record = rest
    return Remembered(
        result_id=id,
        key=(content + fingerprint).hex(),
        feed=feed,
        item_id=item,
        scored_at=at,
        verdict=verdict,
        score=score,
        probability=probability,
        reasons=tuple(reasons.split()),
        is_degraded=bool(degraded),
        label=word,
        packed=record,
    )


def _batches(keys: Iterable[str], size: int) -> Iterator[list[str]]:
    iterator = iter(keys)
    while batch := list(islice(iterator, size)):
        yield batch
