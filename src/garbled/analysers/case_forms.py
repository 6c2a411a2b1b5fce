"""How edited English writes names: in title case, after titles, and a few of them doubled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.counts import Hashes, hash_pairs, hash_words

FORMS_FILE = "name_forms.npz"
DOUBLED_FILE = "doubled_places.txt"
SOURCE = "Hashes of words and pairs, counted in clean news by training/mine_name_forms.py"


@dataclass(frozen=True, slots=True)
class NameForms:
    """Sorted hashes of words that are in title case, and of pairs that are so always.

    ``titled`` are words that edited copy seldom puts in capitals throughout; ``pairs`` those of
    two words which it never writes with one in lower case.
    """

    titled: Hashes
    pairs: Hashes

    def is_titled(self, word: str) -> bool:
        return bool(_among(self.titled, hash_words([word]))[0])

    def pairs_among(self, words: Sequence[str]) -> list[bool]:
        """Whether each of some words in a row and the one after it are such a pair."""
        hashes = hash_words(words)
        found = _among(self.pairs, hash_pairs(hashes[:-1], hashes[1:]))
        return [*found.tolist(), False]

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path,
            source=np.array(SOURCE),
            titled_gaps=np.diff(self.titled, prepend=np.uint32(0)),
            pairs_gaps=np.diff(self.pairs, prepend=np.uint32(0)),
        )

    @classmethod
    def load(cls, path: Path) -> NameForms:
        with np.load(path, allow_pickle=False) as file:
            return cls(
                np.cumsum(file["titled_gaps"], dtype=np.uint32),
                np.cumsum(file["pairs_gaps"], dtype=np.uint32),
            )


def _among(keys: Hashes, wanted: Hashes) -> NDArray[np.bool_]:
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.bool_)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.asarray(keys[places] == wanted)


@cache
def titles() -> frozenset[str]:
    """Titles that stand before a name, in lower case."""
    return _lines("titles.txt")


@cache
def doubled_places() -> frozenset[str]:
    """Words that stand twice in a row in the name of a place."""
    return _lines(DOUBLED_FILE)


def _lines(name: str) -> frozenset[str]:
    text = resources.files("garbled.resources").joinpath("evidence", name).read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line[:1].isalpha())


@cache
def load_name_forms() -> NameForms:
    folder = resources.files("garbled.resources").joinpath("evidence")
    with resources.as_file(folder.joinpath(FORMS_FILE)) as path:
        return NameForms.load(path)
