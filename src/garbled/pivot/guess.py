"""Documents in, one guess each out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from garbled.documents import Document
from garbled.pivot.classifier import PivotClassifier
from garbled.pivot.naming import UNKNOWN
from garbled.segment.articles import analyse
from garbled.segment.language import identify_language, is_english
from garbled.segment.roles import assign_roles
from garbled.segment.windows import MIN_WORDS


@dataclass(frozen=True, slots=True)
class PivotGuess:
    """What is guessed of a document.

    ``pivot`` is the most probable language, or "unknown"; ``distribution`` sums to 1 and has
    "unknown" in it. ``reason`` says why nothing was weighed: ``too_short`` (under 25 words of
    body text), ``not_english`` or ``unreadable``, with the cause in ``error``.
    """

    id: str
    source: str
    title: str | None
    pivot: str
    distribution: dict[str, float]
    n_words: int
    reason: str | None = None
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def guess_documents(
    documents: Iterable[Document], classifier: PivotClassifier
) -> Iterator[PivotGuess]:
    """One guess a document, in their order, whatever is wrong with it."""
    for document in documents:
        yield _guess(document, classifier)


def _guess(document: Document, classifier: PivotClassifier) -> PivotGuess:
    if not document.paragraphs:
        error = document.error or "no text"
        return _without(document, classifier, 0, "unreadable", error)
    document = assign_roles(document)
    article = analyse(document)
    if not is_english(identify_language(document)):
        return _without(document, classifier, article.n_words, "not_english")
    if article.n_words < MIN_WORDS:
        return _without(document, classifier, article.n_words, "too_short")
    [probabilities] = classifier.predict_measured(classifier.measure([article.windows])).tolist()
    distribution = dict(zip(classifier.classes_.tolist(), probabilities, strict=True))
    pivot = max(distribution, key=lambda name: distribution[name])
    return PivotGuess(
        document.id,
        document.source,
        document.title,
        pivot,
        distribution,
        article.n_words,
        error=document.error,
    )


def _without(
    document: Document,
    classifier: PivotClassifier,
    n_words: int,
    reason: str,
    error: str | None = None,
) -> PivotGuess:
    distribution = {str(name): float(name == UNKNOWN) for name in classifier.classes_}
    return PivotGuess(
        document.id,
        document.source,
        document.title,
        UNKNOWN,
        distribution,
        n_words,
        reason,
        error or document.error,
    )
