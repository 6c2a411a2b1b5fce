"""What the original probably said where a word of the copy is doubted."""

from __future__ import annotations

from collections.abc import Sequence

from garbled.analysers.confusion import load_confusions
from garbled.analysers.counts import NgramCounts
from garbled.segment.articles import Sentence


def suggest(
    doubted: Sequence[tuple[Sentence, int, int]], counts: NgramCounts, least: float
) -> list[str | None]:
    """The likely original of each doubted word; None for several, or where none is likely.

    Args:
        doubted: sentences with the tokens of each that are doubted, from one place to another.
        counts: of clean English.
        least: least probability that the original had just the suggested word.
    """
    single = [n for n, (_, start, end) in enumerate(doubted) if end - start == 1]
    places = [(sentence.tokens, start) for sentence, start, _ in map(doubted.__getitem__, single)]
    suggested = load_confusions(counts).suggest_all(places)
    found: list[str | None] = [None] * len(doubted)
    for number, (word, probability) in zip(single, suggested, strict=True):
        found[number] = word if probability >= least else None
    return found
