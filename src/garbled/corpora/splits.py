"""Groups of rows that share an original or a document, and which of them are held out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import regex
from numpy.typing import NDArray

from garbled.corpora.pairs import Pair

FOLDS = 5
_NOT_ALPHANUMERIC = regex.compile(r"[^\p{L}\p{N}]+")


def normalise_original(text: str) -> str:
    """What counts as the same original: letters and digits, in lower case.

    >>> normalise_original("“Snow,” he said.") == normalise_original('"snow" he said')
    True
    """
    return str(_NOT_ALPHANUMERIC.sub(" ", text.lower())).strip()


def group_pairs(pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """Connected components over normalised original and document, across sets and languages.

    Returns:
        An array of shape (n_pairs,): pairs with one number share an original or a document,
        directly or through others, and must stay on one side of any split.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    keys: dict[tuple[str, ...], int] = {}
    links: list[tuple[int, int]] = []
    for pair in pairs:
        text = keys.setdefault(("text", normalise_original(pair.original)), len(keys))
        if pair.document:
            name = ("document", *_document_key(pair))
            links.append((text, keys.setdefault(name, len(keys))))
        else:
            links.append((text, text))
    rows, columns = np.array(links, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), (len(keys), len(keys)))
    _, labels = connected_components(graph, directed=False)
    return np.asarray(labels, dtype=np.int64)[rows]


def _document_key(pair: Pair) -> tuple[str, ...]:
    if pair.is_in_block:
        return (pair.set, "" if pair.set == "wmt13" else pair.lang_pair, pair.document)
    return (pair.document,)


def fold_of(key: str, folds: int = FOLDS) -> int:
    """A fold from 0 to ``folds`` - 1 that depends on nothing but the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % folds


def straddling(pairs: Sequence[Pair], folds: NDArray[np.int64]) -> int:
    """Originals that stand in more than one fold: what a split lets through, 0 for a sound one."""
    found: dict[str, set[int]] = {}
    for pair, fold in zip(pairs, folds.tolist(), strict=True):
        found.setdefault(normalise_original(pair.original), set()).add(fold)
    return sum(len(own) > 1 for own in found.values())


def group_folds(pairs: Sequence[Pair], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fold of each pair, from the smallest normalised original of its group."""
    names: dict[int, str] = {}
    for pair, group in zip(pairs, groups.tolist(), strict=True):
        name = normalise_original(pair.original)
        if group not in names or name < names[group]:
            names[group] = name
    fold = {group: fold_of(name) for group, name in names.items()}
    return np.array([fold[group] for group in groups.tolist()], dtype=np.int64)
