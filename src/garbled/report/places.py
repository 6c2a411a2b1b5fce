"""Where a passage stands in the file that it was read from.

Reading changes a text: NFC, joined lines, markup gone, entities spelled out. Its letters and digits
stay the same and in their order, so a passage is found by these alone, whatever stands between.
"""

from __future__ import annotations

import html
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import regex

from garbled.documents import Paragraph, Span

CONTEXTS = (40, 12, 0)
"""Letters on either side by which a passage is sought whose paragraph is not found as a whole."""
MIN_LETTERS = 4
"""A passage of fewer letters is not sought by itself."""

_LETTERS = r"(?P<run>[A-Za-z0-9]+(?!\p{M}))|(?P<letter>[\u1100-\u11ff]+|[\p{L}\p{N}]\p{M}*)"
_ENTITY = r"(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
_UNREAD = "head|script|style|template|noscript|svg|math|iframe|object|select|textarea"
# What never ends is taken up to the end of the text, so that nothing is searched twice.
_UNSEEN = rf"<!--(?:.*?-->|.*)|<(?P<name>{_UNREAD})\b(?:.*?</(?P=name)\b|.*)"
_TAG = "</?[a-z!?][^<>]*>?"
_MARKDOWN_TAG = r"</?(?![a-z][a-z0-9+.\-]*:|[^\s<>]*@)[a-z!?][^<>]*>"  # addresses are shown
_LINK = r"\]\([^()\n]*\)|\]\[[^\[\]\n]*\]"
_FLAGS = regex.DOTALL | regex.IGNORECASE
_TOKENS = {
    "text": regex.compile(_LETTERS),
    "markdown": regex.compile(f"{_LINK}|{_UNSEEN}|{_MARKDOWN_TAG}|{_ENTITY}|{_LETTERS}", _FLAGS),
    "html": regex.compile(f"{_UNSEEN}|{_TAG}|{_ENTITY}|{_LETTERS}", _FLAGS),
}
MARKUPS = tuple(_TOKENS)
"""Formats in which passages are sought; of the others a file says only that it holds them."""


@dataclass(frozen=True, slots=True)
class Region:
    """A range of a file: code points from 0, lines and columns from 1, the ends excluded.

    Lines end at ``\\n``. A byte order mark does not count.
    """

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and digits of a text, in NFC, and the range of the text that each stands for."""

    text: str
    starts: array[int]
    ends: array[int]


def letters_of(text: str, markup: str = "text") -> Letters:
    """The letters and digits that a reader sees, without tags and the addresses of links.

    >>> letters_of("<b>Se</b>&ntilde;or <!-- no -->3", "html").text
    'Señor3'
    """
    found: list[str] = []
    starts, ends = array("L"), array("L")
    for token in _TOKENS[markup].finditer(text):
        start, end = token.span()
        if token["run"]:
            found.append(token["run"])
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        elif seen := _seen(token.groupdict()):
            found.append(seen)
            starts.extend([start] * len(seen))
            ends.extend([end] * len(seen))
    return Letters("".join(found), starts, ends)


def _seen(token: dict[str, str | None]) -> str:
    if token["letter"]:
        return unicodedata.normalize("NFC", token["letter"])
    return "".join(filter(str.isalnum, html.unescape(token.get("entity") or "")))


class SourceText:
    """The text of a file, in which the passages of its documents are found.

    Args:
        text: as decoded, its line ends as they are and without a byte order mark.
        markup: one of ``MARKUPS``.
    """

    def __init__(self, text: str, markup: str = "text") -> None:
        self.text, self.markup = text, markup
        self.letters = letters_of(text, markup)

    def place(self, paragraphs: Iterable[Paragraph]) -> Iterator[PlacedParagraph]:
        """The paragraphs of one document in their order, each found after the one before."""
        cursor = 0
        for paragraph in paragraphs:
            own = letters_of(paragraph.text)
            at = self.letters.text.find(own.text, cursor) if own.text else -1
            if at < 0 and own.text:
                at = self.letters.text.find(own.text)
            yield PlacedParagraph(self, paragraph, own, at if at >= 0 else None, cursor)
            cursor = max(cursor, at + len(own.text))

    def region(self, span: Span) -> Region:
        """A range of code points with its lines and columns.

        >>> SourceText("One.\\nTwo.").region(Span(5, 8))
        Region(start=5, end=8, line=2, column=1, end_line=2, end_column=4)
        """
        line, column = self._at(span.start)
        end_line, end_column = self._at(span.end)
        return Region(span.start, span.end, line, column, end_line, end_column)

    def _at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> array[int]:
        """Where each line begins."""
        ends = (place + 1 for place, character in enumerate(self.text) if character == "\n")
        return array("L", [0, *ends])


@dataclass(frozen=True, slots=True)
class PlacedParagraph:
    """A paragraph and where its letters begin among those of its file, None if not found."""

    source: SourceText
    paragraph: Paragraph
    own: Letters
    at: int | None
    cursor: int

    def region(self, start: int, end: int) -> Region | None:
        """Where code points ``start`` to ``end`` of the paragraph stand in the file, if found."""
        at = self.at if self.at is not None else self._nearby(start, end)
        if at is None:
            return None
        first, after = self._start(start, at), self._end(end, at)
        return self.source.region(Span(first, max(first, after)))

    def _nearby(self, start: int, end: int) -> int | None:
        """Where the paragraph's letters would begin, judged by those around a passage."""
        first, last = bisect_left(self.own.starts, start), bisect_left(self.own.starts, end)
        there = self.source.letters.text
        for reach in CONTEXTS:
            low = max(first - reach, 0)
            piece = self.own.text[low : last + reach]
            at = there.find(piece, self.cursor) if len(piece) >= MIN_LETTERS else -1
            if at >= 0 and (reach or there.find(piece) == there.rfind(piece)):
                return at - low
        return None

    def _start(self, start: int, at: int) -> int:
        """Counted back from the letter after it, or on from the one before, where that fits."""
        number = bisect_left(self.own.starts, start)
        there, text = self.source.letters, self.paragraph.text
        floor = there.ends[at + number - 1] if number and at + number > 0 else 0
        if number < len(self.own.starts) and at + number < len(there.starts):
            gap = text[start : self.own.starts[number]]
            place = there.starts[at + number] - len(gap)
            if place >= floor and self._stands(gap, place):
                return place
        if number:
            gap = text[self.own.ends[number - 1] : start]
            return floor + len(gap) if self._stands(gap, floor) else floor
        return there.starts[at + number] if at + number < len(there.starts) else floor

    def _end(self, end: int, at: int) -> int:
        number = bisect_left(self.own.starts, end)
        there, text = self.source.letters, self.paragraph.text
        if not number:
            return self._start(end, at)
        after = there.ends[at + number - 1]
        gap = text[self.own.ends[number - 1] : end]
        return after + len(gap) if self._stands(gap, after) else max(after, self._start(end, at))

    def _stands(self, gap: str, place: int) -> bool:
        """Whether the file has the same characters there, any white space for any other."""
        there = self.source.text[place : place + len(gap)]
        return len(there) == len(gap) and all(
            a == b or (a.isspace() and b.isspace()) for a, b in zip(gap, there, strict=True)
        )
