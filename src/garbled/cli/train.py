"""``garbled train``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from garbled.cli.options import FOLDER, cache_option, clean_option, jobs_option, seed_option

MOST_GRAMMAR = 60_000


@click.command()
@click.argument(
    "config", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--pairs",
    type=click.Path(exists=True, path_type=Path),
    help="Aligned pairs: a Parquet file with the columns original and retranslated, or a folder.",
)
@clean_option
@cache_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder the model is written to.",
)
@click.option("--encoder", type=FOLDER, help="Folder with the encoder; by default the shipped one.")
@click.option("--large-encoder", type=FOLDER, help="Folder with the optional large encoder.")
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
@click.pass_context
def train(context: click.Context, /, config: Path | None, **options: Any) -> None:
    """Train a model from aligned pairs.

    Reads aligned pairs and clean news, fits every configuration, and writes a model folder that
    `garbled score --model` loads. CONFIG is a TOML file with any of the options, systems per
    document and how the encoder is made; options override it. Run again, it goes on where it
    stopped.
    """
    from garbled.training import TrainingConfig, read_config
    from garbled.training import train as fit

    named = read_config(config) if config else {}
    source = context.get_parameter_source
    given = {k: v for k, v in options.items() if source(k) is not ParameterSource.DEFAULT}
    fields = {**options, **named, **given}
    for name in ("pairs", "out"):
        if fields[name] is None:
            raise click.UsageError(f"Missing option '--{name}', which CONFIG may name too.")
    click.echo(str(fit(TrainingConfig(**fields))))
