"""``garbled evaluate``."""

from __future__ import annotations

from typing import Any

import click

from garbled.cli.options import (
    cache_option,
    clean_option,
    jobs_option,
    model_option,
    pairs_option,
    seed_option,
)


@click.command()
@pairs_option
@clean_option
@cache_option
@model_option
@click.option(
    "--format",
    type=click.Choice(["markdown", "json"]),
    default="markdown",
    show_default=True,
    help="Form of the report.",
)
@seed_option
@jobs_option(2)
def evaluate(format: str, **options: Any) -> None:
    """Measure a model on held-out pairs.

    Prints how well it separates, how well it is calibrated and how often it raises a false
    alarm, each with its confidence interval and the number of distinct originals.
    """
    from garbled.evaluation import EvaluationConfig
    from garbled.evaluation import evaluate as measure

    report = measure(EvaluationConfig(**options))
    click.echo(report.to_json() if format == "json" else report.to_markdown())
