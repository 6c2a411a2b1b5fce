"""``garbled compare``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from garbled.cli.exits import Exit
from garbled.cli.output import STDOUT, open_output
from garbled.cli.running import complain
from garbled.cli.scoring import make_scorer, scoring_options

if TYPE_CHECKING:
    from garbled.documents import Document


@click.command()
@click.argument("original", metavar="ORIGINAL")
@click.argument("copy", metavar="COPY")
@click.option(
    "--format",
    type=click.Choice(["table", "json", "html"]),
    help="table on a terminal and json elsewhere, if not given. html is one page, side by side.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default=STDOUT,
    help="File for the comparison, written whole or not at all; stdout if not given.",
)
@scoring_options
@click.option("--no-text", is_flag=True, help="Leave the articles' wording out.")
def compare(
    original: str,
    copy: str,
    format: str | None,
    output: Path,
    no_text: bool,
    **options: Any,
) -> int:
    """Hold a copy against its original, paragraph by paragraph.

    ORIGINAL and COPY are what `garbled score` takes, one article each; one of them may be - for
    stdin. Paragraphs and sentences are aligned whatever was moved, merged, split, cut or added.
    Told are names, numbers, dates, units, quotes and negations that changed, text that was cut or
    added, and what is mangled in the copy, with the original's wording.
    """
    from garbled.report.comparison import write_comparison_json
    from garbled.report.comparison_html import write_comparison_html
    from garbled.report.comparison_table import write_comparison_table

    if original == copy == "-":
        raise click.UsageError("only one of ORIGINAL and COPY can be stdin")
    form = format or ("table" if output == STDOUT and sys.stdout.isatty() else "json")
    writers = {
        "table": write_comparison_table,
        "json": write_comparison_json,
        "html": write_comparison_html,
    }
    versions = _one_article(original), _one_article(copy)
    with make_scorer(options) as scorer:
        comparison = scorer.compare(*versions)
    with open_output(output) as stream:
        writers[form](comparison, stream, texts=not no_text)
    damaged = [document for document in versions if document.error is not None]
    for document in damaged:
        complain(f"{document.source}: {document.error}")
    return Exit.INPUT if damaged else Exit.DONE


def _one_article(path: str) -> Document:
    from itertools import islice

    from garbled.errors import IngestError
    from garbled.ingest import read

    documents = list(islice(read([path]), 2))
    if len(documents) > 1:
        raise IngestError(
            "more than one article; name one, or use `garbled align` for many", source=path
        )
    if not documents:
        raise IngestError("no article in it", source=path)
    return documents[0]
