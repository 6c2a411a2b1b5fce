"""Documents scored as users score them, with what each family of rules contributed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from garbled.documents import Document, Finding, Score, Verdict
from garbled.drafts import Draft, Settings, Tier
from garbled.grammar import Grammar
from garbled.model.store import Model, load_model
from garbled.pipeline import draft_document, score_drafts
from garbled.results import make_score
from garbled.scorer import Scorer

BATCH = 16
PROGRESS_DOCUMENTS = 320
Doubts = tuple[NDArray[np.int32], NDArray[np.float32]]
TORTURED = "tortured phrases"
ENCODER, LANGUAGETOOL = "encoder", "LanguageTool"
_CASE = ("NAME_LOWER", "NAME_IN_CAPITALS", "NAME_BROKEN_CAPITALS")
_FORMS = ("NAME_DOUBLED", "NAME_GLUED", "NAME_SPLIT", "NAME_TITLE", "NAME_SPELLING")
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "codes in place of names": ("NAME_RIC", "NAME_CODE"),
    "forms of names": (*_CASE, *_FORMS),
    "known names": ("NAME_",),
    "words": ("LEX_",),
    "numbers and typography": ("NUMBER_", "TYPO_"),
    ENCODER: ("TOKEN_",),
    LANGUAGETOOL: ("LT_",),
}
"""What the rules of a family begin with; a rule is of the first that fits."""


def family_of(rule: str) -> str:
    """The family of a rule; its own name where none fits.

    >>> family_of("NAME_SPLIT"), family_of("NAME_PART_REPLACED"), family_of("LT_IT_IS")
    ('forms of names', 'known names', 'LanguageTool')
    """
    fits = (name for name, beginnings in FAMILIES.items() if rule.startswith(beginnings))
    return next(fits, rule)


@dataclass(frozen=True, slots=True)
class Copy:
    """A document to be checked, where it is from, and the story that it belongs to.

    ``originals`` has the original of each paragraph, where it is a machine copy.
    """

    document: Document
    source: str
    group: int
    originals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding and the index of its paragraph."""

    paragraph: int
    finding: Finding

    def overlaps(self, paragraph: int, start: int, end: int) -> bool:
        own = self.finding
        return self.paragraph == paragraph and own.start < end and start < own.end


