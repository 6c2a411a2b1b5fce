"""``garbled pivot``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from garbled.cli.exits import Exit
from garbled.cli.options import FOLDER
from garbled.cli.output import STDOUT, open_output
from garbled.cli.running import complain

if TYPE_CHECKING:
    from garbled.pivot.guess import PivotGuess

PAIRS = click.Path(exists=True, path_type=Path)
SHOWN = 3
"""Languages that the table shows of a distribution."""

per_engine_option = click.option(
    "--per-engine",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="Most texts of one set, language and engine.",
)
any_original_option = click.option(
    "--any-original",
    is_flag=True,
    help="Take originals too that came back through one language only: topics are learnt as well.",
)


@click.group()
def pivot() -> None:
    """Guess which language a copy came back through."""


@pivot.command()
@click.argument("pairs", type=PAIRS)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder the fitted guess is written to.",
)
@per_engine_option
@any_original_option
def train(pairs: Path, output: Path, per_engine: int, any_original: bool) -> None:
    """Fit the guess on aligned pairs; prints its digest.

    PAIRS is a Parquet file or a folder, as `garbled retranslate` and `garbled align` write them,
    with the languages in `lang_pair`: the last one before English is what is learnt. Retranslate
    the same articles through each language, and with several engines where you have them.
    """
    from garbled.pivot.store import save_pivot
    from garbled.pivot.train import train_pivot

    classifier, description = train_pivot(pairs, per_engine, any_original=any_original)
    for language, why in description["left_out"].items():
        complain(f"{language} is left out: {why}")
    texts = ", ".join(f"{name} {n}" for name, n in description["texts"].items())
    click.echo(f"texts: {texts}; {description['originals']} originals", err=True)
    click.echo(save_pivot(output, classifier, description))


@pivot.command()
@click.argument("paths", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "--model", type=FOLDER, required=True, help="Folder that `garbled pivot train` wrote."
)
@click.option(
    "--format",
    type=click.Choice(["table", "jsonl"]),
    help="Form of the guesses: table on a terminal and jsonl elsewhere, if not given.",
)
def guess(paths: tuple[str, ...], model: Path, format: str | None) -> int:
    """Guess of each document which language it came back through.

    INPUT is what `garbled score` takes. One guess a document: the most probable language or
    "unknown", and the probability of each. Texts under 25 words, and those that are not English,
    are unknown with a reason. Exits with 3 if some input could not be read.
    """
    from garbled.ingest import read
    from garbled.pivot.guess import guess_documents
    from garbled.pivot.store import load_pivot

    classifier = load_pivot(model)
    failed: list[str] = []
    guesses = _complaining(guess_documents(read(paths), classifier), failed)
    is_table = (format or ("table" if sys.stdout.isatty() else "jsonl")) == "table"
    with open_output(STDOUT) as stream:
        (_write_table if is_table else _write_jsonl)(guesses, stream)
    return Exit.INPUT if failed else Exit.DONE


@pivot.command()
@click.argument("pairs", type=PAIRS)
@click.option(
    "--folds",
    type=click.IntRange(2, 20),
    default=5,
    show_default=True,
    help="Folds that engines and originals are dealt into.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=STDOUT,
    show_default="stdout",
    help="Where the report goes.",
)
@click.option(
    "--notes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Markdown file that is added at the end.",
)
@per_engine_option
@any_original_option
def evaluate(
    pairs: Path,
    folds: int,
    output: Path,
    notes: Path | None,
    per_engine: int,
    any_original: bool,
) -> None:
    """Measure the guess on engines and originals held out; prints a report in Markdown.

    A classifier is fitted for each fold, without its engines and its originals, and one for each
    language without it: ten minutes of one core for fifty engines and seven languages.
    """
    from garbled.errors import IngestError
    from garbled.pivot.evaluate import evaluate_pivot
    from garbled.pivot.report import report_pivot
    from garbled.pivot.samples import read_samples

    said = "" if notes is None else notes.read_text("utf-8", "replace")
    samples = read_samples(pairs, per_engine, any_original=any_original)
    try:
        run = evaluate_pivot(samples.chosen, samples.others, folds, complain)
    except ValueError as error:
        raise IngestError(str(error), source=str(pairs)) from error
    with open_output(output) as stream:
        stream.write(report_pivot(run, samples, said))


def _complaining(guesses: Iterable[PivotGuess], failed: list[str]) -> Iterator[PivotGuess]:
    for found in guesses:
        if found.error is not None:
            complain(f"{found.source}: {found.error}")
            failed.append(found.source)
        yield found


def _write_jsonl(guesses: Iterable[PivotGuess], stream: TextIO) -> None:
    for found in guesses:
        stream.write(json.dumps(found.to_dict(), ensure_ascii=False) + "\n")


def _write_table(guesses: Iterable[PivotGuess], stream: TextIO) -> None:
    from garbled.report.plain import plain

    for found in guesses:
        best = sorted(found.distribution.items(), key=lambda item: -item[1])[:SHOWN]
        told = found.reason or ", ".join(f"{name} {value:.2f}" for name, value in best)
        stream.write(f"{found.pivot:9}{told:36}{plain(found.title or found.id)}\n")
