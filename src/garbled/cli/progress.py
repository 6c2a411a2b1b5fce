"""A count of what is done, on stderr, for someone who is watching."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from garbled.documents import Score


def with_progress(scores: Iterable[Score], *, shown: bool) -> Iterator[Score]:
    """Pass the scores on and, where shown, count them on stderr until the last has passed."""
    if not shown:
        yield from scores
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.completed} documents"), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("", total=None)
        for score in scores:
            progress.advance(task)
            yield score
