"""``garbled mine``."""

from __future__ import annotations

from pathlib import Path

import click

from garbled.cli.options import FOLDER

PARTS = ("names", "words", "tickers")


@click.command()
@click.argument("part", type=click.Choice(PARTS))
@click.option("--pairs", type=FOLDER, help="Folder with the aligned pairs.")
@click.option("--clean", type=FOLDER, help="Folder with clean news that no machine translated.")
@click.option(
    "--companies",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="List of listed companies (ticker, name, country, exchange), for tickers.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder the lists are written to.",
)
def mine(
    part: str, pairs: Path | None, clean: Path | None, companies: Path | None, out: Path
) -> None:
    """Make the lists again that evidence is found with.

    names: words by their place in known names. words: what machine retranslation confuses.
    tickers: companies by instrument code. Only what five documents or more have is written.
    """
    out.mkdir(parents=True, exist_ok=True)
    if part == "tickers":
        from garbled.training.mine_tickers import (
            mine_tickers,
            read_listed_companies,
            save_tickers,
        )

        rows = read_listed_companies(_given(companies, "--companies"))
        click.echo(str(save_tickers(out, mine_tickers(rows))))
        return
    pairs, clean = _given(pairs, "--pairs"), _given(clean, "--clean")
    if part == "words":
        from garbled.training.mine_words import mine_word_evidence

        mine_word_evidence(pairs, clean, out)
    else:
        from garbled.training.mine_name_forms import (
            place_names,
            write_doubled_places,
            write_name_forms,
        )
        from garbled.training.mine_names import mine_names

        mine_names(pairs, clean, out)
        write_name_forms(clean, out)
        write_doubled_places(place_names(), out)
    click.echo(str(out))


def _given(path: Path | None, option: str) -> Path:
    if path is None:
        raise click.UsageError(f"Missing option '{option}'.")
    return path
