"""Pairs of segments from articles and their copies: what ``garbled train`` and the like read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

from garbled.comparison.alignment import Alignment, align
from garbled.documents import Document
from garbled.errors import IngestError
from garbled.segment.articles import Sentence
from garbled.segment.roles import assign_roles

MIN_LIKENESS = 0.15
"""Cosine of the words of two articles from which one may be the other's copy."""
FEATURES = 2**20
MIN_LINKED = 0.3
"""Share of a copy's sentences that its original must answer."""


class Segment(NamedTuple):
    """The same content in both versions: one sentence, or a few that were merged or split."""

    original: str
    retranslated: str


class Mate(NamedTuple):
    """A copy, the article that it is a copy of, and what they share; or why there is none."""

    original: Document | None
    copy: Document
    segments: tuple[Segment, ...]
    problem: str | None = None


@dataclass(frozen=True)
class Originals:
    """Articles in which a copy's original is sought, by id and else by wording."""

    documents: tuple[Document, ...]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Originals:
        """The readable ones of these documents.

        Raises:
            IngestError: there are none.
        """
        readable = tuple(assign_roles(d) for d in documents if d.paragraphs)
        if not readable:
            raise IngestError("no original could be read")
        return cls(readable)

    def mates(self, copies: Iterable[Document], batch: int = 256) -> Iterator[Mate]:
        """Each readable copy with its original; an original may have several copies."""
        index = _Index(self.documents)
        waiting: list[Document] = []
        for copy in copies:
            if copy.paragraphs:
                waiting.append(assign_roles(copy))
            if len(waiting) >= batch:
                yield from index.mates(waiting)
                waiting = []
        yield from index.mates(waiting)


class _Index:
    """Originals by id, and their words as rows of unit length."""

    def __init__(self, documents: Sequence[Document]) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

        self.documents = documents
        keys = Counter(map(_key, documents))
        self.by_id = {_key(d): d for d in documents if keys[_key(d)] == 1}
        self.hashing = HashingVectorizer(n_features=FEATURES, alternate_sign=False, norm=None)
        self.weighting = TfidfTransformer(sublinear_tf=True)
        counts = self.hashing.transform(map(_text, documents))
        self.rows = self.weighting.fit_transform(counts)

    def mates(self, copies: Sequence[Document]) -> Iterator[Mate]:
        if not copies:
            return
        counts = self.hashing.transform(map(_text, copies))
        likeness = (self.weighting.transform(counts) @ self.rows.T).tocsr()
        for number, copy in enumerate(copies):
            row = likeness[[number]].toarray().ravel()
            best = int(row.argmax())
            candidate = self.documents[best] if row[best] >= MIN_LIKENESS else None
            yield _mate(copy, _distinct(self.by_id.get(_key(copy)), candidate))


def _mate(copy: Document, candidates: Iterable[Document]) -> Mate:
    """The copy with the first candidate that answers enough of its sentences."""
    for original in candidates:
        try:
            alignment = align(original, copy)
        except IngestError as error:
            return Mate(None, copy, (), str(error))
        linked = {link.copy for link in alignment.links}
        if linked and len(linked) >= MIN_LINKED * len(alignment.copy):
            return Mate(original, copy, tuple(_segments(alignment, original, copy)))
    return Mate(None, copy, (), f"{copy.source}: no original of it was found")


def _distinct(*documents: Document | None) -> Iterator[Document]:
    seen: list[Document] = []
    for document in documents:
        if document is not None and not any(document is other for other in seen):
            seen.append(document)
            yield document


def _key(document: Document) -> str:
    """What an id names, whatever folder and suffixes it has.

    >>> _key(Document("copies/12-pier.en-es-en.txt", ""))
    '12-pier'
    """
    return PurePath(document.id).name.split(".")[0]


def _text(document: Document) -> str:
    return " ".join(paragraph.text for paragraph in document.paragraphs)


def _segments(alignment: Alignment, original: Document, copy: Document) -> Iterator[Segment]:
    for bead in alignment.beads:
        yield Segment(
            _joined([alignment.original[n] for n in bead.original], original),
            _joined([alignment.copy[n] for n in bead.copy], copy),
        )


def _joined(sentences: Sequence[Sentence], document: Document) -> str:
    return " ".join(document.paragraphs[s.paragraph].text[s.start : s.end] for s in sentences)
