"""What cannot be read is not worth a model: its result is made without loading one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

import garbled
from garbled.documents import Document, Score, Signature
from garbled.model.folder import describe
from garbled.store.memory import Scores

if TYPE_CHECKING:
    from garbled.settings import Settings


class SparingScores:
    """Scores documents in their order; one without text gets its result at once.

    A feed whose only new items hold no text, pictures for instance, loads no model this way.
    """

    def __init__(self, scorer: Scores) -> None:
        self.scorer = scorer
        self.settings: Settings = scorer.settings

    def score_documents(self, documents: Iterable[Document]) -> Iterator[Score]:
        waiting: deque[Score | None] = deque()
        readable = self._readable(documents, waiting)
        first = next(readable, None)
        if first is not None:
            for score in self.scorer.score_documents(chain([first], readable)):
                yield from _unread_before(waiting)
                waiting.popleft()
                yield score
        yield from _unread_before(waiting)

    def _readable(
        self, documents: Iterable[Document], waiting: deque[Score | None]
    ) -> Iterator[Document]:
        for document in documents:
            if document.paragraphs:
                waiting.append(None)
                yield document
            else:
                waiting.append(unread(document, self.settings))


def _unread_before(waiting: deque[Score | None]) -> Iterator[Score]:
    """The results at hand that come before the next one to be scored."""
    while waiting and waiting[0] is not None:
        score = waiting.popleft()
        if score is not None:
            yield score


def unread(document: Document, settings: Settings) -> Score:
    """The result of a document that holds no text, as scoring it would give it."""
    description = describe(settings.model)
    policy = settings.policies.of(document.source)
    thresholds = policy.thresholds(description["thresholds"]["fast"])
    priors = (settings.prior, policy.prior, description["prior"])
    return Score(
        id=document.id,
        source=document.source,
        title=document.title,
        language=document.language,
        score=None,
        probability=None,
        verdict="error",
        reasons=("unreadable",),
        mangled_share=None,
        degraded=(),
        n_words=0,
        error=document.error or "no text",
        signature=Signature(
            garbled=garbled.__version__,
            model=settings.digest,
            tier="full" if settings.tier == "full" else "fast",
            languagetool=None,
            prior=next(prior for prior in priors if prior is not None),
            thresholds={name: thresholds[name] for name in ("review", "hold")},
            house_list=settings.house_list.digest,
        ),
    )
