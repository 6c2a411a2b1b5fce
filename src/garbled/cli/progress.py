"""A count of what is done, on stderr, for someone who is watching."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def with_progress(documents: Iterable[Item], *, shown: bool) -> Iterator[Item]:
    """Pass the documents on and, where shown, count them on stderr until the last has passed."""
    if not shown:
        yield from documents
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.completed} documents"), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("", total=None)
        for document in documents:
            progress.advance(task)
            yield document
