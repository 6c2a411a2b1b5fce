"""Where sentences end: rules over punctuation and a list of abbreviations, with offsets."""

from __future__ import annotations

from functools import cache
from importlib import resources

import regex

from garbled.documents import Span

_CANDIDATE = regex.compile(r"""(?P<end>[.!?…]+["')\]]*)(?P<gap>\s+)(?=["'(\[]*[\p{Lu}\p{N}])""")
_LAST_WORD = regex.compile(r"[\p{L}.]+$")
MAX_SENTENCE = 2_000
"""Code points after which a text without a full stop is cut at a space: input is hostile."""


@cache
def abbreviations() -> frozenset[str]:
    text = resources.files("garbled.resources").joinpath("abbreviations.txt").read_text("utf-8")
    return frozenset(
        line.strip().lower() for line in text.splitlines() if line.strip() and line[0] != "#"
    )


def split_sentences(text: str) -> list[Span]:
    """Spans of the sentences of one unified paragraph; between them is white space only.

    >>> text = "Mr. Lee met U.S. officials. He left at 5 p.m. on Monday. 'Good.' It rained"
    >>> [text[s:e] for s, e in split_sentences(text)]
    ['Mr. Lee met U.S. officials.', 'He left at 5 p.m. on Monday.', "'Good.'", 'It rained']
    """
    spans: list[Span] = []
    start = 0
    for match in _CANDIDATE.finditer(text):
        if _is_abbreviation(text, start, match):
            continue
        spans.extend(_bounded(text, start, match.end("end")))
        start = match.end("gap")
    if text[start:].strip():
        spans.extend(_bounded(text, start, len(text)))
    return spans


def _is_abbreviation(text: str, start: int, match: regex.Match[str]) -> bool:
    if match.group("end") != ".":
        return False
    word = _LAST_WORD.search(text[max(start, match.start() - 24) : match.start()])
    if word is None:
        return False
    last = word.group()
    return (len(last) == 1 and last.isupper()) or "." in last or last.lower() in abbreviations()


def _bounded(text: str, start: int, end: int) -> list[Span]:
    spans = []
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        cut = cut if cut > start else start + MAX_SENTENCE
        spans.append(Span(start, cut))
        start = cut + 1 if text[cut : cut + 1] == " " else cut
    spans.append(Span(start, end))
    return spans
