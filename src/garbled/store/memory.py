"""Scores what is new and remembers the rest."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from garbled.documents import Document, Score, Verdict
from garbled.errors import GarbledError, ResourceError
from garbled.policy import feed_of
from garbled.report.record import to_record
from garbled.report.restore import from_record
from garbled.store.results import Store
from garbled.store.rows import Kept, Remembered, Word, result_key
from garbled.store.schema import StoreError

if TYPE_CHECKING:
    from garbled.settings import Settings

FIRST_ITEMS, MOST_ITEMS = 8, 512
"""Items that are looked up at once: few at first, to show life soon, then more and more."""
KEPT_AT_ONCE = 16
"""Results that a run which is killed may lose."""
GRAMMAR_SECONDS = 15.0
"""How long LanguageTool is taken to be there, or not, before it is asked again."""

_logger = logging.getLogger("garbled")


class Scores(Protocol):
    """What scores documents, as ``Scorer`` does."""

    settings: Settings

    def score_documents(self, documents: Iterable[Document]) -> Iterator[Score]: ...


class Item(NamedTuple):
    """Something to score, which is not parsed where its result is remembered.

    Args:
        content: what tells it from another content: its bytes as they came, or ``content_of`` its
            document.
        id: its id in its feed.
        source: its document's; what stands before the ``#`` is the feed.
        read: gives its document.
    """

    content: bytes
    id: str
    source: str
    read: Callable[[], Document]

    @classmethod
    def of(cls, document: Document) -> Item:
        return cls(content_of(document), document.id, document.source, lambda: document)


@dataclass(frozen=True)
class Outcome:
    """An item with its result, made just now or remembered.

    ``label`` is an editor's word on this content in this feed.
    """

    item: Item
    result: Score | Remembered
    label: Word | None = None

    @property
    def verdict(self) -> Verdict:
        """The model's own, whatever an editor said."""
        return self.result.verdict

    @property
    def decision(self) -> Verdict:
        """The verdict, or what an editor said in its place: pass or hold."""
        said: dict[Word | None, Verdict] = {"false_alarm": "pass", "mangled": "hold"}
        return said.get(self.label, self.verdict)

    @property
    def is_remembered(self) -> bool:
        return isinstance(self.result, Remembered)

    def to_score(self) -> Score:
        """The whole score, under the item's id and source.

        Where no wording was kept it is taken from the item; suggestions are missing then.
        """
        if isinstance(self.result, Score):
            return self.result
        record = self._own_record(self.result)
        return from_record(record, None if _has_wording(record) else _read(self.item))

    def to_record(self, *, texts: bool = True) -> dict[str, Any]:
        """The output contract's JSON object."""
        if texts and isinstance(self.result, Remembered):
            record = self._own_record(self.result)
            if _has_wording(record):
                return record
        return to_record(self.to_score(), texts=texts)

    def _own_record(self, result: Remembered) -> dict[str, Any]:
        return result.record | {"id": self.item.id, "source": self.item.source}


