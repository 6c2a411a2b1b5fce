"""Names that ran into a neighbour or a title, or broke in two.

The evidence is the article's own other mentions and counts of clean English: a word that nobody
has seen is a name like any other until its parts say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from garbled.analysers.case_forms import NameForms, titles
from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.analysers.mentions import Mentioned
from garbled.analysers.name_case import NAME_SHARE
from garbled.segment.articles import Sentence
from garbled.segment.tokens import Token

MIN_PART = 3
MIN_GLUED = 5
MAX_GLUED = 40
"""Letters of a word whose parts are looked for: input is hostile."""
SEEN_PAIR = 4.0
"""log2 of the documents that have two words in a row which were run into one."""
SEEN_WORDS = 7.0
"""The same for two words that are both no names: brands are made of such."""
SEEN_SHORT = 8.0
"""The same where the second word is as short as the endings of names are."""
SEEN_NAMES = 6.0
"""The same for two names: some compounds of names are written both ways."""
COMMON = 9.0
"""log2 of the documents that have a common word."""
MAX_PARTS = 18.0
"""Sum of the log2 counts of two words that may be halves of a name, not words of their own."""
VERY_COMMON = 13.0
FUNCTION_WORD = 15.7
PART_SHARE = 0.05
"""Share of a word's uses that are capitalised, below which names do not end in it."""
ALWAYS = 0.98
"""Share of a word's uses that are capitalised, from which it is a name and nothing else."""
UNKNOWN = 3.0
ESTABLISHED = 5.0
"""log2 of the documents that have a name which is broken in two."""
_CAMEL = regex.compile(r"(?P<left>\p{L}\p{Ll}+)(?P<right>\p{Lu}\p{Ll}+)")
_TITLE_POINT = regex.compile(r"(?P<left>\p{Lu}\p{Ll}+)\.(?P<right>\p{Lu}\p{Ll}{2,})")
_BROKEN = regex.compile(r"(?P<left>\p{Lu}\p{Ll}+)-(?P<right>\p{Ll}+)")
PARTICLES = frozenset(
    """al bin da das de del della den der di dos du el ibn la le mac mc o st te ten ter van von
    """.split()  # noqa: SIM905
)
"""Parts of names that some write together with the next one."""


def find_glued_names(
    sentences: Sequence[Sentence], mentioned: Mentioned, counts: NgramCounts, forms: NameForms
) -> Iterator[Fault]:
    """Names with a neighbour or a title run into them, and names broken in two.

    Args:
        mentioned: what the sentences write.
    """
    for sentence in sentences:
        for token in sentence.tokens:
            if MIN_GLUED <= len(token.text) <= MAX_GLUED and not counts.is_known(token.text):
                fault = _run_in(sentence, token, mentioned, counts, forms)
                if fault is not None:
                    yield fault
        for first, second in pairwise(sentence.tokens):
            one, two = first.text, second.text
            is_near = one[0].isupper() and second.start == first.end + 1
            if is_near and _is_broken(one, two, mentioned, counts):
                yield Fault(sentence.paragraph, first.start, second.end, "NAME_SPLIT", one + two)


def _run_in(
    sentence: Sentence, token: Token, mentioned: Mentioned, counts: NgramCounts, forms: NameForms
) -> Fault | None:
    word = token.text
    rule, suggestion = "NAME_GLUED", None
    if (match := _TITLE_POINT.fullmatch(word)) and match["left"].lower() in titles():
        rule, suggestion = "NAME_TITLE_RUN_IN", f"{match['left']}. {match['right']}"
    elif match := _BROKEN.fullmatch(word):
        if _is_broken(match["left"], match["right"], mentioned, counts):
            rule, suggestion = "NAME_SPLIT", match["left"] + match["right"]
    elif word.isalpha() and (parts := _parts(word, mentioned, counts, forms)):
        left, right = parts
        rule = "NAME_TITLE_RUN_IN" if left.lower() in titles() else "NAME_GLUED"
        suggestion = f"{left} {right}"
    if suggestion is None:
        return None
    return Fault(sentence.paragraph, token.start, token.end, rule, suggestion)


def _parts(
    word: str, mentioned: Mentioned, counts: NgramCounts, forms: NameForms
) -> tuple[str, str] | None:
    """The two words that were run into one, if this is what happened."""
    if match := _CAMEL.fullmatch(word):
        left, right = match.group("left", "right")
        return (left, right) if _were_apart(left, right, mentioned, counts, forms) else None
    if not word[1:].islower() or mentioned.names[word.lower()] > 1:
        return None
    candidates = []
    for cut in range(2, len(word) - 1):
        left, right = word[:cut], word[cut:]
        support = _support(left, right, mentioned, counts)
        if support > 0:
            candidates.append((support, cut))
    if not candidates:
        return None
    _, cut = max(candidates)
    return word[:cut], _as_written(word[cut:], mentioned, counts)


