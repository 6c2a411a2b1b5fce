"""Kinds of clean copy that detectors stumble over, chosen by simple rules over the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import regex

from garbled.evaluation.metrics import alarm_rate
from garbled.evaluation.results import NamedSlice
from garbled.segment.normalise import unify

_QUOTED = regex.compile(r'"[^"\n]{20,}"')
_RESULT = regex.compile(r"\b\d{1,3}-\d{1,3}\b")
_SPORT = regex.compile(
    r"\b(?:beat|defeated|won|match|goals?|innings|wickets?|tournament|cup|season|coach|players?)\b",
    regex.IGNORECASE,
)
_CHANGE = regex.compile(r"\b\d+(?:\.\d+)? ?(?:percent|per cent|pct|%)")
_MARKET = regex.compile(
    r"\b(?:shares?|stocks?|index|Nikkei|FTSE|Dow|Nasdaq|S&P|points|traders?|investors?)\b",
    regex.IGNORECASE,
)
_BRITISH = regex.compile(
    r"\b(?:colour|labour|defence|favour|honour|neighbour|behaviour|harbour|centre|theatre|metre"
    r"|litre|tonne|programme|licence|organis|realis|recognis|criticis|travell|cancell|analyse)\w*",
    regex.IGNORECASE,
)
_CODE = regex.compile(r"<[.\w]+>|\b[A-Z]{2,6}\.[A-Z]{1,2}\b(?!\.)")
MIN_QUOTED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class CopyRule:
    """A kind of clean copy, the rule in words, and in code."""

    name: str
    rule: str
    holds: Callable[[str], bool]


def _count(pattern: regex.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def _is_quoted(text: str) -> bool:
    return sum(map(len, _QUOTED.findall(text))) >= MIN_QUOTED_SHARE * len(text)


def _is_sport(text: str) -> bool:
    return _count(_RESULT, text) >= 3 and _count(_SPORT, text) >= 3


def _is_market(text: str) -> bool:
    return _count(_CHANGE, text) >= 4 and _count(_MARKET, text) >= 4


COPY_RULES: tuple[CopyRule, ...] = (
    CopyRule("verbatim quotes", "a quarter of the text in double quotes", _is_quoted),
    CopyRule("sports results", "three results such as 2-1 and three words of sport", _is_sport),
    CopyRule("stock round-ups", "four percentages and four words of the market", _is_market),
    CopyRule(
        "British spelling",
        "two spellings such as colour, centre or organise",
        lambda text: _count(_BRITISH, text) >= 2,
    ),
    CopyRule(
        "instrument codes",
        "a code such as <GAZP.MM> or GAZP.MM",
        lambda text: _count(_CODE, text) >= 1,
    ),
)


def measure_named_slices(articles: Iterable[tuple[str, bool]]) -> list[NamedSlice]:
    """Share flagged of each kind.

    Args:
        articles: the text of each clean article, and whether it is flagged.

    >>> text = 'He said: "It is a long way to go, and we know it." He left.'
    >>> [s.flagged.alarms for s in measure_named_slices([(text, True)])]
    [1, 0, 0, 0, 0]
    """
    unified = [(unify(text), flagged) for text, flagged in articles]
    found = []
    for rule in COPY_RULES:
        flags = [flagged for text, flagged in unified if rule.holds(text)]
        found.append(NamedSlice(rule.name, rule.rule, alarm_rate(sum(flags), len(flags))))
    return found
