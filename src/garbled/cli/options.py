"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("garbled") / "features"


FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

pairs_option = click.option(
    "--pairs", type=FOLDER, required=True, help="Folder with the aligned pairs."
)
clean_option = click.option(
    "--clean", type=FOLDER, help="Folder with clean news that no machine translated."
)
cache_option = click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=_cache_folder,
    show_default="a per-user folder",
    help="Folder that keeps measured features between runs.",
)
model_option = click.option(
    "--model", type=FOLDER, help="Model folder; the one shipped with garbled if not given."
)
seed_option = click.option(
    "--seed", type=int, default=0, show_default=True, help="Seed of everything random."
)


def jobs_option(default: int) -> Decorator:
    """``--jobs`` with a command's own default."""
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=default,
        show_default=True,
        help="Processes to work with.",
    )


tier_option = click.option(
    "--tier",
    type=click.Choice(["fast", "full", "auto"]),
    default="auto",
    show_default=True,
    help="fast: without LanguageTool. full: with it. auto: fast, and full where in doubt.",
)

house_list_option = click.option(
    "--house-list",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of names and terms to leave alone, one a line; # starts a comment.",
)

grammar_option = click.option(
    "--grammar/--no-grammar",
    default=True,
    show_default=True,
    help="Use LanguageTool where the tier wants it, or in no tier.",
)

prior_option = click.option(
    "--prior",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Share of this feed expected to be mangled; the model's own if not given.",
)
