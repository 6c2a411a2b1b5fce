"""Editors' words on results, as they lie in the memory: one a content and feed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from garbled.store.refit import Labelled, fit_shift
from garbled.store.rows import Word

# A content's probability is that of its newest result, so that labels go along with the model.
_SELECT = """
SELECT l.feed, l.item, l.content, l.word, l.labelled_at,
    coalesce((SELECT r.probability FROM results r WHERE r.content = l.content AND r.feed = l.feed
        ORDER BY r.id DESC LIMIT 1), l.probability),
    (SELECT max(r.id) FROM results r WHERE r.content = l.content AND r.feed = l.feed)
FROM labels l
"""
_RECORD = """
INSERT INTO labels (feed, content, item, word, probability, labelled_at)
SELECT feed, content, item, ?, probability, ? FROM results WHERE id = ?
ON CONFLICT (feed, content) DO UPDATE SET item = excluded.item, word = excluded.word,
    probability = excluded.probability, labelled_at = excluded.labelled_at
"""


class Label(NamedTuple):
    """An editor's word on an item.

    ``content`` is the first part of its results' keys; ``probability`` is what the model gives
    the item, None where it gives none; ``result_id`` is that of its newest result, None once that
    is forgotten.
    """

    feed: str
    item_id: str
    content: bytes
    word: Word
    labelled_at: float
    probability: float | None
    result_id: int | None


def read_labels(connection: sqlite3.Connection, feed: str | None = None) -> Iterator[Label]:
    """The labels of a feed, or all, the newest first."""
    where, values = ("", ()) if feed is None else ("WHERE l.feed = ?", (feed,))
    rows = connection.execute(f"{_SELECT} {where} ORDER BY l.labelled_at DESC, l.feed", values)
    return (Label(*row) for row in rows.fetchall())


def record_label(connection: sqlite3.Connection, result_id: int, word: Word) -> None:
    connection.execute(_RECORD, (word, time.time(), result_id))


def forget_label(connection: sqlite3.Connection, label: Label) -> None:
    connection.execute(
        "DELETE FROM labels WHERE feed = ? AND content = ?", (label.feed, label.content)
    )


def shifts(labels: Iterable[Label]) -> dict[str, float]:
    """By feed, how far its labels move its thresholds; feeds that stay where they are left out."""
    by_feed: dict[str, list[Labelled]] = {}
    for label in labels:
        if label.probability is not None:
            judged = Labelled(label.probability, label.word == "mangled")
            by_feed.setdefault(label.feed, []).append(judged)
    fitted = {feed: fit_shift(judged) for feed, judged in sorted(by_feed.items())}
    return {feed: shift for feed, shift in fitted.items() if shift}
