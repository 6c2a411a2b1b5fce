"""Names whose letter case is broken: in capitals amid normal case, or in lower case.

How edited copy writes a word is read from counts of clean English; an article that writes many
names so has a style of its own, and no fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import chain

from garbled.analysers.case_forms import NameForms, titles
from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.segment.articles import Sentence
from garbled.segment.tokens import Token

MIN_CAPITALS = 4
"""Letters of a word in capitals that may be a name: shorter ones are mostly initials."""
MIN_UNKNOWN = 6
MAX_STYLE = 5
"""Names in capitals, or in lower case, that an article may have before it is its style."""
NAME_SHARE = 0.9
"""Share of a word's uses that are capitalised, from which it is a name's."""
MIN_NAME_USES = 60.0
MIN_SOLE_USES = 40.0
MIN_RARE_USES = 8.0
MAX_LOWER_SHARE = 0.005
SEEN_PAIR = 4.0
"""log2 of the documents with two words, from which one belongs to the other."""
COMMON_USES = 100.0
"""Uses in lower case of a word which capitals amid normal case make no initials."""
FREQUENT_PAIR = 8.5
"""log2 of the documents with two words, from which the case of both is settled."""
DATELINE = 12
"""Tokens that may hold the places and the agency of a dateline."""
NEAR = 8
"""Words on either side among which another one in capitals makes them a title's."""
_QUOTES = frozenset({'"', "'"})
_AFTER_LABEL = frozenset({":", "(", ",", "-", "/"})


def find_case_faults(
    sentences: Sequence[Sentence], counts: NgramCounts, forms: NameForms
) -> Iterator[Fault]:
    """Names in capitals and in lower case, in sentences of normal case."""
    words = Counter(chain.from_iterable(sentence.texts for sentence in sentences))
    capitals = {w for w in words if len(w) >= MIN_CAPITALS and w.isalpha() and w.isupper()}
    in_capitals = [
        (sentence, place)
        for sentence in sentences
        for place, word in enumerate(sentence.texts)
        if word in capitals and _is_in_capitals(sentence, place, words, counts, forms)
    ]
    if len({sentence.tokens[place].text for sentence, place in in_capitals}) <= MAX_STYLE:
        for sentence, place in in_capitals:
            word = sentence.tokens[place].text
            yield _fault(sentence, place, place, "NAME_IN_CAPITALS", word.title())
    names = {word for word in words if _may_be_lowered_name(word, counts)}
    lowered = [fault for s in sentences for fault in _lowered(s, words, names, counts, forms)]
    if len({fault.suggestion for fault in lowered}) <= MAX_STYLE:
        yield from lowered


def _fault(sentence: Sentence, first: int, last: int, rule: str, suggestion: str) -> Fault:
    start, end = sentence.tokens[first].start, sentence.tokens[last].end
    return Fault(sentence.paragraph, start, end, rule, suggestion)


def _is_titled(word: str) -> bool:
    return word[:1].isupper() and word[1:].islower()


def _is_in_capitals(
    sentence: Sentence,
    place: int,
    words: Mapping[str, int],
    counts: NgramCounts,
    forms: NameForms,
) -> bool:
    """Whether a word in capitals is a name in title case, beside words in normal case."""
    word = sentence.tokens[place].text
    if not _is_amid_prose(sentence, place):
        return False
    if any(_is_shouted(token.text, counts, forms) for token in _around(sentence, place)):
        return False
    if any(
        t.text.isalpha() and t.text.isupper() and len(t.text) > 1 for t in _beside(sentence, place)
    ):
        return False
    before = sentence.tokens[place - 1].text if place else ""
    if counts.capital_share(word) < NAME_SHARE:
        return counts.lower_case_uses(word) >= COMMON_USES and _is_of_name(sentence, place, counts)
    after_name = _is_titled(before) and _is_name(before, counts, forms)
    if words.get(word.title(), 0) >= words[word]:
        return True
    if counts.is_known(word):
        return forms.is_titled(word) and (after_name or words[word] == 1)
    return after_name and len(word) >= MIN_UNKNOWN


def _is_of_name(sentence: Sentence, place: int, counts: NgramCounts) -> bool:
    """Whether a common word stands as often beside the name that it is beside here."""
    word = sentence.tokens[place].text
    before = sentence.tokens[place - 1].text if place else ""
    after = sentence.tokens[place + 1].text if place + 1 < len(sentence.tokens) else ""
    if _is_titled(before) and counts.pair(before, word) >= SEEN_PAIR:
        return True
    return _is_titled(after) and counts.pair(word, after) >= SEEN_PAIR


