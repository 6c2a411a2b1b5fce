"""``garbled benchmark``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from garbled.settings import Tier


@click.command()
@click.option(
    "--articles",
    type=click.Path(exists=True, path_type=Path),
    help="File or folder of articles to score; built-in ones if not given.",
)
@click.option(
    "--repeats",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="How often each measurement is repeated.",
)
@click.option(
    "--gate",
    type=click.IntRange(min=1),
    metavar="ITEMS",
    help="Time `garbled gate` instead: a feed of so many items, first unseen, then remembered.",
)
@click.option(
    "--serve",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="Time `garbled serve` instead: answers at half its peak, beside LanguageTool's server.",
)
@click.option(
    "--load",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="Load `garbled serve` with eight clients instead, and kill LanguageTool half-way.",
)
@click.option(
    "--estimate",
    type=click.IntRange(min=1),
    metavar="ARTICLES",
    help="Time a worker of a cluster instead: core-hours and memory for so many articles.",
)
@click.option(
    "--breakdown",
    is_flag=True,
    help="Take the cost apart instead: by stage, batch, workers and length, beside other tools.",
)
@click.option(
    "--tier",
    type=click.Choice(["fast", "full", "auto"]),
    show_default="fast for --gate and --estimate, auto for --serve, full for --load",
    help="With one of the four above: how articles are scored.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="With --serve: threads of the service that score.",
)
def benchmark(
    articles: Path | None,
    repeats: int,
    gate: int | None,
    serve: float | None,
    load: float | None,
    estimate: int | None,
    breakdown: bool,
    tier: Tier | None,
    workers: int,
) -> int | None:
    """Measure how fast scoring runs on this machine.

    Exit code 1 after --load where an answer was wrong or lost.
    """
    if sum(map(bool, (gate, serve, load, estimate, breakdown))) > 1:
        raise click.UsageError(
            "one of --gate, --serve, --load, --estimate and --breakdown at a time"
        )
    if gate is not None:
        from garbled.evaluation import gate_speed

        config = gate_speed.GateSpeedConfig(gate, tier or "fast", repeats, articles)
        click.echo(gate_speed.run(config).to_markdown())
        return None
    if serve is not None:
        from garbled.evaluation import serve_latency

        timing = serve_latency.LatencyConfig(serve, tier or "auto", workers, articles)
        click.echo(serve_latency.run(timing).to_markdown())
        return None
    if load is not None:
        from garbled.evaluation import serve_load

        report = serve_load.run(serve_load.LoadConfig(load, tier=tier or "full", articles=articles))
        click.echo(report.to_markdown())
        return int(bool(report.problems))
    if estimate is not None:
        from garbled.evaluation import scale_cost

        cost = scale_cost.CostConfig(estimate, tier or "fast", repeats, articles)
        click.echo(scale_cost.run(cost).to_markdown())
        return None
    if breakdown:
        from garbled.evaluation import breakdown as taking_apart
        from garbled.languagetool.install import installed_folder

        parts = taking_apart.BreakdownConfig(
            articles, repeats=repeats, languagetool=installed_folder() is not None
        )
        click.echo(taking_apart.run(parts).to_markdown())
        return None
    from garbled.evaluation.benchmark import BenchmarkConfig, run

    click.echo(run(BenchmarkConfig(articles=articles, repeats=repeats)).to_markdown())
    return None
