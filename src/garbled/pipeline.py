"""One batch of documents to scores: analyse, measure, check, decide. Runs in any process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import garbled
from garbled.documents import Document, Finding, ParagraphScore, Score, Signature
from garbled.evidence import find
from garbled.features.analysers import find_faults
from garbled.features.groups import CONFIGURATIONS, feature_names, make_union
from garbled.features.rows import Fault, PlacedMatch, Row, make_rows
from garbled.grammar import Grammar
from garbled.model.articles import describe_article
from garbled.model.classifier import prior_shift, sigmoid
from garbled.model.store import Model, load_model
from garbled.model.verdicts import SEVERE, Judged, decide
from garbled.segment.articles import Article, analyse
from garbled.segment.language import identify_language, is_english
from garbled.segment.roles import assign_roles
from garbled.segment.windows import MIN_WORDS

Tier = Literal["fast", "full", "auto"]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was asked for; small and picklable, so that workers are given it."""

    tier: Tier
    grammar: bool
    prior: float | None
    model: Path
    digest: str


@dataclass
class Draft:
    """A document on its way to its score; a stage fills in what the next one needs."""

    document: Document
    article: Article
    faults: list[Fault]
    check: Future[list[PlacedMatch] | None] | None = None
    configuration: str = "fast"
    matches: list[PlacedMatch] | None = None
    degraded: bool = False
    columns: dict[str, Matrix] = field(default_factory=dict)

    @property
    def is_scored(self) -> bool:
        return self.article.n_words >= MIN_WORDS


def score_batch(documents: Sequence[Document], settings: Settings, grammar: Grammar) -> list[Score]:
    """Score a batch, in order. A document that fails becomes an error record; none raises.

    One poison document must not take the others along: a batch that fails is scored one by one.
    """
    model = load_model(settings.model, settings.digest)
    made = [_draft(document, model, settings, grammar) for document in documents]
    drafts = [draft for draft in made if isinstance(draft, Draft)]
    try:
        scored = iter(list(_score_drafts(drafts, model, settings, grammar)))
    except Exception as error:
        if len(documents) == 1:
            return [_failed(documents[0], error, model, settings)]
        return [s for document in documents for s in score_batch([document], settings, grammar)]
    return [next(scored) if isinstance(item, Draft) else item for item in made]


def _draft(document: Document, model: Model, settings: Settings, grammar: Grammar) -> Draft | Score:
    """The analysed document, or at once its score where there is nothing to analyse.

    In tier ``full`` the server is given the article first, and works while we go on.
    """
    if not document.paragraphs:
        error = document.error or "no text"
        return _unscored(document, "error", ("unreadable",), error, model, settings)
    try:
        document = assign_roles(document)
        language = identify_language(document)
        if not is_english(language):
            reasons = ("not_english", *_damage(document))
            return _unscored(document, "review", reasons, document.error, model, settings, language)
        article = analyse(document)
        wanted = settings.grammar and settings.tier == "full"
        check = grammar.submit(article) if wanted else None
        return Draft(document, article, find_faults(article, model.resources), check)
    except Exception as error:
        return _failed(document, error, model, settings)


