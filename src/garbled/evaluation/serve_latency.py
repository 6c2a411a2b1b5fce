"""How long an answer takes at half the service's peak load, beside the library and LanguageTool.

The peak is what eight clients get who send one article after the other. At half of it, requests
are sent by the clock, and an answer's time counts from when its request was due: one that waits for
the one before it waits, too. The library is called, and LanguageTool's own server is asked, on the
same articles; no two texts are alike, so that nothing is remembered.
"""

from __future__ import annotations

import os
import platform
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import garbled
from garbled.errors import GarbledError
from garbled.evaluation.benchmark import read_articles
from garbled.evaluation.markdown import make_table, sign
from garbled.evaluation.served import Answer, Client, Served, Texts, percentile
from garbled.model.folder import check_digests, default_folder
from garbled.scorer import Scorer
from garbled.settings import Tier

CLIENTS = 8
WARM_UP_SECONDS = 20.0
PEAK_SECONDS = 20.0
AT_ONCE = 64
"""Requests that may be under way at half the peak; more would mean that it is none."""
AIM = 1.2
"""What the service's p95 may be times the library's."""
LIBRARY, SERVICE, RANDOM, RAW = (
    "library call, one after the other",
    "service, requests evenly spaced",
    "service, requests at random times",
    "LanguageTool's server, evenly spaced",
)
SHARES = (0.5, 0.95, 0.99)

Ask = Callable[[Client, str], Answer]


@dataclass(frozen=True, slots=True)
class LatencyConfig:
    """What is timed.

    Args:
        seconds: how long at half the peak.
        tier: how the service and the library score.
        workers: threads of the service that score.
        articles: a file or folder; by default ``data/samples`` of the checkout.
        seed: of the random times.
    """

    seconds: float = 60.0
    tier: Tier = "auto"
    workers: int = 1
    articles: Path | None = None
    seed: int = 0


@dataclass(frozen=True)
class LatencyReport:
    """Seconds of each answer by what was asked, and the peaks in articles a second."""

    seconds: Mapping[str, tuple[float, ...]]
    rates: Mapping[str, float]
    peaks: Mapping[str, float]
    signature: Mapping[str, str | int]

    @property
    def ratio(self) -> float:
        """The service's p95 over the library's."""
        return percentile(self.seconds[SERVICE], 0.95) / percentile(self.seconds[LIBRARY], 0.95)

    def to_markdown(self) -> str:
        head = ("what is asked", "articles per second", "p50 in ms", "p95", "p99", "answers")
        rows = []
        for name, own in self.seconds.items():
            told = (f"{1000 * percentile(own, share):.0f}" for share in SHARES)
            rows.append((name, f"{self.rates[name]:.2f}", *told, f"{len(own)}"))
        peaks = ", ".join(f"{name} {rate:.2f}" for name, rate in self.peaks.items())
        return "\n".join(
            [
                make_table(head, rows),
                "",
                f"peak with {CLIENTS} clients, articles a second: {peaks}",
                f"service's p95 / library's p95: {self.ratio:.2f} (aim: at most {AIM})",
                "",
                sign(self.signature),
            ]
        )


def run(config: LatencyConfig) -> LatencyReport:
    """Time the library, the service and LanguageTool's server, one after the other.

    Raises:
        GarbledError: no articles, or a request was not answered.
        ResourceError: no LanguageTool.
    """
    from garbled.languagetool.server import Server

    texts = iter(Texts(read_articles(config.articles)))
    options = ["--tier", config.tier, "--workers", str(config.workers)]
    seconds: dict[str, tuple[float, ...]] = {}
    rates: dict[str, float] = {}
    peaks: dict[str, float] = {}
    seconds[LIBRARY], rates[LIBRARY] = _library(config, texts)
    with Served(options) as served:
        own = _Pace(served.url, Client.score, texts)
        peaks["service"] = own.peak()
        gaps = {SERVICE: None, RANDOM: random.Random(config.seed)}
        for name, chance in gaps.items():
            rates[name] = peaks["service"] / 2
            seconds[name] = own.paced(rates[name], config.seconds, chance)
    with Server.start() as server:
        raw = _Pace(server.url, Client.check, texts)
        peaks["LanguageTool's server"] = raw.peak()
        rates[RAW] = peaks["LanguageTool's server"] / 2
        seconds[RAW] = raw.paced(rates[RAW], config.seconds, None)
    return LatencyReport(seconds, rates, peaks, _signature(config))


