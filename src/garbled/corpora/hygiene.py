"""Pairs that would teach the wrong thing: in another language, or with their columns exchanged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from garbled.documents import Block, Document
from garbled.errors import GarbledError
from garbled.segment.language import identify_language, is_english

if TYPE_CHECKING:
    from garbled.corpora.pairs import Pair
    from garbled.features.rows import Row
    from garbled.model.store import Model

ANOTHER_LANGUAGE, SWAPPED = "another language", "columns exchanged"
FUNCTION_WORDS = frozenset(
    ("the", "of", "and", "that", "with", "from", "this", "said", "which", "would", "have", "they")
)
"""Frequent in English and rare in what is written beside it; "a", "in" and "on" are not."""
ENGLISH_SHARE = 0.04
"""Text with more of these words is English, be it mangled; of the rest langid is asked."""
MIN_DOCUMENT_WORDS, MAX_DOCUMENT_WORDS = 40, 400
SAMPLE = 40
MIN_SAMPLE = 30
MIN_CHARACTERS = 60
CLEAR_ERRORS, CLEAR_DIFFERENCE = 4.0, 0.4
"""Standard errors and log-odds by which the originals must look worse. Of 293 systems of our own
the worst stands at 0.1 errors (a human version), half of them below -6.8."""


def drop_unsound(pairs: Sequence[Pair], skipped: Counter[str]) -> list[Pair]:
    """The pairs of one file that can be learned from; the others are counted by reason."""
    foreign = find_foreign(pairs)
    exchanged = find_swapped(pairs)
    kept = []
    for pair in pairs:
        if _document(pair) in foreign:
            skipped[ANOTHER_LANGUAGE] += 1
        elif (pair.set, pair.lang_pair, pair.system) in exchanged:
            skipped[SWAPPED] += 1
        else:
            kept.append(pair)
    return kept


def find_foreign(pairs: Iterable[Pair]) -> set[tuple[str, ...]]:
    """Documents either side of which is not English, judged by 40 to 400 words."""
    texts: dict[tuple[str, ...], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for pair in pairs:
        sides = texts[_document(pair)]
        for words, text in zip(sides, (pair.original, pair.retranslated), strict=True):
            if len(words) < MAX_DOCUMENT_WORDS:
                words.extend(text.split())
    return {key for key, sides in texts.items() if any(map(_is_foreign, sides))}


def find_swapped(pairs: Iterable[Pair]) -> set[tuple[str, str, str]]:
    """Systems whose originals read more like machine text than what stands as retranslated.

    The shipped model's n-grams judge a sample of each set, language pair and system; without a
    shipped model, and for fewer than 30 long rows, nothing is found.
    """
    model = _shipped_model()
    if model is None:
        return set()
    systems: dict[tuple[str, str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        if min(len(pair.original), len(pair.retranslated)) >= MIN_CHARACTERS:
            systems[pair.set, pair.lang_pair, pair.system].append(pair)
    return {
        key
        for key, rows in systems.items()
        if len(rows) >= MIN_SAMPLE and _is_swapped(_sample(rows), model)
    }


def _document(pair: Pair) -> tuple[str, ...]:
    """A row that no document names stands for itself."""
    alone = () if pair.document else (pair.original, pair.retranslated)
    return (pair.set, pair.lang_pair, pair.system, pair.document, *alone)


def _is_foreign(words: Sequence[str]) -> bool:
    if len(words) < MIN_DOCUMENT_WORDS:
        return False
    common = sum(word.lower() in FUNCTION_WORDS for word in words)
    if common > ENGLISH_SHARE * len(words):
        return False
    document = Document.from_blocks([Block(" ".join(words))], id="", source="")
    return not is_english(identify_language(replace(document, language=None)))


def _sample(rows: Sequence[Pair]) -> Sequence[Pair]:
    return rows[:: max(1, len(rows) // SAMPLE)][:SAMPLE]


def _is_swapped(rows: Sequence[Pair], model: Model) -> bool:
    """Whether the originals read more like machine text, clearly and by enough to matter."""
    sides = [[_row(p.original) for p in rows], [_row(p.retranslated) for p in rows]]
    before, after = (
        sum(ngrams.transform(side)[:, 0] for ngrams in model.ngrams.values()) for side in sides
    )
    difference = np.asarray(before - after)
    error = float(difference.std() / np.sqrt(len(rows)))
    return bool(difference.mean() > max(CLEAR_ERRORS * error, CLEAR_DIFFERENCE))


@lru_cache(maxsize=20_000)
def _row(text: str) -> Row:
    from garbled.features.rows import Row
    from garbled.segment.articles import analyse, make_window

    article = analyse(Document.from_blocks([Block(text)], id="", source=""))
    return Row(make_window(article.sentences), (), None)


@cache
def _shipped_model() -> Model | None:
    from garbled.model.store import load_model

    try:
        return load_model()
    except GarbledError:
        return None
