"""Words, phrases and clauses that stand twice, which editors take out and machines leave in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from operator import eq

from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.segment.articles import Sentence
from garbled.segment.tokens import Token

DOUBLING_BITS = 8.0
"""A word that clean English doubles in fewer than one of 2**8 of its documents is misprinted."""
_MAY_DOUBLE = frozenset(
    (
        *("that", "had", "very", "so", "no", "far", "much", "really", "many", "long", "never"),
        *("again", "more", "too", "now", "yes", "there", "bye", "ha", "ho", "la", "na", "hey"),
        *("hear", "knock", "boo", "win", "tut", "chop", "dear", "tick", "tap", "beep", "blah"),
    )
)
"""Words that speech doubles for weight or that stand double by themselves."""
PHRASE_WORDS = range(2, 7)
CLAUSE_WORDS = 12
"""A sentence says so many words in a row only once, lists and quotes apart."""
LOOP_WORDS, LOOPS = 4, 4
"""Four words that stand four times in one sentence: a translator that has lost its thread."""


def find_repetitions(sentence: Sentence, counts: NgramCounts) -> Iterator[Fault]:
    """What a sentence says twice, the shortest stretch first."""
    words = sentence.lowered
    yield from _words(sentence, words, counts)
    yield from _phrases(sentence, words)
    yield from _clauses(sentence, words)


def repeated_after(words: Sequence[str], size: int) -> Iterator[int]:
    """Places of words that stand again so many words later.

    >>> list(repeated_after("to be or not to be".split(), 4))
    [0, 1]
    """
    return compress(range(len(words)), map(eq, words, words[size:]))


def _words(sentence: Sentence, words: Sequence[str], counts: NgramCounts) -> Iterator[Fault]:
    for place in repeated_after(words, 1):
        first, second = sentence.tokens[place : place + 2]
        word = words[place]
        if (
            second.text.islower()
            and word.isalpha()
            and word not in _MAY_DOUBLE
            and counts.pair(word, word) < counts.word(word) - DOUBLING_BITS
        ):
            yield _fault(sentence, first, second, "LEX_REPEATED_WORD", first.text)


def _phrases(sentence: Sentence, words: Sequence[str]) -> Iterator[Fault]:
    """Two to six words that follow themselves at once."""
    tokens = sentence.tokens
    reached = 0
    for place in sorted({place for n in PHRASE_WORDS for place in repeated_after(words, n)}):
        if place < reached:
            continue
        size = next((n for n in PHRASE_WORDS if _follows_itself(words, place, n)), 0)
        if size and any(token.text.islower() for token in tokens[place : place + size]):
            first, last = tokens[place], tokens[place + 2 * size - 1]
            once = " ".join(token.text for token in tokens[place : place + size])
            yield _fault(sentence, first, last, "LEX_REPEATED_PHRASE", once)
            reached = place + 2 * size


def _follows_itself(words: Sequence[str], place: int, size: int) -> bool:
    phrase = words[place : place + size]
    return (
        phrase == words[place + size : place + 2 * size]
        and len(set(phrase)) > 1
        and all(word.isalpha() for word in phrase)
        and not {"and", "or", "by", "after"} & {phrase[0], phrase[-1]}
        and not set(phrase) <= _MAY_DOUBLE
    )


def _clauses(sentence: Sentence, words: Sequence[str]) -> Iterator[Fault]:
    """A long stretch that stands twice in one sentence, or a short one that stands in a loop."""
    if len(words) - len(set(words)) < min(CLAUSE_WORDS, LOOP_WORDS * (LOOPS - 1)):
        return
    for size, least in ((CLAUSE_WORDS, 2), (LOOP_WORDS, LOOPS)):
        seen: dict[tuple[str, ...], list[int]] = {}
        for start in range(len(words) - size + 1):
            stretch = tuple(words[start : start + size])
            if not all(word[0].isalpha() for word in stretch):
                continue
            places = seen.setdefault(stretch, [])
            if not places or start >= places[-1] + size:
                places.append(start)
            if len(places) == least and len(set(stretch)) > 1:
                tokens = sentence.tokens[start : start + size]
                yield _fault(sentence, tokens[0], tokens[-1], "LEX_REPEATED_CLAUSE")
                return


def _fault(
    sentence: Sentence, first: Token, last: Token, rule: str, suggestion: str | None = None
) -> Fault:
    return Fault(sentence.paragraph, first.start, last.end, rule, suggestion)
