"""What the original probably said where a word of the copy is doubted."""

from __future__ import annotations

from garbled.analysers.confusion import load_confusions
from garbled.analysers.counts import NgramCounts
from garbled.segment.articles import Sentence


def suggest(
    sentence: Sentence, start: int, end: int, counts: NgramCounts, least: float
) -> str | None:
    """The likely original of one doubted word; None for several, or where none is likely.

    Args:
        sentence: where the word stands.
        start, end: the doubted tokens.
        counts: of clean English.
        least: least probability that the original had just the suggested word.
    """
    if end - start != 1:
        return None
    word, probability = load_confusions(counts).suggest(sentence.tokens, start)
    return word if probability >= least else None
