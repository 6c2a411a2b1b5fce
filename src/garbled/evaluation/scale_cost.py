"""What an article costs where many are scored, and what that makes of a hundred million.

Articles are scored as a worker of a cluster scores them: in record batches, one process, one
thread. CPU time is counted, not the clock's, so what else the machine does weighs little.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

import garbled
from garbled.errors import GarbledError
from garbled.evaluation.benchmark import read_articles
from garbled.evaluation.markdown import make_table, sign
from garbled.features.encoder import THREADS
from garbled.scale.estimate import Measured, estimate
from garbled.settings import Tier

CLUSTERS = ((1, 32), (10, 32), (50, 32))
"""Machines, and cores of each, that the estimate is made for."""
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class CostConfig:
    """What is timed, and for how many.

    Args:
        n_to_come: articles to estimate for.
        tier: how they are scored, without grammar.
        repeats: measured rounds, after one for warming up.
        articles: a file or folder of articles; by default ``data/samples`` of the checkout.
    """

    n_to_come: int
    tier: Tier = "fast"
    repeats: int = 5
    articles: Path | None = None


@dataclass(frozen=True)
class CostReport:
    """CPU seconds an article of each round, and what follows from their median."""

    config: CostConfig
    rounds: tuple[float, ...]
    words_per_article: float
    megabytes: float
    model: str

    @property
    def measured(self) -> Measured:
        return Measured(1 / median(self.rounds), 1, self.words_per_article, self.megabytes)

    def to_markdown(self) -> str:
        estimates = [
            estimate(self.measured, self.config.n_to_come, nodes=nodes, cores=cores)
            for nodes, cores in CLUSTERS
        ]
        head = ("machines", "cores each", "core-hours", "hours", "GB a machine")
        rows = [
            (
                *(f"{e.nodes}", f"{e.cores}"),
                *(f"{e.core_hours:,.0f}", f"{e.hours:,.1f}", f"{e.gigabytes:.0f}"),
            )
            for e in estimates
        ]
        seconds = ", ".join(f"{own:.4f}" for own in self.rounds)
        return "\n".join(
            [
                f"CPU seconds an article of {self.words_per_article:.0f} words, tier "
                f"{self.config.tier}, one thread: median {median(self.rounds):.4f} ({seconds})",
                f"resident memory of a process: {self.megabytes:.0f} MiB",
                "",
                f"{self.config.n_to_come:,} such articles:",
                "",
                make_table(head, rows),
                "",
                sign({"garbled": garbled.__version__, "model": self.model}),
            ]
        )


def run(config: CostConfig) -> CostReport:
    """Score the articles over and over in this process, on one thread.

    Raises:
        GarbledError: no articles, or one could not be scored.
    """
    import pyarrow as pa

    from garbled.scale import ScaleConfig, score_arrow

    articles = read_articles(config.articles)
    asked = ScaleConfig(tier=config.tier)
    rounds = []
    with one_thread():
        for number in range(config.repeats + 1):
            texts = [f"{article.text} {number}" for article in articles]  # no round is remembered
            batch = pa.RecordBatch.from_pydict({"text": texts})
            start = process_time()
            scored = score_arrow(batch, asked)
            rounds.append((process_time() - start) / len(texts))
            _require_scored(scored["error"].to_pylist())
    return CostReport(
        config=config,
        rounds=tuple(rounds[1:]),
        words_per_article=sum(len(a.text.split()) for a in articles) / len(articles),
        megabytes=peak_bytes() / _MEGABYTE,
        model=scored["model"][0].as_py(),
    )


@contextmanager
def one_thread() -> Iterator[None]:
    before = os.environ.get(THREADS)
    os.environ[THREADS] = "1"
    try:
        yield
    finally:
        os.environ.pop(THREADS)
        if before is not None:
            os.environ[THREADS] = before


def _require_scored(errors: list[str | None]) -> None:
    failed = [error for error in errors if error]
    if failed:
        raise GarbledError(f"an article could not be scored: {failed[0]}")


def peak_bytes() -> int:
    """The most memory that this process has had resident."""
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
