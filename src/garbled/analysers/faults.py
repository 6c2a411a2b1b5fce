"""A fault: a rule of an analyser that fired on a span."""

from __future__ import annotations

from dataclasses import dataclass

from garbled.documents import Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that fired on a span of a paragraph; ``rule`` is a key of resources/rules.toml.

    ``severity`` is what the analyser knows better than the rule alone; None leaves it to the rule
    and to what the suggestion would change.
    """

    paragraph: int
    start: int
    end: int
    rule: str
    suggestion: str | None = None
    severity: Severity | None = None
