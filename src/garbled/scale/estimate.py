"""What scoring many articles takes, on paper: core-hours, hours and memory, from measured speed."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

JVM_MEGABYTES = 1024.0
"""A Spark executor's own heap, by Spark's default; and a LanguageTool server's."""
SPREAD = 0.9
"""Share of the cores' time that goes into scoring: the rest waits for the last task of a file."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a benchmark found of one tier on one machine.

    Args:
        articles_per_second: of all processes together.
        cores: how many cores these had, one process a core.
        words_per_article: of the articles that were timed.
        megabytes_per_process: resident, at its highest.
    """

    articles_per_second: float
    cores: int
    words_per_article: float
    megabytes_per_process: float

    @property
    def core_seconds_per_word(self) -> float:
        return self.cores / self.articles_per_second / self.words_per_article


@dataclass(frozen=True, slots=True)
class Estimate:
    """What it takes to score ``articles`` of ``words_per_article`` on ``nodes`` of ``cores`` each.

    ``core_hours`` are of scoring alone, ``hours`` with what is lost to waiting; ``gigabytes`` are
    a node's: a process a core, an executor's heap and, with grammar, one LanguageTool server.
    """

    articles: int
    words_per_article: float
    nodes: int
    cores: int
    core_hours: float
    hours: float
    gigabytes: float

    def __str__(self) -> str:
        """In one line.

        >>> measured = Measured(50, 2, 300, 500)
        >>> print(estimate(measured, 100_000_000, nodes=10, cores=32))
        100,000,000 articles of 300 words: 1,111 core-hours; on 10 nodes of 32 cores 3.9 hours, \
18 GB a node
        """
        return (
            f"{self.articles:,} articles of {self.words_per_article:.0f} words: "
            f"{self.core_hours:,.0f} core-hours; on {self.nodes} nodes of {self.cores} cores "
            f"{self.hours:,.1f} hours, {ceil(self.gigabytes)} GB a node"
        )


def estimate(
    measured: Measured,
    articles: int,
    *,
    words_per_article: float | None = None,
    nodes: int = 1,
    cores: int = 32,
    grammar: bool = False,
) -> Estimate:
    """What scoring takes where it costs as much a word as was measured.

    Args:
        words_per_article: of the articles to come; as measured by default.
        nodes, cores: machines, and cores of each.
        grammar: LanguageTool runs on each node; what it costs must be in what was measured.

    >>> estimate(Measured(25, 1, 300, 500), 90_000, words_per_article=600).core_hours
    2.0
    """
    words = words_per_article or measured.words_per_article
    core_hours = articles * words * measured.core_seconds_per_word / 3600
    megabytes = cores * measured.megabytes_per_process + JVM_MEGABYTES * (2 if grammar else 1)
    return Estimate(
        articles=articles,
        words_per_article=words,
        nodes=nodes,
        cores=cores,
        core_hours=core_hours,
        hours=core_hours / (nodes * cores) / SPREAD,
        gigabytes=megabytes / 1000,
    )
