"""``garbled align``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from garbled.cli.exits import Exit
from garbled.cli.running import complain

if TYPE_CHECKING:
    from garbled.comparison.pairing import Mate
    from garbled.documents import Document


@click.command()
@click.argument("originals", metavar="ORIGINALS")
@click.argument("copies", metavar="COPIES")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Parquet file for the pairs, written whole or not at all.",
)
@click.option("--set", "set_", default="aligned", show_default=True, help="Name of the set.")
@click.option(
    "--lang-pair", help="Languages of the chain, such as fr-en or en-es-en, where they are known."
)
@click.option("--system", help="Name of the engine that made the copies, where it is known.")
@click.option("--year", type=click.IntRange(1950, 2200), help="Year of the copies.")
@click.option("--native", is_flag=True, help="The originals were written in English.")
@click.option("--human", is_flag=True, help="People made the copies: a control, never a positive.")
def align(originals: str, copies: str, output: Path, **told: Any) -> int:
    """Make training pairs of originals and their copies.

    ORIGINALS and COPIES are what `garbled score` takes, of any number of articles. A copy's
    original is found by its id or file name, or else by its words; sentences are aligned as
    `garbled compare` does it. The file is what `garbled train --pairs` reads.
    """
    from garbled.comparison.pairing import Originals
    from garbled.corpora.write import write_pairs

    damaged: list[str] = []
    tally: Counter[str] = Counter()
    found = Originals.of(_read(originals, damaged))
    rows = _rows(found.mates(_read(copies, damaged)), tally, told)
    n_pairs = write_pairs(rows, output)
    click.echo(
        f"{n_pairs} pairs of {tally['matched']} copies; {tally['alone']} copies without an"
        f" original; {len(damaged)} inputs that could not be read",
        err=True,
    )
    return Exit.INPUT if damaged or not n_pairs else Exit.DONE


def _read(path: str, damaged: list[str]) -> Iterator[Document]:
    from garbled.ingest import read

    for document in read([path]):
        if document.error is not None:
            complain(f"{document.source}: {document.error}")
            damaged.append(document.source)
        yield document


def _rows(
    mates: Iterable[Mate], tally: Counter[str], told: dict[str, Any]
) -> Iterator[dict[str, object]]:
    shared = {
        "set": told["set_"],
        "lang_pair": told["lang_pair"],
        "system": told["system"],
        "year": told["year"],
        "origlang": "en" if told["native"] else None,
        "kind": "human" if told["human"] else "machine",
    }
    for mate in mates:
        if mate.problem is not None:
            tally["alone"] += 1
            complain(mate.problem)
            continue
        tally["matched"] += 1
        for number, segment in enumerate(mate.segments):
            yield {
                **shared,
                "doc_id": mate.copy.id,
                "seg": number,
                "original": segment.original,
                "retranslated": segment.retranslated,
            }
