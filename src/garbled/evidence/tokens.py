"""Findings from the encoder's doubts: runs of doubted words, named by what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.analysers.names import is_title_case
from garbled.analysers.run import Resources
from garbled.evidence.doubt import Doubted, Doubts, shipped_doubts, weigh
from garbled.evidence.severity import MAGNITUDES, NEGATIONS
from garbled.evidence.suggestions import suggest
from garbled.features.encoder import Reading
from garbled.features.fluency import FUNCTION_BITS
from garbled.segment.articles import Article, Sentence
from garbled.segment.tokens import Token

NAME, NUMBER, NEGATION = "TOKEN_NAME", "TOKEN_NUMBER", "TOKEN_NEGATION"
LEFTOVER, PHRASING, WORD = "TOKEN_LEFTOVER", "TOKEN_PHRASING", "TOKEN_WORD"
CERTAIN_RULES = frozenset({NAME, NUMBER, NEGATION})
"""Rules of what must be more certain to be told."""
PHRASE_WORDS = 3
"""Doubted words in a row that are a matter of phrasing, not of one word."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring doubted words of a sentence, from ``start`` to ``end``, and the worst of them.

    ``peak`` is the highest of their log-odds.
    """

    sentence: Sentence
    start: int
    end: int
    peak: float

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.sentence.tokens[self.start : self.end]


def find_doubts(article: Article, readings: Sequence[Reading], resources: Resources) -> list[Fault]:
    """What the small encoder doubts in an article, in reading order.

    Args:
        article: with a window for each reading.
        readings: of the small encoder, one a window; none where nothing was read.
        resources: counts of clean English.
    """
    if not readings:
        return []
    doubts = shipped_doubts()
    counts = resources.counts
    weighed = weigh(article, readings, counts, doubts)
    named = [(run, name_rule(run, counts)) for run in find_runs(weighed, doubts.least)]
    told = [(run, rule) for run, rule in named if is_told(rule, run.peak, doubts)]
    places = [(run.sentence, run.start, run.end) for run, _ in told]
    suggestions = suggest(places, counts, doubts.suggestion)
    return [
        _fault(run, rule, suggestion, doubts)
        for (run, rule), suggestion in zip(told, suggestions, strict=True)
    ]


def find_runs(weighed: Sequence[Doubted], least: float) -> Iterator[Run]:
    """Runs of words with at least these log-odds; marks are never doubted, and part runs."""
    for sentence, log_odds in weighed:
        doubted = log_odds >= least
        if not doubted.any():
            continue
        doubted &= np.array([token.is_word for token in sentence.tokens])
        edges = np.flatnonzero(np.diff(doubted, prepend=False, append=False))
        for start, end in edges.reshape(-1, 2).tolist():
            yield Run(sentence, start, end, float(log_odds[start:end].max()))


def name_rule(run: Run, counts: NgramCounts) -> str:
    """The rule of a run: what stands there, its gravest part first."""
    words = [token.text.lower() for token in run.tokens]
    if any(word in NEGATIONS or word.endswith("n't") for word in words):
        return NEGATION
    if any(word in MAGNITUDES or any(c.isdigit() for c in word) for word in words):
        return NUMBER
    if _has_name(run, counts):
        return NAME
    frequency = [counts.word(word) for word in words]
    if len(words) >= PHRASE_WORDS or min(frequency) > FUNCTION_BITS:
        return PHRASING
    return LEFTOVER if _is_leftover(run, counts) else WORD


def _has_name(run: Run, counts: NgramCounts) -> bool:
    """A capitalised word that clean English does not write in lower case."""
    if is_title_case(run.sentence):
        return False
    return any(
        token.text[0].isupper() and not counts.capital_share(token.text) < 0.5
        for token in run.tokens
    )


def _is_leftover(run: Run, counts: NgramCounts) -> bool:
    """Lower-case words that clean English does not have, with a letter that it lacks."""
    return not any(t.text.isascii() for t in run.tokens) and not any(
        counts.is_known(token.text) or token.text[0].isupper() for token in run.tokens
    )


def _fault(run: Run, rule: str, suggestion: str | None, doubts: Doubts) -> Fault:
    return Fault(
        run.sentence.paragraph,
        run.tokens[0].start,
        run.tokens[-1].end,
        rule,
        suggestion,
        severity="major" if is_major(rule, run.peak, doubts) else "minor",
    )


def is_told(rule: str, peak: float, doubts: Doubts) -> bool:
    """Whether a doubt is certain enough for what it doubts."""
    return peak >= (doubts.name if rule in CERTAIN_RULES else doubts.least)


def is_major(rule: str, peak: float, doubts: Doubts) -> bool:
    """Whether a doubt is certain enough, and of what changes the meaning.

    A third of the names that it doubts are right: names of every language are names.
    """
    return rule not in (PHRASING, NAME) and peak >= doubts.major
