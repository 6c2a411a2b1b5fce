"""``garbled train``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from garbled.cli.options import cache_option, clean_option, jobs_option, pairs_option, seed_option

MOST_GRAMMAR = 60_000


@click.command()
@pairs_option
@clean_option
@cache_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder the model is written to.",
)
@click.option(
    "--max-grammar",
    type=click.IntRange(0, MOST_GRAMMAR),
    default=40_000,
    show_default=True,
    help="Most paragraphs that LanguageTool checks.",
)
@seed_option
@jobs_option(2)
@click.option("--quick", is_flag=True, help="A small model from a sample, to try things out.")
def train(**options: Any) -> None:
    """Train a model from aligned pairs.

    Reads aligned pairs and clean news, fits the fast, the full and the grammarless
    configuration, and writes a model folder that `garbled score --model` loads.
    """
    from garbled.training import TrainingConfig
    from garbled.training import train as fit

    click.echo(str(fit(TrainingConfig(**options))))
