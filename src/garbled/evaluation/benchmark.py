"""How fast scoring runs beside LanguageTool alone, on the same articles, server and cores.

Rounds are paired and interleaved, so that what else the machine does weighs on both alike. Every
round's articles carry a number of their own, and a server of ours keeps no results (cacheSize 0
in ``garbled.languagetool.server``): neither side profits from the other.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import garbled
from garbled.documents import Block, Document
from garbled.drafts import Tier
from garbled.errors import GarbledError, ResourceError
from garbled.evaluation.markdown import make_table, sign
from garbled.ingest import read
from garbled.languagetool.handle import ServerHandle
from garbled.model.store import check_digests, default_folder
from garbled.scorer import Scorer

SAMPLES = Path("data", "samples")
SAMPLE_FOLDERS = ("originals", "text")
ROUND_SECONDS = 5.0
MAX_WARM_UP_ROUNDS = 10
STEADY = 1.05
"""A round that is not faster by more than this ends the warm-up."""
RAW = "LanguageTool alone"
TIERS: tuple[Tier, ...] = ("full", "auto", "fast")
REQUEST_SECONDS = 120
_MEGABYTE = 2**20

Run = Callable[[Sequence[Document]], None]


@dataclass(frozen=True, slots=True)
class BenchmarkConfig:
    """What is timed.

    Args:
        articles: a file or folder of articles; by default ``data/samples`` of the checkout.
        repeats: measured rounds, after one for warming up.
        model: a model folder; by default the model that ships.
        round_seconds: a round has as many articles as take about this long.
    """

    articles: Path | None = None
    repeats: int = 5
    model: Path | None = None
    round_seconds: float = ROUND_SECONDS


@dataclass(frozen=True)
class BenchmarkReport:
    """Articles per second of each round by what ran: each tier, and LanguageTool alone."""

    rounds: Mapping[str, tuple[float, ...]]
    n_articles: Mapping[str, int]
    words_per_article: float
    resident_megabytes: float
    signature: Mapping[str, str | int]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Speed of tier full over that of LanguageTool alone, round by round."""
        pairs = zip(self.rounds["full"], self.rounds[RAW], strict=True)
        return tuple(full / raw for full, raw in pairs)

    def to_markdown(self) -> str:
        head = ("what runs", "articles per second (median)", "slowest", "fastest")
        rows = [
            (name, *(f"{f(own):.2f}" for f in (median, min, max)), f"{self.n_articles[name]}")
            for name, own in self.rounds.items()
        ]
        ratios = ", ".join(f"{ratio:.2f}" for ratio in self.ratios)
        return "\n".join(
            [
                make_table((*head, "articles a round"), rows),
                "",
                f"full / LanguageTool alone: median {median(self.ratios):.2f} (rounds: {ratios})",
                f"resident memory of this process, without the JVM: "
                f"{self.resident_megabytes:.0f} MiB",
                f"words an article: {self.words_per_article:.0f}",
                "",
                sign(self.signature),
            ]
        )


def run(config: BenchmarkConfig) -> BenchmarkReport:
    """Time every tier and LanguageTool alone, in turns, in this process.

    Raises:
        GarbledError: no articles, or an article could not be scored.
        ResourceError: no LanguageTool.
    """
    from garbled.languagetool.server import shared_server

    articles = read_articles(config.articles)
    folder = config.model or default_folder()
    handle = shared_server()
    scorers = {tier: Scorer(tier, model=folder) for tier in TIERS}
    runs: dict[str, Run] = {RAW: ask_raw(handle)}
    runs.update({tier: scoring(scorer) for tier, scorer in scorers.items()})
    variants = count(1)
    try:
        sizes = {
            name: _warm_up(own, articles, variants, config.round_seconds)
            for name, own in runs.items()
        }
        sizes["full"] = sizes[RAW]  # a pair of rounds has the same number of articles
        rounds: dict[str, list[float]] = {name: [] for name in runs}
        for number in range(config.repeats):
            order = list(runs) if number % 2 == 0 else list(runs)[::-1]
            for name in order:
                batch = list(islice(vary(articles, variants), sizes[name]))
                rounds[name].append(len(batch) / _seconds(runs[name], batch))
    finally:
        for scorer in scorers.values():
            scorer.close()
    return BenchmarkReport(
        rounds={name: tuple(own) for name, own in rounds.items()},
        n_articles=sizes,
        words_per_article=sum(len(a.text.split()) for a in articles) / len(articles),
        resident_megabytes=_resident_bytes() / _MEGABYTE,
        signature=_signature(config, folder, handle, len(articles)),
    )


