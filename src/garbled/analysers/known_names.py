"""Names that edited English knows, written otherwise: replaced, misspelt, cut or turned round.

An unknown name alone is never a fault. What counts is that a known name stands one step away, in
a place that hardly anything else fills.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.analysers.gazetteer import Gazetteer, load_gazetteer
from garbled.analysers.mentions import is_title_case, mentions
from garbled.analysers.name_order import find_order_faults
from garbled.analysers.name_parts import Suspect, suspects
from garbled.analysers.name_words import Related, WordKinds, are_variants, edits
from garbled.documents import Severity
from garbled.errors import ResourceError
from garbled.segment.articles import Article, Sentence

WEIGHTS_FILE = "names_weights.json"
FOREIGN_FILE = "names_foreign.txt.gz"
CONFUSIONS_FILE = "words_confusions.tsv.gz"
MAJOR_LOG_ODDS = 2.0
"""Evidence that human copy shows about once in 100,000 words."""
MIN_LETTERS = 6
MIN_DOCUMENTS_BY_LETTERS = {6: 3_000, 7: 500}
MIN_DOCUMENTS_LONG = 200
"""Documents that a name of so many letters needs before a lone word near it is a misspelling."""
GIVEN_NAME_OPENNESS = 0.08
"""Given names take any family name, and have near spellings of their own by right."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over the evidence against a word in a name's slot.

    ``intercept`` is set so that evidence above 0 is a fault at the false alarms allowed.
    """

    intercept: float
    weights: Mapping[str, float]

    def log_odds(self, evidence: Mapping[str, float]) -> float:
        return self.intercept + sum(
            self.weights.get(name, 0.0) * value for name, value in evidence.items()
        )


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Slots of names, weights of the evidence, foreign words, and what translation confuses."""

    gazetteer: Gazetteer
    weights: Weights
    foreign: Collection[str]
    related: Related


def find_known_name_faults(article: Article, counts: NgramCounts, known: KnownNames) -> list[Fault]:
    """Faults in names that edited English knows; headlines and title-case lines are left out."""
    prose = [s for s in article.sentences if s.role != "headline" and not is_title_case(s)]
    kinds = WordKinds(counts, known.related, known.foreign)
    faults = [
        *_replaced_parts(prose, known, kinds),
        *find_order_faults(prose, known.gazetteer, kinds),
    ]
    told = {(fault.paragraph, place) for fault in faults for place in range(fault.start, fault.end)}
    lone = [f for f in _lone_near_misses(prose, known, kinds) if (f.paragraph, f.start) not in told]
    return sorted({*faults, *lone}, key=lambda fault: (fault.paragraph, fault.start, fault.rule))


def _replaced_parts(
    sentences: Sequence[Sentence], known: KnownNames, kinds: WordKinds
) -> Iterator[Fault]:
    for suspect in suspects(sentences, known.gazetteer, kinds):
        log_odds = known.weights.log_odds(suspect.evidence)
        if log_odds > 0.0:
            yield _fault(suspect, "major" if log_odds > MAJOR_LOG_ODDS else None)


def _fault(suspect: Suspect, severity: Severity | None) -> Fault:
    rule = "NAME_NEAR_MISS" if suspect.kind == "spelt" else "NAME_PART_REPLACED"
    tokens = suspect.sentence.tokens[suspect.start : suspect.end]
    place = (suspect.sentence.paragraph, tokens[0].start, tokens[-1].end)
    return Fault(*place, rule, suspect.suggestion, severity)


def _lone_near_misses(
    sentences: Sequence[Sentence], known: KnownNames, kinds: WordKinds
) -> Iterator[Fault]:
    """An unknown word a letter away from a name that hundreds of documents have."""
    for mention in mentions(sentences):
        word = mention.token.text
        if len(word) < MIN_LETTERS or not word.isalpha() or not word[1:].islower():
            continue
        if kinds.counts.is_known(word):
            continue
        name = _near_name(word, known)
        if name is not None:
            token = mention.token
            place = (mention.sentence.paragraph, token.start, token.end)
            yield Fault(*place, "NAME_NEAR_MISS", name)


def _near_name(word: str, known: KnownNames) -> str | None:
    least = MIN_DOCUMENTS_BY_LETTERS.get(len(word), MIN_DOCUMENTS_LONG)
    near = [
        name
        for name in known.gazetteer.frequent_by_start.get(word[:2], ())
        if known.gazetteer.frequent[name] >= least
        and edits(word, name) == 1
        and not are_variants(word, name)
        and word[-1] == name[-1]
        and not _is_given_name(name, known.gazetteer)
    ]
    return max(near, key=lambda name: known.gazetteer.frequent[name], default=None)


def _is_given_name(name: str, gazetteer: Gazetteer) -> bool:
    slot = gazetteer.slot("after", name)
    return slot is not None and slot.openness > GIVEN_NAME_OPENNESS


def read_related(lines: Iterable[str]) -> Related:
    """Words that originals have where machine copy has a word, from lines of mined confusions.

    >>> read_related(["# source", "home\\thouse\\t0.3"])
    {'home': {'house'}}
    """
    related: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if not line.startswith("#"):
            copy, original, *_ = line.lower().split("\t")
            related[copy].add(original)
    return dict(related)


@cache
def load_known_names() -> KnownNames:
    """What ships with garbled on known names, read once a process.

    Raises:
        ResourceError: a file of it is missing or damaged.
    """
    folder = resources.files("garbled.resources").joinpath("evidence")

    def lines(name: str) -> list[str]:
        packed = folder.joinpath(name).read_bytes()
        return gzip.decompress(packed).decode("utf-8").splitlines()

    try:
        weights = json.loads(folder.joinpath(WEIGHTS_FILE).read_text("utf-8"))
        kept = {str(name): float(value) for name, value in weights["weights"].items()}
        return KnownNames(
            load_gazetteer(),
            Weights(float(weights["intercept"]), kept),
            frozenset(line for line in lines(FOREIGN_FILE) if not line.startswith("#")),
            read_related(lines(CONFUSIONS_FILE)),
        )
    except (OSError, EOFError, ValueError, KeyError, AttributeError) as error:
        raise ResourceError(
            f"cannot read what is known of names ({error}); install garbled again",
            source=WEIGHTS_FILE,
        ) from error
