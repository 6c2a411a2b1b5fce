"""Which sentences of two versions say the same, whatever their order, merged or split or gone.

Sentences are first assigned one to one, by their likeness and by that of their neighbours. What is
left of a linked sentence, less what its partner shares, may then answer a sentence that is still
free: one was split or two were merged. What stays free was cut or added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from garbled.comparison.sentences import comparable_sentences
from garbled.comparison.similarity import sentence_vectors
from garbled.documents import Document
from garbled.errors import IngestError
from garbled.segment.articles import Sentence

if TYPE_CHECKING:
    from scipy.sparse import csr_array
else:
    csr_array = Any

# Chosen on folds 1 to 4 of the pairs, rearranged by garbled.evaluation.rearranged.
NEIGHBOUR_SHARE = 0.3
"""How much of its neighbours' likeness a pair of sentences gets."""
MIN_SIMILARITY = 0.05
"""Below this, neighbours do not help."""
MIN_LINK = 0.2
MIN_REST_LINK = 0.4
BESIDE = 0.2
"""What a free sentence gets towards one whose partner stands beside it."""
MIN_REST = 0.3
"""A rest shorter than this (of 1) is not lengthened to 1."""
MAX_SENTENCES = 2_000
MAX_CHARACTERS = 400_000
"""Of one version: the likeness of all pairs of sentences is held in memory."""

Matrix = NDArray[np.float64]


class Link(NamedTuple):
    """Two sentences by number, and how alike they are: 1 for equal ones."""

    original: int
    copy: int
    similarity: float


class Bead(NamedTuple):
    """Sentences by number that together say the same; one side is empty for cut or added ones."""

    original: tuple[int, ...]
    copy: tuple[int, ...]


@dataclass(frozen=True)
class Alignment:
    """The sentences of two versions and their links."""

    original: tuple[Sentence, ...]
    copy: tuple[Sentence, ...]
    links: tuple[Link, ...]

    @cached_property
    def paragraph_links(self) -> frozenset[tuple[int, int]]:
        """Pairs of paragraph indices that share a sentence."""
        return frozenset(
            (self.original[link.original].paragraph, self.copy[link.copy].paragraph)
            for link in self.links
        )

    @cached_property
    def beads(self) -> tuple[Bead, ...]:
        """Linked sentences together, in the order of the original; none of them is left alone."""
        pairs = [(link.original, link.copy) for link in self.links]
        return tuple(sorted(beads_of(pairs)))

    @property
    def cut(self) -> list[int]:
        """Sentences of the original that the copy does not have."""
        linked = {link.original for link in self.links}
        return [number for number in range(len(self.original)) if number not in linked]

    @property
    def added(self) -> list[int]:
        """Sentences of the copy that the original does not have."""
        linked = {link.copy for link in self.links}
        return [number for number in range(len(self.copy)) if number not in linked]


def beads_of(pairs: Iterable[tuple[int, int]]) -> Iterator[Bead]:
    """Connected components of links between two sides.

    >>> list(beads_of([(0, 1), (2, 0), (0, 2)]))
    [Bead(original=(0,), copy=(1, 2)), Bead(original=(2,), copy=(0,))]
    """
    partners: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for first, second in pairs:
        partners["original", first].append(("copy", second))
        partners["copy", second].append(("original", first))
    seen: set[tuple[str, int]] = set()
    for node in list(partners):
        if node in seen:
            continue
        found, waiting = {node}, [node]
        while waiting:
            new = [p for p in partners[waiting.pop()] if p not in found]
            found.update(new)
            waiting += new
        seen |= found
        yield Bead(
            tuple(sorted(n for side, n in found if side == "original")),
            tuple(sorted(n for side, n in found if side == "copy")),
        )


def align(original: Document, copy: Document) -> Alignment:
    """Align two versions of an article in one language; their paragraphs must have their roles.

    Raises:
        IngestError: a version is too long.

    >>> from garbled.documents import Block
    >>> make = lambda *texts: Document.from_blocks(map(Block, texts), id="a", source="a")
    >>> aligned = align(make("The pier shut in May.", "Nobody was hurt, police said."),
    ...                 make("Police said nobody was hurt.", "In May the pier was shut."))
    >>> sorted(aligned.paragraph_links)
    [(0, 1), (1, 0)]
    """
    versions = comparable_sentences(original), comparable_sentences(copy)
    for document, sentences in zip((original, copy), versions, strict=True):
        _refuse_length(document, len(sentences))
    return Alignment(*versions, tuple(align_sentences(*versions)))


