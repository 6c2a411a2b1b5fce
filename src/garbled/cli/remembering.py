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


remember_option = click.option(
    "--remember",
    is_flag=True,
    help="Score only what the memory does not have, and keep the results in it; so does --store.",
)


def remembering_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--store`` and ``--no-store``, for a command whose memory is on by default."""
    return store_option(no_store_option(command))


@contextmanager
def opened_store(options: Mapping[str, Any]) -> Iterator[Store | None]:
    """The memory that a command's options and the configuration ask for; None for none.

    It is made where it is missing.

    Raises:
        StoreError: it cannot be used.
    """
    if not _is_wanted(options):
        yield None
        return
    from garbled.store import Store

    config = configuration().store
    with Store(
        options.get("store") or config.path,
        retention_days=config.retention_days,
        keep_text=config.keep_text,
    ) as store:
        yield store


@contextmanager
def chosen_store(options: Mapping[str, Any]) -> Iterator[Store | None]:
    """The memory of a command that has none unless ``--remember`` or ``--store`` is given."""
    if not options["remember"] and options["store"] is None:
        yield None
        return
    with opened_store({"store": store_path(options)}) as store:
        yield store


@contextmanager
def existing_store(options: Mapping[str, Any]) -> Iterator[Store | None]:
    """The same memory, but None where there is none yet."""
    if _is_wanted(options) and store_path(options).exists():
        with opened_store(options) as store:
            yield store
    else:
        yield None


@contextmanager
def needed_store(options: Mapping[str, Any]) -> Iterator[Store]:
    """The memory that is there.

    Raises:
        StoreError: there is none, or it cannot be used.
    """
    from garbled.store.schema import StoreError

    with existing_store({**options, "store": store_path(options)}) as store:
        if store is None:
            message = "no memory yet; `garbled gate` or `garbled score --remember` makes it"
            raise StoreError(message, source=str(store_path(options)))
        yield store


def store_path(options: Mapping[str, Any]) -> Path:
    """Where the memory is, or would be."""
    chosen = options.get("store") or configuration().store.path
    if chosen is not None:
        return Path(chosen)
    from garbled.store import default_path

    return default_path()


def _is_wanted(options: Mapping[str, Any]) -> bool:
    is_named = options.get("store") is not None
    return not options.get("no_store") and (configuration().store.enabled or is_named)
