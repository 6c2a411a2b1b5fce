"""What Prometheus is told: counts and times, never copy, and never more labels than are bounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from garbled.documents import Score

MAX_FEEDS = 50
"""Feeds that are counted by name; those that come later are counted together."""
MAX_NAME = 80
OTHERS = "(other feeds)"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 30.0, 60.0)


class Metrics:
    """One service's metrics.

    Args:
        feeds: those that have a name of their own whatever comes first, such as the configured.
    """

    def __init__(self, feeds: Iterable[str] = ()) -> None:
        self.registry = CollectorRegistry()
        own: dict[str, Any] = {"registry": self.registry}
        ProcessCollector(**own)
        self.results = Counter(
            "garbled_results", "Results given, by feed and verdict.", ["feed", "verdict"], **own
        )
        self.remembered = Counter(
            "garbled_remembered_results", "Results that were known already.", **own
        )
        self.without_grammar = Counter(
            "garbled_degraded_results", "Results that lack what their tier wanted.", **own
        )
        self.requests = Counter(
            "garbled_requests",
            "Requests answered, by route and status.",
            ["route", "status"],
            **own,
        )
        self.seconds = Histogram(
            "garbled_request_seconds",
            "Time from a request's head to the end of its answer.",
            ["route"],
            buckets=_SECONDS,
            **own,
        )
        self.scoring_seconds = Histogram(
            "garbled_scoring_seconds", "Time that an article took.", buckets=_SECONDS, **own
        )
        self.active = Gauge("garbled_active_requests", "Requests that are worked on.", **own)
        self.queue = Gauge("garbled_waiting_items", "Articles that wait to be scored.", **own)
        self.degraded = Gauge(
            "garbled_degraded", "1 while grammar is wanted and LanguageTool is not there.", **own
        )
        self.ready = Gauge("garbled_ready", "1 while requests are scored.", **own)
        self.pace = 0.5
        self._feeds = {feed[:MAX_NAME]: None for feed in list(feeds)[:MAX_FEEDS]}

    def given(self, record: Mapping[str, Any], feed: str, *, is_remembered: bool) -> None:
        """Count a result that a client got."""
        self.results.labels(self._feed(feed), record["verdict"]).inc()
        if is_remembered:
            self.remembered.inc()
        if record["degraded"]:
            self.without_grammar.inc()

    def scored(self, scores: Sequence[Score], seconds: float) -> None:
        """Count a batch that a worker scored; ``pace`` is about what one article takes."""
        for _ in scores:
            self.scoring_seconds.observe(seconds / len(scores))
            self.pace += 0.1 * (seconds / len(scores) - self.pace)

    def answered(self, route: str, status: int, seconds: float) -> None:
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def page(self) -> bytes:
        return generate_latest(self.registry)

    def _feed(self, feed: str) -> str:
        name = "".join(c if c.isprintable() else "?" for c in feed[:MAX_NAME])
        if name not in self._feeds:
            if len(self._feeds) >= MAX_FEEDS:
                return OTHERS
            self._feeds[name] = None
        return name
