"""What waits to be scored: jobs of several requests, taken a few items of each in turn."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from garbled.serve.recall import Item, Judged
from garbled.settings import Settings

MAX_ITEMS = 4
MAX_CHARACTERS = 50_000
"""What is scored in one go: enough for LanguageTool to work while the next one is analysed."""


@dataclass(eq=False)
class Job:
    """The items of one request that have to be scored.

    Args:
        items: documents with their keys.
        settings: those that the keys were made with.
        kept: whether the memory is to hold their results.
        deadline: when nobody waits for them any more, by ``time.monotonic``.
        done: is called once, from a worker's thread, with the job's error if it has one.
    """

    items: list[Item]
    settings: Settings
    kept: bool
    deadline: float
    done: Callable[[Exception | None], None]
    results: dict[int, Judged] = field(default_factory=dict)
    n_taken: int = 0
    is_given_up: bool = False

    @property
    def is_wanted(self) -> bool:
        return not self.is_given_up and time.monotonic() < self.deadline

    @property
    def n_left(self) -> int:
        return len(self.items) - self.n_taken


class Ticket(NamedTuple):
    """One item of a job."""

    job: Job
    number: int

    @property
    def item(self) -> Item:
        return self.job.items[self.number]


class Waiting:
    """A queue of jobs for several workers; a large job does not hold up the small ones behind it.

    It is bounded by its users, who ask ``n_items`` and put nothing in where that is too much.
    """

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._is_closed = False

    @property
    def n_items(self) -> int:
        """Items that wait."""
        with self._changed:
            return sum(job.n_left for job in self._jobs)

    def put(self, job: Job) -> None:
        with self._changed:
            self._jobs.append(job)
            self._changed.notify()

    def close(self) -> None:
        """Let workers go once nothing waits."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def take(self) -> list[Ticket]:
        """The next few items, of each job in turn; empty only when closed and nothing waits."""
        with self._changed:
            while True:
                if batch := self._batch():
                    return batch
                if self._is_closed:
                    return []
                self._changed.wait()

    def _batch(self) -> list[Ticket]:
        batch: list[Ticket] = []
        n_characters = 0
        while self._jobs and len(batch) < MAX_ITEMS and n_characters < MAX_CHARACTERS:
            job = self._jobs.popleft()
            if not job.is_wanted:
                continue
            batch.append(Ticket(job, job.n_taken))
            n_characters += len(batch[-1].item.document.text)
            job.n_taken += 1
            if job.n_left:
                self._jobs.append(job)
        return batch