def read_articles(path: Path | None) -> list[Document]:
    """The articles to time, by default the checkout's samples.

    Raises:
        GarbledError: none there.
    """
    paths = [SAMPLES / name for name in SAMPLE_FOLDERS] if path is None else [path]
    if path is None and not all(folder.is_dir() for folder in paths):
        raise GarbledError(
            f"no {SAMPLES} here: run in a checkout of garbled, or name articles by --articles"
        )
    articles = [document for document in read(paths) if document.paragraphs]
    if not articles:
        raise GarbledError("no article that can be read here", source=str(path or SAMPLES))
    return articles


def vary(articles: Sequence[Document], variants: count[int]) -> Iterator[Document]:
    """Endlessly, the articles with a number at the end of every paragraph, never the same."""
    while True:
        number = next(variants)
        for article in articles:
            blocks = [Block(f"{p.text} {number}", p.role) for p in article.paragraphs]
            yield Document.from_blocks(blocks, id=f"{article.id}/{number}", source=article.source)


def _warm_up(run: Run, articles: Sequence[Document], variants: count[int], seconds: float) -> int:
    """Run until it gets no faster; return how many articles, whole passes, take long enough.

    The JVM compiles what it runs often: LanguageTool doubles its speed over some hundred articles.
    """
    passes, fastest = 1, 0.0
    for _ in range(MAX_WARM_UP_ROUNDS):
        batch = list(islice(vary(articles, variants), passes * len(articles)))
        taken = _seconds(run, batch)
        rate = len(batch) / taken
        if taken >= seconds and rate < STEADY * fastest:
            break
        fastest = max(fastest, rate)
        passes = max(passes, ceil(1.1 * fastest * seconds / len(articles)))
    return passes * len(articles)


def _seconds(run: Run, documents: Sequence[Document]) -> float:
    start = perf_counter()
    run(documents)
    return perf_counter() - start


def scoring(scorer: Scorer) -> Run:
    def score(documents: Sequence[Document]) -> None:
        for result in scorer.score_documents(documents):
            if result.verdict == "error" or result.degraded:
                reason = result.error or "LanguageTool failed while it was timed"
                raise GarbledError(reason, source=result.source)

    return score


def ask_raw(handle: ServerHandle) -> Run:
    """LanguageTool over HTTP, an article a request, one at a time, the answers thrown away."""
    opener = build_opener() if handle.is_external else build_opener(ProxyHandler({}))

    def check(documents: Sequence[Document]) -> None:
        for document in documents:
            form = urlencode({"language": "en", "text": document.text}).encode()
            try:
                with opener.open(f"{handle.url}v2/check", form, REQUEST_SECONDS) as answer:
                    answer.read()
            except OSError as error:
                raise ResourceError(f"LanguageTool failed ({error})", source=handle.url) from error

    return check


def _resident_bytes() -> int:
    """Resident memory now; its peak where psutil is not installed."""
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError:
        import resource
        import sys

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return int(psutil.Process().memory_info().rss)


def _signature(
    config: BenchmarkConfig, folder: Path, handle: ServerHandle, n_articles: int
) -> dict[str, str | int]:
    return {
        "garbled": garbled.__version__,
        "model": check_digests(folder),
        "languagetool": handle.version(),
        "server": "external, may keep results" if handle.is_external else "own, keeps no results",
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        "articles": n_articles,
        "repeats": config.repeats,
    }
