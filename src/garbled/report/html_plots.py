"""The summary plots of the HTML report, as places and sizes for a template to draw in SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from garbled.documents import KINDS, SEVERITIES

BINS = 20
"""Columns of the histogram of scores; each is five points wide."""
_STEPS = (1, 2, 2.5, 5, 10, 20, 25)
_MARKS = 4
"""Marks on an axis beside its zero, at most."""
_Place = TypeVar("_Place", int, str)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in SVG units, ``name`` its class and ``says`` what a pointer on it is told."""

    x: float
    y: float
    width: float
    height: float
    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place in SVG units and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars with the marks of their two axes."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    x: tuple[Tick, ...]
    y: tuple[Tick, ...]


def score_bin(score: float) -> int:
    """The column of a score.

    >>> [score_bin(score) for score in (0.0, 4.9, 5.0, 100.0)]
    [0, 0, 1, 19]
    """
    return min(int(score * BINS / 100), BINS - 1)


def score_plot(counts: Mapping[tuple[int, str], int], verdicts: Sequence[str]) -> Plot:
    """Articles by score, the verdicts stacked.

    Args:
        counts: articles by column (``score_bin``) and verdict.
        verdicts: from the bottom of the stack to its top.
    """
    width, height = 600, 200
    ticks = _ticks(_tallest(counts))
    top = ticks[-1]
    step = width / BINS
    bars = []
    for column in range(BINS):
        below = 0.0
        for verdict in verdicts:
            n = counts.get((column, verdict), 0)
            tall = height * n / top
            says = f"{n:,} {verdict}, score {column * 5} to {column * 5 + 5}"
            if n:
                bars.append(
                    Bar(column * step + 1, height - below - tall, step - 2, tall, verdict, says)
                )
            below += tall
    x = tuple(Tick(width * value / 100, str(value)) for value in range(0, 101, 20))
    y = tuple(Tick(height - height * value / top, f"{value:,}") for value in ticks)
    return Plot(width, height, tuple(bars), x, y)


def findings_plot(counts: Mapping[tuple[str, str], int]) -> Plot:
    """Findings by kind, one row each, the severities beside one another, the worst first.

    Args:
        counts: findings by kind and severity.
    """
    width, row = 600, 25
    ticks = _ticks(_tallest(counts))
    bars = []
    for place, kind in enumerate(KINDS):
        left = 0.0
        for severity in reversed(SEVERITIES):
            n = counts.get((kind, severity), 0)
            wide = width * n / ticks[-1]
            if n:
                says = f"{n:,} {severity} {kind}"
                bars.append(Bar(left, place * row + 4, wide, row - 8, severity, says))
            left += wide
    x = tuple(Tick(width * value / ticks[-1], f"{value:,}") for value in ticks)
    y = tuple(Tick(row * (place + 0.5), kind) for place, kind in enumerate(KINDS))
    return Plot(width, row * len(KINDS), tuple(bars), x, y)


def _tallest(counts: Mapping[tuple[_Place, str], int]) -> int:
    stacks: Counter[_Place] = Counter()
    for (place, _), n in counts.items():
        stacks[place] += n
    return max(stacks.values(), default=0)


def _ticks(most: int) -> list[int]:
    """Round numbers from 0 to ``most`` or just above.

    >>> _ticks(0), _ticks(3), _ticks(37), _ticks(5000)
    ([0, 1], [0, 1, 2, 3], [0, 10, 20, 30, 40], [0, 2000, 4000, 6000])
    """
    most = max(most, 1)
    power = 10 ** max(len(str(most)) - 2, 0)
    sizes = (int(size * power) for size in _STEPS)
    step = next(size for size in sizes if size >= most / _MARKS)
    return list(range(0, most + step, step))
