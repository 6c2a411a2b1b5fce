"""``garbled explain``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from garbled.cli.exits import exit_code
from garbled.cli.output import STDOUT, open_output
from garbled.cli.running import complain
from garbled.cli.scoring import make_scorer, scoring_options
from garbled.report.summary import Tally

if TYPE_CHECKING:
    from garbled.explanation import Explanation


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    type=click.Choice(["table", "jsonl"]),
    help="Form of the explanation: table on a terminal and jsonl elsewhere, if not given.",
)
@click.option(
    "--windows",
    type=click.IntRange(min=0, max=1_000),
    default=3,
    show_default=True,
    help="How many of the worst windows to take apart.",
)
@scoring_options
@click.option("--no-text", is_flag=True, help="Leave the articles' wording out.")
@click.pass_context
def explain(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    format: str | None,
    windows: int,
    no_text: bool,
    **options: Any,
) -> None:
    """Show which feature groups moved a score, and by how much.

    PATH is what `garbled score` takes. Of each article: the log-odds of its probability as a sum
    over the prior, the average text and each feature group, and the same of its worst windows,
    with the strongest features in a group. Log-odds above 0 speak for mangling: 0.7 doubles the
    odds.
    """
    from garbled.explanation import explain_documents
    from garbled.grammar import Grammar
    from garbled.ingest import ReadOptions, read
    from garbled.report.explain import write_jsonl, write_table

    with make_scorer(options) as scorer:
        settings = scorer.settings
    format = format or ("table" if sys.stdout.isatty() else "jsonl")
    write = write_table if format == "table" else write_jsonl
    tally, grammar = Tally(), Grammar()
    try:
        explained = explain_documents(read(paths, ReadOptions()), settings, grammar, windows)
        with open_output(STDOUT) as stream:
            write(_watched(explained, tally), stream, texts=not no_text)
    finally:
        grammar.close()
    context.exit(exit_code(n_errors=tally.n_errors))


def _watched(explained: Iterable[Explanation], tally: Tally) -> Iterator[Explanation]:
    for explanation in explained:
        tally.add(explanation.score)
        if explanation.score.error is not None:
            complain(f"{explanation.score.source}: {explanation.score.error}")
        yield explanation
