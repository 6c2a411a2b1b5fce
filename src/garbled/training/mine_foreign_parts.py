"""Common words of other languages that replace a part of a name, and that English does not have.

The words are wordfreq's (Robyn Speer; data CC BY-SA 4.0), which is needed here only.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from garbled.analysers.counts import NgramCounts
from garbled.errors import ResourceError

SOURCE = "common words of other languages, none common in English; after wordfreq (CC BY-SA 4.0)"
LANGUAGES = ("es", "fr", "de", "pt", "it", "nl", "ca", "pl", "cs", "sv")
MOST = 5_000
"""Words of each language."""
MIN_LETTERS = 4
MAX_DOCUMENTS_BITS = 5.0
"""log2 of the English documents above which a word is English too."""
MAX_CAPITALISED = 5.0


def mine_foreign_parts(counts: NgramCounts, path: Path) -> list[str]:
    """Write the words, one a line, and return them.

    Raises:
        ResourceError: wordfreq is not installed.
    """
    words = sorted({word for word in _common_words() if _is_foreign(word, counts)})
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        packed.write("\n".join([f"# {SOURCE}", *words, ""]).encode("utf-8"))
    return words


def _common_words() -> Iterator[str]:
    try:
        from wordfreq import top_n_list
    except ImportError as error:
        raise ResourceError(
            f"listing foreign words needs wordfreq ({error}): pip install wordfreq"
        ) from error
    for language in LANGUAGES:
        yield from top_n_list(language, MOST)


def _is_foreign(word: str, counts: NgramCounts) -> bool:
    return (
        len(word) >= MIN_LETTERS
        and word.isalpha()
        and counts.word(word) < MAX_DOCUMENTS_BITS
        and counts.capitalised_uses(word) < MAX_CAPITALISED
    )
