"""From a finished draft to the result that the output contract names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import garbled
from garbled.attribution import article_contributions
from garbled.documents import Document, Finding, ParagraphScore, Score, Signature
from garbled.drafts import Draft, Matrix, Settings
from garbled.evidence import without_doubt
from garbled.features.groups import CONFIGURATIONS
from garbled.model.classifier import sigmoid
from garbled.model.store import Model
from garbled.model.verdicts import Judged, decide, is_sure
from garbled.segment.articles import Article


def make_score(draft: Draft, model: Model, settings: Settings, version: str | None) -> Score:
    """The score of an English document; ``version`` is LanguageTool's, where it was asked."""
    findings = draft.findings(model, settings)
    configuration = draft.calibrated(model)
    source = draft.document.source
    shift = settings.shift_of(model, source)
    thresholds = settings.thresholds_of(configuration, source)
    value = probability = share = None
    paragraphs: dict[int, tuple[float, float]] = {}
    moved: dict[str, float] = {}
    if draft.is_scored:
        logits = draft.window_logits(model)
        article_logit = draft.article_logit(logits, model)
        value = float(configuration.articles.scale(article_logit)[0])
        probability = float(sigmoid(article_logit + shift)[0])
        paragraphs = _paragraphs(
            draft.article, configuration.windows.scale(logits), sigmoid(logits + shift)
        )
        share = _mangled_share(draft.article, paragraphs, thresholds["review"])
        if probability >= thresholds["review"]:
            moved = article_contributions(draft, model)
    judged = _judged(draft, findings, probability, moved, share)
    if is_sure(judged, thresholds):
        findings = {i: tuple(map(without_doubt, found)) for i, found in findings.items()}
        judged = _judged(draft, findings, probability, moved, share)
    verdict, reasons = decide(judged, thresholds)
    damage = _damage(draft.document)
    return Score(
        id=draft.document.id,
        source=draft.document.source,
        title=draft.document.title,
        language="en",
        score=value,
        probability=probability,
        verdict="review" if damage and verdict == "pass" else verdict,
        reasons=(*damage, *reasons),
        mangled_share=share,
        degraded=("grammar",) if draft.degraded else (),
        n_words=draft.article.n_words,
        error=draft.document.error,
        signature=_signature(model, settings, source, draft, version),
        paragraphs=tuple(
            ParagraphScore(p, score, likely, findings.get(p.index, ()))
            for p in draft.document.paragraphs
            for score, likely in [paragraphs.get(p.index, (None, None))]
        ),
    )


def _paragraphs(
    article: Article, scores: Matrix, probabilities: Matrix
) -> dict[int, tuple[float, float]]:
    """Each scored paragraph's word-weighted mean over its windows."""
    score, likely = scores.tolist(), probabilities.tolist()
    weights: dict[int, list[tuple[int, float]]] = {}
    for number, window in enumerate(article.windows):
        for index, words in window.words_by_paragraph().items():
            weights.setdefault(index, []).append((number, max(words, 1e-9)))
    means = {}
    for index, parts in weights.items():
        total = sum(words for _, words in parts)
        shares = [(number, words / total) for number, words in parts]
        means[index] = (
            sum(share * score[number] for number, share in shares),
            sum(share * likely[number] for number, share in shares),
        )
    return means


def _mangled_share(
    article: Article, paragraphs: Mapping[int, tuple[float, float]], threshold: float
) -> float:
    words: dict[int, int] = {}
    for sentence in article.sentences:
        if sentence.paragraph in paragraphs:
            words[sentence.paragraph] = words.get(sentence.paragraph, 0) + sentence.n_words
    mangled = sum(n for index, n in words.items() if paragraphs[index][1] >= threshold)
    return mangled / max(sum(words.values()), 1)


def _judged(
    draft: Draft,
    findings: Mapping[int, tuple[Finding, ...]],
    probability: float | None,
    moved: Mapping[str, float],
    share: float | None,
) -> Judged:
    return Judged(
        probability=probability,
        findings=[f for part in findings.values() for f in part],
        headline_findings=_headline_findings(draft.document, findings),
        moved=moved,
        mangled_share=share,
        n_words=sum(sentence.n_words for sentence in draft.article.sentences),
    )


def _headline_findings(
    document: Document, findings: Mapping[int, tuple[Finding, ...]]
) -> list[Finding]:
    return [
        finding
        for paragraph in document.paragraphs
        if paragraph.role == "headline"
        for finding in findings.get(paragraph.index, ())
    ]


def _damage(document: Document) -> tuple[str, ...]:
    return ("input_damaged",) if document.error else ()


def _signature(
    model: Model, settings: Settings, source: str, draft: Draft | None, version: str | None
) -> Signature:
    configuration = draft.configuration if draft else "fast"
    thresholds = settings.thresholds_of(model.configurations[configuration], source)
    full = configuration != "fast" or (draft is None and settings.tier == "full")
    return Signature(
        garbled=garbled.__version__,
        model=model.digest,
        tier="full" if full else "fast",
        languagetool=version if draft and draft.matches is not None else None,
        prior=settings.prior_of(model, source),
        thresholds={name: thresholds[name] for name in ("review", "hold")},
        encoder="large" if "large_encoder" in CONFIGURATIONS[configuration] else "small",
        house_list=settings.house_list.digest,
    )


def unreadable(document: Document, error: str, model: Model, settings: Settings) -> Score:
    """The record of an input that gave no text."""
    return _unscored(document, "error", ("unreadable",), error, model, settings)


def failed(document: Document, error: Exception, model: Model, settings: Settings) -> Score:
    """The record of a document that broke an analyser."""
    message = f"could not be analysed ({type(error).__name__}: {error}); please report it"
    return unreadable(document, message, model, settings)


def not_english(
    document: Document, language: str | None, model: Model, settings: Settings
) -> Score:
    """The record of a document in another language, which is not scored."""
    reasons = ("not_english", *_damage(document))
    return _unscored(document, "review", reasons, document.error, model, settings, language)


def _unscored(
    document: Document,
    verdict: Literal["review", "error"],
    reasons: tuple[str, ...],
    error: str | None,
    model: Model,
    settings: Settings,
    language: str | None = None,
) -> Score:
    return Score(
        id=document.id,
        source=document.source,
        title=document.title,
        language=language or document.language,
        score=None,
        probability=None,
        verdict=verdict,
        reasons=reasons,
        mangled_share=None,
        degraded=(),
        n_words=sum(len(p.text.split()) for p in document.paragraphs if p.is_scored),
        error=error,
        signature=_signature(model, settings, document.source, None, None),
        paragraphs=tuple(ParagraphScore(p) for p in document.paragraphs),
    )