def _score_drafts(
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
        yield _score(draft, model, settings, version)


def _measure_fully(drafts: list[Draft], model: Model, settings: Settings, grammar: Grammar) -> None:
    """Check grammar, while the server works measure the rest, then measure grammar."""
    for draft in drafts:
        draft.configuration = "full_without_grammar"
        if settings.grammar and draft.check is None:
            draft.check = grammar.submit(draft.article)
    _measure(drafts, model)
    for draft in drafts:
        if draft.check is not None:
            _take_matches(draft, draft.check.result())
    _measure(drafts, model)


def _take_matches(draft: Draft, matches: list[PlacedMatch] | None) -> None:
    draft.matches = matches
    draft.degraded = draft.matches is None
    draft.configuration = "full_without_grammar" if draft.degraded else "full"


def _measure(drafts: Sequence[Draft], model: Model) -> None:
    """Compute the feature groups that the drafts' configurations want and do not have yet."""
    for name in sorted({draft.configuration for draft in drafts}):
        mine = [d for d in drafts if d.configuration == name and d.is_scored]
        rows = [_rows(draft) for draft in mine]
        flat: list[Row] = [row for part in rows for row in part]
        cuts = np.cumsum([len(part) for part in rows])[:-1]
        union = make_union(name, model.resources, model.ngrams)
        for group, transformer in union.transformer_list:
            if all(group in draft.columns for draft in mine):
                continue
            for draft, part in zip(mine, np.split(transformer.transform(flat), cuts), strict=True):
                draft.columns[group] = part


def _rows(draft: Draft) -> list[Row]:
    return make_rows(draft.article.windows, draft.faults, draft.matches)


def _window_logits(draft: Draft, model: Model) -> Matrix:
    groups = CONFIGURATIONS[draft.configuration]
    X = np.hstack([draft.columns[name] for name in groups])
    return model.configurations[draft.configuration].windows.logits(X)


def _article_logit(draft: Draft, logits: Matrix, model: Model) -> Matrix:
    n_words = np.array([window.n_words for window in draft.article.windows])
    described = np.array([describe_article(logits, n_words)])
    return model.configurations[draft.configuration].articles.logits(described)


def _is_unclear(draft: Draft, model: Model, settings: Settings) -> bool:
    """Whether the fast configuration leaves room for another verdict than a pass."""
    if not draft.is_scored:
        return False
    thresholds = model.configurations["fast"].thresholds
    logit = _article_logit(draft, _window_logits(draft, model), model)
    likely = sigmoid(logit + prior_shift(_prior(model, settings)))[0] >= thresholds["clear_pass"]
    findings = find(draft.article, draft.faults, None).values()
    return likely or any(f.severity in SEVERE for part in findings for f in part)


def _score(draft: Draft, model: Model, settings: Settings, version: str | None) -> Score:
    findings = find(draft.article, draft.faults, draft.matches)
    configuration = model.configurations[draft.configuration]
    shift = prior_shift(_prior(model, settings))
    value = probability = share = None
    paragraphs: dict[int, tuple[float, float]] = {}
    moved: dict[str, float] = {}
    if draft.is_scored:
        logits = _window_logits(draft, model)
        article_logit = _article_logit(draft, logits, model)
        value = float(configuration.articles.scale(article_logit)[0])
        probability = float(sigmoid(article_logit + shift)[0])
        paragraphs = _paragraphs(
            draft.article, configuration.windows.scale(logits), sigmoid(logits + shift)
        )
        share = _mangled_share(draft.article, paragraphs, configuration.thresholds["review"])
        moved = _moved(draft, model)
    verdict, reasons = decide(
        Judged(
            probability,
            [f for part in findings.values() for f in part],
            _headline_findings(draft.document, findings),
            moved,
            share,
        ),
        configuration.thresholds,
    )
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
        signature=_signature(model, settings, draft, version),
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
    weights: dict[int, list[tuple[int, int]]] = {}
    for number, window in enumerate(article.windows):
        for index, words in window.words_by_paragraph().items():
            weights.setdefault(index, []).append((number, words))
    means = {}
    for index, parts in weights.items():
        windows = [number for number, _ in parts]
        shares = np.maximum([n for _, n in parts], 1e-9)
        means[index] = (
            float(np.average(scores[windows], weights=shares)),
            float(np.average(probabilities[windows], weights=shares)),
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


def _moved(draft: Draft, model: Model) -> dict[str, float]:
    """Mean log-odds by which each feature group moved the article's windows."""
    groups = CONFIGURATIONS[draft.configuration]
    widths = [len(feature_names(name)) for name in groups]
    places = [range(sum(widths[:i]), sum(widths[: i + 1])) for i in range(len(widths))]
    X = np.hstack([draft.columns[name] for name in groups])
    windows = model.configurations[draft.configuration].windows
    means = windows.contributions(X, places).mean(axis=0)
    return dict(zip(groups, means.tolist(), strict=True))


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


def _prior(model: Model, settings: Settings) -> float:
    return float(model.description["prior"]) if settings.prior is None else settings.prior


def _signature(
    model: Model, settings: Settings, draft: Draft | None, version: str | None
) -> Signature:
    configuration = draft.configuration if draft else "fast"
    thresholds = model.configurations[configuration].thresholds
    full = configuration != "fast" or (draft is None and settings.tier == "full")
    return Signature(
        garbled=garbled.__version__,
        model=model.digest,
        tier="full" if full else "fast",
        languagetool=version if draft and draft.matches is not None else None,
        prior=_prior(model, settings),
        thresholds={name: thresholds[name] for name in ("review", "hold")},
    )


def _failed(document: Document, error: Exception, model: Model, settings: Settings) -> Score:
    message = f"could not be analysed ({type(error).__name__}: {error}); please report it"
    return _unscored(document, "error", ("unreadable",), message, model, settings)


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
        signature=_signature(model, settings, None, None),
        paragraphs=tuple(ParagraphScore(p) for p in document.paragraphs),
    )