def _refuse_length(document: Document, n_sentences: int) -> None:
    characters = sum(len(paragraph.text) for paragraph in document.paragraphs)
    if n_sentences > MAX_SENTENCES or characters > MAX_CHARACTERS:
        raise IngestError(
            f"too long to compare: {n_sentences:,} sentences, {characters:,} characters;"
            f" {MAX_SENTENCES:,} and {MAX_CHARACTERS:,} are the most; split it",
            source=document.source,
        )


def align_sentences(original: Sequence[Sentence], copy: Sequence[Sentence]) -> list[Link]:
    """Links between the sentences of two versions, in the order of the original."""
    if not original or not copy:
        return []
    before, after = sentence_vectors(original, copy)
    similarity = np.asarray((before @ after.T).toarray())
    links = _assign(similarity)
    links += _attach(before, after, links)
    return sorted(Link(i, j, min(float(similarity[i, j]), 1.0)) for i, j in set(links))


def _assign(similarity: Matrix) -> list[tuple[int, int]]:
    """The best one to one assignment, without the pairs that are not alike."""
    from scipy.optimize import linear_sum_assignment

    total = similarity.copy()
    total[1:, 1:] += NEIGHBOUR_SHARE * similarity[:-1, :-1]
    total[:-1, :-1] += NEIGHBOUR_SHARE * similarity[1:, 1:]
    total[similarity <= MIN_SIMILARITY] = 0.0
    rows, columns = linear_sum_assignment(total, maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(i, j) for i, j in pairs if total[i, j] >= MIN_LINK]


def _attach(
    before: csr_array, after: csr_array, links: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Links of free sentences to what is left of linked ones, on both sides."""
    forth: dict[int, list[int]] = defaultdict(list)
    back: dict[int, list[int]] = defaultdict(list)
    for i, j in links:
        forth[i].append(j)
        back[j].append(i)
    free_copy = [j for j in range(after.shape[0]) if j not in back]
    free_original = [i for i in range(before.shape[0]) if i not in forth]
    return [
        *((i, j) for j, i in _answer(free_copy, after, before, forth)),
        *_answer(free_original, before, after, back),
    ]


def _answer(
    free: Sequence[int], own: csr_array, other: csr_array, partners: Mapping[int, Sequence[int]]
) -> Iterator[tuple[int, int]]:
    """Each free sentence with the linked one of the other version whose rest it answers."""
    linked = list(partners)
    if not free or not linked:
        return
    rests = _rests(other, own, partners)
    lengths = np.maximum(np.sqrt(np.asarray(rests.multiply(rests).sum(axis=1)).ravel()), MIN_REST)
    likeness = np.asarray((own[free] @ rests.T).toarray()) / lengths
    for place, number in enumerate(free):
        beside = np.array([any(abs(p - number) == 1 for p in partners[n]) for n in linked])
        strength = likeness[place] + BESIDE * (beside & (likeness[place] > MIN_SIMILARITY))
        best = int(strength.argmax())
        if strength[best] >= MIN_REST_LINK:
            yield number, linked[best]


def _rests(rows: csr_array, others: csr_array, partners: Mapping[int, Sequence[int]]) -> csr_array:
    """Linked rows less the features that their partners have, of shape (n_linked, n_features)."""
    from scipy.sparse import csr_array

    data, places, ends = [], [], [0]
    for number, shared in partners.items():
        own = slice(rows.indptr[number], rows.indptr[number + 1])
        taken = np.concatenate(
            [others.indices[others.indptr[p] : others.indptr[p + 1]] for p in shared]
        )
        kept = ~np.isin(rows.indices[own], taken)
        data.append(rows.data[own][kept])
        places.append(rows.indices[own][kept])
        ends.append(ends[-1] + int(kept.sum()))
    shape = (len(partners), rows.shape[1])
    return csr_array((np.concatenate(data), np.concatenate(places), ends), shape=shape)
