"""``garbled history``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from garbled.cli.output import STDOUT, open_output
from garbled.cli.remembering import needed_store, store_option

DATE = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.command()
@click.option("--source", help="Feed whose results to list, or a pattern with * and ?.")
@click.option(
    "--verdict",
    type=click.Choice(["hold", "review", "pass", "error"]),
    help="Only results with this verdict.",
)
@click.option("--since", type=DATE, help="Only results scored at this date or after it, in UTC.")
@click.option("--before", type=DATE, help="Only results scored before this date, in UTC.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="Most results to list, the newest first; 0 for all.",
)
@click.option("--by-source", is_flag=True, help="List feeds with their numbers of results instead.")
@click.option(
    "--format",
    type=click.Choice(["table", "jsonl"]),
    help="table on a terminal and jsonl elsewhere, if not given.",
)
@click.option("--no-text", is_flag=True, help="Leave the articles' wording out.")
@store_option
def history(
    source: str | None,
    verdict: str | None,
    since: datetime | None,
    before: datetime | None,
    limit: int,
    by_source: bool,
    format: str | None,
    no_text: bool,
    store: Path | None,
) -> None:
    """List what was scored before, by source.

    Each result has a number, which `garbled label` takes. A line of jsonl has the result's number,
    when it was scored, its feed, its item, an editor's word on it, and the result itself.
    """
    from garbled.store import listing

    is_table = (format or ("table" if sys.stdout.isatty() else "jsonl")) == "table"
    with needed_store({"store": store}) as memory, open_output(STDOUT) as stream:
        if by_source:
            write_sources = listing.write_sources_table if is_table else listing.write_sources_jsonl
            write_sources(memory.sources(), stream)
            return
        found = memory.results(
            feed=source,
            verdict=verdict,
            since=_seconds(since),
            until=_seconds(before),
            limit=limit or None,
        )
        write = listing.write_results_table if is_table else listing.write_results_jsonl
        write(found, stream, texts=not no_text)


def _seconds(date: datetime | None) -> float | None:
    return None if date is None else date.replace(tzinfo=UTC).timestamp()
