"""The configuration as a list of what is in effect, and where each value is from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Literal, NamedTuple

from garbled.config.keys import FEED, GENERAL, TABLES
from garbled.config.settings import Config
from garbled.config.toml import quoted
from garbled.policy import Policies, Policy

Origin = Literal["default", "model", "file", "option", "labels"]
Value = bool | int | float | str | Mapping[str, float] | None


class Setting(NamedTuple):
    """A key as ``garbled.toml`` writes it, its value, and where that is from.

    A model's thresholds are a number for each of its tiers.
    """

    key: str
    value: Value
    origin: Origin


def effective(
    config: Config,
    options: Mapping[str, object],
    model: Mapping[str, Value],
    refits: Mapping[str, Policy],
) -> Iterator[Setting]:
    """Everything that is in effect, in the order in which the keys are documented.

    Args:
        options: what stands on the command line, by key; it goes before the configuration.
        model: what the model says where neither does.
        refits: by feed, what editors' labels move.

    >>> config = Config(prior=0.2, stated=frozenset({"prior"}))
    >>> [*effective(config, {"tier": "fast"}, {"review": 0.3}, {})][:4:3]
    [Setting(key='tier', value='fast', origin='option'), \
Setting(key='review', value=0.3, origin='model')]
    """
    values: dict[str, object] = {key: getattr(config, key) for key in GENERAL}
    for name in TABLES:
        values |= {f"{name}.{key}": value for key, value in asdict(getattr(config, name)).items()}
    for key, value in values.items():
        if key in options:
            yield Setting(key, _plain(options[key]), "option")
        elif key in config.stated:
            yield Setting(key, _plain(value), "file")
        elif key in model:
            yield Setting(key, model[key], "model")
        else:
            yield Setting(key, _plain(value), "default")
    yield from _feeds(config, refits)


def _feeds(config: Config, refits: Mapping[str, Policy]) -> Iterator[Setting]:
    for name, policy in config.feeds:
        for key in FEED:
            value = getattr(policy, key)
            if value is not None:
                yield Setting(f"feeds.{quoted(name)}.{key}", value, "file")
    merged = Policies(feeds=config.policies_with(refits).feeds)
    for feed in refits:
        shift = merged.of(feed).shift
        if shift is not None:
            yield Setting(f"feeds.{quoted(feed)}.shift", shift, "labels")


def _plain(value: object) -> Value:
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
