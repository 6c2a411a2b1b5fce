"""Two spellings of one name in an article: a rare one beside the one that the article keeps to."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import regex

from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.analysers.mentions import Mention

MIN_LENGTH = 5
MIN_SINGLE = 6
"""Letters of a name that one mention is enough to hold another spelling against."""
MAX_NAMES = 300
"""Names of an article that rare spellings are compared with: input is hostile."""
RARE = 5.0
"""log2 of the documents that may have a spelling which the same given name stands before."""
MAX_KEPT = 32_768
"""Names whose sound is remembered from one article to the next."""
_VOWELS = frozenset("aeiouy")
_SOUNDS = (
    (regex.compile(r"t?sch|shch|szcz|cz|tch|ch|sh|sz|zh"), "s"),
    (regex.compile(r"dzh|dj|j|zh|ż|y"), "i"),
    (regex.compile(r"kh|gh|h"), ""),
    (regex.compile(r"ph|ff?|w|v"), "v"),
    (regex.compile(r"ck|[cq]"), "k"),
    (regex.compile(r"x"), "ks"),
    (regex.compile(r"au"), "o"),
    (regex.compile(r"[ie]+"), "i"),
    (regex.compile(r"[uo]+"), "o"),
    (regex.compile(r"z"), "s"),
    (regex.compile(r"(.)\1+"), r"\1"),
)
"""What transcriptions of one sound are written alike for comparing; applied in this order."""

Found = Mapping[str, list[Mention]]


def find_spellings(named: Sequence[Mention], counts: NgramCounts) -> Iterator[Fault]:
    """A spelling seen once of a name that the article, or clean English, spells otherwise."""
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in named:
        if len(mention.token.text) >= MIN_LENGTH and mention.token.text.isalpha():
            found[mention.token.text].append(mention)
    names = sorted(found, key=lambda name: -len(found[name]))[:MAX_NAMES]
    sounds = [(other, other[0], sound_of(other)) for other in names if other[1:].islower()]
    for name, seen in found.items():
        if len(seen) > 1 or not name[1:].islower():
            continue
        first, sound = name[0], sound_of(name)
        for other, other_first, other_sound in sounds:
            if (first == other_first or sound == other_sound) and _is_misspelt(
                name, other, found, counts
            ):
                token = seen[0].token
                yield Fault(
                    seen[0].sentence.paragraph, token.start, token.end, "NAME_SPELLING", other
                )
                break


def _is_misspelt(name: str, other: str, found: Found, counts: NgramCounts) -> bool:
    """Whether ``name``, seen once, is another spelling of ``other``."""
    if _folded(name) == _folded(other):
        return False
    first, second = found[name][0], found[other][0]
    near = is_near_miss(name, other)
    ends = {name[-1], other[-1]}
    ends_alike = len(ends) == 1 or not ends & _VOWELS or ends == {"i", "y"} or "h" in ends
    if not (near or (ends_alike and sound_of(name) == sound_of(other))):
        return False
    if counts.is_known(name):
        shared = _given_name(first) in {_given_name(mention) for mention in found[other]} - {""}
        return near and shared and counts.word(name) < min(RARE, counts.word(other))
    if len(found[other]) > 1 or counts.is_known(other):
        return True
    earlier = (second.sentence.paragraph, second.token.start) < (
        first.sentence.paragraph,
        first.token.start,
    )
    return near and earlier and min(len(name), len(other)) > MIN_SINGLE


def _given_name(mention: Mention) -> str:
    """The capitalised word before a name; empty where none is."""
    before = mention.sentence.tokens[mention.place - 1].text if mention.place else ""
    return before if before.istitle() and len(before) > 2 else ""


def is_near_miss(name: str, other: str) -> bool:
    """One letter differs, was added, dropped or moved, and it is no ending.

    >>> is_near_miss("Abramovitch", "Abramovich"), is_near_miss("Russians", "Russian")
    (True, False)
    """
    if name == other or name[0] != other[0] or abs(len(name) - len(other)) > 1:
        return False
    if name.lower() == other.lower():
        return False
    start = 0
    while start < min(len(name), len(other)) and name[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(name), len(other)) - start and name[-1 - end] == other[-1 - end]:
        end += 1
    middle, other_middle = name[start : len(name) - end], other[start : len(other) - end]
    added = len(middle) != len(other_middle) and len(other) > MIN_SINGLE
    if start < (1 if added else 2) or (
        end < 2 and not (end == 1 and _are_consonants(middle, other_middle))
    ):
        return False
    swapped = len(middle) == 2 and middle == other_middle[::-1]
    return swapped or max(len(middle), len(other_middle)) == 1


def _are_consonants(first: str, second: str) -> bool:
    return len(first) == len(second) == 1 and not {first, second} & _VOWELS


@lru_cache(maxsize=MAX_KEPT)
def sound_of(name: str) -> str:
    """What is left of a name when its transcriptions are written alike.

    >>> sound_of("Tschernow") == sound_of("Chernov"), sound_of("Kovac") == sound_of("Lovac")
    (True, False)
    """
    sound = _folded(name)
    for pattern, written in _SOUNDS:
        sound = pattern.sub(written, sound)
    return sound


@lru_cache(maxsize=MAX_KEPT)
def _folded(name: str) -> str:
    """The name in lower case without diacritics, which some desks write and others do not."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalpha())
