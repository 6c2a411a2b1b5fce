"""Which feature groups there are, and which of them each configuration reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sklearn.pipeline import FeatureUnion

from garbled.features.analysers import Resources
from garbled.features.base import FeatureGroup
from garbled.features.fluency import FluencyFeatures
from garbled.features.grammar import GrammarFeatures
from garbled.features.lexicon import LexiconFeatures
from garbled.features.names import NameFeatures
from garbled.features.ngrams import NgramScore
from garbled.features.readability import ReadabilityFeatures

CONFIGURATIONS: Mapping[str, tuple[str, ...]] = {
    "fast": ("names", "lexicon", "fluency", "words", "syntax"),
    "full": ("names", "lexicon", "fluency", "words", "syntax", "readability", "grammar"),
    "full_without_grammar": ("names", "lexicon", "fluency", "words", "syntax", "readability"),
}
NGRAM_VIEWS = ("words", "syntax")
STATELESS: Mapping[str, type[FeatureGroup]] = {
    "names": NameFeatures,
    "lexicon": LexiconFeatures,
    "fluency": FluencyFeatures,
    "readability": ReadabilityFeatures,
    "grammar": GrammarFeatures,
}


def stateless_groups(resources: Resources) -> dict[str, FeatureGroup]:
    """The groups that learn nothing, by name; those that read the counts are given them."""
    groups = {name: group() for name, group in STATELESS.items()}
    for group in groups.values():
        if "counts" in group.get_params():
            group.set_params(counts=resources.counts)
    return groups


def feature_names(group: str) -> tuple[str, ...]:
    """Column names of a group, prefixed as ``FeatureUnion`` does."""
    if group in NGRAM_VIEWS:
        return (f"{group}__{group}_ngrams",)
    return tuple(f"{group}__{name}" for name in STATELESS[group].names)


def make_union(
    configuration: str, resources: Resources, ngrams: Mapping[str, NgramScore]
) -> FeatureUnion:
    """The fitted union of a configuration's groups, in the order of ``CONFIGURATIONS``."""
    groups: dict[str, object] = {**stateless_groups(resources), **ngrams}
    return FeatureUnion([(name, groups[name]) for name in CONFIGURATIONS[configuration]])


def columns_of(groups: Sequence[str]) -> list[str]:
    return [name for group in groups for name in feature_names(group)]
