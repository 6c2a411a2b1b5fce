"""How many items a second the gate takes: a feed that it never saw, and one that it remembers.

What is timed is the whole command, in a process of its own, from its start to its end.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import garbled
from garbled.documents import Document
from garbled.errors import GarbledError
from garbled.evaluation.benchmark import read_articles
from garbled.evaluation.markdown import make_table, sign
from garbled.model.folder import check_digests, default_folder
from garbled.settings import Tier

PARAGRAPHS = 2
"""Paragraphs of an item: it is short, about a hundred words."""
COLD, CACHED = "never seen", "all remembered"


@dataclass(frozen=True, slots=True)
class GateSpeedConfig:
    """What is timed.

    Args:
        items: items of the feed, no two alike.
        tier: how they are scored; ``fast`` without LanguageTool.
        repeats: how often the feed is gated once all of it is remembered.
        articles: where the items' texts are from; by default ``data/samples`` of the checkout.
    """

    items: int = 10_000
    tier: Tier = "fast"
    repeats: int = 5
    articles: Path | None = None


@dataclass(frozen=True)
class GateSpeedReport:
    """Seconds of each run by what was known to the gate, and what the feed was."""

    seconds: Mapping[str, tuple[float, ...]]
    n_items: int
    n_held: int
    n_bytes: int
    signature: Mapping[str, str | int]

    def to_markdown(self) -> str:
        head = ("the feed's items are", "items per second (median)", "slowest", "fastest", "runs")
        rows = []
        for name, seconds in self.seconds.items():
            rates = [self.n_items / second for second in seconds]
            told = (f"{f(rates):,.0f}" for f in (median, min, max))
            rows.append((name, *told, f"{len(rates)}"))
        size = f"{self.n_items:,} items, {self.n_held:,} of them held, {self.n_bytes:,} bytes"
        return "\n\n".join([make_table(head, rows), f"the feed: {size}", sign(self.signature)])


def run(config: GateSpeedConfig) -> GateSpeedReport:
    """Gate a feed once with an empty memory, then again and again with a full one.

    Raises:
        GarbledError: no articles, or the gate failed.
    """
    feed = "\n".join(feed_lines(read_articles(config.articles), config.items)).encode()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "feed.xml").write_bytes(feed)
        cold = _seconds(folder, config.tier)
        cached = tuple(_seconds(folder, config.tier) for _ in range(config.repeats))
        held = (folder / "held.jsonl").read_bytes() if (folder / "held.jsonl").exists() else b""
    return GateSpeedReport(
        seconds={COLD: (cold,), CACHED: cached},
        n_items=config.items,
        n_held=held.count(b"\n"),
        n_bytes=len(feed),
        signature={
            "garbled": garbled.__version__,
            "model": check_digests(default_folder()),
            "tier": config.tier,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "cores": len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else os.cpu_count() or 1,
        },
    )


def feed_lines(articles: Sequence[Document], n_items: int) -> Iterator[str]:
    """An RSS feed, line by line: each item is a part of an article, with a number of its own."""
    parts = list(_parts(articles))
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<rss version="2.0"><channel><title>Wire</title><language>en</language>'
    for number in range(n_items):
        title, paragraphs = parts[number % len(parts)]
        body = "".join(f"<p>{escape(text)} {number}</p>" for text in paragraphs)
        yield "<item>"
        yield f"<title>{escape(title)} {number}</title>"
        yield f'<guid isPermaLink="false">tag:wire.example,2026:{number}</guid>'
        yield f"<description>{escape(body)}</description>"
        yield "</item>"
    yield "</channel></rss>"


def _parts(articles: Sequence[Document]) -> Iterator[tuple[str, list[str]]]:
    for article in articles:
        texts = [p.text for p in article.paragraphs if p.is_scored and len(p.text.split()) >= 20]
        for start in range(0, len(texts) - PARAGRAPHS + 1, PARAGRAPHS):
            yield article.title or "Notice", texts[start : start + PARAGRAPHS]


def _seconds(folder: Path, tier: Tier) -> float:
    """How long the command takes."""
    files = {"-o": "out.xml", "--held": "held.jsonl", "--store": "results.sqlite"}
    named = [part for option, file in files.items() for part in (option, str(folder / file))]
    command = [sys.executable, "-m", "garbled", "gate", str(folder / "feed.xml"), *named]
    begun = perf_counter()
    done = subprocess.run(
        [*command, "--tier", tier, "--exit-zero", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = perf_counter() - begun
    if done.returncode:
        raise GarbledError(f"the gate failed: {done.stderr.strip()[-500:]}")
    return seconds
