"""Numbers, units, dates and times of a text, in a form in which equal ones are equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import regex

from garbled.comparison.language import english
from garbled.documents import Span

QuantityKind = Literal["number", "date"]

_DIGITS = regex.compile(
    r"(?P<sign>[$€£¥])?(?P<digits>\d+(?:[.,:]\d+)*)(?P<tail>st|nd|rd|th|s|m|bn|tn|k)?(?P<percent>%)?"
)
_DECIMAL_COMMA = regex.compile(r"\d+,\d{1,2}")
_DOTTED_THOUSANDS = regex.compile(r"\d{1,3}(?:\.\d{3}){2,}")
_NOON, _HOUR = 12, 60
_AFTERNOON = frozenset({"pm", "p.m"})
_HALVES = _AFTERNOON | {"am", "a.m"}
HUNDRED, THOUSAND = 100, 1_000
_YEARS = range(1800, 2100)
MAX_DIGITS = 18
"""Digits of a number that is read: input is hostile."""


class Quantity(NamedTuple):
    """A number or a part of a date, and the words that it takes up.

    ``value`` is equal for equal ones: a number as a float, a date as (weekday,), (month, day), …
    """

    kind: QuantityKind
    value: float | tuple[str, int] | tuple[str, int, int]
    unit: str | None
    words: Span


def quantities(words: Sequence[str]) -> list[Quantity]:
    """Numbers and dates of tokenised text, in its order.

    >>> [(q.value, q.unit) for q in quantities("It rose 3.5 million dollars".split())]
    [(3500000.0, 'dollars')]
    >>> [q.value for q in quantities("on Monday , May 3 , 2010 at 5 p.m".split())]
    [('weekday', 1), ('day', 5, 3), ('year', 2010), ('time', 1020)]
    """
    found: list[Quantity] = []
    place = 0
    while place < len(words):
        quantity = _date(words, place) or _number(words, place)
        if quantity is not None:
            found.append(quantity)
        place = quantity.words.end if quantity else place + 1
    return found


def loose_values(words: Sequence[str]) -> Iterator[float]:
    """Values of words such as "both" or "third", which may stand for a number."""
    for word in words:
        value = english().loose_numbers.get(word.lower())
        if value is not None:
            yield value


def _date(words: Sequence[str], place: int) -> Quantity | None:
    word, facts = words[place], english()
    if word.lower() in facts.weekdays:
        value = ("weekday", facts.weekdays[word.lower()])
        return Quantity("date", value, None, Span(place, place + 1))
    month = _month(word)
    if month is None:
        day, following = _day(word), place + 1
        if following < len(words) and words[following] == "of":
            following += 1
        month = _month(words[following]) if day and following < len(words) else None
        if month is None or day is None:
            return None
        return Quantity("date", ("day", month, day), None, Span(place, following + 1))
    following = place + 1 + (words[place + 1 : place + 2] == ["."])
    day = _day(words[following]) if following < len(words) else None
    if day is not None:
        return Quantity("date", ("day", month, day), None, Span(place, following + 1))
    return Quantity("date", ("month", month), None, Span(place, place + 1))


def _month(word: str) -> int | None:
    """1 to 12 for a capitalised month; "may" and "march" are verbs too."""
    return english().months.get(word.lower()) if word[:1].isupper() else None


def _day(word: str) -> int | None:
    match = _DIGITS.fullmatch(word)
    if (
        not match
        or match["sign"]
        or match["percent"]
        or match["tail"] in {"s", "m", "bn", "tn", "k"}
    ):
        return None
    digits = match["digits"]
    return int(digits) if len(digits) <= 2 and 1 <= int(digits) <= 31 else None


def _number(words: Sequence[str], place: int) -> Quantity | None:
    if words[place][-1:].isdigit() or _DIGITS.fullmatch(words[place]):
        return _in_digits(words, place)
    value, unit = _in_words(words[place])
    if value is None:
        return None
    end = place + 1
    if unit is not None:
        return Quantity("number", value, unit, Span(place, end))
    total, end = _go_on(words, end, value)
    unit, end = _unit(words, end)
    return Quantity("number", total, unit or _sign(words, place), Span(place, end))


def _in_digits(words: Sequence[str], place: int) -> Quantity | None:
    match = _DIGITS.fullmatch(words[place])
    if match is None:
        return None
    digits, facts = match["digits"], english()
    if len(digits) > MAX_DIGITS:
        return None
    after = words[place + 1].lower().rstrip(".") if place + 1 < len(words) else ""
    if ":" in digits or after in _HALVES:
        end = place + 1 + (after in _HALVES)
        return _with_colons(digits, after, Span(place, end))
    value = _value(digits)
    bare = not (match["sign"] or match["percent"] or match["tail"])
    if bare and digits.isdigit() and len(digits) == 4 and int(digits) in _YEARS:
        unit, _ = _unit(words, place + 1)
        if unit is None:
            return Quantity("date", ("year", int(digits)), None, Span(place, place + 1))
    tail = match["tail"] or ""
    value *= facts.scales.get(tail, 1.0)
    total, end = _scaled(words, place + 1, value)
    if match["percent"]:
        return Quantity("number", total, "percent", Span(place, end))
    unit, end = _unit(words, end)
    sign = facts.units.get(match["sign"] or "")
    return Quantity("number", total, sign or unit or _sign(words, place), Span(place, end))


def _with_colons(digits: str, after: str, words: Span) -> Quantity | None:
    """A time of day as minutes since midnight, or else a result such as 3:2."""
    parts = regex.split("[:.,]", digits)
    numbers = [int(part) for part in parts]
    is_time = len(parts) == 1 or (len(parts[1]) == 2 and numbers[1] < _HOUR)
    if is_time and numbers[0] <= 2 * _NOON:
        hours = numbers[0] % _NOON if after in _HALVES else numbers[0]
        hours += _NOON * (after in _AFTERNOON)
        minutes = hours * _HOUR + sum(numbers[1:2])
        return Quantity("date", ("time", minutes), None, words)
    if len(parts) != 2:
        return None
    return Quantity("number", ("result", numbers[0], numbers[1]), None, words)


def _value(digits: str) -> float:
    """The value of digits with points or commas.

    >>> _value("1,250"), _value("3,5"), _value("1.250.000"), _value("3.25")
    (1250.0, 3.5, 1250000.0, 3.25)
    """
    if _DECIMAL_COMMA.fullmatch(digits):
        return float(digits.replace(",", "."))
    if _DOTTED_THOUSANDS.fullmatch(digits):
        return float(digits.replace(".", ""))
    whole, *parts = digits.replace(",", "").split(".")
    return float(f"{whole}.{''.join(parts)}" if parts else whole)


def _in_words(word: str) -> tuple[float | None, str | None]:
    """A number word's value and, where one is joined to it (five-year), its unit."""
    facts = english()
    first, *rest = word.lower().split("-")
    value = facts.numbers.get(first)
    for part in rest if value is not None else ():
        if part in facts.numbers or part in facts.loose_numbers:
            value = (value or 0) + facts.numbers.get(part, facts.loose_numbers.get(part, 0))
        elif part in facts.units:
            return value, facts.units[part]
        else:
            return None, None
    return (None, None) if value is None else (float(value), None)