def _as_written(word: str, mentioned: Mentioned, counts: NgramCounts) -> str:
    is_name = mentioned.names[word] > 0 or counts.capital_share(word) >= NAME_SHARE
    return word.capitalize() if is_name else word


def _were_apart(
    left: str, right: str, mentioned: Mentioned, counts: NgramCounts, forms: NameForms
) -> bool:
    """Whether two words with a capital between them are no brand of that form."""
    first, second = left.lower(), right.lower()
    if first in PARTICLES or len(second) < MIN_PART:
        return False
    if mentioned.pairs[first, second]:
        return True
    known = _is_name(right, counts, forms)
    if first in titles():
        return known or mentioned.names[second] > 0 or not counts.is_known(right)
    if left[0].islower():
        return counts.word(left) >= COMMON and (known or mentioned.names[second] > 0)
    is_name, pair = _is_name(left, counts, forms), counts.pair(left, right)
    if is_name and (mentioned.names[second] > 0 or (known and pair >= 0)):
        return True
    if (
        is_name
        and len(left) > MIN_PART
        and len(right) > MIN_PART
        and _is_person(left, right, counts)
    ):
        return True
    return pair >= (SEEN_PAIR if is_name or known else SEEN_WORDS)


def _is_name(word: str, counts: NgramCounts, forms: NameForms) -> bool:
    return counts.capital_share(word) >= NAME_SHARE and forms.is_titled(word)


def _is_person(left: str, right: str, counts: NgramCounts) -> bool:
    """Two names of which neither is ever a word: brands join words."""
    return min(counts.capital_share(left), counts.capital_share(right)) >= ALWAYS


def _support(left: str, right: str, mentioned: Mentioned, counts: NgramCounts) -> float:
    """How many documents (log2) speak for two words that were run into one; 0 for none.

    One of them must be a name and their pair must be seen, in the article or in clean English.
    """
    first, is_title = left.lower(), left.lower() in titles()
    if len(right) < MIN_PART - 1 or (len(left) < MIN_PART and not (is_title or left.islower())):
        return 0.0
    if len(left) < MIN_PART and not is_title and counts.word(left) < COMMON:
        return 0.0
    names = [_is_known_name(word, counts) for word in (left, right)]
    if mentioned.pairs[first, right] and (is_title or any(names)):
        return 64.0
    if is_title and mentioned.names[right]:
        return 32.0
    if _runs_on(left, right, names[0], mentioned, counts):
        return 16.0
    if not (is_title or any(names)):
        return 0.0
    pair = counts.pair(left, right)
    if is_title and names[1]:
        return max(pair + 1.0, 0.0)
    if len(right) < MIN_PART:
        return pair if pair >= SEEN_SHORT else 0.0
    return pair if pair >= (SEEN_NAMES if all(names) else SEEN_PAIR) else 0.0


def _runs_on(
    left: str, right: str, is_name: bool, mentioned: Mentioned, counts: NgramCounts
) -> bool:
    """Whether a name runs on into a word that is no part of names."""
    if not left[0].isupper() or len(left) < MIN_GLUED - 1 or len(right) < MIN_PART:
        return False
    known, share = counts.word(right), counts.capital_share(right)
    if is_name and known >= VERY_COMMON:
        sure = known >= FUNCTION_WORD or len(right) > MIN_GLUED
        return sure or mentioned.names[left.lower()] > 0 or counts.pair(left, right) >= 0
    if counts.capital_share(left) < NAME_SHARE or known < COMMON or len(right) <= MIN_PART:
        return False
    if mentioned.names[left.lower()] and share < (PART_SHARE * 6 if is_name else PART_SHARE):
        return True
    return is_name and len(right) > MIN_GLUED and share < PART_SHARE


def _is_known_name(word: str, counts: NgramCounts) -> bool:
    return len(word) > MIN_PART and counts.capital_share(word) >= NAME_SHARE


def _is_broken(left: str, right: str, mentioned: Mentioned, counts: NgramCounts) -> bool:
    """Whether two words in a row are one name with a gap in it."""
    if not (left.isalpha() and right.isalpha() and left[0].isupper() and right.islower()):
        return False
    if left[1:] and not left[1:].islower():
        return False
    whole = left + right
    if len(whole) < MIN_GLUED or counts.pair(left, right) >= 0:
        return False
    known = (counts.word(left), counts.word(right))
    name = counts.capital_share(whole) >= NAME_SHARE
    if known[0] < 0 and name and counts.word(whole) >= COMMON:
        return True
    if sum(known) >= MAX_PARTS or known[1] >= VERY_COMMON:
        return False
    if mentioned.names[whole.lower()] and mentioned.pairs[left.lower(), right] == 1:
        return True
    if min(known) < UNKNOWN and len(right) > 1 and counts.word(whole) >= COMMON:
        return True
    return name and counts.word(whole) >= ESTABLISHED
