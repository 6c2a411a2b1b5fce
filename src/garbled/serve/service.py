"""What the service does, apart from HTTP: admits, recalls, scores, compares, takes labels."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Literal, TypeVar

from garbled.documents import Document
from garbled.errors import GarbledError
from garbled.grammar import Grammar
from garbled.languagetool.handle import START_SECONDS, State
from garbled.languagetool.keeper import Keeper
from garbled.policy import Policies
from garbled.serve.grammar import LastingGrammar
from garbled.serve.metrics import Metrics
from garbled.serve.options import ServiceOptions
from garbled.serve.recall import Item, Judged, Recall
from garbled.serve.refused import Refused
from garbled.serve.waiting import Job, Waiting
from garbled.serve.workers import Bench, Worker, warm_up
from garbled.settings import Settings
from garbled.store import Remembered, Store, Word, content_of, result_key

READERS = 2
"""Threads that parse, recall and compare."""
LARGE = 1_000_000
"""Bytes from which a body is large: these are parsed one at a time, apart from the others."""
POLICY_SECONDS = 30.0
"""How often the labels of other processes are looked for."""
OFF = State("off")

T = TypeVar("T")
Readiness = Literal["loading", "ready", "failed", "stopping"]

_logger = logging.getLogger("garbled")


class Service:
    """Scores for many clients at once. Its coroutines belong to one event loop.

    Args:
        settings: as a ``Scorer`` has them.
        options: limits and how many threads score.
        store: the memory, or None; it stays the caller's to close.
        policies: gives those in effect, which labels move.
    """

    def __init__(
        self,
        settings: Settings,
        options: ServiceOptions,
        *,
        store: Store | None = None,
        policies: Callable[[], Policies] | None = None,
    ) -> None:
        self.options = options
        self.store = store
        self.readiness: Readiness = "loading"
        self.trouble: str | None = None
        self.metrics = Metrics(name for name, _ in settings.policies.feeds)
        self._settings = settings
        self._policies = policies
        self._look_at = 0.0
        self._waiting = Waiting()
        self._recall = Recall(store)
        self._active = 0
        self._keeper = Keeper() if settings.grammar else None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="garbled-reader")
        self._large_reader = ThreadPoolExecutor(1, thread_name_prefix="garbled-large")
        bench = Bench(self._waiting, self._recall, self.metrics)
        self._workers = [
            Worker(bench, self._grammar(), f"garbled-worker-{number}")
            for number in range(options.config.workers)
        ]

    async def start(self) -> None:
        """Load the model and wait for LanguageTool's first start, then score.

        A model that cannot be loaded leaves the service unready, with its ``trouble``.
        """
        try:
            await asyncio.get_running_loop().run_in_executor(self._readers, self._load)
        except Exception as error:
            is_known = isinstance(error, GarbledError)
            self.trouble = str(error) if is_known else f"internal error ({type(error).__name__})"
            self.readiness = "failed"
            _logger.error("the service cannot score: %s", self.trouble)
            return
        for worker in self._workers:
            worker.start()
        self.readiness = "ready"

    def close(self) -> None:
        """Finish what was taken, then let all threads go."""
        self.readiness = "stopping"
        self._waiting.close()
        if self._keeper is not None:
            self._keeper.stop()
        for worker in self._workers:
            worker.join(self.options.config.max_seconds)
        self._readers.shutdown(cancel_futures=True)
        self._large_reader.shutdown(cancel_futures=True)

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def grammar(self) -> State:
        """``off``, or how LanguageTool is: ``starting``, ``ready``, ``restarting``, ``failed``."""
        return OFF if self._keeper is None else self._keeper.state()

    @property
    def is_degraded(self) -> bool:
        """Whether results lack what their tier wants."""
        return self.grammar.name not in ("off", "ready")

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """A place among the requests that are worked on.

        Raises:
            Refused: the service is not ready, or there is no place.
        """
        if self.readiness != "ready":
            raise Refused(503, f"the service is {self.readiness}", retry_after=2)
        if self._active >= self.options.config.queue:
            raise Refused(429, "too many requests at once; try again", retry_after=self.delay())
        self._active += 1
        try:
            yield
        finally:
            self._active -= 1

    def delay(self) -> int:
        """Seconds in which what waits now may be done, a minute at most."""
        n_waiting = self._waiting.n_items + self._active
        seconds = n_waiting * self.metrics.pace / len(self._workers)
        return max(1, min(round(seconds), 60))

    async def read(self, function: Callable[[], T], *, n_bytes: int = 0) -> T:
        """Call a function that reads so many bytes, in a thread that is no worker's."""
        pool = self._readers if n_bytes < LARGE else self._large_reader
        return await asyncio.get_running_loop().run_in_executor(pool, function)

    async def judge(
        self, read: Callable[[], Sequence[Document]], *, kept: bool = True
    ) -> list[Judged]:
        """The results of documents, in their order, those that are known at once.

        Args:
            read: gives the documents; it is called in a reader's thread.
            kept: whether the memory is to hold their results.
        """
        settings = self._settings
        items, found = await self.read(lambda: self._recalled(read(), settings, kept))
        missing = [number for number, judged in enumerate(found) if judged is None]
        if missing:
            made = await self._score([items[number] for number in missing], settings, kept)
            for number, judged in zip(missing, made, strict=True):
                found[number] = judged
        given = [judged for judged in found if judged is not None]
        for item, judged in zip(items, given, strict=True):
            self.metrics.given(judged.record, item.feed, is_remembered=judged.is_remembered)
        return given

    def label(self, result_id: int, word: Word) -> Remembered:
        """Record an editor's word, which may move the thresholds of its feed.

        Raises:
            GarbledError: there is no such result, or the memory cannot be written.
            Refused: there is no memory.
        """
        told = self.memory().label(result_id, word)
        self._look_at = 0.0
        self._refresh()
        return told

    def memory(self) -> Store:
        """The memory.

        Raises:
            Refused: there is none.
        """
        if self.store is None:
            raise Refused(404, "the service keeps no results")
        return self.store

    def tell_metrics(self) -> None:
        """Bring the gauges up to date."""
        self.metrics.active.set(self._active)
        self.metrics.queue.set(self._waiting.n_items)
        self.metrics.degraded.set(self.is_degraded)
        self.metrics.ready.set(self.readiness == "ready")

    def _grammar(self) -> Grammar:
        if self._keeper is None:
            return Grammar(failure="grammar is off")
        return LastingGrammar(self._keeper)

    def _load(self) -> None:
        self._refresh()
        if self._keeper is not None:
            self._keeper.wait(START_SECONDS)
        grammar = self._grammar()
        try:
            warm_up(self._settings, grammar)
        finally:
            grammar.close()

    def _recalled(
        self, documents: Sequence[Document], settings: Settings, kept: bool
    ) -> tuple[list[Item], list[Judged | None]]:
        self._refresh()
        fingerprints = {d.source: settings.fingerprint(d.source) for d in documents}
        items = [Item(d, result_key(content_of(d), fingerprints[d.source])) for d in documents]
        return items, self._recall.find(items, kept=kept)

    async def _score(self, items: list[Item], settings: Settings, kept: bool) -> list[Judged]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def settle(error: Exception | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)

        def done(error: Exception | None) -> None:
            with suppress(RuntimeError):  # the loop has ended, and nobody waits
                loop.call_soon_threadsafe(settle, error)

        deadline = time.monotonic() + self.options.config.max_seconds
        job = Job(items, settings, kept, deadline, done)
        self._waiting.put(job)
        try:
            await future
        finally:
            job.is_given_up = True
        return [job.results[number] for number in range(len(items))]

    def _refresh(self) -> None:
        """Take over what labels have moved since."""
        if self._policies is None or time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + POLICY_SECONDS
        try:
            policies = self._policies()
        except GarbledError as error:
            _logger.warning("thresholds stay as they are: %s", error)
            return
        if policies != self._settings.policies:
            self._settings = replace(self._settings, policies=policies)
