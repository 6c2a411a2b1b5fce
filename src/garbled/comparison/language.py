"""The language facts that comparing reads, from ``resources/comparison.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class English:
    """How English writes numbers, dates, units, negation and names.

    Args:
        numbers: number word to value.
        loose_numbers: word that may stand for a number, to its value.
        scales: word that multiplies the number before it, to its factor.
        units: form of a unit, in lower case, to the unit's name.
        months: name or abbreviation of a month to 1 to 12.
        weekdays: name of a weekday to 1 to 7.
        negations: words that deny.
        implied_negations: words that may stand for a negation.
        implied_prefixes: beginnings of words that may.
        particles: lower-case words that stand inside names.
        no_names: capitalised words that are no names.
        aliases: folded name to the other names of the same country or union.
        endings: by which a place and its people differ.
    """

    numbers: Mapping[str, float]
    loose_numbers: Mapping[str, float]
    scales: Mapping[str, float]
    units: Mapping[str, str]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    negations: frozenset[str]
    implied_negations: frozenset[str]
    implied_prefixes: tuple[str, ...]
    particles: frozenset[str]
    no_names: frozenset[str]
    endings: frozenset[str]
    aliases: Mapping[str, frozenset[str]]


@cache
def english() -> English:
    """The facts, read once a process."""
    text = (files("garbled") / "resources" / "comparison.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return English(
        numbers=data["numbers"],
        loose_numbers=data["loose_numbers"],
        scales=data["scales"],
        units={form: unit for unit, forms in data["units"].items() for form in forms},
        months=data["months"],
        weekdays=data["weekdays"],
        negations=frozenset(data["negation"]["explicit"]),
        implied_negations=frozenset(data["negation"]["implied"]),
        implied_prefixes=tuple(data["negation"]["implied_prefixes"]),
        particles=frozenset(data["names"]["particles"]),
        no_names=frozenset(data["names"]["no_names"]),
        endings=frozenset(data["names"]["endings"]),
        aliases={name: frozenset(row) - {name} for row in data["names"]["aliases"] for name in row},
    )
