"""Readability by textstat, offline.

Readability alone does not tell mangled copy from clean (AUROC 0.50): it describes, and lets the
other groups be read in proportion. textstat fetches CMUdict at run time unless NLTK finds a copy;
ours (syllables only) is put on NLTK's path first, so nothing is ever downloaded.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module, resources
from types import ModuleType

from garbled.features.base import FeatureGroup
from garbled.features.rows import Row


@cache
def offline_textstat() -> ModuleType:
    """textstat, which finds our copy of CMUdict and so fetches none."""
    import nltk

    folder = str(resources.files("garbled.resources").joinpath("nltk_data"))
    if folder not in nltk.data.path:
        nltk.data.path.insert(0, folder)
    return import_module("textstat")


class ReadabilityFeatures(FeatureGroup):
    """Readability indices and what they are made of; neither direction is worse.

    Indices are grades of US schooling but for Flesch's ease (higher is easier). NaN for a window
    without words.
    """

    names = (
        "flesch_reading_ease",
        "flesch_kincaid_grade",
        "gunning_fog",
        "dale_chall",
        "coleman_liau",
        "syllables_per_word",
        "words_per_sentence",
    )

    def measure(self, row: Row) -> list[float]:
        if not row.window.n_words:
            return [float("nan")] * len(self.names)
        textstat = offline_textstat()
        text = " ".join(
            " ".join(token.text for token in sentence.tokens) for sentence in row.window.sentences
        )
        return [
            textstat.flesch_reading_ease(text),
            textstat.flesch_kincaid_grade(text),
            textstat.gunning_fog(text),
            textstat.dale_chall_readability_score(text),
            textstat.coleman_liau_index(text),
            textstat.syllable_count(text) / row.window.n_words,
            row.window.n_words / len(row.window.sentences),
        ]
