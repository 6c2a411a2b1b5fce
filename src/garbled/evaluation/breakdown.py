"""What scoring costs, taken apart: by stage, tool, batch, workers and length of article.

Every measurement runs in a fresh process, so that its peak of memory is its own, and on one
thread but for the workers'. It is warmed up by one pass; no two texts are alike. Rates are by the
clock: run it on a machine that has nothing else to do.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count, cycle, islice
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

import garbled
from garbled.documents import Block, Document
from garbled.evaluation.benchmark import RAW, ask_raw, read_articles, scoring, vary
from garbled.evaluation.markdown import make_table, sign
from garbled.evaluation.peers import installed_peers, open_peer, version_of
from garbled.evaluation.scale_cost import one_thread, peak_bytes
from garbled.evaluation.stage_times import time_stages
from garbled.model.folder import check_digests, default_folder
from garbled.scorer import Scorer

FAST, WITHOUT_GRAMMAR, AUTO, FULL = "fast", "full, without grammar", "auto", "full"
_MEGABYTE = 2**20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BreakdownConfig:
    """What is measured.

    Args:
        articles: a file or folder of articles; by default ``data/samples`` of the checkout.
        n_articles: articles a measurement; the slow ones get a quarter.
        repeats: rounds of each measurement, of which the median counts.
        batches: articles a batch.
        lengths: words an article.
        languagetool: False leaves out what needs its server.
    """

    articles: Path | None = None
    n_articles: int = 192
    repeats: int = 3
    batches: tuple[int, ...] = (1, 4, 16, 64, 256)
    lengths: tuple[int, ...] = (50, 100, 200, 400, 800, 1600, 3200)
    languagetool: bool = True


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast something went: the median round, and the most memory that its process had."""

    seconds_per_article: float
    megabytes: float


@dataclass(frozen=True)
class Breakdown:
    """All that was measured; seconds are an article's.

    ``stages`` are CPU seconds of tier fast, ``lengths`` CPU seconds by words of an article,
    ``cold_start`` the CPU and the clock's seconds of ``garbled score`` on one article.
    """

    stages: Mapping[str, float]
    tools: Mapping[str, Pace]
    batches: Mapping[int, Pace]
    workers: Mapping[int, Pace]
    lengths: Mapping[int, float]
    cold_start: tuple[float, float]
    words: float
    paragraphs: float
    windows: float
    signature: Mapping[str, str | int]

    def to_markdown(self) -> str:
        return "\n\n".join(
            [
                f"Articles have {self.words:.0f} words in {self.paragraphs:.1f} paragraphs and "
                f"{self.windows:.1f} windows.",
                self._tools(),
                make_table(("stage of tier fast", "ms an article", "share"), self._stages()),
                _paces("articles a batch", self.batches),
                self._workers(),
                make_table(("words an article", "CPU ms", "CPU ms per 100 words"), self._lengths()),
                "Cold start, `garbled score --tier fast` of one article: "
                f"{self.cold_start[0]:.2f} s of CPU, {self.cold_start[1]:.2f} s by the clock.",
                sign(self.signature),
            ]
        )

    def _tools(self) -> str:
        head = ("what reads", "articles a second", "paragraphs", "words", "peak MiB")
        rows = []
        for name, own in self.tools.items():
            rate = 1 / own.seconds_per_article
            rates = (f"{rate:.1f}", f"{rate * self.paragraphs:.0f}", f"{rate * self.words:,.0f}")
            rows.append((name, *rates, f"{own.megabytes:.0f}"))
        return make_table(head, rows)

    def _stages(self) -> Iterator[tuple[str, ...]]:
        whole = sum(self.stages.values())
        for name, own in self.stages.items():
            yield name, f"{1000 * own:.2f}", f"{own / whole:.0%}"
        yield "all", f"{1000 * whole:.2f}", "100%"

    def _workers(self) -> str:
        single = self.workers[1].seconds_per_article
        rows = [
            (
                str(n),
                f"{1 / own.seconds_per_article:.1f}",
                f"{single / own.seconds_per_article:.2f}",
            )
            for n, own in self.workers.items()
        ]
        return make_table(("processes", "articles a second", "times one"), rows)

    def _lengths(self) -> Iterator[tuple[str, ...]]:
        for words, own in self.lengths.items():
            yield str(words), f"{1000 * own:.1f}", f"{100_000 * own / words:.2f}"