def _is_amid_prose(sentence: Sentence, place: int) -> bool:
    """Neither a dateline, nor a crosshead or a speaker's name that runs into the text."""
    tokens = sentence.tokens
    after = tokens[place + 1].text if place + 1 < len(tokens) else "."
    if after in _AFTER_LABEL and (after != "," or place == 0):
        return False
    if place == 0:
        return after.isalpha() and after.islower()
    before = tokens[place - 1].text
    return before[-1].isalpha() or before in {",", ";"} or (before[-1] == "." and len(before) > 1)


def _beside(sentence: Sentence, place: int) -> Sequence[Token]:
    return sentence.tokens[max(0, place - 1) : place] + sentence.tokens[place + 1 : place + 2]


def _around(sentence: Sentence, place: int) -> Sequence[Token]:
    start = max(0, place - NEAR, _end_of_dateline(sentence))
    return sentence.tokens[start:place] + sentence.tokens[place + 1 : place + 1 + NEAR]


def _end_of_dateline(sentence: Sentence) -> int:
    """How many tokens a place in capitals and a dash take at the start of a sentence."""
    words = [token.text for token in sentence.tokens[:DATELINE]]
    return words.index("-") if "-" in words and words[0].isupper() else 0


def _is_shouted(word: str, counts: NgramCounts, forms: NameForms) -> bool:
    """Whether a word stands in capitals that is no acronym."""
    if len(word) < MIN_CAPITALS or not (word.isalpha() and word.isupper()):
        return False
    known = counts.is_known(word)
    return not known or forms.is_titled(word) or counts.capital_share(word) < NAME_SHARE


def _is_name(word: str, counts: NgramCounts, forms: NameForms) -> bool:
    return counts.capital_share(word) >= NAME_SHARE and forms.is_titled(word)


def _lowered(
    sentence: Sentence,
    words: Mapping[str, int],
    names: Set[str],
    counts: NgramCounts,
    forms: NameForms,
) -> Iterator[Fault]:
    """Words and pairs in lower case that edited copy always capitalises."""
    tokens = sentence.tokens
    if not any(token.text[0].isupper() for token in tokens):
        return
    pairs = forms.pairs_among(sentence.texts)
    place = 0
    while place < len(tokens):
        word = tokens[place].text
        if pairs[place] and _is_lowered_pair(sentence, place, counts):
            name = " ".join(word.capitalize() for word in (word, tokens[place + 1].text))
            yield _fault(sentence, place, place + 1, "NAME_LOWER_CASE", name)
            place += 1
        elif (
            word in names
            and _is_free(sentence, place)
            and _is_lowered_name(sentence, place, word.capitalize() in words, counts, forms)
        ):
            yield _fault(sentence, place, place, "NAME_LOWER_CASE", word.capitalize())
        place += 1


def _is_free(sentence: Sentence, place: int) -> bool:
    """A word in lower case that no mark joins to another: no handle, address or compound."""
    tokens = sentence.tokens
    token = tokens[place]
    joined = (
        place and tokens[place - 1].end == token.start and tokens[place - 1].text in "@#/_-&*"
    ) or (
        place + 1 < len(tokens)
        and tokens[place + 1].start == token.end
        and tokens[place + 1].text in "@/_-&"
    )
    return token.text.isalpha() and token.text.islower() and not joined


def _is_lowered_pair(sentence: Sentence, place: int, counts: NgramCounts) -> bool:
    first, second = sentence.tokens[place], sentence.tokens[place + 1]
    cased = [word for word in (first.text, second.text) if word.isalpha() and not word.isupper()]
    free = _is_free(sentence, place) or _is_free(sentence, place + 1)
    titled = first.text in titles() and second.text.istitle()
    return len(cased) == 2 and free and not titled and counts.pair(*cased) >= FREQUENT_PAIR


def _may_be_lowered_name(word: str, counts: NgramCounts) -> bool:
    """Whether a word in lower case has hardly any uses that are not capitalised."""
    if len(word) < MIN_CAPITALS or not word.isalpha() or not word.islower():
        return False
    return counts.lower_case_uses(word) <= MAX_LOWER_SHARE * counts.capitalised_uses(word)


def _is_lowered_name(
    sentence: Sentence, place: int, is_elsewhere: bool, counts: NgramCounts, forms: NameForms
) -> bool:
    """A word that is nothing but a name, or a rarer one after a given name."""
    word = sentence.tokens[place].text
    before = sentence.tokens[place - 1].text if place else ""
    if before in _QUOTES:
        return False
    uses = counts.capitalised_uses(word)
    if uses >= MIN_NAME_USES:
        return True
    if counts.lower_case_uses(word):
        return False
    follows = _is_titled(before) and _is_name(before, counts, forms)
    if follows and (uses >= MIN_RARE_USES or is_elsewhere):
        return True
    return uses >= MIN_SOLE_USES and forms.is_titled(word)
