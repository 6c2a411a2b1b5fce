"""Which feature groups there are, and which of them each configuration reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sklearn.pipeline import FeatureUnion

from garbled.analysers.run import Resources
from garbled.features.base import FeatureGroup
from garbled.features.encoder import Encoder, EncoderFeatures
from garbled.features.fluency import FluencyFeatures
from garbled.features.grammar import GrammarFeatures
from garbled.features.lexicon import LexiconFeatures
from garbled.features.names import NameFeatures
from garbled.features.ngrams import NgramScore
from garbled.features.readability import ReadabilityFeatures

_FAST = ("names", "lexicon", "fluency", "words", "syntax", "encoder")
_FULL = (*_FAST, "readability", "grammar")
_WITHOUT_GRAMMAR = (*_FAST, "readability")
CONFIGURATIONS: Mapping[str, tuple[str, ...]] = {
    "fast": _FAST,
    "full": _FULL,
    "full_without_grammar": _WITHOUT_GRAMMAR,
    "large": (*_FULL, "large_encoder"),
    "large_without_grammar": (*_WITHOUT_GRAMMAR, "large_encoder"),
}
DESCRIPTION_ONLY = ("lexicon",)
"""Groups that move no score: they say what a text is like, and the ablation shows nothing for them.

Names, readability and grammar show as little there and are heard all the same: the customer names
them as what feeds the classifier.
"""
OPTIONAL = ("large", "large_without_grammar")
"""Configurations that a model may lack: those of the large encoder."""
NGRAM_VIEWS = ("words", "syntax")
STATELESS: Mapping[str, type[FeatureGroup]] = {
    "names": NameFeatures,
    "lexicon": LexiconFeatures,
    "fluency": FluencyFeatures,
    "readability": ReadabilityFeatures,
    "grammar": GrammarFeatures,
    "encoder": EncoderFeatures,
    "large_encoder": EncoderFeatures,
}


def stateless_groups(
    resources: Resources, encoders: Mapping[str, Encoder] | None = None
) -> dict[str, FeatureGroup]:
    """The groups that learn nothing from windows, by name, with what each of them reads.

    Args:
        resources: given to the groups that read the counts.
        encoders: by group, such as ``Model.encoders``; a group whose encoder is not there cannot
            be computed.
    """
    groups = {name: group() for name, group in STATELESS.items()}
    for name, group in groups.items():
        if "counts" in group.get_params():
            group.set_params(counts=resources.counts)
        if encoders and name in encoders:
            group.set_params(encoder=encoders[name])
    return groups


def feature_names(group: str) -> tuple[str, ...]:
    """Column names of a group, prefixed as ``FeatureUnion`` does."""
    if group in NGRAM_VIEWS:
        return (f"{group}__{group}_ngrams",)
    return tuple(f"{group}__{name}" for name in STATELESS[group].names)


def make_union(
    configuration: str,
    resources: Resources,
    ngrams: Mapping[str, NgramScore],
    encoders: Mapping[str, Encoder],
) -> FeatureUnion:
    """The fitted union of a configuration's groups, in the order of ``CONFIGURATIONS``."""
    groups: dict[str, object] = {**stateless_groups(resources, encoders), **ngrams}
    return FeatureUnion([(name, groups[name]) for name in CONFIGURATIONS[configuration]])


def columns_of(groups: Sequence[str]) -> list[str]:
    return [name for group in groups for name in feature_names(group)]


def columns_within(groups: Sequence[str], chosen: Collection[str]) -> list[int]:
    """Places of the chosen groups' columns among those of ``groups``.

    >>> columns_within(["words", "syntax", "encoder"], ["syntax"])
    [1]
    """
    owners = [group for group in groups for _ in feature_names(group)]
    return [place for place, group in enumerate(owners) if group in chosen]