def run(config: BreakdownConfig) -> Breakdown:
    """Measure everything, one thing after the other.

    Raises:
        GarbledError: no articles, or one could not be scored.
        ResourceError: no LanguageTool, where it is wanted.
    """
    articles = read_articles(config.articles)
    tools = {FAST: _alone(_pace_scoring, config, articles, FAST)}
    tools[WITHOUT_GRAMMAR] = _alone(_pace_scoring, config, articles, WITHOUT_GRAMMAR)
    if config.languagetool:
        for name in (AUTO, FULL):
            tools[name] = _alone(_pace_scoring, config, articles, name)
        tools[RAW] = _alone(_pace_raw, config, articles)
    peers = installed_peers()
    tools |= {name: _alone(_pace_peer, config, articles, name) for name in peers}
    cores = os.cpu_count() or 1
    return Breakdown(
        stages=_alone(_stages, config, articles),
        tools=tools,
        batches={n: _alone(_pace_batches, config, articles, n) for n in config.batches},
        workers={n: _alone(_pace_workers, config, articles, n) for n in _powers_of_two(cores)},
        lengths=_alone(_cost_by_length, config, articles),
        cold_start=_cold_start(articles[0], config.repeats),
        words=sum(len(a.text.split()) for a in articles) / len(articles),
        paragraphs=sum(len(a.paragraphs) for a in articles) / len(articles),
        windows=sum(map(_n_windows, articles)) / len(articles),
        signature={
            "garbled": garbled.__version__,
            "model": check_digests(default_folder()),
            "python": platform.python_version(),
            "machine": platform.machine(),
            "cores": cores,
            "articles": config.n_articles,
            "repeats": config.repeats,
            **{name: version_of(name) for name in peers},
        },
    )


def _alone(measure: Callable[..., T], *arguments: object) -> T:
    """Run a measurement in a fresh process, on one thread."""
    with one_thread(), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, *arguments).result()


def _pace(
    read: Callable[[Sequence[Document]], None],
    config: BreakdownConfig,
    articles: Sequence[Document],
    n_articles: int,
    megabytes: Callable[[], float] | None = None,
) -> Pace:
    texts = vary(articles, count(1))
    read(list(islice(texts, len(articles))))
    rounds = []
    for _ in range(config.repeats):
        batch = list(islice(texts, n_articles))
        start = perf_counter()
        read(batch)
        rounds.append((perf_counter() - start) / n_articles)
    peak = peak_bytes() / _MEGABYTE if megabytes is None else megabytes()
    return Pace(median(rounds), peak)


def _pace_scoring(config: BreakdownConfig, articles: Sequence[Document], name: str) -> Pace:
    tier = "full" if name == WITHOUT_GRAMMAR else name
    n_articles = config.n_articles if name == FAST else ceil(config.n_articles / 4)
    with Scorer(tier, grammar=name != WITHOUT_GRAMMAR) as scorer:  # type: ignore[arg-type]
        return _pace(scoring(scorer), config, articles, n_articles)


def _pace_raw(config: BreakdownConfig, articles: Sequence[Document]) -> Pace:
    from garbled.languagetool.server import Server

    with Server.start() as server:
        read = ask_raw(server.handle)
        return _pace(read, config, articles, ceil(config.n_articles / 4), _child_megabytes)


def _child_megabytes() -> float:
    """Resident memory of what this process started: the JVM; NaN without psutil."""
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError:
        return float("nan")
    children = psutil.Process().children(recursive=True)
    return float(sum(child.memory_info().rss for child in children) / _MEGABYTE)


