"""Plants errors of the kinds that retranslation makes into clean windows, and says where.

The pairs of words are mined from aligned originals and retranslations; what is done to names and
to order is what is seen there: parts of a name translated, glued, doubled, swapped or respelled.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from garbled.segment.normalise import unify
from garbled.segment.tokens import tokenise

MIN_DOCUMENTS = 5
MAX_TOKENS = 80
SMALL_WORDS = ("the", "a", "of", "to", "in", "on", "at", "for", "from", "by", "with", "it", "its")
"""Articles, prepositions and pronouns that retranslation drops, adds and exchanges."""
RESPELLINGS = (
    *(("k", "c"), ("c", "k"), ("y", "i"), ("i", "y"), ("ph", "f"), ("v", "w"), ("w", "v")),
    *(("sh", "ch"), ("ch", "sh"), ("j", "y"), ("x", "ks"), ("th", "t"), ("z", "s"), ("oo", "u")),
)
"""Letters that change when a name goes through another spelling and back."""

Words = list[str]
Substitutions = Mapping[str, Sequence[tuple[str, int]]]


def mine_words(pairs: Iterable[tuple[str, str, str]]) -> dict[str, list[tuple[str, int]]]:
    """Words that stand where the original had another one, in five documents or more.

    Args:
        pairs: original, retranslation and document.

    Returns:
        By original word in lower case: the words found in its place and their documents.
    """
    documents: dict[tuple[str, str], set[str]] = defaultdict(set)
    for original, copy, document in pairs:
        before, after = (
            [token.text.lower() for token in tokenise(unify(text))][:MAX_TOKENS]
            for text in (original, copy)
        )
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        for operation, i, j, k, end in matcher.get_opcodes():
            if operation == "replace" and j - i == end - k == 1:
                documents[before[i], after[k]].add(document)
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (word, other), seen in sorted(documents.items()):
        if len(seen) >= MIN_DOCUMENTS and word.isalpha() and other.isalpha():
            found[word].append((other, len(seen)))
    return dict(found)


def plant(
    words: Sequence[str], substitutions: Substitutions, share: float, dice: random.Random
) -> tuple[Words, list[bool]]:
    """Corrupt about this share of the words; returns the new words and which of them are wrong."""
    result = [(word, False) for word in words]
    for _ in range(max(1, round(share * len(words)))):
        place = dice.randrange(len(result))
        change = dice.choices(_CHANGES, weights=_WEIGHTS)[0]
        result = change(result, place, substitutions, dice)
    return [word for word, _ in result], [wrong for _, wrong in result]


Marked = list[tuple[str, bool]]


def _substitute(text: Marked, place: int, found: Substitutions, dice: random.Random) -> Marked:
    """Another word for a word; looks on until it meets one that is listed."""
    for index in range(place, min(len(text), place + 12)):
        choices = found.get(text[index][0].lower())
        if choices and not text[index][1]:
            words, counts = zip(*choices, strict=True)
            other = dice.choices(words, weights=[count**0.5 for count in counts])[0]
            return [*text[:index], (other, True), *text[index + 1 :]]
    return text


def _small_word(text: Marked, place: int, found: Substitutions, dice: random.Random) -> Marked:
    """Drop, add or exchange an article, a preposition or a pronoun."""
    for index in range(place, min(len(text), place + 12)):
        if text[index][0] in SMALL_WORDS:
            if dice.random() < 0.4:
                return [*text[:index], *_mark_next(text[index + 1 :])]
            return [*text[:index], (dice.choice(SMALL_WORDS), True), *text[index + 1 :]]
    return [*text[:place], (dice.choice(SMALL_WORDS), True), *text[place:]]


def _swap(text: Marked, place: int, found: Substitutions, dice: random.Random) -> Marked:
    """Exchange two neighbours, or move a word a few places on."""
    end = min(len(text) - 1, place + (1 if dice.random() < 0.6 else dice.randint(2, 5)))
    moved = (text[place][0], True)
    return [*text[:place], *text[place + 1 : end + 1], moved, *text[end + 1 :]]


def _mangle_name(text: Marked, place: int, found: Substitutions, dice: random.Random) -> Marked:
    """Change a name: another word for it, a part doubled, dropped, glued or respelled."""
    index = next((i for i in range(place, len(text)) if _is_name(text, i)), None)
    if index is None:
        return text
    word = text[index][0]
    kind = dice.randrange(5)
    if kind == 0:
        other = dice.choice([w for w, _ in text if w.isalpha()] or [word])
        changed = [(other.title(), True)]
    elif kind == 1:
        changed = [(word, True), (word, True)]
    elif kind == 2 and index + 1 < len(text):
        return [*text[:index], (word + text[index + 1][0], True), *text[index + 2 :]]
    else:
        changed = [(respell(word, dice), True)]
    return [*text[:index], *changed, *text[index + 1 :]]


def _repeat(text: Marked, place: int, found: Substitutions, dice: random.Random) -> Marked:
    """Say one to three words twice."""
    end = min(len(text), place + dice.randint(1, 3))
    return [*text[:end], *((word, True) for word, _ in text[place:end]), *text[end:]]


def respell(word: str, dice: random.Random) -> str:
    """A name as another alphabet's spelling brings it back; unchanged if nothing applies."""
    fitting = [(old, new) for old, new in RESPELLINGS if old in word.lower()[1:]]
    if not fitting:
        place = dice.randrange(1, len(word) + 1)
        return word[:place] + dice.choice("aeiou") + word[place:]
    old, new = dice.choice(fitting)
    return word[0] + word[1:].replace(old, new, 1)


def _is_name(text: Marked, index: int) -> bool:
    word = text[index][0]
    return index > 0 and word[0].isupper() and text[index - 1][0] not in {".", '"', "?", "!"}


def _mark_next(text: Marked) -> Marked:
    return [(text[0][0], True), *text[1:]] if text else text


_CHANGES: tuple[Callable[[Marked, int, Substitutions, random.Random], Marked], ...] = (
    _substitute,
    _small_word,
    _swap,
    _mangle_name,
    _repeat,
)
_WEIGHTS = (10, 3, 3, 4, 0.5)


def changed_words(original: Sequence[str], copy: Sequence[str]) -> list[bool]:
    """Which words of a copy do not stand in the original, in order and in lower case."""
    before, after = [w.lower() for w in original], [w.lower() for w in copy]
    known = Counter(before)
    changed = [True] * len(after)
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        for place in range(block.b, block.b + block.size):
            changed[place] = False
    return [flag and not known[word] for flag, word in zip(changed, after, strict=True)]
