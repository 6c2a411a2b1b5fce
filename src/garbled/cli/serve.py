"""``garbled serve``."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from garbled.cli.configured import configuration
from garbled.cli.remembering import opened_store, remembering_options
from garbled.cli.scoring import make_scorer, scoring_options

if TYPE_CHECKING:
    from garbled.config import ServeConfig
    from garbled.serve.options import ServiceOptions

TOKEN = "GARBLED_TOKEN"  # noqa: S105 - the name of an environment variable
NEEDED = ("fastapi", "prometheus_client", "uvicorn")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8035,
    show_default=True,
    help="Port to listen on; 0 takes a free one. LanguageTool's own is 8081.",
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"File with the token that clients must send; the variable {TOKEN} goes before it."
    " Needed unless only this machine can reach the address.",
)
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="Web origin, such as https://cms.example, whose pages may ask; may be repeated.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="Further name that the service is called by, behind a proxy; may be repeated.",
)
@click.option(
    "--max-bytes", type=click.IntRange(1), default=10_000_000, show_default=True, help="Of a body."
)
@click.option(
    "--max-items",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Articles in a request.",
)
@click.option(
    "--max-characters",
    type=click.IntRange(1),
    default=50_000,
    show_default=True,
    help="Of an article.",
)
@click.option(
    "--max-seconds",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="That a request is worked on.",
)
@click.option(
    "--queue",
    type=click.IntRange(1),
    default=32,
    show_default=True,
    help="Requests at once; one more is refused.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="Threads that score.",
)
@click.option("--log/--no-log", default=True, show_default=True, help="Log requests on stderr.")
@scoring_options
@remembering_options
def serve(log: bool, **options: Any) -> None:
    """Run the HTTP service and its page.

    It scores (`/v1/score`), compares (`/v1/compare`), lists results and takes labels, and speaks
    LanguageTool's interface (`/v2/check`), so that editors show what it finds. Its page is at `/`,
    the OpenAPI document at `/openapi.json`. It ends at SIGTERM or Ctrl-C once all is answered.
    """
    _check_installed()
    from garbled.serve.run import serve as run

    service_options = _service_options(options)
    _set_log(logging.INFO if log else logging.WARNING)
    config = configuration()
    with opened_store(options) as store:
        scorer = make_scorer(options, store)
        run(
            scorer.settings,
            service_options,
            store=store,
            policies=None if store is None else lambda: config.policies_with(store.policies()),
            tell=lambda line: click.echo(f"garbled: {line}", err=True),
        )


def _check_installed() -> None:
    from importlib.util import find_spec

    from garbled.errors import ResourceError

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise ResourceError(f"the service needs {names}: run `pip install 'garbled[serve]'`")


def _service_options(options: dict[str, Any]) -> ServiceOptions:
    from garbled.serve.options import ServiceOptions

    return ServiceOptions(
        config=_config(options),
        token=_token(options["token_file"]),
        origins=frozenset(options["origins"]),
        hosts=frozenset(name.lower() for name in options["hosts"]),
    )


def _config(options: dict[str, Any]) -> ServeConfig:
    from dataclasses import fields

    from garbled.config import ServeConfig

    return ServeConfig(**{field.name: options[field.name] for field in fields(ServeConfig)})


def _token(file: Path | None) -> str | None:
    import os

    from garbled.errors import GarbledError

    if given := os.environ.get(TOKEN):
        return given
    if file is None:
        return None
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise GarbledError("the token cannot be read", source=str(file)) from error


def _set_log(level: int) -> None:
    """Lines on stderr: what was asked and answered, never what of."""

    class OneLine(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            from garbled.report.plain import plain

            return f"{self.formatTime(record)} {plain(record.getMessage(), 500)}"

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logger = logging.getLogger("garbled")
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