def _pace_peer(config: BreakdownConfig, articles: Sequence[Document], name: str) -> Pace:
    ask = open_peer(name)

    def read(documents: Sequence[Document]) -> None:
        for document in documents:
            ask(document.text)

    return _pace(read, config, articles, ceil(config.n_articles / 4))


def _pace_batches(config: BreakdownConfig, articles: Sequence[Document], size: int) -> Pace:
    from garbled.grammar import Grammar
    from garbled.pipeline import score_batch

    settings, grammar = Scorer("fast").settings, Grammar()

    def read(documents: Sequence[Document]) -> None:
        for start in range(0, len(documents), size):
            score_batch(documents[start : start + size], settings, grammar)

    return _pace(read, config, articles, max(config.n_articles, size))


def _pace_workers(config: BreakdownConfig, articles: Sequence[Document], jobs: int) -> Pace:
    from joblib.externals.loky import get_reusable_executor

    try:
        with Scorer("fast", jobs=jobs) as scorer:
            return _pace(scoring(scorer), config, articles, 2 * config.n_articles)
    finally:
        if jobs > 1:  # this process would else wait until its idle workers give up
            get_reusable_executor().shutdown(wait=True)


def _stages(config: BreakdownConfig, articles: Sequence[Document]) -> dict[str, float]:
    texts = vary(articles, count(1))
    with Scorer("fast") as scorer:
        scoring(scorer)(list(islice(texts, len(articles))))
        taken = time_stages(scorer, list(islice(texts, config.n_articles)))
    return {name: seconds / config.n_articles for name, seconds in taken.items()}


def _cost_by_length(config: BreakdownConfig, articles: Sequence[Document]) -> dict[int, float]:
    """CPU seconds an article of so many words, cut from the articles one after the other."""
    costs = {}
    with Scorer("fast") as scorer:
        score = scoring(scorer)
        score(list(islice(vary(articles, count(1)), len(articles))))
        for number, length in enumerate(config.lengths, start=2):
            n_articles = max(8, config.n_articles * 200 // length)
            own = list(islice(_of_length(articles, length, number), n_articles))
            start = process_time()
            score(own)
            costs[length] = (process_time() - start) / n_articles
    return costs


def _of_length(articles: Sequence[Document], n_words: int, number: int) -> Iterator[Document]:
    """Endlessly, articles of so many words; paragraphs stay whole but for the last."""
    paragraphs = cycle([p.text for a in _vary_once(articles, number) for p in a.paragraphs])
    for n in count():
        blocks, left = [], n_words
        while left > 0:
            words = next(paragraphs).split()[:left]
            blocks.append(Block(" ".join(words)))
            left -= len(words)
        yield Document.from_blocks(blocks, id=f"{n_words}/{n}", source="benchmark")


def _vary_once(articles: Sequence[Document], number: int) -> Iterator[Document]:
    return islice(vary(articles, count(number * 1000)), len(articles))


def _powers_of_two(limit: int) -> list[int]:
    return [2**power for power in range(limit.bit_length()) if 2**power <= limit]


def _n_windows(article: Document) -> int:
    from garbled.segment.articles import analyse
    from garbled.segment.roles import assign_roles

    return len(analyse(assign_roles(article)).windows)


def _cold_start(article: Document, repeats: int) -> tuple[float, float]:
    """CPU and clock's seconds of the command on one article: the median run."""
    import resource

    cpu, clock = [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "article.txt")
        file.write_text(article.text, "utf-8")
        command = [sys.executable, "-m", "garbled", "score", "--tier", "fast", str(file)]
        for _ in range(repeats):
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            clock.append(perf_counter() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(cpu), median(clock)


def _paces(head: str, paces: Mapping[int, Pace]) -> str:
    rows = [
        (str(n), f"{1 / own.seconds_per_article:.1f}", f"{own.megabytes:.0f}")
        for n, own in paces.items()
    ]
    return make_table((head, "articles a second", "peak MiB"), rows)
