"""How grave a finding is, as MQM grades: by its rule, and by what it does to the meaning.

A changed number or negation is critical, a changed name major; a difference of letter case,
accents, spaces or marks alone is minor (Multidimensional Quality Metrics, Lommel et al. 2014).
"""

from __future__ import annotations

import unicodedata

import regex

from garbled.documents import SEVERITIES, Severity
from garbled.segment.tokens import tokenise

_NEGATIONS = """
no not never none nobody nothing nowhere neither nor without cannot
"""
_MAGNITUDES = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
million billion trillion half third quarter twice double triple
"""
NEGATIONS, MAGNITUDES = frozenset(_NEGATIONS.split()), frozenset(_MAGNITUDES.split())
_DIGITS = regex.compile(r"\p{Nd}+")
_MARKS = regex.compile(r"[^\p{L}\p{N}]+")


def graver(first: Severity, second: Severity) -> Severity:
    """The worse of two severities.

    >>> graver("minor", "critical")
    'critical'
    """
    return max(first, second, key=SEVERITIES.index)


def severity_of_change(was: str, now: str) -> Severity:
    """How grave it is that one wording stands where another should.

    >>> severity_of_change("did not resign", "did resign"), severity_of_change("3.5", "35.5")
    ('critical', 'critical')
    >>> severity_of_change("Paris", "Lyon"), severity_of_change("3,5%", "3.5%")
    ('major', 'minor')
    """
    if _is_negated(was) != _is_negated(now) or _numbers(was) != _numbers(now):
        return "critical"
    if folded(was) == folded(now):
        return "minor"
    return "major" if _names(was) != _names(now) else "minor"


def grade(rule: Severity, quote: str, suggestion: str | None, *, is_name: bool) -> Severity:
    """The severity of a finding whose rule has this one.

    Where the wording that should stand there is known, what changes between the two counts too: a
    number or negation makes it critical, mere case, accents or marks of a name make it minor.

    >>> grade("minor", "million", "billion", is_name=False)
    'critical'
    >>> grade("major", "Sao Paulo", "São Paulo", is_name=True)
    'minor'
    """
    if suggestion is None:
        return rule
    if is_name:
        return "minor" if folded(suggestion) == folded(quote) else rule
    return graver(rule, severity_of_change(suggestion, quote))


def _words(text: str) -> list[str]:
    return [token.text.lower() for token in tokenise(text) if token.is_word]


def _is_negated(text: str) -> bool:
    return any(word in NEGATIONS or word.endswith("n't") for word in _words(text))


def _numbers(text: str) -> set[str]:
    """Digits whatever marks stand between them, and magnitudes in words."""
    words = _words(text)
    digits = {"".join(_DIGITS.findall(word)) for word in words}
    return (digits - {""}) | MAGNITUDES.intersection(w.removesuffix("s") for w in words)


def _names(text: str) -> set[str]:
    return {folded(token.text) for token in tokenise(text) if token.text[0].isupper()}


def folded(text: str) -> str:
    """Letters and digits alone, without case or accents.

    >>> folded("São Paulo’s"), folded("chip-maker")
    ('saopaulos', 'chipmaker')
    """
    letters = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    return str(_MARKS.sub("", plain))
