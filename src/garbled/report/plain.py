"""Text of unknown origin made safe to show on one line of a terminal or in a cell."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"


def plain(text: str, limit: int | None = None) -> str:
    r"""One line of printable text: white space runs become a blank, controls are spelled out.

    Invisible format characters (bidirectional overrides, zero width) are dropped.

    >>> plain("a\n\t b\x1b[2J\u202e\u00ad c")
    'a b\\x1b[2J c'
    >>> plain("abcdef", limit=4)
    'abc…'
    """
    if not text.isprintable():
        text = "".join(map(_shown, text))
    text = " ".join(text.split())
    if limit is not None and len(text) > limit:
        return text[: limit - 1] + ELLIPSIS
    return text


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace() and character not in "\x1c\x1d\x1e\x1f":
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    return ascii(character)[1:-1]
