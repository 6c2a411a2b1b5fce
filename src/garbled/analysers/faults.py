"""A fault: a rule of an analyser that fired on a span."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that fired on a span of a paragraph; ``rule`` is a key of resources/rules.toml."""

    paragraph: int
    start: int
    end: int
    rule: str
    suggestion: str | None = None
