"""What a feature group sees of a window: the faults and the grammar matches in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from garbled.analysers.faults import Fault
from garbled.segment.articles import Window

if TYPE_CHECKING:
    from garbled.languagetool.client import Match

T = TypeVar("T", "Fault", "PlacedMatch")


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
    """One row a window; a fault or match belongs to the window its first code point is in.

    Args:
        windows: of one article.
        faults: in reading order.
        matches: in reading order, or None where grammar was not checked.
    """
    placed_matches = None if matches is None else _Places(matches)
    placed_faults = _Places(faults)
    return [
        Row(
            window,
            placed_faults.within(window),
            None if placed_matches is None else placed_matches.within(window),
        )
        for window in windows
    ]


class _Places(Generic[T]):
    """Items sorted by place, so that a long article is not searched once a window."""

    def __init__(self, items: Sequence[T]) -> None:
        self.items: list[T] = sorted(items, key=_place)
        self.places = [_place(item) for item in self.items]

    def within(self, window: Window) -> tuple[T, ...]:
        found: list[T] = []
        for paragraph, (start, end) in _bounds(window).items():
            first = bisect_left(self.places, (paragraph, start))
            found.extend(self.items[first : bisect_left(self.places, (paragraph, end))])
        return tuple(found)


def _place(item: Fault | PlacedMatch) -> tuple[int, int]:
    return item.paragraph, item.start


def _bounds(window: Window) -> dict[int, tuple[int, int]]:
    bounds: dict[int, tuple[int, int]] = {}
    for sentence in window.sentences:
        start, _ = bounds.get(sentence.paragraph, (sentence.start, 0))
        bounds[sentence.paragraph] = (start, sentence.end)
    return bounds
