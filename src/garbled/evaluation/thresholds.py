"""What other thresholds would have made of articles: their verdicts, findings included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from garbled.documents import Document, Score, Verdict
from garbled.drafts import Draft
from garbled.grammar import Grammar
from garbled.model.store import Model, load_model
from garbled.pipeline import draft_document, score_drafts
from garbled.policy import Policies, Policy
from garbled.settings import Settings

HELD, FLAGGED = "held, as hold moves", "held or to review, as review moves"


def alarms_at(
    documents: Iterable[Document], settings: Settings, thresholds: Iterable[float]
) -> dict[str, list[int]]:
    """How many articles are held, and held or sent to review, at each threshold.

    One curve moves ``hold``, which takes ``review`` down with it, the other ``review``, which takes
    ``hold`` up; where it lies apart, the other threshold is the model's own. Texts are
    read once and judged anew for each threshold: the severity of findings hangs on it, too.

    Args:
        documents: as they were read.
        settings: of a ``Scorer`` of tier ``fast``, without policies.
        thresholds: between 0 and 1.

    Raises:
        ModelError: the model cannot be loaded.
    """
    model = load_model(settings.model, settings.digest)
    grammar = Grammar()
    made = [draft_document(document, model, settings, grammar) for document in documents]
    held, flagged = [], []
    for threshold in thresholds:
        held.append(_verdicts(made, model, settings, Policy(hold=threshold)).count("hold"))
        found = _verdicts(made, model, settings, Policy(review=threshold))
        flagged.append(found.count("hold") + found.count("review"))
    return {HELD: held, FLAGGED: flagged}


def _verdicts(
    made: Sequence[Draft | Score], model: Model, settings: Settings, policy: Policy
) -> list[Verdict]:
    own = replace(settings, policies=Policies(policy))
    drafts = [one for one in made if isinstance(one, Draft)]
    known = [one.verdict for one in made if isinstance(one, Score)]
    return known + [s.verdict for s in score_drafts(drafts, model, own, Grammar())]
