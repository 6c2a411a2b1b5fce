"""Which words fill which place of a known name, with counts of edited English.

A slot is a place between known neighbours: ``Federal _``, ``_ Kong``, ``Bank _ England``. It
holds how many documents fill it, how often with a word that no other document has there (an open
slot takes anybody: ``John _``), how often the name ends or begins there, and the words that do.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import NamedTuple

from garbled.errors import ResourceError

SLOTS_FILE = "names.tsv.gz"
CONNECTORS = frozenset(
    {"of", "the", "and", "for", "in", "at", "with", "&", "de", "la", "del", "der", "von", "van"}
    | {"al", "el", "du", "des", "da", "do", "di", "y", "le", "den", "bin", "ibn"}
)
MAX_CONNECTORS = 2
"""Lower-case words in a row that a name may hold between its capitalised ones."""
SHAPES: Mapping[str, tuple[int, ...]] = {
    "after": (-1,),
    "before": (1,),
    "between": (-1, 1),
    "after two": (-2, -1),
    "before two": (1, 2),
}
"""Where a slot's known neighbours stand, from the slot."""
ALONE = "alone"
"""The shape of a slot without neighbours, which stands for a frequent word of names."""


class Slot(NamedTuple):
    """What fills a place; counts are documents.

    ``n`` fillings, ``novel`` ones of them that a single document has, ``edges`` where the name
    ends or begins instead, ``fillers`` the words of five documents or more, the commonest first.
    """

    n: int
    novel: int
    edges: int
    fillers: Mapping[str, int]

    @property
    def openness(self) -> float:
        """Chance that the next filling is a word never seen there (Good and Turing)."""
        return (self.novel + 0.5) / (self.n + 1.0)

    @property
    def edge_share(self) -> float:
        """Chance that the name ends, or begins, where this slot would be filled."""
        return (self.edges + 0.5) / (self.n + self.edges + 1.0)

    @property
    def best(self) -> str:
        """The commonest filler."""
        return next(iter(self.fillers))

    def share(self, filler: str) -> float:
        return self.fillers.get(filler, 0) / self.n


@dataclass(frozen=True)
class Gazetteer:
    """Slots by shape and neighbours; ``frequent`` counts the words of the commonest names."""

    rows: Mapping[str, str]
    frequent: Mapping[str, int]

    @cached_property
    def frequent_by_start(self) -> Mapping[str, Sequence[str]]:
        """The frequent words by their first two letters."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in self.frequent:
            found[word[:2]].append(word)
        return found

    def slot(self, shape: str, *neighbours: str) -> Slot | None:
        """The slot of a shape beside these words, in their case; None where none is known."""
        row = self.rows.get(f"{shape}\t{' '.join(neighbours)}")
        return None if row is None else _read_slot(row)

    def follows(self, first: str, second: str) -> int:
        """Documents that have these two words in a row inside a name, 0 where under five."""
        ahead = self.slot("after", first)
        if ahead and second in ahead.fillers:
            return ahead.fillers[second]
        behind = self.slot("before", second)
        return behind.fillers.get(first, 0) if behind else 0


def name_runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places where capitalised words follow each other, over connectors, as (start, end).

    >>> words = "the Bank of England and its chief met Angela Merkel".split()
    >>> [" ".join(words[a:b]) for a, b in name_runs(words)]
    ['Bank of England', 'Angela Merkel']
    """
    start = end = -1
    for place, word in enumerate(words):
        if word[0].isupper():
            start = place if start < 0 else start
            end = place + 1
        elif start >= 0 and (word not in CONNECTORS or place - end >= MAX_CONNECTORS):
            yield start, end
            start = -1
    if start >= 0:
        yield start, end


def format_slot(shape: str, neighbours: Sequence[str], slot: Slot) -> str:
    """A slot as a line of the file of slots."""
    fillers = " ".join(f"{word} {count}" for word, count in slot.fillers.items())
    return f"{shape}\t{' '.join(neighbours)}\t{slot.n} {slot.novel} {slot.edges} {fillers}\n"


@lru_cache(maxsize=16_384)
def _read_slot(row: str) -> Slot:
    n, novel, edges, *fillers = row.split(" ")
    counts = map(int, fillers[1::2])
    return Slot(int(n), int(novel), int(edges), dict(zip(fillers[::2], counts, strict=True)))


def parse_gazetteer(lines: Iterable[str]) -> Gazetteer:
    """Read the lines of a file of slots; those that start with # are comments.

    >>> line = format_slot("before", ["Kong"], Slot(50, 0, 2, {"Hong": 50}))
    >>> parse_gazetteer([line]).follows("Hong", "Kong")
    50
    """
    rows: dict[str, str] = {}
    frequent: dict[str, int] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        key, _, row = line.rstrip("\n").rpartition("\t")
        shape, _, word = key.partition("\t")
        if shape == ALONE:
            frequent[word] = int(row.split(" ", 1)[0])
        else:
            rows[key] = row
    return Gazetteer(rows, frequent)


@cache
def load_gazetteer() -> Gazetteer:
    """The known names that ship with garbled, read once a process.

    Raises:
        ResourceError: the file of them is missing or damaged.
    """
    file = resources.files("garbled.resources").joinpath("evidence", SLOTS_FILE)
    try:
        text = gzip.decompress(file.read_bytes()).decode("utf-8")
        return parse_gazetteer(text.splitlines())
    except (OSError, EOFError, ValueError) as error:
        raise ResourceError(
            f"cannot read the known names ({error}); install garbled again", source=SLOTS_FILE
        ) from error
