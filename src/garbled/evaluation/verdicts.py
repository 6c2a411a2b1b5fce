"""Verdicts on held-out articles, by the scorer that users run, at the frozen thresholds.

Both what it must not flag, good copy of every kind, and what it should, come from one tier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import nan
from pathlib import Path

import numpy as np

from garbled.corpora.pairs import Pair, by_document, read_pairs
from garbled.corpora.splits import fold_of, group_folds, group_pairs, normalise_original
from garbled.documents import Block, Document, Score
from garbled.drafts import Tier
from garbled.evaluation.architectures import RULE_BASED
from garbled.evaluation.comparisons import Comparisons
from garbled.evaluation.held_out import HeldOut
from garbled.evaluation.human_translation import REFERENCE_SETS
from garbled.evaluation.metrics import alarm_rate
from garbled.evaluation.quartiles import quartiles_within
from garbled.evaluation.resampling import Mask, Vector, bootstrap, share_of
from garbled.evaluation.results import FalseAlarms, Flagged
from garbled.evaluation.slices import APART, BY_NAME, EVERYTHING, NATIVE, NATIVE_SETS
from garbled.scorer import Scorer
from garbled.training.config import HELD_OUT_FOLD

OTHER_PAPERS_ALLOWED, TRANSLATION_ALLOWED, ESSAYS_ALLOWED = 0.05, 0.05, 0.05
NEWS_SETS = ("wmt13", *NATIVE_SETS)
MAX_ESSAYS = 1_000
_ORDER = 2**32


@dataclass(frozen=True)
class Verdicts:
    """What became of the articles of comparisons: flagged is review or hold."""

    original_flagged: Mask
    copy_flagged: Mask
    original_probability: Vector
    copy_probability: Vector
    original_key: Sequence[str]


def judge_articles(
    held_out: HeldOut, articles: Comparisons, tier: Tier, model: Path | None, jobs: int
) -> Verdicts:
    """Score both versions of every held-out article; equal texts are scored once."""
    sides: list[list[tuple[str, ...]]] = [[], []]
    for document in articles.document.tolist():
        rows = held_out.document_pairs(document)
        sides[0].append(tuple(pair.original for pair in rows))
        sides[1].append(tuple(pair.retranslated for pair in rows))
    scores = score_texts([*sides[0], *sides[1]], tier, model, jobs)
    before, after = ([scores[text] for text in side] for side in sides)
    return Verdicts(
        _flagged(before),
        _flagged(after),
        _probability(before),
        _probability(after),
        [normalise_original(" ".join(text)) for text in sides[0]],
    )


def score_texts(
    texts: Sequence[tuple[str, ...]], tier: Tier, model: Path | None, jobs: int
) -> dict[tuple[str, ...], Score]:
    """The score of each text, given as its paragraphs."""
    distinct = list(dict.fromkeys(texts))
    documents = (
        Document.from_blocks(map(Block, text), id=str(number), source=str(number))
        for number, text in enumerate(distinct)
    )
    with Scorer(tier, model=model, jobs=jobs) as scorer:
        return dict(zip(distinct, scorer.score_documents(documents), strict=True))


def measure_good_copy(c: Comparisons, verdicts: Verdicts) -> list[FalseAlarms]:
    """Originals of other papers and good human translation, each text once."""
    before, after = verdicts.original_flagged, verdicts.copy_flagged
    once = _first(verdicts.original_key)
    foreign = np.isin(c.set, NATIVE_SETS) & (c.origlang != "") & ~c.native
    references = once & (foreign | np.isin(c.set, REFERENCE_SETS))
    papers = once & np.isin(c.set, NEWS_SETS) & ~foreign

    def row(key: str, name: str, allowed: float, own: Mask, human: Mask | None = None):  # type: ignore[no-untyped-def]
        human = np.zeros(len(c), dtype=bool) if human is None else human
        n, alarms = own.sum() + human.sum(), before[own].sum() + after[human].sum()
        rate = alarm_rate(int(alarms), int(n))
        return FalseAlarms(key, name, "article", allowed, rate, c.count_segments(own | human))

    controls = c.human_made
    return [
        row("other_papers", "originals of other papers", OTHER_PAPERS_ALLOWED, papers),
        row(
            "human_translation",
            "good human translation",
            TRANSLATION_ALLOWED,
            references,
            controls,
        ),
        row("controls", "of it, human control translations", nan, controls & False, controls),
        row("references", "of it, references and translated originals", nan, references),
    ]


def measure_essays(
    path: Path, tier: Tier, model: Path | None, seed: int, jobs: int
) -> FalseAlarms | None:
    """Originals of held-out school essays, a proxy for writers who are not native."""
    texts = sample_essays(path, seed)
    if not texts:
        return None
    flags = _flagged(score_texts(texts, tier, model, jobs).values())
    rate = alarm_rate(int(flags.sum()), len(flags))
    name = "originals of school essays (asap)"
    return FalseAlarms("essays", name, "article", ESSAYS_ALLOWED, rate, len(flags))


def sample_essays(path: Path, seed: int) -> list[tuple[str, ...]]:
    """At most so many distinct essays of the held-out fold, as paragraphs."""
    pairs = [pair for pair in read_pairs(path) if pair.set == APART]
    if not pairs:
        return []
    folds = group_folds(pairs, group_pairs(pairs))
    held_out = [p for p, fold in zip(pairs, folds.tolist(), strict=True) if fold == HELD_OUT_FOLD]
    essays = {_paragraphs(rows) for rows in by_document(held_out).values()}
    return nsmallest(MAX_ESSAYS, essays, key=lambda e: (fold_of(f"{seed}/{e[0]}", _ORDER), e))


def measure_flagged(c: Comparisons, verdicts: Verdicts, seed: int) -> list[Flagged]:
    """Shares of machine-made articles that are flagged."""
    machine = BY_NAME[EVERYTHING].choose(c)
    worst = quartiles_within(c.quality, machine & ~np.isnan(c.quality), c) == 1
    rule_based = machine & (c.architecture == RULE_BASED)
    chosen = {
        NATIVE: BY_NAME[NATIVE].choose(c),
        f"{NATIVE}, mangled": BY_NAME[NATIVE].choose(c) & c.mangled,
        "rule-based systems": rule_based,
        "worst quartile by quality": worst,
        "rule-based and worst quartile": rule_based | worst,
        "mangled": machine & c.mangled,
        "faithful": machine & c.faithful,
    }
    return [_share(c, verdicts, name, mine, seed) for name, mine in chosen.items()]


def _share(c: Comparisons, verdicts: Verdicts, name: str, mine: Mask, seed: int) -> Flagged:
    share = bootstrap(share_of(verdicts.copy_flagged[mine]), c.group[mine], seed=seed)
    return Flagged(name, "article", int(mine.sum()), c.count_segments(mine), share)


def _paragraphs(rows: Sequence[Pair]) -> tuple[str, ...]:
    return tuple(line for pair in rows for line in pair.original.split("\n") if line.strip())


def _flagged(scores: Iterable[Score]) -> Mask:
    return np.array([score.verdict in ("review", "hold") for score in scores], dtype=bool)


def _probability(scores: Iterable[Score]) -> Vector:
    return np.array([nan if s.probability is None else s.probability for s in scores])


def _first(keys: Iterable[str]) -> Mask:
    """Which places hold a key for the first time."""
    return np.array(list(_news(keys)), dtype=bool)


def _news(keys: Iterable[str]) -> Iterator[bool]:
    seen: set[str] = set()
    for key in keys:
        yield key not in seen
        seen.add(key)
