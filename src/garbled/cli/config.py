"""``garbled config``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from garbled.cli.configured import configuration
from garbled.cli.remembering import existing_store, remembering_options
from garbled.cli.scoring import scoring_options

if TYPE_CHECKING:
    from garbled.config import Config
    from garbled.config.effective import Setting, Value

KEYS = {"store": "store.path"}
"""Options whose names are not their keys."""


@click.command()
@scoring_options
@remembering_options
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def config(context: click.Context, /, as_json: bool, **options: Any) -> None:
    """Show the configuration in effect, and where it is from.

    Each key of garbled.toml with where its value is from (default, model, file, option, or labels,
    which move a feed's thresholds by so many log-odds) and the value.
    """
    from garbled.config.effective import effective
    from garbled.model.folder import default_folder

    found = configuration()
    with existing_store(options) as store:
        refits = {} if store is None else store.policies()
    model = _said_by_the_model(options["model"] or default_folder(), options["tier"])
    given = _given(context, options)
    settings = list(effective(_with_store(found), given, model, refits))
    click.echo(_as_json(found, settings) if as_json else _as_table(found, settings))


def _given(context: click.Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """What stands on the command line, by key of the configuration."""
    given = {
        KEYS.get(name, name): value
        for name, value in options.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    if given.pop("no_store", False):
        given["store.enabled"] = False
    return given


def _with_store(found: Config) -> Config:
    """The configuration with the place of the memory, where it does not say one."""
    from dataclasses import replace

    from garbled.store.results import default_path

    return replace(found, store=replace(found.store, path=found.store.path or default_path()))


def _said_by_the_model(folder: Path, tier: str) -> dict[str, Value]:
    """The model's prior, and its thresholds in each configuration that the tier may come to."""
    from garbled.model.folder import describe

    said = describe(folder)
    used = {name: of for name, of in said["thresholds"].items() if tier in ("auto", _tier(name))}
    thresholds = {key: {name: of[key] for name, of in used.items()} for key in ("review", "hold")}
    return {"prior": said["prior"], **thresholds}


def _tier(configuration: str) -> str:
    return "fast" if configuration == "fast" else "full"


def _as_json(found: Config, settings: list[Setting]) -> str:
    source = None if found.source is None else str(found.source)
    shown = {s.key: {"value": s.value, "from": s.origin} for s in settings}
    return json.dumps({"file": source, "settings": shown}, indent=2)


def _as_table(found: Config, settings: list[Setting]) -> str:
    from garbled.report.plain import plain

    source = "no file was found" if found.source is None else plain(str(found.source))
    width = max(len(plain(s.key)) for s in settings)
    lines = [f"{plain(s.key):{width}}  {s.origin:7}  {_shown(s)}".rstrip() for s in settings]
    return "\n".join([f"# {source}", *lines])


def _shown(setting: Setting) -> str:
    from garbled.report.plain import plain

    if setting.origin == "labels":
        return f"{setting.value:+}"
    if isinstance(setting.value, Mapping):
        return ", ".join(f"{value} ({name})" for name, value in setting.value.items())
    if isinstance(setting.value, bool):
        return str(setting.value).lower()
    return "" if setting.value is None else plain(str(setting.value))
