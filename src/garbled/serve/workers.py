"""The threads that score: each takes a few items at a time, so that a request waits for no other.

They outlive whatever an article does to them. The event loop is never blocked by them.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace

from garbled.documents import Document, Score
from garbled.grammar import Grammar
from garbled.pipeline import score_batch
from garbled.serve.metrics import Metrics
from garbled.serve.recall import Item, Recall
from garbled.serve.waiting import Ticket, Waiting
from garbled.settings import Settings

_logger = logging.getLogger("garbled")
_WARM_UP = (
    "The harbour board said on Monday that the old pier would close until spring, after engineers "
    "found rust in eleven of its forty legs.\n\nWork worth 3.5 million pounds is due to begin in "
    "January. Shopkeepers fear that it will cost them half of their winter trade, and have asked "
    "the council for help."
)


@dataclass(frozen=True)
class Bench:
    """What all workers share."""

    waiting: Waiting
    recall: Recall
    metrics: Metrics


class Worker:
    """One thread that scores until ``bench.waiting`` is closed and empty."""

    def __init__(self, bench: Bench, grammar: Grammar, name: str) -> None:
        self._bench = bench
        self._grammar = grammar
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait for its end; one that was never started has ended."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        self._grammar.close()

    def _work(self) -> None:
        while batch := self._bench.waiting.take():
            try:
                self._score(batch)
            except Exception as error:
                _logger.error("scoring failed: %s", type(error).__name__)
                for job in {ticket.job for ticket in batch}:
                    job.is_given_up = True
                    job.done(error)

    def _score(self, batch: list[Ticket]) -> None:
        by_settings: dict[int, list[Ticket]] = {}
        for ticket in batch:  # labels move settings between two requests
            by_settings.setdefault(id(ticket.job.settings), []).append(ticket)
        for tickets in by_settings.values():
            made = self._scores(tickets)
            for kept in (True, False):
                own = [ticket for ticket in tickets if ticket.job.kept is kept]
                self._give_back(own, [(t.item, _named(made[t.item.key], t.item)) for t in own])
        for job in dict.fromkeys(ticket.job for ticket in batch):
            if len(job.results) == len(job.items):
                job.done(None)

    def _scores(self, tickets: list[Ticket]) -> dict[str, Score]:
        """Each content's score once, by its key."""
        distinct = {ticket.item.key: ticket.item.document for ticket in tickets}
        started = time.perf_counter()
        scores = score_batch(list(distinct.values()), tickets[0].job.settings, self._grammar)
        self._bench.metrics.scored(scores, time.perf_counter() - started)
        return dict(zip(distinct, scores, strict=True))

    def _give_back(self, tickets: list[Ticket], made: list[tuple[Item, Score]]) -> None:
        if tickets:
            judged = self._bench.recall.keep(made, kept=tickets[0].job.kept)
            for ticket, result in zip(tickets, judged, strict=True):
                ticket.job.results[ticket.number] = result


def warm_up(settings: Settings, grammar: Grammar) -> None:
    """Load the model and all that reads copy, in the configurations that may be asked for.

    Raises:
        ModelError: the model cannot be loaded.
    """
    from garbled.ingest.text import text_blocks

    document = Document.from_blocks(text_blocks(_WARM_UP), id="warm-up", source="warm-up")
    if settings.tier == "auto":
        score_batch([document], replace(settings, tier="fast", grammar=False), grammar)
        settings = replace(settings, tier="full")
    score_batch([document], settings, grammar)


def _named(score: Score, item: Item) -> Score:
    """A score that another item of the same content brought gets this item's names."""
    names = item.document.id, item.document.source
    if (score.id, score.source) == names:
        return score
    return replace(score, id=names[0], source=names[1])
