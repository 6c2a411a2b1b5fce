"""Lists the frequent words of other languages that English does not have."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np

from garbled.analysers.counts import NgramCounts, hash_words
from garbled.errors import ResourceError

LANGUAGES = (
    *("es", "fr", "de", "it", "pt", "nl", "pl", "cs", "ro", "ca", "sv", "nb", "da", "fi", "hu"),
    *("tr", "sh", "sl", "sk", "lt", "lv", "id", "is"),
)
"""Languages in Latin letters that wordfreq lists; other letters show by themselves."""
WORDS_OF_A_LANGUAGE = 5_000
FEWEST = ((1.9, 2.2), (2.8, 2.8))
"""Most zipf in English (log10 of the uses in a billion words), least zipf above it elsewhere."""
MIN_LETTERS = 4
FOREIGN_FILE = "words_foreign.npz"


def mine_foreign_words(out: Path, counts: NgramCounts) -> None:
    """Write the hashes of frequent foreign words, from wordfreq's lists (CC BY-SA 4.0).

    Raises:
        ResourceError: wordfreq, which scoring does not need, is not installed.
    """
    try:
        wordfreq = import_module("wordfreq")
    except ImportError as error:
        raise ResourceError(
            f"listing foreign words needs wordfreq ({error}): pip install wordfreq"
        ) from error
    words = {
        word
        for language in LANGUAGES
        for word in wordfreq.top_n_list(language, WORDS_OF_A_LANGUAGE, ascii_only=True)
        if word.isalpha() and len(word) >= MIN_LETTERS and not counts.is_known(word)
        if _is_foreign(wordfreq.zipf_frequency(word, language), wordfreq.zipf_frequency(word, "en"))
    }
    keys = np.unique(hash_words(sorted(words)))
    np.savez_compressed(
        out / FOREIGN_FILE,
        source=np.array("frequent words of other languages, after wordfreq (CC BY-SA 4.0)"),
        gaps=np.diff(keys, prepend=np.uint32(0)),
    )


def _is_foreign(zipf: float, english: float) -> bool:
    return any(english <= most and zipf - english >= least for most, least in FEWEST)
