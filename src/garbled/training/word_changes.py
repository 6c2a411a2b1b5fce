"""What a retranslation put where the original had other words, aligned word by word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from garbled.corpora.pairs import Pair
from garbled.segment.normalise import unify
from garbled.segment.tokens import tokenise

MAX_TOKENS = 250
MAX_REPLACED = 2
"""Replaced stretches of so many words, as many on either side, are aligned one by one."""
MAX_COPY_WORDS, MAX_ORIGINAL_WORDS = 3, 4
PHRASE_WORDS = range(2, 5)


class Change(NamedTuple):
    """Words ``original[i:j]`` became ``copy[k:end]``; either may be empty."""

    i: int
    j: int
    k: int
    end: int


@dataclass
class Changes:
    """Counts over many pairs, all words in lower case.

    ``replaced`` and ``phrases`` hold the documents of each pair of copy and original wording.
    """

    replaced: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    uses: Counter[tuple[str, str]] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    surfaces: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    phrases: dict[str, dict[str, set[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    def add(self, pair: Pair) -> None:
        original, copy = words_of(pair.original), words_of(pair.retranslated)
        before, after = ([word.lower() for word in words] for words in (original, copy))
        document = hash((pair.set if pair.is_in_block else "", pair.document))
        for change in find_changes(before, after):
            self.changed.update(after[change.k : change.end])
            for i, k in aligned_places(change):
                key = after[k], before[i]
                self.replaced[key].add(document)
                self.uses[key] += 1
                if i:
                    self.surfaces[before[i]][original[i]] += 1
            for phrase, wording in _phrases(before, after, change):
                self.phrases[phrase][wording].add(document)


def count_changes(pairs: Iterable[Pair]) -> Changes:
    """The changes of all machine retranslations."""
    changes = Changes()
    for pair in pairs:
        if pair.kind != "human":
            changes.add(pair)
    return changes


@lru_cache(maxsize=50_000)
def words_of(text: str) -> tuple[str, ...]:
    """The first tokens of a segment."""
    return tuple(token.text for token in tokenise(unify(text))[:MAX_TOKENS])


def find_changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """The stretches that differ, in order; common ends are cut off first, which saves most time.

    >>> list(find_changes("he paid the fine".split(), "he paid fines".split()))
    [Change(i=2, j=4, k=2, end=3)]
    """
    start, shorter = 0, min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    inner = before[start : len(before) - end], after[start : len(after) - end]
    for operation, i, j, k, stop in SequenceMatcher(None, *inner, autojunk=False).get_opcodes():
        if operation != "equal":
            yield Change(i + start, j + start, k + start, stop + start)


def aligned_places(change: Change) -> Iterator[tuple[int, int]]:
    """Places of original and copy that replace each other one by one."""
    size = change.j - change.i
    if size == change.end - change.k <= MAX_REPLACED:
        yield from zip(range(change.i, change.j), range(change.k, change.end), strict=True)


def _phrases(
    before: Sequence[str], after: Sequence[str], change: Change
) -> Iterator[tuple[str, str]]:
    """A changed stretch, alone and with an unchanged word on either side."""
    i, j, k, end = change
    if end - k > MAX_COPY_WORDS or j - i > MAX_ORIGINAL_WORDS:
        return
    for left in (0, 1):
        for right in (0, 1):
            start, stop = k - left, end + right
            outside = start < 0 or i - left < 0 or stop > len(after) or j + right > len(before)
            if outside or stop - start not in PHRASE_WORDS:
                continue
            words = after[start:stop]
            if all(word.replace("'", "").replace("-", "").isalpha() for word in words):
                yield " ".join(words), " ".join(before[i - left : j + right])
