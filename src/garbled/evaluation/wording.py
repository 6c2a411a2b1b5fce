"""How a report writes figures: two or three digits, never a figure where nothing was measured."""

from __future__ import annotations

from functools import partial
from math import isfinite, isnan

from garbled.evaluation.metrics import Interval, Rate
from garbled.evaluation.results import Target

NOTHING = "–"


def number(value: float, digits: int = 2) -> str:
    """A figure with so many decimals, without the minus of a zero.

    >>> number(0.8249), number(-0.001), number(float("nan"))
    ('0.82', '0.00', '–')
    """
    return f"{round(value, digits) + 0.0:.{digits}f}" if isfinite(value) else NOTHING


def signed(value: float) -> str:
    """A difference.

    >>> signed(0.0312), signed(-0.002), signed(0.0001)
    ('+0.031', '-0.002', '0.000')
    """
    text = number(value, 3)
    return f"+{text}" if not isnan(value) and float(text) > 0 else text


def interval(found: Interval, digits: int = 2) -> str:
    """A figure with its interval.

    >>> interval(Interval(0.824, 0.797, 0.868)), interval(Interval(0.5))
    ('0.82 [0.80, 0.87]', '0.50 [no interval]')
    """
    if isnan(found.value):
        return NOTHING
    if isnan(found.low) or isnan(found.high):
        return f"{number(found.value, digits)} [no interval]"
    return (
        f"{number(found.value, digits)} [{number(found.low, digits)}, {number(found.high, digits)}]"
    )


def difference(found: Interval) -> str:
    """A difference with its interval, signed.

    >>> difference(Interval(-0.012, -0.02, 0.001))
    '-0.012 [-0.020, +0.001]'
    """
    if isnan(found.value):
        return NOTHING
    if isnan(found.low) or isnan(found.high):
        return f"{signed(found.value)} [no interval]"
    return f"{signed(found.value)} [{signed(found.low)}, {signed(found.high)}]"


def percent(share: float) -> str:
    """A share as a percentage of two or three digits.

    >>> percent(0.00314), percent(0.0449), percent(0.431), percent(1.0), percent(0.0)
    ('0.31 %', '4.5 %', '43 %', '100 %', '0 %')
    """
    if not isfinite(share):
        return NOTHING
    hundredths = 100 * share
    if not hundredths:
        return "0 %"
    digits = 2 if abs(hundredths) < 1 else 1 if abs(hundredths) < 10 else 0
    return f"{hundredths:.{digits}f} %"


def rate(found: Rate) -> str:
    """Alarms as a share with its interval, or as a bound where there are too few to decide.

    >>> rate(Rate(4, 3_000, 0.0, 0.003))
    '4 of 3,000: at most 0.30 %, undecidable'
    """
    if not found.n:
        return NOTHING
    if not found.is_decidable:
        return f"{found.alarms} of {count(found.n)}: at most {percent(found.high)}, undecidable"
    return f"{percent(found.value)} [{percent(found.low)}, {percent(found.high)}]"


def share(found: Interval) -> str:
    """A share with its interval as percentages."""
    if isnan(found.value) or isnan(found.low) or isnan(found.high):
        return percent(found.value)
    return f"{percent(found.value)} [{percent(found.low)}, {percent(found.high)}]"


def count(n: int) -> str:
    """A count; a dash for none.

    >>> count(12_345), count(0)
    ('12,345', '–')
    """
    return f"{n:,}" if n else NOTHING


def target_value(target: Target) -> str:
    """A target's figure with its interval, in per cent where its aim is.

    A figure that is only bounded from one side is given as that bound.
    """
    write = percent if "%" in target.aim else partial(number, digits=3)
    known = [isfinite(value) for value in (target.value, target.low, target.high)]
    if all(known):
        return f"{write(target.value)} [{write(target.low)}, {write(target.high)}]"
    if known[0]:
        return write(target.value)
    if known[2]:
        return f"at most {write(target.high)}"
    return f"at least {write(target.low)}" if known[1] else NOTHING


def verdict(target: Target) -> str:
    """Met, missed, undecidable or not measured, in words and with a mark that needs no colour."""
    if not any(map(isfinite, (target.value, target.low, target.high))):
        return "– not measured"
    return {True: "✓ met", False: "✗ missed", None: "? undecidable"}[target.met]