def _library(config: LatencyConfig, texts: Iterator[str]) -> tuple[tuple[float, ...], float]:
    """Seconds of each call, and calls a second."""
    with Scorer(config.tier) as scorer:
        until = time.monotonic() + WARM_UP_SECONDS
        while time.monotonic() < until:
            scorer.score(next(texts))
        taken = []
        until = time.monotonic() + config.seconds
        while time.monotonic() < until:
            text = next(texts)
            started = time.perf_counter()
            score = scorer.score(text)
            taken.append(time.perf_counter() - started)
            if score.degraded or score.verdict == "error":
                raise GarbledError(score.error or "LanguageTool failed while it was timed")
    return tuple(taken), len(taken) / sum(taken)


class _Pace:
    """Asks a server as fast as it can, or by the clock."""

    def __init__(self, url: str, ask: Ask, texts: Iterator[str]) -> None:
        self._url = url
        self._ask = ask
        self._texts = texts
        self._lock = threading.Lock()
        self._local = threading.local()
        self._clients: list[Client] = []

    def peak(self) -> float:
        """Answers a second with ``CLIENTS`` clients, after a while to warm up."""
        self._as_fast_as_it_goes(WARM_UP_SECONDS)
        return self._as_fast_as_it_goes(PEAK_SECONDS)

    def paced(self, rate: float, seconds: float, chance: random.Random | None) -> tuple[float, ...]:
        """Seconds of each answer, from when its request was due."""
        texts = list(islice(self._texts, max(int(rate * seconds), 1)))
        gaps = [1 / rate if chance is None else chance.expovariate(rate) for _ in texts]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            due = time.perf_counter() + 0.1
            asked = []
            for text, gap in zip(texts, gaps, strict=True):
                time.sleep(max(due - time.perf_counter(), 0))
                asked.append(pool.submit(self._one, text, due))
                due += gap
            taken = tuple(each.result() for each in asked)
        self._hang_up()
        return taken

    def _as_fast_as_it_goes(self, seconds: float) -> float:
        until = time.monotonic() + seconds

        def send(_: int) -> int:
            n_answers = 0
            while time.monotonic() < until:
                with self._lock:
                    text = next(self._texts)
                self._one(text, 0.0)
                n_answers += 1
            return n_answers

        started = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            n_answers = sum(pool.map(send, range(CLIENTS)))
        rate = n_answers / (time.monotonic() - started)
        self._hang_up()
        return rate

    def _hang_up(self) -> None:
        """The threads that asked are gone; so shall be their connections."""
        while self._clients:
            self._clients.pop().close()

    def _one(self, text: str, due: float) -> float:
        if not hasattr(self._local, "client"):
            self._local.client = Client(self._url)
            self._clients.append(self._local.client)
        answer = self._ask(self._local.client, text)
        if answer.status != 200:
            raise GarbledError(f"a request was answered with {answer.status} while it was timed")
        return time.perf_counter() - due


def _signature(config: LatencyConfig) -> dict[str, str | int]:
    own: Sequence[tuple[str, str | int]] = [
        ("garbled", garbled.__version__),
        ("model", check_digests(default_folder())),
        ("tier", config.tier),
        ("workers", config.workers),
        ("python", platform.python_version()),
        ("machine", platform.machine()),
        ("cores", len(os.sched_getaffinity(0))),
        ("seconds", f"{config.seconds:g}"),
    ]
    return dict(own)
