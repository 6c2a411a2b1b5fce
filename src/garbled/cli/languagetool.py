"""``garbled languagetool``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from garbled.cli.exits import Exit

if TYPE_CHECKING:
    from garbled.languagetool.install import Method, Status


@click.group()
def languagetool() -> None:
    """Install LanguageTool or see whether it works."""


@languagetool.command()
@click.option(
    "--version", help="Version to install; the one the model was fitted with if not given."
)
@click.option(
    "--method",
    type=click.Choice(["auto", "maven", "download"]),
    default="auto",
    show_default=True,
    help="maven: gather the jars with mvn. download: fetch the whole release. auto: either.",
)
def install(version: str | None, method: Method) -> None:
    """Install LanguageTool; this and `garbled model install` alone use the network.

    Prints the folder it is in. What is installed and works is left alone.
    """
    from garbled.languagetool.install import install as fetch

    chosen: dict[str, Any] = {} if version is None else {"version": version}
    click.echo(fetch(**chosen, method=method, progress=lambda line: click.echo(line, err=True)))


@languagetool.command()
@click.pass_context
def status(context: click.Context, /) -> None:
    """See whether Java and LanguageTool are there and a check works.

    Exits with 0 if grammar can be checked, with 3 if not.
    """
    from garbled.languagetool.install import status as look

    found = look()
    click.echo(_described(found))
    context.exit(Exit.DONE if found.works else Exit.INPUT)


def _described(found: Status) -> str:
    from garbled.report.plain import plain

    absent = "not needed, a running server is used" if found.works else "not found"
    java = f"{found.java.version} ({found.java.path})" if found.java else absent
    facts = {
        "Java": java,
        "LanguageTool": found.version or "not found",
        "Folder": str(found.folder or absent),
        "Works": "yes" if found.works else f"no: {found.problem}",
    }
    return "\n".join(f"{name + ':':14}{plain(fact)}" for name, fact in facts.items())
