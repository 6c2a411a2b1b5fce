"""What the evidence costs beyond the scores, in milliseconds of CPU a paragraph of 80 words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from time import process_time

from garbled.analysers.run import find_faults
from garbled.documents import Document
from garbled.drafts import Draft
from garbled.evaluation.findings.checked import Checking
from garbled.evaluation.findings.results import Cost
from garbled.grammar import Grammar
from garbled.model.store import load_model
from garbled.pipeline import draft_document, score_drafts
from garbled.scorer import Scorer

PARAGRAPH_WORDS = 80
ROUNDS = 3


def measure_cost(documents: Sequence[Document], how: Checking) -> list[Cost]:
    """Time the analysers, and what makes findings of faults and doubts, on scored articles.

    The analysers' faults are features too, so not all of their time is the findings' alone.
    """
    with Scorer("fast", model=how.model) as scorer:
        settings = scorer.settings
    model, grammar = load_model(settings.model, settings.digest, large=None), Grammar()
    made = (draft_document(document, model, settings, grammar) for document in documents)
    drafts = [d for d in made if isinstance(d, Draft) and d.is_scored]
    if not drafts:
        return []
    list(score_drafts(drafts, model, settings, grammar))  # loads what loads late
    return [
        _cost("analysers", drafts, lambda d: find_faults(d.article, model.resources)),
        _cost("doubts, findings, severity", drafts, lambda d: d.findings(model, settings)),
    ]


def _cost(part: str, drafts: Sequence[Draft], work: Callable[[Draft], object]) -> Cost:
    """The best of three rounds of each article; their median and worst."""
    times = []
    for draft in drafts:
        best = min(_seconds(work, draft) for _ in range(ROUNDS))
        times.append(1_000 * best * PARAGRAPH_WORDS / draft.article.n_words)
    words = sum(draft.article.n_words for draft in drafts)
    return Cost(part, median(times), max(times), words // PARAGRAPH_WORDS)


def _seconds(work: Callable[[Draft], object], draft: Draft) -> float:
    start = process_time()
    work(draft)
    return process_time() - start
