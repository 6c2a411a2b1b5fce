"""``garbled spark``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from garbled.cli.exits import Exit
from garbled.cli.options import house_list_option, model_option, prior_option
from garbled.cli.running import complain


def _settings(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for name, equals, _ in pairs:
        if not (name and equals):
            raise click.BadParameter(f"{name!r} is not NAME=VALUE")
    return {name: value for name, _, value in pairs}


@click.command()
@click.argument("source", metavar="INPUT")
@click.argument("output", metavar="OUTPUT")
@click.option(
    "--master",
    help="Spark's master, such as spark://host:7077, yarn or local[8]; what Spark's own"
    " configuration says, or this machine, if not given.",
)
@click.option(
    "--conf",
    "settings",
    multiple=True,
    callback=_settings,
    metavar="NAME=VALUE",
    help="A Spark setting; may be given more than once.",
)
@click.option("--id-column", default="id", show_default=True, help="Column of the id.")
@click.option("--text-column", default="text", show_default=True, help="Column of the text.")
@click.option("--title-column", default="title", show_default=True, help="Column of the headline.")
@click.option(
    "--language-column", default="language", show_default=True, help="Column of the language."
)
@click.option(
    "--source-column", default="source", show_default=True, help="Column of the source or feed."
)
@click.option(
    "--tier",
    type=click.Choice(["fast", "full", "auto"]),
    default="fast",
    show_default=True,
    help="fast: the encoder that ships. full, auto: the large one too, where all workers have it.",
)
@click.option(
    "--grammar",
    is_flag=True,
    help="Use LanguageTool in tier full or auto, one server a machine.",
)
@prior_option
@model_option
@house_list_option
@click.option(
    "--detail",
    type=click.Choice(["findings", "record"]),
    default="findings",
    show_default=True,
    help="Findings as a column of structures, or each whole result as JSON.",
)
@click.option("--no-text", is_flag=True, help="Leave the articles' wording out of the results.")
@click.option(
    "--rows-per-task",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="Articles a task; what is scored again when a worker is lost.",
)
@click.option("--start-over", is_flag=True, help="Score again what is finished.")
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but what went wrong.")
@click.pass_context
def spark(
    context: click.Context,
    /,
    source: str,
    output: str,
    master: str | None,
    settings: dict[str, str],
    rows_per_task: int,
    start_over: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Score Parquet files on a Spark cluster.

    INPUT is a Parquet file or a folder of them, OUTPUT a folder that gets a file of results for
    each. Run again, it goes on with the files that are not finished.

    \b
    Exit codes, the first that holds:
      2  the command was called wrongly, or the workers are not alike
      3  a file could not be read or scored; a line says why
      0  done; a row that could not be scored says so in its column error
    """
    from garbled.scale.spark import score_with_spark, spark_session

    config = _config(options)
    with spark_session(master, settings) as session:
        summary = score_with_spark(
            session,
            source,
            output,
            config,
            rows_per_task=rows_per_task,
            start_over=start_over,
            tell=_silent if quiet else complain,
        )
    for name, reason in summary.failures:
        complain(f"{name}: {reason}")
    click.echo(str(summary))
    context.exit(Exit.INPUT if summary.failures else Exit.DONE)


def _config(options: dict[str, Any]) -> Any:
    from garbled.cli.configured import configuration
    from garbled.evidence.house_list import as_house_list
    from garbled.ingest.options import ReadOptions
    from garbled.scale.config import ScaleConfig

    columns = ("id_column", "text_column", "title_column", "language_column")
    model: Path | None = options["model"]
    return ScaleConfig(
        read=ReadOptions(**{name: options[name] for name in columns}),
        source_column=options["source_column"],
        tier=options["tier"],
        grammar=options["grammar"],
        prior=options["prior"],
        model=None if model is None else str(model.absolute()),
        house_list=as_house_list(options["house_list"]),
        policies=configuration().policies,
        texts=not options["no_text"],
        detail=options["detail"],
    )


def _silent(line: str) -> None:
    pass
