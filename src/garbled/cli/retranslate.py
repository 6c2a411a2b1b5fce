"""``garbled retranslate``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain as chain_rows
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from garbled.cli.exits import Exit
from garbled.cli.options import FOLDER, jobs_option
from garbled.cli.progress import with_progress
from garbled.cli.running import complain

if TYPE_CHECKING:
    from garbled.retranslation.chains import Chain
    from garbled.retranslation.engine import Engine
    from garbled.retranslation.run import Retranslated, Text

ENGINES = ("apertium", "ctranslate2", "libretranslate")


@click.command()
@click.argument("texts", nargs=-1, metavar="TEXTS...")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Parquet file for the pairs, written whole or not at all.",
)
@click.option(
    "--through",
    "chains",
    multiple=True,
    metavar="LANGUAGES",
    help="Languages to go through in order, such as es or fr,es; again for another chain.",
)
@click.option(
    "--modes",
    "named",
    multiple=True,
    metavar="NAMES",
    help="The engine's own modes or models instead, such as eng-spa,spa-eng; again for another.",
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(ENGINES),
    default="apertium",
    show_default=True,
    help="What translates: Apertium's modes, --models in a folder, or a server at --address.",
)
@click.option("--models", type=FOLDER, help="Folder with models in CTranslate2's form.")
@click.option("--address", help="Address of a LibreTranslate-compatible server.")
@click.option(
    "--list", "listing", is_flag=True, help="Print what the engine has; translate nothing."
)
@click.option("--set", "set_", default="retranslated", show_default=True, help="Name of the set.")
@click.option("--year", type=click.IntRange(1950, 2200), help="Year of the copies.")
@click.option(
    "--native/--not-native",
    default=True,
    show_default=True,
    help="Whether the texts were written in English.",
)
@jobs_option(2)
def retranslate(
    texts: tuple[str, ...],
    output: Path | None,
    chains: tuple[str, ...],
    named: tuple[str, ...],
    engine_name: str,
    listing: bool,
    jobs: int,
    **told: Any,
) -> int:
    """Make training pairs by translating English out and back.

    TEXTS are what `garbled score` takes. Each headline and body paragraph goes through the chain
    and comes back as one paragraph; the file is what `garbled train --pairs` reads. A run that was
    interrupted goes on where it stopped.
    """
    engine = _engine(engine_name, told.pop("models"), told.pop("address"), jobs)
    if listing:
        for step in engine.steps():
            click.echo(f"{step.source} > {step.target}  {step.name}")
        return Exit.DONE
    if not texts or output is None:
        raise click.UsageError("name TEXTS to retranslate and a file with --output, or --list")
    planned = _chains(engine, chains, named)
    for chain in planned:
        click.echo(f"{chain.languages} by {_system(engine, chain)}", err=True)
    return _write(texts, engine, planned, output, jobs, told)


def _engine(name: str, models: Path | None, address: str | None, jobs: int) -> Engine:
    if name == "ctranslate2":
        from garbled.retranslation.ctranslate import CTranslate2

        if models is None:
            raise click.UsageError("--engine ctranslate2 needs --models, a folder with models")
        return CTranslate2(models, threads=jobs)
    if name == "libretranslate":
        from garbled.retranslation.libretranslate import LibreTranslate

        if address is None:
            raise click.UsageError("--engine libretranslate needs --address, that of the server")
        return LibreTranslate(address)
    from garbled.retranslation.apertium import Apertium

    return Apertium()


def _chains(engine: Engine, through: tuple[str, ...], named: tuple[str, ...]) -> list[Chain]:
    from garbled.retranslation.chains import name_chain, plan_chain

    chains = [plan_chain(engine, _split(one)) for one in through]
    chains += [name_chain(engine, _split(one)) for one in named]
    if not chains:
        raise click.UsageError("name the languages to go through, as in --through fr,es")
    return list(dict.fromkeys(chains))


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _system(engine: Engine, chain: Chain) -> str:
    return f"{engine.name} {engine.version} {chain.modes}"


def _write(
    paths: tuple[str, ...],
    engine: Engine,
    chains: list[Chain],
    output: Path,
    jobs: int,
    told: dict[str, Any],
) -> int:
    from garbled.corpora.write import write_pairs
    from garbled.retranslation.journal import Journal
    from garbled.retranslation.run import retranslate

    tally: Counter[str] = Counter()
    with Journal(output.with_name(f".{output.name}.work")) as journal:
        if len(journal):
            click.echo(f"going on: {len(journal)} are done already", err=True)
        made = retranslate(_texts(paths, tally), engine, chains, journal, jobs)
        watched = with_progress(made, shown=sys.stderr.isatty())
        rows = _rows(watched, engine, tally, told)
        first = next(rows, None)
        n_pairs = write_pairs(chain_rows([first], rows), output) if first else 0
        if not tally["unavailable"]:
            journal.remove()
    click.echo(
        f"{n_pairs} pairs of {tally['texts']} texts; {tally['problems']} texts and"
        f" {tally['lost']} paragraphs could not be retranslated"
        + ("" if n_pairs else "; nothing is written"),
        err=True,
    )
    if tally["unavailable"]:
        complain(f"{tally['unavailable']} texts are left: run the same command again to go on")
    whole = n_pairs and not (tally["problems"] or tally["lost"] or tally["unavailable"])
    return Exit.DONE if whole else Exit.INPUT


def _texts(paths: tuple[str, ...], tally: Counter[str]) -> Iterator[Text]:
    from garbled.ingest import read
    from garbled.retranslation.run import readable_texts

    for text in readable_texts(read(paths)):
        tally["problems" if text.problem else "texts"] += 1
        for remark in filter(None, (text.problem, text.warning)):
            complain(f"{text.source}: {remark}")
        yield text


def _rows(
    made: Iterable[Retranslated], engine: Engine, tally: Counter[str], told: dict[str, Any]
) -> Iterator[dict[str, object]]:
    for one in made:
        for problem in one.copies.problems:
            tally["lost"] += 1
            complain(f"{one.text.source}: {problem}")
        if one.unavailable:
            if not tally["unavailable"]:
                complain(one.unavailable)
            tally["unavailable"] += 1
        shared = {
            "set": told["set_"],
            "lang_pair": one.chain.languages,
            "doc_id": one.text.id,
            "origlang": "en" if told["native"] else None,
            "source_lang": one.chain.steps[-1].source,
            "pivot": one.chain.pivot,
            "system": _system(engine, one.chain),
            "kind": "machine",
            "year": told["year"],
        }
        for number, original, copy in one.pairs():
            yield {**shared, "seg": number, "original": original, "retranslated": copy}
