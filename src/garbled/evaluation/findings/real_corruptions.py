"""Name corruptions that real systems made, put back into the human text they were made from.

Where a copy has something else in the place of a name, that alone is planted in the original, so
that nothing but the name is corrupted. What any original has is no corruption but another name.
Only originals that were written in English count: a translator's spelling is one of several.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

import regex

from garbled.corpora.pairs import Pair
from garbled.evaluation.findings.planted_names import take_excerpt
from garbled.evaluation.findings.planting import Planted
from garbled.evaluation.findings.planting_words import NO_NAMES
from garbled.evaluation.findings.sorts import Edit
from garbled.segment.normalise import unify
from garbled.segment.tokens import Token, tokenise

REAL_SORT = "as real systems corrupted it"
MAX_WORDS = 4
MIN_ALIKE = 0.4
"""Share of letters that a corruption has in common with the name, unless they share a word."""
CONTEXT = 4
"""Segments before and after the name that stand in the excerpt."""
EVERYTHING = 1_000_000
_NAME_WORD = regex.compile(r"\p{Lu}\p{Ll}{2,}|\p{Lu}{3,}")
_LETTERS = regex.compile(r"[^\p{L}\p{N}]+")


def real_corruptions(runs: Iterable[tuple[Sequence[Pair], int]], known: str) -> Iterator[Planted]:
    """Corruptions, each once.

    Args:
        runs: consecutive segments of one document by one system, with their group.
        known: ``known_text`` of originals.
    """
    seen: set[tuple[str, str]] = set()
    for run, _ in runs:
        for index, pair in enumerate(run):
            for edit in corrupted_names(pair.original, pair.retranslated, known):
                name = pair.original[edit.start : edit.end]
                if (name, edit.now) in seen:
                    continue
                seen.add((name, edit.now))
                start = max(0, index - CONTEXT)
                texts = [p.original for p in run[start : index + CONTEXT + 1]]
                id = f"{pair.set}/{pair.document}/{pair.seg}/{len(seen)}"
                yield Planted(
                    REAL_SORT, take_excerpt(id, texts, EVERYTHING), index - start, edit, name
                )


def corrupted_names(original: str, copy: str, known: str) -> Iterator[Edit]:
    """Names of the original in whose place the copy has what no original has.

    >>> list(corrupted_names("he met Anna Vole there", "he met Anya Volle there", ""))
    [Edit(start=7, end=16, now='Anya Volle')]
    """
    before, after = tokenise(unify(original)), tokenise(unify(copy))
    matcher = SequenceMatcher(None, [t.text for t in before], [t.text for t in after], False)
    for tag, i, j, k, l in matcher.get_opcodes():  # noqa: E741
        if tag != "replace" or i == 0 or j - i > MAX_WORDS or l - k > MAX_WORDS + 1:
            continue
        if _is_name(before[i:j]) and not _opens(before[i - 1]):
            start, end = before[i].start, before[j - 1].end
            now = copy[after[k].start : after[l - 1].end]
            put = after[k:l]
            if _is_name_like(put) and _is_corruption(original[start:end], now, known):
                yield Edit(start, end, now)


def known_text(texts: Iterable[str]) -> str:
    """All texts folded, one after the other, to look phrases up in."""
    return "".join(f" {fold(text)} |" for text in dict.fromkeys(texts))


def fold(text: str) -> str:
    """Letters and digits without case or accents; words parted by one space."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return str(_LETTERS.sub(" ", letters)).strip()


def _is_name(tokens: Sequence[Token]) -> bool:
    return all(_NAME_WORD.fullmatch(t.text) and t.text not in NO_NAMES for t in tokens)


def _is_name_like(tokens: Sequence[Token]) -> bool:
    """Words alone, the first and the last with a capital."""
    ends = tokens[0].text[0].isupper() and tokens[-1].text[0].isupper()
    return ends and all(token.is_word for token in tokens)


def _opens(before: Token) -> bool:
    return not before.is_word and before.text not in {",", "(", "-"}


def _is_corruption(name: str, now: str, known: str) -> bool:
    """Whether it is like the name, and nothing that an original has."""
    was, came = fold(name), fold(now)
    if was.replace(" ", "") == came.replace(" ", "") or not came or f" {came} " in known:
        return False
    shared = set(was.split()) & set(came.split())
    return bool(shared) or SequenceMatcher(None, was, came, False).ratio() >= MIN_ALIKE
