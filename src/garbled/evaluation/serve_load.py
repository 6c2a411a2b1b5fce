"""The service under load, with LanguageTool killed in the middle: nothing wrong, nothing lost.

Eight clients send one article after the other, no two alike. Afterwards the library scores the
same texts: every answer must be the library's, with grammar or, where it says ``degraded``,
without.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from garbled.evaluation.benchmark import read_articles
from garbled.evaluation.markdown import make_table
from garbled.evaluation.served import Answer, Client, Served, Texts, percentile
from garbled.report.record import to_record
from garbled.scorer import Scorer
from garbled.settings import Tier

MAX_RECOVERY_SECONDS = 30.0
_TURN = 0.1
COMPARED = ("verdict", "score", "probability", "reasons", "mangled_share")
"""Fields in which an answer must be what the library says."""


@dataclass(frozen=True, slots=True)
class LoadConfig:
    """How the service is loaded.

    Args:
        seconds: how long.
        clients: that send at once.
        tier: how the service scores; ``full`` asks for grammar in every article.
        articles: a file or folder; by default ``data/samples`` of the checkout.
    """

    seconds: float = 120.0
    clients: int = 8
    tier: Tier = "full"
    articles: Path | None = None


class Sent(NamedTuple):
    """A text and what came back; no answer where the connection broke."""

    text: str
    answer: Answer | None


@dataclass
class Outage:
    """When LanguageTool was killed, and when the service said that it is back."""

    killed_at: float | None = None
    said_at: float | None = None
    back_at: float | None = None

    @property
    def seconds(self) -> float | None:
        if self.killed_at is None or self.back_at is None:
            return None
        return self.back_at - self.killed_at


@dataclass(frozen=True)
class LoadReport:
    """What came of it. ``problems`` is empty where nothing was wrong."""

    seconds: float
    latencies: tuple[float, ...]
    n_sent: int
    n_lost: int
    n_wrong: int
    n_errors: int
    n_degraded: int
    n_told_to_wait: int
    outage: Outage
    megabytes: float
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def problems(self) -> list[str]:
        recovery = self.outage.seconds
        found = {
            f"{self.n_lost} requests without an answer": self.n_lost > 0,
            f"{self.n_wrong} answers differ from the library's": self.n_wrong > 0,
            f"{self.n_errors} articles could not be scored": self.n_errors > 0,
            "the service did not say that it was degraded": self.outage.said_at is None,
            "LanguageTool did not come back": recovery is None,
            f"recovery took more than {MAX_RECOVERY_SECONDS:.0f} s": recovery is not None
            and recovery > MAX_RECOVERY_SECONDS,
        }
        return [problem for problem, is_there in found.items() if is_there]

    def to_markdown(self) -> str:
        n = len(self.latencies)
        recovery = self.outage.seconds
        p50, p95, p99 = (1000 * percentile(self.latencies, share) for share in (0.5, 0.95, 0.99))
        rows = {
            "requests sent": f"{self.n_sent}",
            "answered": f"{n} ({n / self.seconds:.2f} a second)",
            "without an answer": f"{self.n_lost}",
            "told to come again (429, 503)": f"{self.n_told_to_wait}",
            "answers that differ from the library's": f"{self.n_wrong}",
            "articles that could not be scored": f"{self.n_errors}",
            "answers that said degraded": f"{self.n_degraded}",
            "seconds from the kill until LanguageTool was back": "never"
            if recovery is None
            else f"{recovery:.1f}",
            "p50, p95, p99 in ms": f"{p50:.0f}, {p95:.0f}, {p99:.0f}",
            "memory of the service, without the JVM": f"{self.megabytes:.0f} MiB",
        }
        verdict = "; ".join(self.problems) or "nothing wrong, nothing lost"
        return f"{make_table(('under load', ''), list(rows.items()))}\n\nResult: {verdict}."


def run(config: LoadConfig) -> LoadReport:
    """Load the service, kill LanguageTool half-way, and hold the answers against the library's.

    Raises:
        GarbledError: no articles, or the service did not start.
    """
    texts = iter(Texts(read_articles(config.articles)))
    with Served(["--tier", config.tier]) as served:
        load = _Load(served, texts, config)
        sent = load.run()
        megabytes = served.megabytes()
    answers = [(one.text, one.answer) for one in sent if one.answer is not None]
    given = [(text, answer.record) for text, answer in answers if answer.status == 200]
    return LoadReport(
        seconds=load.seconds,
        latencies=tuple(answer.seconds for _, answer in answers if answer.status == 200),
        n_sent=len(sent),
        n_lost=sum(one.answer is None or one.answer.status != 200 for one in sent),
        n_wrong=sum(_differences(given, config.tier)),
        n_errors=sum(record["verdict"] == "error" for _, record in given),
        n_degraded=sum(bool(record["degraded"]) for _, record in given),
        n_told_to_wait=load.n_told_to_wait,
        outage=load.outage,
        megabytes=megabytes,
        statuses=Counter(answer.status for _, answer in answers),
    )


class _Load:
    """Clients in threads, and one thread that kills LanguageTool and waits for it."""

    def __init__(self, served: Served, texts: Iterator[str], config: LoadConfig) -> None:
        self._served = served
        self._texts = texts
        self._config = config
        self._lock = threading.Lock()
        self._sent: list[Sent] = []
        self.n_told_to_wait = 0
        self.outage = Outage()
        self.seconds = 0.0

    def run(self) -> list[Sent]:
        started = time.monotonic()
        self._until = started + self._config.seconds
        threads = [threading.Thread(target=self._send) for _ in range(self._config.clients)]
        for thread in threads:
            thread.start()
        time.sleep(self._config.seconds / 2)
        self._interrupt()
        for thread in threads:
            thread.join()
        self.seconds = time.monotonic() - started
        return self._sent

    def _send(self) -> None:
        client = Client(self._served.url)
        while time.monotonic() < self._until:
            with self._lock:
                text = next(self._texts)
            answer = self._ask(client, text)
            with self._lock:
                self._sent.append(Sent(text, answer))
        client.close()

    def _ask(self, client: Client, text: str) -> Answer | None:
        """An answer, after as many waits as the service asks for."""
        from garbled.errors import ResourceError

        while True:
            try:
                answer = client.score(text)
            except ResourceError:
                return None
            if answer.status not in (429, 503) or time.monotonic() > self._until:
                return answer
            with self._lock:
                self.n_told_to_wait += 1
            time.sleep(answer.retry_after)

    def _interrupt(self) -> None:
        self.outage.killed_at = time.monotonic()
        self._served.kill_languagetool()
        give_up = self.outage.killed_at + 10 * MAX_RECOVERY_SECONDS
        while self.outage.back_at is None and time.monotonic() < give_up:
            is_degraded = bool(self._served.ready()["degraded"])
            if is_degraded and self.outage.said_at is None:
                self.outage.said_at = time.monotonic()
            if self.outage.said_at is not None and not is_degraded:
                self.outage.back_at = time.monotonic()
            time.sleep(_TURN)


def _differences(given: list[tuple[str, dict[str, Any]]], tier: Tier) -> Iterator[bool]:
    """Whether each answer differs from the library's on the same text."""
    for is_degraded in (False, True):
        own = [(text, record) for text, record in given if bool(record["degraded"]) is is_degraded]
        with Scorer(tier, grammar=not is_degraded) as scorer:
            for text, record in own:
                expected = to_record(scorer.score(text))
                yield any(record[name] != expected[name] for name in COMPARED)
