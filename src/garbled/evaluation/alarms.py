"""False alarms on clean articles that were set aside, by the scorer that users run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path

from garbled.corpora.clean import CleanArticle, read_clean
from garbled.corpora.splits import fold_of
from garbled.documents import Score
from garbled.drafts import Tier
from garbled.errors import IngestError
from garbled.evaluation.metrics import Rate, alarm_rate
from garbled.model.verdicts import SEVERE
from garbled.scorer import Scorer

ALL = "all"
_ORDER = 2**32


@dataclass(frozen=True, slots=True)
class SourceAlarms:
    """Alarms on the articles of one source; ``flagged`` is review or hold."""

    source: str
    n_scored: int
    n_words: int
    flagged: Rate
    held: Rate


@dataclass(frozen=True, slots=True)
class FindingRate:
    """Findings of one rule in clean copy; all of them are taken to be false."""

    rule: str
    severity: str
    findings: int
    per_thousand_words: float


@dataclass(frozen=True, slots=True)
class Alarms:
    """What clean copy sets off."""

    tier: str
    sources: tuple[SourceAlarms, ...]
    rules: tuple[FindingRate, ...]
    severe_per_thousand_words: float
    findings_per_thousand_words: float


def score_reserved(
    clean: Path, tier: Tier, model: Path | None, limit: int, seed: int, jobs: int
) -> list[tuple[CleanArticle, Score]]:
    """Score a fixed sample of the reserved clean articles.

    Raises:
        IngestError: no reserved article is there.
    """
    articles = sample_reserved(clean, limit, seed)
    if not articles:
        raise IngestError("no clean article of the reserved fifth here", source=str(clean))
    with Scorer(tier, jobs=jobs, model=model) as scorer:
        scores = scorer.score_documents(article.to_document() for article in articles)
        return list(zip(articles, scores, strict=True))


def measure_alarms(scored: Iterable[tuple[CleanArticle, Score]], tier: Tier) -> Alarms:
    """What clean articles set off, by source and by rule."""
    scores: dict[str, list[Score]] = defaultdict(list)
    for article, score in scored:
        scores[article.id.split(".", 1)[0]].append(score)
    everything = [score for own in scores.values() for score in own]
    sources = [_source(name, scores[name]) for name in sorted(scores)]
    return _alarms([*sources, _source(ALL, everything)], everything, tier)


def sample_reserved(clean: Path, limit: int, seed: int) -> list[CleanArticle]:
    """At most so many articles of the reserved fifth; which ones depends on ids and seed alone."""
    return nsmallest(
        limit,
        read_clean(clean, reserved=True),
        key=lambda article: fold_of(f"{seed}/{article.id}", _ORDER),
    )


def _source(name: str, scores: list[Score]) -> SourceAlarms:
    verdicts = Counter(score.verdict for score in scores)
    return SourceAlarms(
        source=name,
        n_scored=sum(score.score is not None for score in scores),
        n_words=_words(scores),
        flagged=alarm_rate(verdicts["review"] + verdicts["hold"], len(scores)),
        held=alarm_rate(verdicts["hold"], len(scores)),
    )


def _alarms(sources: Iterable[SourceAlarms], scores: list[Score], tier: Tier) -> Alarms:
    thousands = max(_words(scores), 1) / 1_000
    found = Counter(
        (finding.rule, finding.severity)
        for score in scores
        for paragraph in score.paragraphs
        for finding in paragraph.findings
    )
    severe = sum(n for (_, severity), n in found.items() if severity in SEVERE)
    return Alarms(
        tier,
        tuple(sources),
        tuple(
            FindingRate(rule, severity, n, round(n / thousands, 4))
            for (rule, severity), n in found.most_common()
        ),
        round(severe / thousands, 4),
        round(found.total() / thousands, 4),
    )


def _words(scores: Iterable[Score]) -> int:
    return sum(score.n_words for score in scores)