class Memory:
    """A scorer with a memory: what was scored before under the same configuration is not again.

    A result that lacks grammar is only taken while LanguageTool cannot be had. A memory that
    fails while it is used is done without, with one warning; nothing is lost.

    Args:
        scorer: scores what is new; its settings may change between calls.
        store: where results are found and kept.
        has_grammar: whether LanguageTool can be had now; by default it is tried.
    """

    def __init__(
        self, scorer: Scores, store: Store, *, has_grammar: Callable[[], bool] | None = None
    ) -> None:
        self.scorer = scorer
        self.store = store
        self._has_grammar = has_grammar or _lasting(_can_check_grammar)
        self._has_warned = False

    def score_documents(self, documents: Iterable[Document]) -> Iterator[Score]:
        """Score documents in their order, as ``Scorer.score_documents`` does."""
        return (outcome.to_score() for outcome in self.judge(map(Item.of, documents)))

    def judge(self, items: Iterable[Item]) -> Iterator[Outcome]:
        """What becomes of each item, in their order, as they come; none is lost, none raises."""
        fingerprints: dict[str, str] = {}

        def key(item: Item) -> str:
            feed = feed_of(item.source)
            if feed not in fingerprints:
                fingerprints[feed] = self.scorer.settings.fingerprint(item.source)
            return result_key(item.content, fingerprints[feed])

        for batch in _growing_batches(items):
            yield from self._judge_batch(batch, [key(item) for item in batch])

    def _judge_batch(self, batch: Sequence[Item], keys: Sequence[str]) -> Iterator[Outcome]:
        known, words = self._look_up(keys)
        new = {key: item for key, item in zip(keys, batch, strict=True) if key not in known}
        scores = self.scorer.score_documents(_read(item) for item in new.values())
        fresh = zip(new, scores, strict=True)
        results: dict[str, Score | Remembered] = dict(known)
        rows = _Rows(self)
        try:
            for item, key in zip(batch, keys, strict=True):
                while key not in results:
                    made, score = next(fresh)
                    results[made] = score
                result = _under_its_name(results[key], item)
                rows.add(key, item, result)
                yield Outcome(item, result, words.get((feed_of(item.source), key)))
            next(fresh, None)  # workers end with the last result
        finally:
            rows.keep()

    def _look_up(
        self, keys: Sequence[str]
    ) -> tuple[dict[str, Remembered], dict[tuple[str, str], Word]]:
        """The results that may be taken again, by key, and editors' words, by feed and key."""
        try:
            known, words = self.store.find(keys), self.store.words(keys)
        except StoreError as error:
            self.warn(error)
            return {}, {}
        degraded = [key for key, result in known.items() if result.is_degraded]
        if degraded and self._has_grammar():
            for key in degraded:
                del known[key]
        return known, words

    def warn(self, error: StoreError) -> None:
        if not self._has_warned:
            _logger.warning("going on without the memory: %s", error)
        self._has_warned = True


class _Rows:
    """Results on their way into the memory, a few at a time."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._made: list[Kept] = []
        self._known: list[tuple[int, str, str]] = []

    def add(self, key: str, item: Item, result: Score | Remembered) -> None:
        feed = feed_of(item.source)
        if isinstance(result, Score):
            self._made.append(Kept(key, feed, item.id, result))
        elif (result.feed, result.item_id) != (feed, item.id):
            self._known.append((result.result_id, feed, item.id))
        if len(self._made) >= KEPT_AT_ONCE:
            self.keep()

    def keep(self) -> None:
        made, known = self._made, self._known
        self._made, self._known = [], []
        try:
            if made:
                self._memory.store.keep(made)
            if known:
                self._memory.store.keep_again(known)
        except StoreError as error:
            self._memory.warn(error)


def score_remembered(
    scorer: Scores, store: Store | None, documents: Iterable[Document]
) -> Iterator[Score]:
    """Score documents in their order, those that the memory does not have; None is no memory."""
    if store is None:
        return scorer.score_documents(documents)
    return Memory(scorer, store).score_documents(documents)


def content_of(document: Document) -> bytes:
    """What a document's result depends on: everything but its id and its source.

    >>> one, other = Document(id="a", source="x"), Document(id="b", source="y")
    >>> content_of(one) == content_of(other) != content_of(Document("a", "x", title="Head"))
    True
    """
    paragraphs = [(paragraph.role, paragraph.text) for paragraph in document.paragraphs]
    whole = [document.title, document.language, document.error, paragraphs]
    return json.dumps(whole, separators=(",", ":")).encode()


def _has_wording(record: dict[str, Any]) -> bool:
    return all("text" in paragraph for paragraph in record["paragraphs"])


def _read(item: Item) -> Document:
    try:
        return item.read()
    except GarbledError as error:
        return Document.unreadable(error.message, id=item.id, source=item.source)


def _under_its_name(result: Score | Remembered, item: Item) -> Score | Remembered:
    """A score that another item of the same content brought gets this item's id and source."""
    if isinstance(result, Remembered) or (result.id, result.source) == (item.id, item.source):
        return result
    return replace(result, id=item.id, source=item.source)


def _growing_batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator, size = iter(items), FIRST_ITEMS
    while batch := list(islice(iterator, size)):
        yield batch
        size = min(2 * size, MOST_ITEMS)


def _can_check_grammar() -> bool:
    from garbled.languagetool.server import shared_server

    try:
        return shared_server().answers()
    except ResourceError:
        return False


def _lasting(ask: Callable[[], bool]) -> Callable[[], bool]:
    """The same question, whose answer stands for ``GRAMMAR_SECONDS``."""
    answer, until = False, 0.0

    def asked() -> bool:
        nonlocal answer, until
        if time.monotonic() >= until:
            answer = ask()
            until = time.monotonic() + GRAMMAR_SECONDS
        return answer

    return asked
