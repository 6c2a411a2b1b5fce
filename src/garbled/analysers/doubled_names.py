"""Names written twice in a row, and titles that stand between the parts of a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from garbled.analysers.case_forms import doubled_places, titles
from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.analysers.mentions import Mentioned
from garbled.analysers.repetition import repeated_after
from garbled.segment.articles import Sentence

MAX_REPEATED = 4
"""Words of a name that may stand twice in a row."""
ALWAYS = 0.98
"""Share of a word's uses that are capitalised, from which it is a name and nothing else."""
SEEN_PAIR = 4.0
"""log2 of the documents that have the two parts of a name in a row."""


def find_doubled_names(sentences: Sequence[Sentence], counts: NgramCounts) -> Iterator[Fault]:
    """A name of one to three words that stands twice in a row.

    A name that clean English, a place's name or the article itself doubles is double by right.
    """
    found: dict[tuple[str, ...], list[Fault]] = defaultdict(list)
    for sentence in sentences:
        words = sentence.texts
        for size in range(1, MAX_REPEATED + 1):
            for place in repeated_after(words, size):
                name = words[place : place + size]
                again = words[place + size : place + 2 * size]
                if name == again and _may_not_repeat(name, place, counts):
                    found[name].append(_doubling(sentence, place, size))
    for name, faults in found.items():
        if len(faults) == 1 or (len(name) == 1 and _is_single(name[0], len(faults), sentences)):
            yield from faults


def _may_not_repeat(name: tuple[str, ...], place: int, counts: NgramCounts) -> bool:
    if not all(word[0].isupper() and word.isalpha() for word in name) or len(set(name)) < len(name):
        return False
    if len(name) > 1:
        return True
    by_right = name[0] in doubled_places() or counts.pair(name[0], name[0]) >= 0
    return len(name[0]) > 2 and not by_right


def _is_single(name: str, doubled: int, sentences: Sequence[Sentence]) -> bool:
    """Whether the article mostly writes a doubled name once."""
    return Mentioned.of(sentences).names[name.lower()] > 4 * doubled


def _doubling(sentence: Sentence, place: int, size: int) -> Fault:
    tokens = sentence.tokens[place : place + 2 * size]
    name = " ".join(token.text for token in tokens[:size])
    return Fault(sentence.paragraph, tokens[0].start, tokens[-1].end, "NAME_DOUBLED", name)


def _is_always_name(word: str, counts: NgramCounts) -> bool:
    if not (word.isalpha() and word.istitle()) or word.lower() in titles():
        return False
    return not counts.capital_share(word) < ALWAYS


def find_displaced_titles(
    sentences: Sequence[Sentence], mentioned: Mentioned, counts: NgramCounts
) -> Iterator[Fault]:
    """A title between the parts of a name that stand beside each other elsewhere."""
    for sentence in sentences:
        for first, title, last in zip(
            sentence.tokens, sentence.tokens[1:], sentence.tokens[2:], strict=False
        ):
            if not title.text.istitle() or title.text.lower() not in titles():
                continue
            if not all(_is_always_name(word, counts) for word in (first.text, last.text)):
                continue
            seen = mentioned.pairs[first.text.lower(), last.text.lower()] > 0
            if seen or counts.pair(first.text, last.text) >= SEEN_PAIR:
                name = f"{title.text} {first.text} {last.text}"
                yield Fault(sentence.paragraph, first.start, last.end, "NAME_TITLE_RUN_IN", name)
