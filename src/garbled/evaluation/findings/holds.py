"""Which articles are held: good ones must not be, and badly mangled ones should."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from random import Random

import numpy as np

from garbled.corpora.damage import QualityEstimate, changes
from garbled.corpora.pairs import Pair
from garbled.documents import Document
from garbled.evaluation.architectures import RULE_BASED, architecture_of
from garbled.evaluation.findings.checked import Checked
from garbled.evaluation.findings.material import mean_score
from garbled.evaluation.findings.planted_names import Excerpt
from garbled.evaluation.findings.planting import Names, plant_one, random_site
from garbled.evaluation.findings.results import Held
from garbled.evaluation.findings.sorts import SORTS, Edit
from garbled.evaluation.metrics import alarm_rate
from garbled.segment.normalise import unify
from garbled.segment.tokens import Token, tokenise

WRECKED_NAMES = 2
TRIES = 12
BAD = "rule-based and worst quartile"


def measure_held(key: str, copy: str, checked: Sequence[Checked]) -> Held:
    """How many of these articles are held, and how many are held or under review."""
    verdicts = Counter(own.whole.verdict for own in checked)
    held, reviewed = verdicts["hold"], verdicts["hold"] + verdicts["review"]
    n = len(checked)
    return Held(key, copy, n, alarm_rate(held, n), alarm_rate(reviewed, n))


def wreck_two(
    excerpts: Sequence[Excerpt], names: Names, seed: int
) -> Iterator[tuple[Excerpt, Document]]:
    """Articles with two different names corrupted, each in a sort of its own."""
    random = Random(f"{seed}/two")
    for excerpt in excerpts:
        edits = _two_edits(excerpt, names, random)
        if len(edits) == WRECKED_NAMES:
            yield excerpt, _with_edits(excerpt, edits)


def _two_edits(excerpt: Excerpt, names: Names, random: Random) -> list[tuple[int, Edit]]:
    edits: list[tuple[int, Edit]] = []
    wrecked: set[str] = set()
    for sort in random.choices(sorted(SORTS), k=TRIES):
        planted = plant_one(sort, random_site(excerpt, names, random), names)
        if planted is None or planted.name in wrecked:
            continue
        if any(p == planted.paragraph and _clash(e, planted.edit) for p, e in edits):
            continue
        wrecked.add(planted.name)
        edits.append((planted.paragraph, planted.edit))
        if len(edits) == WRECKED_NAMES:
            break
    return edits


def _clash(one: Edit, other: Edit) -> bool:
    return one.start <= other.end and other.start <= one.end


def _with_edits(excerpt: Excerpt, edits: Sequence[tuple[int, Edit]]) -> Document:
    texts = list(excerpt.paragraphs)
    for paragraph, edit in sorted(edits, key=lambda own: -own[1].start):
        text = texts[paragraph]
        texts[paragraph] = text[: edit.start] + edit.now + text[edit.end :]
    return excerpt.with_texts(texts, "/two names")


def is_rule_based(run: Sequence[Pair]) -> bool:
    """Whether a rule-based system made it."""
    return architecture_of(run[0].set, run[0].system) == RULE_BASED


def worst_quartile(runs: Mapping[str, Sequence[Pair]], estimate: QualityEstimate) -> set[str]:
    """Runs in the worst quarter of their set and language pair, by quality.

    Quality is the frozen estimate from what changed, in the mean with human scores where there
    are any.
    """
    by_pair: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for id, run in runs.items():
        by_pair[run[0].set, run[0].lang_pair].append((_quality(run, estimate), id))
    return {id for own in by_pair.values() for _, id in sorted(own)[: len(own) // 4]}


def _quality(run: Sequence[Pair], estimate: QualityEstimate) -> float:
    before, after = (
        [token for text in texts for token in _tokens(text)]
        for texts in ([p.original for p in run], [p.retranslated for p in run])
    )
    human = mean_score(run)
    kept = np.array([changes(before, after)])
    quality = float(estimate.quality(kept, np.array([human]))[0])
    return 0.0 if isnan(quality) else quality


def _tokens(text: str) -> list[Token]:
    return tokenise(unify(text))
