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
    "--tier",
    type=click.Choice(["fast", "full", "auto"]),
    default="fast",
    show_default=True,
    help="With --gate: how items are scored that were not seen before.",
)
def benchmark(articles: Path | None, repeats: int, gate: int | None, tier: Tier) -> None:
    """Measure how fast scoring runs on this machine."""
    if gate is not None:
        from garbled.evaluation import gate_speed

        config = gate_speed.GateSpeedConfig(gate, tier, repeats, articles)
        click.echo(gate_speed.run(config).to_markdown())
        return
    from garbled.evaluation.benchmark import BenchmarkConfig, run

    click.echo(run(BenchmarkConfig(articles=articles, repeats=repeats)).to_markdown())
