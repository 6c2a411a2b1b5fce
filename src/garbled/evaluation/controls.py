"""The same held-out documents altered: what the score rests on, and what must not matter to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import nan

import numpy as np

from garbled.analysers.counts import NgramCounts, hash_words
from garbled.corpora.pairs import Pair
from garbled.corpora.splits import fold_of
from garbled.evaluation.comparisons import Comparisons
from garbled.evaluation.held_out import HeldOut, Measuring, compare_pairs
from garbled.evaluation.resampling import Numbers, Texts, compare_aurocs
from garbled.evaluation.results import Control
from garbled.evaluation.slices import BY_NAME, FLUENT, NATIVE
from garbled.features.fluency import FUNCTION_BITS
from garbled.model.store import Model
from garbled.segment.normalise import unify
from garbled.segment.tokens import Token, tokenise

CONFIGURATION = "full_without_grammar"
MAX_WINDOWS = 1_000
"""Comparisons of each slice, whole documents of them."""
MASK = "Name"
_TYPOGRAPHY = str.maketrans({"'": "’", '"': "”", "-": "–", " ": "\u00a0"})

Alteration = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Sample:
    name: str
    documents: tuple[int, ...]


def measure_controls(
    held_out: HeldOut, windows: Comparisons, model: Model, how: Measuring, seed: int
) -> list[Control]:
    """Each alteration of both versions of a sample of native and of fluent documents."""
    samples = [_Sample(name, _sample(windows, name, seed)) for name in (NATIVE, FLUENT)]
    alterations: dict[str, Alteration] = {
        "content words only": partial(keep_content, counts=model.resources.counts),
        "names masked": mask_names,
        "curly quotes, long dashes, hard spaces": change_typography,
    }
    return [
        _measure(name, alter, sample, held_out, windows, model, how, seed)
        for sample in samples
        if sample.documents
        for name, alter in alterations.items()
    ]


def keep_content(text: str, counts: NgramCounts) -> str:
    """Leave out function words, the commonest words of clean English."""
    tokens = tokenise(unify(text))
    if not tokens:
        return text
    bits = counts.unigrams.log2(hash_words([token.text.lower() for token in tokens]))
    kept = [t.text for t, b in zip(tokens, bits.tolist(), strict=True) if b <= FUNCTION_BITS]
    marks = [t.text for t in tokens if not t.is_word]
    return " ".join(kept) or " ".join(marks) or text


def mask_names(text: str) -> str:
    """Put one word for every capitalised word inside a sentence.

    >>> mask_names("Yesterday Gazprom paid Rome.")
    'Yesterday Name paid Name.'
    """
    pieces, at, opening = [], 0, True
    for token in tokenise(text):
        masked = not opening and token.text[0].isupper()
        pieces += [text[at : token.start], MASK if masked else token.text]
        at, opening = token.end, _opens(token)
    return "".join([*pieces, text[at:]])


def change_typography(text: str) -> str:
    """Other quotes, dashes and spaces, one code point for one.

    >>> change_typography('"No", he said - twice') == '”No”,\u00a0he\u00a0said\u00a0–\u00a0twice'
    True
    """
    return unify(text).translate(_TYPOGRAPHY)


def _opens(token: Token) -> bool:
    """Whether the word after this token may begin a sentence."""
    return token.text in {".", "!", "?", ":", '"', "“", "”"}


def _sample(windows: Comparisons, name: str, seed: int) -> tuple[int, ...]:
    chosen = BY_NAME[name].choose(windows) & windows.known(CONFIGURATION)
    numbers, counts = np.unique(windows.document[chosen], return_counts=True)
    order = sorted(range(len(numbers)), key=lambda i: fold_of(f"{seed}/{numbers[i]}", 2**32))
    total, taken = 0, []
    for place in order:
        if total >= MAX_WINDOWS:
            break
        total += int(counts[place])
        taken.append(int(numbers[place]))
    return tuple(sorted(taken))


def _measure(
    name: str,
    alter: Alteration,
    sample: _Sample,
    held_out: HeldOut,
    windows: Comparisons,
    model: Model,
    how: Measuring,
    seed: int,
) -> Control:
    pairs = [pair for number in sample.documents for pair in held_out.document_pairs(number)]
    altered = [
        replace(p, original=alter(p.original), retranslated=alter(p.retranslated)) for p in pairs
    ]
    stories = {_key(p): g for p, g in zip(held_out.pairs, held_out.stories.tolist(), strict=True)}

    def group(own: Sequence[Pair]) -> Numbers:
        return np.array([stories[_key(pair)] for pair in own], dtype=np.int64)

    plain = np.flatnonzero(np.isin(windows.document, sample.documents))
    other = compare_pairs(altered, model, how, group)
    paired = compare_aurocs(_texts(windows, plain), _texts(other, np.arange(len(other))), seed=seed)
    return Control(
        name,
        sample.name,
        len(plain),
        windows.count_segments(np.isin(windows.document, sample.documents)),
        paired.first,
        paired.second,
        paired.difference,
        _largest_change(windows, plain, other),
    )


def _key(pair: Pair) -> tuple[object, ...]:
    return pair.set, pair.lang_pair, pair.system, pair.document, pair.seg


def _texts(c: Comparisons, chosen: Numbers) -> Texts:
    before, after = (side[CONFIGURATION][chosen] for side in (c.original, c.copy))
    return Texts.compare(before, after, c.group[chosen])


def _largest_change(plain: Comparisons, chosen: Numbers, altered: Comparisons) -> float:
    """Of any window's log-odds; NaN where the windows are not the same ones."""
    if not np.array_equal(plain.original_words[chosen], altered.original_words):
        return nan
    sides = zip((plain.original, plain.copy), (altered.original, altered.copy), strict=True)
    changes = [np.abs(a[CONFIGURATION][chosen] - b[CONFIGURATION]) for a, b in sides]
    return float(np.max(changes)) if len(chosen) else nan
