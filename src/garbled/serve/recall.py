"""What the service knows already: results in its memory, and the last ones of copy not kept."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

from garbled.documents import Document, Score
from garbled.errors import GarbledError
from garbled.policy import feed_of
from garbled.report.record import to_record
from garbled.store import Kept, Store, StoreError, Word

RECENT_CHARACTERS = 4_000_000
"""Code points of copy whose results are held in this process, where the memory does not."""

_logger = logging.getLogger("garbled")


class Item(NamedTuple):
    """A document to score, and the key of its result."""

    document: Document
    key: str

    @property
    def feed(self) -> str:
        return feed_of(self.document.source)


@dataclass(frozen=True, slots=True)
class Judged:
    """An item's result.

    ``record`` is the output contract's JSON object; ``result_id`` its place in the memory, None
    where none is kept; ``label`` an editor's word on this content in this feed.
    """

    record: dict[str, Any]
    result_id: int | None = None
    label: Word | None = None
    is_remembered: bool = False


class Recall:
    """Finds what was scored before, and remembers. Safe to use from threads.

    A result that lacks grammar is not found again. A memory that fails is done without, with one
    warning.

    Args:
        store: the memory; None for none.
    """

    def __init__(self, store: Store | None) -> None:
        self.store = store
        self._recent: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._n_characters = 0
        self._lock = Lock()
        self._has_warned = False

    def find(self, items: Sequence[Item], *, kept: bool = True) -> list[Judged | None]:
        """What is known of each item; ``kept`` says whether the memory is to hold them."""
        keys = [item.key for item in items]
        if self.store is not None and self._is_whole(kept):
            records = self._from_store(self.store, keys)
        else:
            records = {key: self._recall(key) for key in keys}
        known = [(n, item) for n, item in enumerate(items) if records.get(item.key)]
        judged: list[Judged | None] = [None] * len(items)
        told = self._tell([item for _, item in known], kept)
        for (number, item), (result_id, label) in zip(known, told, strict=True):
            record = _named(records[item.key] or {}, item.document)
            judged[number] = Judged(record, result_id, label, is_remembered=True)
        return judged

    def keep(self, made: Sequence[tuple[Item, Score]], *, kept: bool = True) -> list[Judged]:
        """Remember results that were made just now."""
        records = [to_record(score) for _, score in made]
        for (item, score), record in zip(made, records, strict=True):
            if not (self._is_whole(kept) or score.degraded or score.verdict == "error"):
                self._remember(item.key, record)
        if self.store is not None and kept:
            rows = [Kept(i.key, i.feed, i.document.id, score) for i, score in made]
            try:
                self.store.keep(rows)
            except StoreError as error:
                self._warn(error)
        told = self._tell([item for item, _ in made], kept)
        return [
            Judged(record, result_id, label)
            for record, (result_id, label) in zip(records, told, strict=True)
        ]

    def _is_whole(self, kept: bool) -> bool:
        """Whether the memory has all that a record says."""
        return self.store is not None and kept and self.store.keep_text

    def _from_store(self, store: Store, keys: Sequence[str]) -> dict[str, dict[str, Any] | None]:
        try:
            found = store.find(keys)
        except StoreError as error:
            self._warn(error)
            return {}
        return {key: known.record for key, known in found.items() if not known.is_degraded}

    def _tell(self, items: Sequence[Item], kept: bool) -> list[tuple[int | None, Word | None]]:
        """The place in the memory and the label of each item, which is kept where it is not yet."""
        if self.store is None or not kept:
            return [(None, None)] * len(items)
        return [self._told(self.store, item) for item in items]

    def _told(self, store: Store, item: Item) -> tuple[int | None, Word | None]:
        try:
            own = self._own(store, item)
            if own is None:
                newest = store.find([item.key]).get(item.key)
                if newest is not None:
                    store.keep_again([(newest.result_id, item.feed, item.document.id)])
                own = self._own(store, item)
            return own or (None, None)
        except StoreError as error:
            self._warn(error)
            return None, None

    @staticmethod
    def _own(store: Store, item: Item) -> tuple[int, Word | None] | None:
        try:
            result = store.result((item.feed, item.document.id))
        except StoreError:
            raise
        except GarbledError:
            return None
        return (result.result_id, result.label) if result.key == item.key else None

    def _recall(self, key: str) -> dict[str, Any] | None:
        with self._lock:
            if key in self._recent:
                self._recent.move_to_end(key)
            return self._recent.get(key)

    def _remember(self, key: str, record: dict[str, Any]) -> None:
        with self._lock:
            self._forget(key)
            self._recent[key] = record
            self._n_characters += _size(record)
            while self._n_characters > RECENT_CHARACTERS:
                self._forget(next(iter(self._recent)))

    def _forget(self, key: str) -> None:
        record = self._recent.pop(key, None)
        self._n_characters -= 0 if record is None else _size(record)

    def _warn(self, error: StoreError) -> None:
        if not self._has_warned:
            _logger.warning("going on without the memory: %s", error)
        self._has_warned = True


def _size(record: dict[str, Any]) -> int:
    """About how much a record weighs, in code points of its text."""
    return 500 + sum(len(part["text"]) + 200 for part in record["paragraphs"])


def _named(record: dict[str, Any], document: Document) -> dict[str, Any]:
    """A record under the names of another document with the same content."""
    return record | {"id": document.id, "source": document.source}
