"""The options by which a command is told where its memory of results is, and the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from garbled.cli.configured import configuration

if TYPE_CHECKING:
    from garbled.store import Store

store_option = click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file of the memory; the configuration's, or else this user's own, if not given.",
)
no_store_option = click.option(
    "--no-store", is_flag=True, help="Neither look results up in the memory nor keep them."
)


def remembering_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--store`` and ``--no-store``, for a command whose memory is on by default."""
    return store_option(no_store_option(command))


@contextmanager
def opened_store(options: Mapping[str, Any]) -> Iterator[Store | None]:
    """The memory that a command's options and the configuration ask for; None for none.

    Raises:
        StoreError: it cannot be used.
    """
    config = configuration().store
    is_named = options.get("store") is not None
    if options.get("no_store") or not (config.enabled or is_named):
        yield None
        return
    from garbled.store import Store

    with Store(
        options.get("store") or config.path,
        retention_days=config.retention_days,
        keep_text=config.keep_text,
    ) as store:
        yield store