class Span(NamedTuple):
    """A rule that fired on code points of a paragraph."""

    paragraph: int
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document: its verdict and its findings."""

    verdict: Verdict
    findings: tuple[Placed, ...]


@dataclass(frozen=True)
class Checked:
    """A scored document.

    ``without`` holds the outcome without each family of rules, where that was asked for, and
    ``raw`` what LanguageTool and the list of tortured phrases alone would mark, as spans.
    ``tokens`` (n, 3) are paragraph, start and end of what the encoder read, ``doubts`` (n,) the
    log-odds that it is wrong.
    """

    id: str
    paragraphs: tuple[str, ...]
    n_words: int
    is_scored: bool
    whole: Outcome
    without: Mapping[str, Outcome]
    raw: Mapping[str, tuple[Span, ...]]
    tokens: NDArray[np.int32]
    doubts: NDArray[np.float32]

    @property
    def findings(self) -> tuple[Placed, ...]:
        return self.whole.findings

    def outcome(self, without: str | None = None) -> Outcome:
        """What became of it, with all rules or without a family of them."""
        return self.whole if without is None else self.without.get(without, self.whole)


@dataclass(frozen=True, slots=True)
class Checking:
    """How documents are checked.

    Args:
        tier: as for ``Scorer``.
        model: a model folder; by default the one that ships.
        jobs: processes.
        rules: beginnings of the rules whose findings count; all where none is given.
    """

    tier: Tier = "fast"
    model: Path | None = None
    jobs: int = 1
    rules: tuple[str, ...] = ()


def check(documents: Iterable[Document], how: Checking, *, ablate: bool = False) -> list[Checked]:
    """Score documents in their order; ``ablate`` also without each family."""
    from joblib import Parallel, delayed

    families = tuple(FAMILIES) if ablate else ()
    with Scorer(how.tier, model=how.model) as scorer:
        settings = scorer.settings
    grammar = Grammar.started() if settings.grammar else Grammar()
    work = delayed(_check_batch)
    batches = _batches(documents)
    found: list[Checked] = []
    for part in Parallel(n_jobs=how.jobs, return_as="generator", pre_dispatch="2 * n_jobs")(
        work(batch, settings, grammar, families, how.rules) for batch in batches
    ):
        found += part
        if len(found) % PROGRESS_DOCUMENTS < len(part):
            print(f"evaluate: {len(found)} documents checked", file=sys.stderr, flush=True)
    return found


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    waiting = iter(documents)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _check_batch(
    documents: Sequence[Document],
    settings: Settings,
    grammar: Grammar,
    families: Sequence[str],
    rules: tuple[str, ...],
) -> list[Checked]:
    model = load_model(settings.model, settings.digest, large=settings.large)
    made = [draft_document(document, model, settings, grammar) for document in documents]
    drafts = [draft for draft in made if isinstance(draft, Draft)]
    scores = iter(list(score_drafts(drafts, model, settings, grammar)))
    found = []
    for item in made:
        if isinstance(item, Draft):
            without = {
                family: _outcome(_score_without(item, family, model, settings), rules)
                for family in families
            }
            found.append(_checked(next(scores), rules, without, _raw(item), _doubts(item)))
        else:
            nothing = np.empty((0, 3), np.int32), np.empty(0, np.float32)
            found.append(_checked(item, rules, {}, {}, nothing))
    return found


def _checked(
    score: Score,
    rules: tuple[str, ...],
    without: Mapping[str, Outcome],
    raw: Mapping[str, tuple[Span, ...]],
    doubts: Doubts,
) -> Checked:
    return Checked(
        score.id,
        tuple(p.paragraph.text for p in score.paragraphs),
        score.n_words,
        score.score is not None,
        _outcome(score, rules),
        without,
        raw,
        *doubts,
    )


def _outcome(score: Score, rules: tuple[str, ...]) -> Outcome:
    findings = (
        Placed(paragraph.paragraph.index, finding)
        for paragraph in score.paragraphs
        for finding in paragraph.findings
        if not rules or finding.rule.startswith(rules)
    )
    return Outcome(score.verdict, tuple(findings))


def _score_without(draft: Draft, family: str, model: Model, settings: Settings) -> Score:
    """The score without a family of rules; features stay as they were."""
    own = replace(
        draft,
        faults=[fault for fault in draft.faults if family_of(fault.rule) != family],
        readings={} if family == ENCODER else draft.readings,
        matches=[] if family == LANGUAGETOOL and draft.matches else draft.matches,
    )
    return make_score(own, model, settings, None)


def _raw(draft: Draft) -> dict[str, tuple[Span, ...]]:
    tortured = (
        Span(f.paragraph, f.start, f.end, f.rule) for f in draft.faults if f.rule == "LEX_TORTURED"
    )
    found = {TORTURED: tuple(tortured)}
    if draft.matches is not None:
        found[LANGUAGETOOL] = tuple(
            Span(m.paragraph, m.start, m.end, m.match.rule) for m in draft.matches
        )
    return found


def _doubts(draft: Draft) -> Doubts:
    """Places of the tokens that the small encoder read, and the log-odds that they are wrong."""
    places = [
        (sentence.paragraph, token.start, token.end)
        for window in draft.article.windows
        for sentence in window.sentences
        for token in sentence.tokens
    ]
    readings = draft.readings.get("encoder") or []
    doubts = [reading.tokens for reading in readings]
    tokens = np.array(places, dtype=np.int32).reshape(-1, 3)
    flat = np.concatenate(doubts) if doubts else np.full(len(tokens), np.nan, np.float32)
    return tokens, flat.astype(np.float32)
