"""Runs the analysers over an article, once, for features and findings alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from garbled.analysers.article_counts import ArticleCounts
from garbled.analysers.confusion import load_confusions
from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.analysers.known_names import KnownNames, find_known_name_faults, load_known_names
from garbled.analysers.lexicon import (
    Lexicon,
    calques,
    find_lexical_faults,
    load_phrases,
    tortured_phrases,
)
from garbled.analysers.names import find_name_faults
from garbled.segment.articles import Article

COUNTS_FILE = "counts.npz"
SUBSTITUTIONS_FILE = "substitutions.tsv.gz"


@dataclass(frozen=True, slots=True)
class Resources:
    """The counts and lists that analysers and features read."""

    counts: NgramCounts
    lexicon: Lexicon
    known_names: KnownNames | None = None


@lru_cache(maxsize=2)
def load_resources(folder: Path, digest: str) -> Resources:
    """Load the counts and the mined phrases of a folder, once a process for each content."""
    substitutions = load_phrases(folder / SUBSTITUTIONS_FILE)
    counts = NgramCounts.load(folder / COUNTS_FILE)
    confusions = load_confusions(counts)
    return Resources(
        counts=counts,
        lexicon=Lexicon(substitutions, tortured_phrases(), calques(), confusions),
        known_names=load_known_names(),
    )


def find_faults(article: Article, resources: Resources) -> list[Fault]:
    """The faults of all analysers but LanguageTool, in reading order."""
    counts = ArticleCounts.of(article, resources.counts)
    faults = [
        *find_name_faults(article, counts),
        *find_lexical_faults(article, resources.lexicon, counts),
    ]
    if resources.known_names is not None:
        faults += find_known_name_faults(article, counts, resources.known_names)
    return sorted(faults, key=lambda fault: (fault.paragraph, fault.start, fault.end, fault.rule))
