"""``garbled label``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from garbled.cli.configured import configuration
from garbled.cli.output import STDOUT, open_output
from garbled.cli.remembering import needed_store, store_option

if TYPE_CHECKING:
    from garbled.store import Store, Word

WORDS: dict[str, Word] = {"false-alarm": "false_alarm", "mangled": "mangled"}


@click.command()
@click.argument("told", nargs=-1, metavar="[RESULT_ID] [false-alarm|mangled]")
@click.option("--source", help="Feed of the item, in place of RESULT_ID; with --list, only this.")
@click.option("--item", help="Id of the item in its feed, in place of RESULT_ID.")
@click.option("--list", "is_list", is_flag=True, help="List what editors said.")
@click.option("--remove", is_flag=True, help="Take back what was said of the result.")
@click.option(
    "--format",
    type=click.Choice(["table", "jsonl"]),
    help="Of the list: table on a terminal and jsonl elsewhere, if not given.",
)
@store_option
def label(
    told: tuple[str, ...],
    source: str | None,
    item: str | None,
    is_list: bool,
    remove: bool,
    format: str | None,
    store: Path | None,
) -> None:
    """Record an editor's word on a result, and learn from it.

    `garbled history` lists results with their numbers. One word counts for an article of a feed;
    a later one takes its place. A feed's words move its thresholds: false alarms up, so that
    alarms get rarer, mangled ones down, each a little; what the configuration says of the feed
    goes before them. Words count wherever the memory is used.
    """
    with needed_store({"store": store}) as memory:
        if is_list:
            _list(memory, source, format)
            return
        result, word = _parse(told, source, item, remove)
        if remove:
            removed = memory.unlabel(result)
            feed, said = removed.feed, f"no longer {removed.word}"
        else:
            labelled = memory.label(result, WORDS[word])
            feed, said = labelled.feed, f"result {labelled.result_id} is {word}"
        click.echo(f"{said}; {_effect(memory, feed)}")


def _list(memory: Store, source: str | None, format: str | None) -> None:
    from garbled.store.listing import write_labels_jsonl, write_labels_table

    is_table = (format or ("table" if sys.stdout.isatty() else "jsonl")) == "table"
    with open_output(STDOUT) as stream:
        (write_labels_table if is_table else write_labels_jsonl)(memory.labels(source), stream)


def _parse(
    told: tuple[str, ...], source: str | None, item: str | None, remove: bool
) -> tuple[int | tuple[str, str], str]:
    """Which result, and the word, which is empty for one that is removed."""
    words = [] if remove else [told[-1]] if told else [""]
    ids = told[: len(told) - len(words)]
    if words and words[0] not in WORDS:
        raise click.UsageError(f"say what it is: {' or '.join(WORDS)}")
    word = words[0] if words else ""
    if source is not None and item is not None and not ids:
        return (source, item), word
    if source is None and item is None and len(ids) == 1 and ids[0].isdecimal():
        return int(ids[0]), word
    raise click.UsageError("name one result: its RESULT_ID, or both --source and --item")


def _effect(memory: Store, feed: str) -> str:
    """What a feed's labels do to it now."""
    from garbled.report.plain import plain

    labels = memory.labels(feed)
    n_labels = f"{len(labels)} label{'' if len(labels) == 1 else 's'} of {plain(feed)}"
    refits = memory.policies()
    if feed not in refits:
        return f"{n_labels} move no threshold"
    policy = configuration().policies_with(refits).of(feed)
    if policy.shift is None:
        return f"{n_labels}, but its thresholds stay as the configuration has them"
    often = "rarer" if policy.shift > 0 else "more frequent"
    return f"{n_labels} move its thresholds by {policy.shift:+} log-odds: alarms get {often}"
