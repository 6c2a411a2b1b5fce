"""``garbled benchmark``."""

from __future__ import annotations

from pathlib import Path

import click


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
def benchmark(articles: Path | None, repeats: int) -> None:
    """Measure how fast scoring runs on this machine."""
    from garbled.evaluation.benchmark import BenchmarkConfig, run

    click.echo(run(BenchmarkConfig(articles=articles, repeats=repeats)).to_markdown())
