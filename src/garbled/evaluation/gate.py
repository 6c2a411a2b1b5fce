"""The gate: refuses a model that is worse than the shipped one on any target.

Worse means beyond chance: the new figure lies outside the old interval on the wrong side, or the
old figure outside the new interval; both were measured on the same texts. A figure that is to lie
in a band may move within it. What cannot be compared is refused, so that no report passes by
saying less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, isnan, nan
from typing import Any, NamedTuple

from garbled.errors import IngestError

MUST_AGREE = ("manifest", "rule", "fold", "prior", "seed", "configuration", "verdicts")
"""Entries of the signature without which two reports are about different things."""
UNCERTAIN = 0.1
"""Share of itself by which a figure that never had an interval, such as a time, may get worse."""
_SAME = ("aim", "better", "ideal")


class Range(NamedTuple):
    """A figure between the ends of its interval, lower is better; NaN where an end is unknown."""

    best: float
    middle: float
    worst: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A target as a report's JSON has it."""

    name: str
    value: float
    low: float
    high: float
    n_originals: int
    met: bool | None
    goal: tuple[Any, ...]
    better: str
    ideal: float

    @property
    def has_interval(self) -> bool:
        return not isnan(self.low) and not isnan(self.high)

    @property
    def is_measured(self) -> bool:
        """There is a figure, or a bound on how bad it is, measured on something."""
        return self.n_originals > 0 and not isnan(self.badness().middle)

    def badness(self) -> Range:
        """The figure and its interval turned so that lower is better, whichever way it improves.

        What is only bounded is taken to be as bad as its bound.
        """
        low, value, high = self.low, self.value, self.high
        if self.better == "higher":
            turned = Range(-high, -value, -low)
        elif self.better == "lower":
            turned = Range(low, value, high)
        else:
            near, far = sorted((abs(low - self.ideal), abs(high - self.ideal)))
            inside = low <= self.ideal <= high
            turned = Range(0.0 if inside else near, abs(value - self.ideal), far)
        middle = turned.worst if isnan(turned.middle) else turned.middle
        return Range(turned.best, middle, turned.worst)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a model is refused, one line a reason, and on how many targets the two were compared."""

    refusals: tuple[str, ...]
    n_compared: int

    @property
    def passed(self) -> bool:
        return not self.refusals

    def __str__(self) -> str:
        if self.passed:
            return f"gate: passed, no worse on any of {self.n_compared} targets"
        return "\n".join(f"gate: refused: {reason}" for reason in self.refusals)


def require_comparable(shipped: dict[str, Any]) -> dict[str, Any]:
    """The shipped report, if there is something to hold a new one against.

    Raises:
        IngestError: it has no targets, or none that was measured.
    """
    if not any(figure.is_measured for figure in _figures(shipped, "the shipped report").values()):
        raise IngestError("the shipped report has no measured target to compare with")
    return shipped


def compare(new: Mapping[str, Any], shipped: dict[str, Any]) -> Verdict:
    """Hold a report against that of the shipped model, both as JSON objects.

    Raises:
        IngestError: the shipped report has nothing to compare with.
    """
    old = _figures(require_comparable(shipped), "the shipped report")
    refusals = [*_other_circumstances(new, shipped)]
    try:
        found = _figures(new, "the new report")
    except IngestError as error:
        return Verdict((*refusals, error.message), 0)
    compared = 0
    for key, figure in old.items():
        if key not in found:
            refusals.append(f"{figure.name}: missing")
            continue
        compared += figure.is_measured
        refusals += _worse(found[key], figure)
    return Verdict(tuple(refusals), compared)


def _other_circumstances(new: Mapping[str, Any], old: Mapping[str, Any]) -> Iterator[str]:
    before, after = (_signature(report) for report in (old, new))
    for name in MUST_AGREE:
        if before.get(name) is None or after.get(name) is None:
            yield f"no {name} in the signature of {'both' if before == after else 'one'} report"
        elif before[name] != after[name]:
            yield f"another {name} ({after[name]}, not {before[name]})"


def _signature(report: Mapping[str, Any]) -> Mapping[str, Any]:
    signature = report.get("signature")
    return signature if isinstance(signature, dict) else {}


def _worse(new: Figure, old: Figure) -> Iterator[str]:
    if new.goal != old.goal:
        yield f"{new.name}: the target itself was changed"
    if not old.is_measured:
        return
    if not new.is_measured:
        yield f"{new.name}: not measured"
        return
    if new.n_originals < old.n_originals:
        yield f"{new.name}: measured on {new.n_originals} originals, not {old.n_originals}"
    if old.has_interval and not new.has_interval:
        yield f"{new.name}: no interval any more"
    if _is_broken(new):
        yield f"{new.name}: the figure does not lie in its interval"
    if _is_beyond_chance(new, old):
        yield f"{new.name}: worse ({_show(new)}) than shipped ({_show(old)})"


def _is_beyond_chance(new: Figure, old: Figure) -> bool:
    """The new figure is worse, and chance does not explain it."""
    after, before = new.badness(), old.badness()
    if new.better == "nearer" and new.met is True:
        return False
    if not old.has_interval:
        return after.middle > before.middle + UNCERTAIN * abs(before.middle)
    return after.middle > before.worst or after.best > before.middle


def _is_broken(figure: Figure) -> bool:
    return figure.value < figure.low or figure.value > figure.high or figure.low > figure.high


def _show(figure: Figure) -> str:
    value, low, high = (f"{v:.3f}" for v in (figure.value, figure.low, figure.high))
    return f"{value} [{low}, {high}]".replace("nan", "–")


def _figures(report: Mapping[str, Any], what: str) -> dict[str, Figure]:
    """Targets by key.

    Raises:
        IngestError: there are none, one is not whole, or a key stands twice.
    """
    targets = report.get("targets")
    if not isinstance(targets, (list, tuple)) or not targets:
        raise IngestError(f"{what} has no targets")
    try:
        keys = Counter(str(target["key"]) for target in targets)
        figures = {str(target["key"]): _figure(target) for target in targets}
    except (KeyError, TypeError, ValueError) as error:
        raise IngestError(f"{what} has a target that is not whole ({error!r})") from error
    twice = [key for key, n in keys.items() if n > 1]
    if twice:
        raise IngestError(f"{what} has targets twice: {', '.join(twice)}")
    return figures


def _figure(target: Mapping[str, Any]) -> Figure:
    better = target["better"]
    if better not in ("higher", "lower", "nearer"):
        raise ValueError(f"better is {better!r}")
    ideal = _number(target["ideal"])
    if better == "nearer" and isnan(ideal):
        raise ValueError("nearer to nothing")
    return Figure(
        name=str(target["name"]),
        value=_number(target["value"]),
        low=_number(target["low"]),
        high=_number(target["high"]),
        n_originals=int(target["n_originals"]),
        met=target["met"],
        goal=tuple(target[name] for name in _SAME),
        better=better,
        ideal=ideal,
    )


def _number(value: Any) -> float:
    """A finite number, or NaN for null and for what is not finite."""
    number = nan if value is None else float(value)
    return nan if number in (inf, -inf) else number
