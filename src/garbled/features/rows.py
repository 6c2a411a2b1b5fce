"""What a feature group sees of a window, and the faults that analysers find in an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from garbled.segment.articles import Window

if TYPE_CHECKING:
    from garbled.languagetool.client import Match

T = TypeVar("T", "Fault", "PlacedMatch")


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that fired on a span of a paragraph; ``rule`` is a key of resources/rules.toml."""

    paragraph: int
    start: int
    end: int
    rule: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class PlacedMatch:
    """A LanguageTool match with its place in a paragraph."""

    paragraph: int
    start: int
    end: int
    match: Match


@dataclass(frozen=True, slots=True)
class Row:
    """A window with the faults and grammar matches in it; ``matches`` is None without grammar."""

    window: Window
    faults: tuple[Fault, ...]
    matches: tuple[PlacedMatch, ...] | None

    def per_hundred_words(self, count: float) -> float:
        return 100.0 * count / self.window.n_words if self.window.n_words else float("nan")


def make_rows(
    windows: Sequence[Window],
    faults: Sequence[Fault],
    matches: Sequence[PlacedMatch] | None,
) -> list[Row]:
    """One row a window; a fault or match belongs to the window its first code point is in."""
    return [
        Row(
            window,
            _within(window, faults),
            None if matches is None else _within(window, matches),
        )
        for window in windows
    ]


def _within(window: Window, items: Sequence[T]) -> tuple[T, ...]:
    bounds: dict[int, tuple[int, int]] = {}
    for sentence in window.sentences:
        start, _ = bounds.get(sentence.paragraph, (sentence.start, 0))
        bounds[sentence.paragraph] = (start, sentence.end)
    return tuple(
        item
        for item in items
        if item.paragraph in bounds
        and bounds[item.paragraph][0] <= item.start < bounds[item.paragraph][1]
    )
