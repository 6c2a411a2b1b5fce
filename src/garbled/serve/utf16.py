"""Offsets in UTF-16 code units, as LanguageTool's clients count them; Python counts code points."""

from __future__ import annotations

from bisect import bisect_left

_LAST_OF_ONE_UNIT = "\uffff"


class Utf16:
    """Converts offsets in a text.

    A lone surrogate counts one unit, as in Java and JavaScript.

    >>> units = Utf16("A 😀 smiles")
    >>> [units.of(offset) for offset in (2, 3, 4)]
    [2, 4, 5]
    >>> units.length
    11
    """

    def __init__(self, text: str) -> None:
        self._astral = (
            []
            if text.isascii()
            else [place for place, letter in enumerate(text) if letter > _LAST_OF_ONE_UNIT]
        )
        self.length = len(text) + len(self._astral)

    def of(self, offset: int) -> int:
        """The units before a code point."""
        return offset + bisect_left(self._astral, offset)
