"""One batch of documents to scores: analyse, measure, check, decide. Runs in any process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from garbled.analysers.run import find_faults
from garbled.documents import Document, Score
from garbled.drafts import Draft, Settings
from garbled.features.encoder import EncoderFeatures
from garbled.features.groups import make_union
from garbled.features.rows import PlacedMatch, Row
from garbled.grammar import Grammar
from garbled.model.classifier import sigmoid
from garbled.model.store import Model, load_model
from garbled.model.verdicts import SEVERE
from garbled.results import failed, make_score, not_english, unreadable
from garbled.segment.articles import analyse
from garbled.segment.language import identify_language, is_english
from garbled.segment.roles import assign_roles


def score_batch(documents: Sequence[Document], settings: Settings, grammar: Grammar) -> list[Score]:
    """Score a batch, in order. A document that fails becomes an error record; none raises.

    One poison document must not take the others along: a batch that fails is scored one by one.
    """
    model = load_model(settings.model, settings.digest, large=settings.large)
    made = [draft_document(document, model, settings, grammar) for document in documents]
    drafts = [draft for draft in made if isinstance(draft, Draft)]
    try:
        scored = iter(list(score_drafts(drafts, model, settings, grammar)))
    except Exception as error:
        if len(documents) == 1:
            return [failed(documents[0], error, model, settings)]
        return [s for document in documents for s in score_batch([document], settings, grammar)]
    return [next(scored) if isinstance(item, Draft) else item for item in made]


def draft_document(
    document: Document, model: Model, settings: Settings, grammar: Grammar
) -> Draft | Score:
    """The analysed document, or at once its score where there is nothing to analyse.

    In tier ``full`` the server is given the article first, and works while we go on.
    """
    if not document.paragraphs:
        return unreadable(document, document.error or "no text", model, settings)
    try:
        document = assign_roles(document)
        language = identify_language(document)
        if not is_english(language):
            return not_english(document, language, model, settings)
        article = analyse(document)
        wanted = settings.grammar and settings.tier == "full"
        check = grammar.submit(article) if wanted else None
        faults = settings.house_list.spare(find_faults(article, model.resources), article)
        return Draft(document, article, faults, check)
    except Exception as error:
        return failed(document, error, model, settings)


def score_drafts(
    drafts: list[Draft], model: Model, settings: Settings, grammar: Grammar
) -> Iterable[Score]:
    if settings.tier == "full":
        _measure_fully(drafts, model, settings, grammar)
    else:
        _measure(drafts, model)
    if settings.tier == "auto":
        unclear = [d for d in drafts if _is_unclear(d, model, settings)]
        _measure_fully(unclear, model, settings, grammar)
    version = grammar.version if any(d.matches is not None for d in drafts) else None
    for draft in drafts:
        yield make_score(draft, model, settings, version)


def _measure_fully(drafts: list[Draft], model: Model, settings: Settings, grammar: Grammar) -> None:
    """Check grammar, while the server works measure the rest, then measure grammar."""
    for draft in drafts:
        draft.configuration = settings.full_configuration(grammar=False)
        if settings.grammar and draft.check is None:
            draft.check = grammar.submit(draft.article)
    _measure(drafts, model)
    for draft in drafts:
        if draft.check is not None:
            _take_matches(draft, draft.check.result(), settings)
    _measure(drafts, model)


def _take_matches(draft: Draft, matches: list[PlacedMatch] | None, settings: Settings) -> None:
    spare = settings.house_list.spare
    draft.matches = None if matches is None else spare(matches, draft.article)
    draft.degraded = draft.matches is None
    draft.configuration = settings.full_configuration(grammar=not draft.degraded)


def _measure(drafts: Sequence[Draft], model: Model) -> None:
    """Compute the feature groups that the drafts' configurations want and do not have yet."""
    for name in sorted({draft.configuration for draft in drafts}):
        mine = [d for d in drafts if d.configuration == name and d.is_scored]
        rows = [draft.rows() for draft in mine]
        flat: list[Row] = [row for part in rows for row in part]
        cuts = np.cumsum([len(part) for part in rows])[:-1]
        union = make_union(name, model.resources, model.ngrams, model.encoders)
        for group, transformer in union.transformer_list:
            if all(group in draft.columns for draft in mine):
                continue
            if isinstance(transformer, EncoderFeatures):
                readings = transformer.read(flat)
                values = transformer.columns(readings)
                for draft, start, end in zip(mine, [0, *cuts], [*cuts, len(flat)], strict=True):
                    draft.readings[group] = readings[start:end]
            else:
                values = transformer.transform(flat)
            for draft, part in zip(mine, np.split(values, cuts), strict=True):
                draft.columns[group] = part


def _is_unclear(draft: Draft, model: Model, settings: Settings) -> bool:
    """Whether the fast configuration leaves room for another verdict than a pass."""
    if not draft.is_scored:
        return False
    source = draft.document.source
    thresholds = settings.thresholds_of(model.configurations["fast"], source)
    logit = draft.article_logit(draft.window_logits(model), model)
    logit = logit + settings.shift_of(model, source)
    if sigmoid(logit)[0] >= thresholds["clear_pass"]:
        return True
    findings = draft.findings(model, settings).values()
    return any(f.severity in SEVERE for part in findings for f in part)
