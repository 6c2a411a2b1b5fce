"""``garbled score``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from garbled.cli.exits import FailOn, exit_code
from garbled.cli.options import jobs_option
from garbled.cli.output import STDOUT, open_output
from garbled.cli.progress import with_progress
from garbled.cli.remembering import chosen_store, remember_option, store_option
from garbled.cli.running import complain
from garbled.cli.scoring import make_scorer, scoring_options
from garbled.documents import Document, Score
from garbled.ingest.options import FORMATS as INPUT_FORMATS
from garbled.report.summary import Tally
from garbled.report.writers import FORMATS, write

if TYPE_CHECKING:
    from garbled.scorer import Scorer
    from garbled.store import Store


def _known_encoding(
    context: click.Context, parameter: click.Parameter, name: str | None
) -> str | None:
    try:
        "".encode(name or "utf-8")
    except (LookupError, ValueError) as error:
        raise click.BadParameter(f"{name!r} is not a text encoding") from error
    return name


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    type=click.Choice(list(FORMATS)),
    help="Form of the results: table on a terminal and jsonl elsewhere, if not given. In csv a"
    " text that a spreadsheet would take for a formula (= + - @) gets a leading apostrophe.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default=STDOUT,
    help="File for the results, written whole or not at all; stdout if not given.",
)
@click.option(
    "--input-format",
    type=click.Choice(INPUT_FORMATS),
    default="auto",
    show_default=True,
    help="Form of the input; auto goes by a file's suffix and by what it holds.",
)
@click.option(
    "--id-column",
    default="id",
    show_default=True,
    help="Column of the id in json, jsonl, csv and parquet.",
)
@click.option("--text-column", default="text", show_default=True, help="Column of the text.")
@click.option("--title-column", default="title", show_default=True, help="Column of the headline.")
@click.option(
    "--language-column", default="language", show_default=True, help="Column of the language."
)
@click.option(
    "--encoding",
    callback=_known_encoding,
    help="Encoding of text input; found out if not given.",
)
@scoring_options
@jobs_option(1)
@remember_option
@store_option
@click.option(
    "--fail-on",
    type=click.Choice(["never", "review", "hold"]),
    default="never",
    show_default=True,
    help="Exit with 1 if a document has this verdict or a worse one.",
)
@click.option("--strict", is_flag=True, help="Exit with 4 if a document was scored degraded.")
@click.option(
    "--no-text",
    is_flag=True,
    help="Leave the articles' wording out: texts, titles, quotes, suggestions and messages.",
)
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but what went wrong.")
@click.pass_context
def score(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    format: str | None,
    output: Path,
    fail_on: FailOn,
    strict: bool,
    no_text: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Score articles and say what is mangled in them.

    PATH is a file or a folder, or - for stdin: text, Markdown, HTML, RSS, Atom, JSON Feed, ninjs,
    NITF, NewsML-G2, JSON, JSON lines, CSV or Parquet.

    \b
    Exit codes, the first that holds:
      2  the command was called wrongly
      3  some input could not be read or was damaged; its record says why
      4  with --strict: a document was scored degraded
      1  --fail-on was tripped
      0  done
    """
    format = format or _default_format(output)
    shown = not quiet and _progress_is_clear(format, output)
    tally = Tally()
    with (
        open_output(output) as stream,
        chosen_store(options) as store,
        make_scorer(options, store) as scorer,
    ):
        scores = _scores(scorer, store, _documents(paths, options))
        watched = _complaining(tally.watch(with_progress(scores, shown=shown)))
        write(watched, stream, format=format, texts=not no_text)
    if not quiet:
        _remark(tally)
    context.exit(
        exit_code(
            n_held=tally.verdicts["hold"],
            n_review=tally.verdicts["review"],
            n_errors=tally.n_errors,
            n_degraded=tally.n_degraded,
            fail_on=fail_on,
            strict=strict,
        )
    )


def _scores(scorer: Scorer, store: Store | None, documents: Iterator[Document]) -> Iterator[Score]:
    if store is None:
        return scorer.score_documents(documents)
    from garbled.store import score_remembered

    return score_remembered(scorer, store, documents)


def _documents(paths: tuple[str, ...], options: dict[str, Any]) -> Iterator[Document]:
    from garbled.ingest import ReadOptions, read

    columns = "id_column", "text_column", "title_column", "language_column"
    return read(
        paths,
        ReadOptions(
            format=options["input_format"],
            encoding=options["encoding"],
            **{column: options[column] for column in columns},
        ),
    )


def _complaining(scores: Iterable[Score]) -> Iterator[Score]:
    for scored in scores:
        if scored.error is not None:
            complain(f"{scored.source}: {scored.error}")
        yield scored


def _remark(tally: Tally) -> None:
    if not tally.n_documents:
        complain("no document was found in the input")
    if tally.n_degraded:
        missing = ", ".join(sorted(tally.degraded))
        complain(
            f"{tally.n_degraded} of {tally.n_documents} documents were scored without {missing};"
            " `garbled languagetool status` says what is missing"
        )


def _default_format(output: Path) -> str:
    return "table" if output == STDOUT and sys.stdout.isatty() else "jsonl"


def _progress_is_clear(format: str, output: Path) -> bool:
    """Whether a live count on stderr would not run into results on the same terminal."""
    apart = output != STDOUT or format == "table" or not sys.stdout.isatty()
    return sys.stderr.isatty() and apart
