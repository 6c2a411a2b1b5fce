"""``garbled data``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from garbled.cli.exits import Exit
from garbled.cli.running import complain

if TYPE_CHECKING:
    from garbled.corpora.public.catalogue import Corpus

_NO_DIGEST = "none is published; that of the first download is recorded and held to"

catalogue_option = click.option(
    "--catalogue",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Catalogue of your own instead of the one that ships, data/corpora.toml.",
)
folder_option = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that corpora lie in; by default one in your data directory.",
)


@click.group()
def data() -> None:
    """List public corpora, fetch them, and check what was fetched."""


@data.command("list")
@catalogue_option
@folder_option
@click.argument("name", required=False)
def list_(name: str | None, catalogue: Path | None, folder: Path | None) -> int:
    """List the corpora, or tell everything about one. Needs no network."""
    from garbled.corpora.public.catalogue import load_catalogue
    from garbled.corpora.public.store import is_fetched
    from garbled.errors import ResourceError
    from garbled.report.plain import plain

    corpora = load_catalogue(catalogue)
    place = _place(folder)
    if name is not None:
        if name not in corpora:
            raise ResourceError(f"no such corpus; there are: {', '.join(corpora)}", source=name)
        click.echo(_plain_lines(_told(corpora[name], place)))
        return Exit.DONE
    width = max(map(len, corpora))
    for corpus in corpora.values():
        state = "not to be fetched" if corpus.why_not else "clean" if corpus.is_clean else "pairs"
        state = "fetched" if is_fetched(corpus, place) else state
        click.echo(f"{corpus.name:{width}}  {state:17}  {plain(corpus.title)}")
    return Exit.DONE


@data.command()
@catalogue_option
@folder_option
@click.argument("names", nargs=-1, required=True, metavar="NAMES...")
def get(names: tuple[str, ...], catalogue: Path | None, folder: Path | None) -> int:
    """Fetch corpora and make pairs or clean articles of them.

    Prints the Parquet files that were made. What is there and sound is not fetched again; a
    download that was interrupted goes on. Read a corpus's licence first: `garbled data list NAME`.
    """
    from garbled.corpora.public.catalogue import find_corpus, load_catalogue
    from garbled.corpora.public.store import get_corpus
    from garbled.errors import GarbledError

    corpora = load_catalogue(catalogue)
    wanted = [find_corpus(corpora, name) for name in dict.fromkeys(names)]
    failed = False
    for corpus in wanted:
        click.echo(f"{corpus.name}: licence: {corpus.licence}", err=True)
        try:
            with _progress() as progress:
                fetched = get_corpus(corpus, _place(folder), _tell, progress)
        except GarbledError as error:
            complain(f"{corpus.name}: {error}")
            failed = True
            continue
        kind = "articles" if corpus.is_clean else "pairs"
        click.echo(f"{corpus.name}: {fetched.n_rows} {kind}", err=True)
        if fetched.on_trust:
            click.echo(
                f"{corpus.name}: no digest was published of {len(fetched.on_trust)} files; theirs"
                " of today are recorded, and `garbled data verify` holds to them",
                err=True,
            )
        click.echo(str(fetched.path))
    return Exit.INPUT if failed else Exit.DONE


@data.command()
@catalogue_option
@folder_option
@click.argument("names", nargs=-1, metavar="[NAMES]...")
def verify(names: tuple[str, ...], catalogue: Path | None, folder: Path | None) -> int:
    """Hold what was fetched against its digests again; all of it if nothing is named."""
    from garbled.corpora.public.catalogue import find_corpus, load_catalogue
    from garbled.corpora.public.store import is_fetched, verify_corpus

    corpora = load_catalogue(catalogue)
    place = _place(folder)
    wanted = [find_corpus(corpora, name) for name in dict.fromkeys(names)]
    wanted = wanted or [corpus for corpus in corpora.values() if is_fetched(corpus, place)]
    found = {corpus.name: verify_corpus(corpus, place) for corpus in wanted}
    for name, problems in found.items():
        for problem in problems:
            complain(f"{name}: {problem}")
        if not problems:
            click.echo(f"{name}: as it was fetched")
    if not wanted:
        complain(f"nothing was fetched into {place}")
    return Exit.INPUT if any(found.values()) or not wanted else Exit.DONE


def _place(folder: Path | None) -> Path:
    from garbled.corpora.public.store import corpora_folder

    return folder.resolve() if folder else corpora_folder()


def _told(corpus: Corpus, place: Path) -> dict[str, Any]:
    from garbled.corpora.public.store import is_fetched

    digests = [f"{kind} {d}" for f in corpus.files for kind, d in _digests(f) if d]
    addresses = [file.address for file in corpus.files]
    more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
    return {
        "Name": corpus.name,
        "Title": corpus.title,
        "Licence": corpus.licence,
        "Cite": corpus.cite,
        "Gives": f"{'clean English' if corpus.is_clean else 'pairs'}: {corpus.pairs}",
        "Address": addresses and addresses[0] + more,
        "Size": _size(corpus),
        "Digest": ", ".join(digests) or (addresses and _NO_DIGEST),
        "Note": corpus.note,
        "Known from": corpus.source,
        "Fetched": corpus.why_not or ("yes" if is_fetched(corpus, place) else "no"),
    }


def _digests(file: Any) -> Iterator[tuple[str, str | None]]:
    yield "SHA-256", file.sha256
    yield "MD5", file.md5


def _size(corpus: Corpus) -> str | None:
    if not corpus.files:
        return None
    known = sum(file.n_bytes or 0 for file in corpus.files)
    return f"{known:,} bytes" if known else f"not published; at most {corpus.max_bytes:,} bytes"


def _plain_lines(told: dict[str, Any]) -> str:
    """What is known, a line each; nothing in it can drive the terminal."""
    from garbled.report.plain import plain

    return "\n".join(f"{name + ':':12}{plain(str(fact))}" for name, fact in told.items() if fact)


def _tell(line: str) -> None:
    from garbled.report.plain import plain

    click.echo(plain(line), err=True)


@contextmanager
def _progress() -> Iterator[Callable[[int, int | None], None]]:
    """A bar on stderr for someone who is watching."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

    columns = BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
