"""Words of another language that were left untranslated."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from functools import cache
from importlib import resources
from itertools import chain, pairwise

import numpy as np
import regex

from garbled.analysers.counts import CountTable, NgramCounts, hash_words
from garbled.analysers.faults import Fault
from garbled.segment.articles import Sentence
from garbled.segment.tokens import Token

_DIACRITIC = regex.compile(r"[^\x00-\x7f]")
_FOREIGN_SCRIPT = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]|[\p{L}--\p{Latin}--\p{Greek}--\p{Common}]{2,}",
    regex.VERSION1,
)
"""A single letter of another alphabet is a homoglyph or a unit."""
_FOREIGN_RUN = regex.compile(r"[\p{Greek}]{3,}")
_QUOTES = frozenset({'"', "'", "(", "[", "/", "*"})
MIN_FOREIGN = 3
"""Letters of a foreign word: shorter ones are abbreviations, formulas and parts of names."""
MAX_FOREIGN_SHARE = 0.3
"""A sentence with more foreign words than this is a quotation in its own language."""


def find_leftovers(
    sentences: Sequence[Sentence], unknown: Set[str], counts: NgramCounts
) -> Iterator[Fault]:
    """Foreign words in lower case and foreign letters, outside quotation marks and brackets.

    A foreign word without foreign letters that the text has more than once is its term.

    Args:
        sentences: of one article.
        unknown: its words that clean English does not have.
        counts: of clean English.
    """
    uses = Counter(chain.from_iterable(sentence.texts for sentence in sentences))
    for sentence in sentences:
        for token, rule in _found(sentence, unknown, counts):
            if rule != "LEX_FOREIGN_WORD" or uses[token.text] == 1:
                yield Fault(sentence.paragraph, token.start, token.end, rule)


def _found(sentence: Sentence, unknown: Set[str], counts: NgramCounts) -> list[tuple[Token, str]]:
    found = [
        (token, rule)
        for before, token in _outside_quotes(sentence.tokens)
        if (rule := _rule(before, token, unknown, counts)) is not None
    ]
    scripts = [token for token, rule in found if rule == "LEX_FOREIGN_SCRIPT"]
    if scripts and len(scripts) > MAX_FOREIGN_SHARE * sentence.n_words:
        return [(scripts[0], "LEX_FOREIGN_SCRIPT")]
    return found


def _outside_quotes(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Each token outside quotation marks and brackets, after the one before it."""
    is_quoted, depth = False, 0
    for before, token in pairwise(tokens):
        depth += (before.text in {"(", "["}) - (token.text in {")", "]"})
        is_quoted ^= before.text == '"'
        if depth <= 0 and not is_quoted:
            yield before, token


def _rule(before: Token, token: Token, unknown: Set[str], counts: NgramCounts) -> str | None:
    word = token.text
    if not word.isascii() and (_FOREIGN_SCRIPT.search(word) or _FOREIGN_RUN.search(word)):
        return "LEX_FOREIGN_SCRIPT"
    if (
        word not in unknown
        or len(word) < MIN_FOREIGN
        or before.text in _QUOTES
        or before.text[0].isupper()
    ):
        return None
    if _DIACRITIC.search(word):
        return None if counts.is_known(_folded(word)) else "LEX_LEFTOVER"
    return "LEX_FOREIGN_WORD" if is_foreign(word) else None


def _folded(word: str) -> str:
    """The word without its diacritics: English writes cafe and café.

    >>> _folded("fiancé")
    'fiance'
    """
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


@cache
def _foreign_words() -> CountTable:
    path = resources.files("garbled.resources").joinpath("evidence", "words_foreign.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        keys = np.cumsum(arrays["gaps"], dtype=np.uint32)
        return CountTable(keys, np.ones(len(keys), dtype=np.uint8))


def is_foreign(word: str) -> bool:
    """Whether another language has this word often and English does not.

    >>> is_foreign("porque"), is_foreign("house")
    (True, False)
    """
    return bool(_foreign_words().log2(hash_words([word]))[0] >= 0)
