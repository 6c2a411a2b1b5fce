"""Words and punctuation marks with their place in the paragraph."""

from __future__ import annotations

from typing import NamedTuple

import regex

_TOKEN = regex.compile(
    r"""
    [$€£¥]?\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s|m|bn|tn|k)?\b%?  # numbers, ordinals, amounts
  | (?:\p{Lu}\.){2,}                                         # U.S., J.P.
  | '\ ?(?:s|re|ve|ll|d|m|t)\b                               # clitics, also set apart: ’ s
  | [\p{L}\p{M}\d]+(?:[.&][\p{L}\p{M}\d]+)+                  # codes, addresses, AT&T
  | [\p{L}\p{M}\d]+(?:-[\p{L}\p{M}\d]+)*(?:'(?:t|[\p{Lu}]\p{Ll}+))?  # words, don't, O'Neill
  | \S                                                       # any other mark
    """,
    regex.VERBOSE,
)


class Token(NamedTuple):
    """A word or a mark; ``start`` and ``end`` are code points in its paragraph."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[-1].isalnum() or self.text[0].isalnum()


def tokenise(text: str, offset: int = 0) -> list[Token]:
    """Split unified text into tokens; ``offset`` is added to their places.

    >>> [token.text for token in tokenise("Morgan Stanley (MS.N) didn't fall 3.5%.")]
    ['Morgan', 'Stanley', '(', 'MS.N', ')', "didn't", 'fall', '3.5%', '.']
    >>> [token.text for token in tokenise("the U.S. firm ' s chief")]
    ['the', 'U.S.', 'firm', "' s", 'chief']
    """
    return [
        Token(match.group(), match.start() + offset, match.end() + offset)
        for match in _TOKEN.finditer(text)
    ]
