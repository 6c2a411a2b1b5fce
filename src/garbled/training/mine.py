"""Mines phrases that retranslation puts where the original had another one.

Only phrases that five documents or more agree on, that clean English never has, leave this
module: no text of a corpus does.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from garbled.analysers.counts import NgramCounts
from garbled.corpora.pairs import Pair
from garbled.segment.normalise import unify
from garbled.segment.tokens import tokenise

MIN_DOCUMENTS = 5
MAX_WORDS = 3
MAX_TOKENS = 80
MIN_PAIR_BITS = 25.0
"""Two words whose log2 document counts sum to less may miss each other by chance."""

Mined = dict[str, tuple[str, int]]


def mine_substitutions(pairs: Iterable[Pair], counts: NgramCounts) -> Mined:
    """Phrases of two or three words that no original has, with what stands there instead.

    The original's wording is empty where no five documents agree on it.
    """
    documents: dict[str, set[str]] = defaultdict(set)
    originals: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    native: set[str] = set()
    for pair in pairs:
        if pair.kind == "human":
            continue
        native.update(_phrases(_words(pair.original)))
        for copy, original in _replacements(_words(pair.retranslated), _words(pair.original)):
            documents[copy].add(pair.document)
            originals[copy][original].add(pair.document)
    return {
        copy: (_commonest(originals[copy]), len(documents[copy]))
        for copy in sorted(documents)
        if len(documents[copy]) >= MIN_DOCUMENTS
        and copy not in native
        and not _in_clean_english(copy, counts)
    }


def _commonest(originals: Mapping[str, set[str]]) -> str:
    phrase, documents = max(originals.items(), key=lambda item: (len(item[1]), item[0]))
    return phrase if len(documents) >= MIN_DOCUMENTS else ""


def save_phrases(path: Path, phrases: Mapping[str, tuple[str, int]], source: str) -> None:
    """Write a gzipped table, the same bytes for the same phrases."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        lines = [f"# {source}\n"]
        lines += [f"{copy}\t{original}\t{n}\n" for copy, (original, n) in sorted(phrases.items())]
        packed.write("".join(lines).encode("utf-8"))


def _words(text: str) -> list[str]:
    return [token.text for token in tokenise(unify(text))][:MAX_TOKENS]


def _replacements(copy: list[str], original: list[str]) -> Iterator[tuple[str, str]]:
    """Lower-case word sequences that stand at the same place in both versions."""
    a, b = [w.lower() for w in copy], [w.lower() for w in original]
    for operation, i, j, k, end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if operation != "replace" or j - i > MAX_WORDS or end - k > MAX_WORDS:
            continue
        left = max(0, i - 1) if j - i == 1 else i
        for start, stop in {(i, j), (left, j), (i, min(len(a), j + 1))}:
            words, cased = a[start:stop], copy[start:stop]
            if 2 <= len(words) <= MAX_WORDS and all(w.isalpha() and w.islower() for w in cased):
                shift = (b[k - (i - start) : k] if start < i else []) + b[k:end]
                shift += b[end : end + stop - j]
                yield " ".join(words), " ".join(shift)


def _phrases(words: list[str]) -> Iterator[str]:
    lower = [word.lower() for word in words]
    for size in range(2, MAX_WORDS + 1):
        for start in range(len(lower) - size + 1):
            yield " ".join(lower[start : start + size])


def _in_clean_english(phrase: str, counts: NgramCounts) -> bool:
    """Whether the phrase, or what may only by chance be missing, is in clean English."""
    return not any(
        counts.pair(a, b) < 0 and counts.word(a) + counts.word(b) >= MIN_PAIR_BITS
        for a, b in pairwise(phrase.split())
    )
