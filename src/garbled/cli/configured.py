"""The configuration in effect: found before a command runs, and the defaults of its options."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from garbled.config import Config

CONFIGURED = frozenset(
    {
        *("score", "explain", "compare", "gate", "serve", "spark"),
        *("history", "label", "threshold", "config"),
    }
)
"""Commands that read the configuration; the others run where it is broken."""
SERVICE = "serve"
"""The command whose options are the keys of the table [serve]."""
CLUSTER = "spark"
"""The command with its own tier and grammar: what suits a desk is too much for a cluster."""


def configure(context: click.Context, file: Path | None) -> None:
    """Read the configuration and make what it states the defaults of the commands' options.

    An option goes before it, and ``--help`` shows it. Prior and thresholds are no defaults, for a
    feed's go before those of all copy: they are the scorer's policies.

    Raises:
        GarbledError: the configuration is not what it should be.
    """
    from garbled.config import load_config

    config = load_config(file)
    context.obj = config
    general = {
        "tier": config.tier,
        "grammar": config.grammar,
        "model": config.model,
        "house_list": config.house_list,
    }
    context.default_map = dict.fromkeys(CONFIGURED, general)
    context.default_map[CLUSTER] = {name: general[name] for name in ("model", "house_list")}
    context.default_map[SERVICE] = {**general, **asdict(config.serve)}


def configuration() -> Config:
    """The configuration that the running command was given."""
    from garbled.config import Config

    context = click.get_current_context(silent=True)
    found: Any = None if context is None else context.find_object(Config)
    return Config() if found is None else found
