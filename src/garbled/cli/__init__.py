"""The ``garbled`` command: one subcommand a module, each imported only when it is called."""

from __future__ import annotations

from pathlib import Path

import click

from garbled import __version__
from garbled.cli.configured import CONFIGURED, configure
from garbled.cli.lazy import LazyGroup
from garbled.cli.running import guarded

COMMANDS = {
    "score": ("garbled.cli.score", "Score articles and say what is mangled in them."),
    "explain": ("garbled.cli.explain", "Show which feature groups moved a score, and by how much."),
    "compare": (
        "garbled.cli.compare",
        "Hold a copy against its original, paragraph by paragraph.",
    ),
    "align": ("garbled.cli.align", "Make training pairs of originals and their copies."),
    "retranslate": (
        "garbled.cli.retranslate",
        "Make training pairs by translating English out and back.",
    ),
    "pivot": ("garbled.cli.pivot", "Guess which language a copy came back through."),
    "data": ("garbled.cli.data", "List public corpora, fetch them, and check what was fetched."),
    "gate": ("garbled.cli.gate", "Give a feed out as it came in, without what is held."),
    "history": ("garbled.cli.history", "List what was scored before, by source."),
    "label": ("garbled.cli.label", "Record an editor's word on a result, and learn from it."),
    "threshold": ("garbled.cli.threshold", "Propose a feed's thresholds from its history."),
    "serve": ("garbled.cli.serve", "Run the HTTP service and its page."),
    "config": ("garbled.cli.config", "Show the configuration in effect, and where it is from."),
    "spark": ("garbled.cli.spark", "Score Parquet files on a Spark cluster."),
    "languagetool": ("garbled.cli.languagetool", "Install LanguageTool or see whether it works."),
    "model": ("garbled.cli.model", "Install the large encoder, look for it, or remove it."),
    "train": ("garbled.cli.train", "Train a model from aligned pairs."),
    "mine": ("garbled.cli.mine", "Make the lists again that evidence is found with."),
    "evaluate": ("garbled.cli.evaluate", "Measure a model on held-out pairs."),
    "benchmark": ("garbled.cli.benchmark", "Measure how fast scoring runs on this machine."),
    "schema": ("garbled.cli.schema", "Print the JSON Schema of a result, or of a comparison."),
}
"""Command to its module and its one-line help."""


@click.group(
    cls=LazyGroup,
    commands_table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="GARBLED_CONFIG",
    show_envvar=True,
    help="Configuration file; if not given the nearest garbled.toml, or pyproject.toml with"
    " [tool.garbled], from here upwards.",
)
@click.version_option(__version__, prog_name="garbled")
@click.pass_context
def cli(context: click.Context, /, config: Path | None) -> None:
    """Tell how mangled English copy is that a machine translated on its way to you."""
    if context.invoked_subcommand in CONFIGURED:
        configure(context, config)


def main(args: list[str] | None = None) -> int:
    """Run the command line and return its exit code; no error reaches the user as a traceback."""
    return guarded(lambda: cli.main(args, prog_name="garbled", standalone_mode=False))