def _go_on(words: Sequence[str], place: int, value: float) -> tuple[float, int]:
    """Go on in a number that is written in words: "two hundred and fifty thousand"."""
    total, current = 0.0, value
    while place < len(words):
        factor = english().scales.get(words[place].lower())
        following = place + (words[place] == "and" and total + current >= HUNDRED)
        more, unit = _in_words(words[following]) if following < len(words) else (None, None)
        if factor is not None:
            current *= factor
            if factor >= THOUSAND:
                total, current = total + current, 0.0
            place += 1
        elif more is not None and unit is None and current % HUNDRED == 0:
            current += more
            place = following + 1
        else:
            break
    return total + current, place


def _scaled(words: Sequence[str], place: int, value: float) -> tuple[float, int]:
    scales = english().scales
    while place < len(words) and words[place].lower() in scales:
        value *= scales[words[place].lower()]
        place += 1
    return value, place


def _unit(words: Sequence[str], place: int) -> tuple[str | None, int]:
    """The unit that begins here, also behind a hyphen (42-year-old), and where it ends."""
    units = english().units
    start = place + (words[place : place + 1] == ["-"])
    for length in (2, 1):
        form = " ".join(words[start : start + length]).lower()
        if form in units:
            return units[form], start + length
    if start > place and start < len(words):
        first = words[start].lower().split("-")[0]
        if first in units:
            return units[first], start + 1
    return None, place


def _sign(words: Sequence[str], place: int) -> str | None:
    """The unit of a sign that stands apart before a number."""
    return (
        english().units.get(words[place - 1]) if place and not words[place - 1].isalnum() else None
    )
