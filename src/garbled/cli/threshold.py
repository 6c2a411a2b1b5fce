"""``garbled threshold``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from garbled.cli.configured import configuration
from garbled.cli.remembering import needed_store, store_option

if TYPE_CHECKING:
    from garbled.store.proposals import Alarms, Proposal

RATE = click.FloatRange(min=0, min_open=True, max=1_000_000)


@click.command()
@click.option("--source", required=True, help="Feed to propose thresholds for.")
@click.option("--hold-per-day", type=RATE, required=True, help="Most items to hold a day.")
@click.option(
    "--review-per-day",
    type=RATE,
    help="Most items to send to review a day; the review threshold stays if not given.",
)
@click.option(
    "--write",
    is_flag=True,
    help="Add the lines to the configuration in effect; to ./garbled.toml where there is none.",
)
@store_option
def threshold(
    source: str,
    hold_per_day: float,
    review_per_day: float | None,
    write: bool,
    store: Path | None,
) -> None:
    """Propose a feed's thresholds from its history.

    Prints lines for garbled.toml: the lowest thresholds by which the feed's items, as they came
    while the memory was on, would have kept to the numbers. It says on how many items and days
    that rests, and refuses where they are too few, or where findings alone give more alarms.
    """
    from garbled.config.toml import add_feed, feed_table
    from garbled.errors import GarbledError
    from garbled.store.proposals import propose

    with needed_store({"store": store}) as memory:
        observed, labels = memory.observed(source), memory.labels(source)
    try:
        proposal = propose(observed, hold_per_day, review_per_day)
    except GarbledError as error:
        raise GarbledError(error.message, source=source) from error
    values = {"review": round(proposal.review, 6), "hold": round(proposal.hold, 6)}
    file = configuration().source or Path("garbled.toml").absolute()
    table = feed_table(source, values, file=file, remark=_remark(proposal, len(labels)))
    click.echo(table, nl=False)
    if write:
        add_feed(file, table, source)
        click.echo(f"added to {file}", err=True)


def _remark(proposal: Proposal, n_labels: int) -> str:
    from garbled.store.listing import moment

    lines = [
        f"from {proposal.n_items} items, {proposal.items_a_day:.3g} new a day over"
        f" {proposal.days:.1f} days, {moment(proposal.first_at)[:10]} to"
        f" {moment(proposal.last_at)[:10]}",
        f"held a day: {_rate(proposal.held)}; {proposal.held_before:.2g} before",
        f"to review a day: {_rate(proposal.reviewed)}; {proposal.reviewed_before:.2g} before",
    ]
    if n_labels:
        lines.append(f"editors' labels of this feed ({n_labels}) move these thresholds no more")
    return "\n".join(lines)


def _rate(alarms: Alarms) -> str:
    return f"{alarms.a_day:.2g}, 95 % interval {alarms.low:.2g} to {alarms.high:.2g}"
