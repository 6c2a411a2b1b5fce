"""Reads JSON by places: where each value of a text begins and ends.

A text is read as latin-1: JSON's own signs are ASCII, and places count bytes of UTF-8 this way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

MAX_MEMBERS = 10_000
MAX_SIGNS = 1_000_000
"""Brackets and strings of a broken value that are looked at for its end."""

_SPACE = re.compile(r"[ \t\n\r]*")
_SIGN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}"]', re.DOTALL)
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)


def decode(text: str) -> Any:
    """The value that a text is; numbers stay as they are written."""
    return _DECODER.decode(text)


class Element(NamedTuple):
    """A value in its place; where it is broken, ``fault`` says how and there is no value."""

    start: int
    end: int
    value: Any
    fault: str | None = None


class Member(NamedTuple):
    """A member of an object: where its key begins, the key, its value."""

    start: int
    key: str
    element: Element


class Reader:
    """Reads JSON from a place on. Where it raises ValueError, the text is broken there.

    >>> reader = Reader('{"a": [1, 2]}')
    >>> [(key, reader.value().value) for key in reader.walk_keys()]
    [('a', ['1', '2'])]
    """

    def __init__(self, text: str, place: int = 0) -> None:
        self.text = text
        self.place = self.key_start = place
        self.skip_space()

    def skip_space(self) -> None:
        match = _SPACE.match(self.text, self.place)
        self.place = match.end() if match else self.place

    @property
    def sign(self) -> str:
        """The character here, "" at the end."""
        return self.text[self.place : self.place + 1]

    def take(self, signs: str) -> str:
        """One of these characters, and the white space after it."""
        sign = self.sign
        if not sign or sign not in signs:
            raise ValueError(f"{signs[0]!r} is missing at byte {self.place:,}")
        self.place += 1
        self.skip_space()
        return sign

    def value(self) -> Element:
        start = self.place
        try:
            value, self.place = _DECODER.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            raise ValueError(f"{error.msg} at byte {error.pos:,}") from error
        except RecursionError as error:
            raise ValueError(f"nested too deep at byte {start:,}") from error
        return Element(start, self.place, value)

    def walk_keys(self) -> Iterator[str]:
        """The keys of the object here; before the next, the value must be taken."""
        self.take("{")
        if self.sign == "}":
            self.place += 1
            return
        for _ in range(MAX_MEMBERS):
            if self.sign != '"':
                raise ValueError(f"a key is missing at byte {self.place:,}")
            self.key_start = self.place
            key, self.place = self._key()
            self.skip_space()
            self.take(":")
            yield key
            if self._is_last("}"):
                return
        raise ValueError(f"an object has more than {MAX_MEMBERS:,} members")

    def _key(self) -> tuple[str, int]:
        try:
            key, end = scanstring(self.text, self.place + 1, False)
        except json.JSONDecodeError as error:
            raise ValueError(f"{error.msg} at byte {error.pos:,}") from error
        return str(key), int(end)

    def elements(self, read: Callable[[], Element]) -> Iterator[Element]:
        """The elements of the list here, as ``read`` takes them."""
        self.take("[")
        if self.sign == "]":
            self.place += 1
            return
        while True:
            yield read()
            if self._is_last("]"):
                return

    def members(self) -> Iterator[Member]:
        """The members of the object here."""
        for key in self.walk_keys():
            start = self.key_start
            yield Member(start, key, self.value())

    def forgiving_value(self) -> Element:
        """The value, or where it is broken the place that its brackets take."""
        start = self.place
        try:
            return self.value()
        except ValueError as error:
            self.place = self._end_by_brackets(start)
            return Element(start, self.place, None, str(error))

    def _is_last(self, end: str) -> bool:
        self.skip_space()
        if self.sign == end:
            self.place += 1
            return True
        self.take(",")
        return False

    def _end_by_brackets(self, start: int) -> int:
        depth = 0
        for match in islice(_SIGN.finditer(self.text, start), MAX_SIGNS):
            sign = match[0]
            depth += (sign in ("{", "[")) - (sign in ("}", "]"))
            if sign == '"' or depth < 0:
                break
            if not depth:
                return match.end()
        raise ValueError(f"cut off in what begins at byte {start:,}")
