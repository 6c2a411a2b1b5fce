"""Known names with parts cut, exchanged, inserted or translated one by one.

The order of a name's words is closed: who has written ``New York`` a thousand times and never
``York New`` has a right to wonder. Every rule asks for a pattern that edited English has in many
documents, and for a sequence in its place that it has in none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from garbled.analysers.faults import Fault
from garbled.analysers.gazetteer import CONNECTORS, Gazetteer, Slot, name_runs
from garbled.analysers.mentions import opens_clause
from garbled.analysers.name_words import SHORTENED, WordKinds, are_variants
from garbled.documents import Severity
from garbled.segment.articles import Sentence

MIN_SHARE, MIN_PROPER_SHARE = 0.5, 0.9
"""Share of a slot that its commonest filler needs to be the expected one, if a name itself more."""
MIN_CUT, MAX_CUT_EDGES = 12, 0.04
"""A name of which a part is cut: documents that have it whole, and chance that it ends there."""
WELL_KNOWN, MAX_MAJOR_EDGES = 20, 0.02
"""The same for a cut that is major."""
MIN_LOST = 10
MIN_EXCHANGED = 10
MIN_TRANSLATED, MIN_TRANSLATED_LETTERS = 50, 4
MAX_REPLACED_EDGES = 0.1
MIN_MIDDLE = 10
MIN_JOINT_SHARE = 0.8
FOREIGN_JOINTS = frozenset(
    {"de", "del", "della", "dello", "des", "dei", "di", "da", "do", "dos", "das", "du", "der"}
    | {"den", "und", "et", "y", "e", "i", "och", "og", "en", "von", "van", "voor", "für", "pour"}
    | {"para", "por", "per", "zu", "im", "la", "le", "les", "el", "los", "las", "il", "lo"}
)
"""Articles, prepositions and *and* of other languages, which join the parts of a name."""


@dataclass(frozen=True, slots=True)
class Run:
    """Capitalised words from ``start`` to ``end`` of a sentence, over connectors."""

    sentence: Sentence
    words: Sequence[str]
    start: int
    end: int

    def fault(
        self,
        start: int,
        end: int,
        rule: str,
        suggestion: Sequence[str],
        severity: Severity | None = None,
    ) -> Fault:
        tokens = self.sentence.tokens[start:end]
        place = (self.sentence.paragraph, tokens[0].start, tokens[-1].end)
        return Fault(*place, rule, " ".join(suggestion), severity)


def find_order_faults(
    sentences: Sequence[Sentence], gazetteer: Gazetteer, kinds: WordKinds
) -> Iterator[Fault]:
    """Known names that are cut, turned round or translated part by part."""
    for sentence in sentences:
        words = sentence.texts
        for start, end in name_runs(words):
            run = Run(sentence, words, start, end)
            yield from _cut_ends(run, gazetteer, kinds)
            yield from _broken_pairs(run, gazetteer, kinds)
            yield from _lower_case_parts(run, gazetteer, kinds)
        yield from _foreign_joints(sentence, words, gazetteer)


def _foreign_joints(
    sentence: Sentence, words: Sequence[str], gazetteer: Gazetteer
) -> Iterator[Fault]:
    """``Bank de England``: parts of a known name that another language's joint holds together."""
    for place in range(1, len(words) - 1):
        if words[place] not in FOREIGN_JOINTS or not words[place - 1][0].isupper():
            continue
        end = place + 1 + (words[place + 1] in FOREIGN_JOINTS and place + 2 < len(words))
        slot = gazetteer.slot("between", words[place - 1], words[end])
        if slot is None or slot.n < MIN_MIDDLE or words[place] in slot.fillers:
            continue
        if slot.best in CONNECTORS - FOREIGN_JOINTS and slot.share(slot.best) >= MIN_JOINT_SHARE:
            run = Run(sentence, words, place - 1, end + 1)
            suggestion = (words[place - 1], slot.best, words[end])
            yield run.fault(place - 1, end + 1, "NAME_TRANSLATED", suggestion)


def _cut_ends(run: Run, gazetteer: Gazetteer, kinds: WordKinds) -> Iterator[Fault]:
    """A name of three parts or more that lost its first or last one."""
    words, start, end = run.words, run.start, run.end
    if end - start < 2:
        return
    slot = gazetteer.slot("after two", *words[end - 2 : end])
    if slot and _never_ends(slot, kinds) and not _goes_on(words, end, slot, kinds):
        whole = (*words[end - 2 : end], slot.best)
        yield run.fault(end - 2, end, "NAME_PART_CUT", whole, _severity_of_cut(slot))
    if opens_clause(run.sentence, start) or kinds.commonness(words[start + 1]) <= 0:
        return  # a person's title may always be left out
    slot = gazetteer.slot("before two", *words[start : start + 2])
    if slot and _never_ends(slot, kinds) and not _is_part(words[start - 1], slot.best, kinds):
        whole = (slot.best, *words[start : start + 2])
        yield run.fault(start, start + 2, "NAME_PART_CUT", whole, _severity_of_cut(slot))


def _severity_of_cut(slot: Slot) -> Severity | None:
    """Minor where few documents have the name, or some of them cut it too."""
    return "minor" if slot.n < WELL_KNOWN or slot.edge_share > MAX_MAJOR_EDGES else None


def _never_ends(slot: Slot, kinds: WordKinds) -> bool:
    least = MIN_SHARE if kinds.commonness(slot.best) > 0 else MIN_PROPER_SHARE
    known = slot.n >= MIN_CUT and slot.share(slot.best) >= least
    may_go = slot.best in CONNECTORS or slot.best.lower() in SHORTENED
    return known and slot.edge_share < MAX_CUT_EDGES and not may_go


def _goes_on(words: Sequence[str], end: int, slot: Slot, kinds: WordKinds) -> bool:
    """Whether the name goes on in lower case or over a mark, as in ``Monetary fund``."""
    following = words[end] if end < len(words) else "."
    return following in {"/", "-", "&", "("} or _is_part(following, slot.best, kinds)


def _is_part(word: str, expected: str, kinds: WordKinds) -> bool:
    return are_variants(word, expected) or kinds.are_related(word, expected)


def _broken_pairs(run: Run, gazetteer: Gazetteer, kinds: WordKinds) -> Iterator[Fault]:
    """Neighbours that edited English never has in a row."""
    for place in range(run.start, run.end - 1):
        first, second = run.words[place : place + 2]
        is_name = first[0].isupper() and second[0].isupper() and (first + second).isalpha()
        if not is_name or opens_clause(run.sentence, place) or first == second:
            continue
        around = run.words[max(run.start, place - 1) : place + 3]
        if len({*around}) < len(around):  # as in Global Investors Global Fund
            continue
        if kinds.counts.pair(first, second) < 0 and not gazetteer.follows(first, second):
            expected = (
                _exchanged(first, second, gazetteer)
                or _lost(first, second, gazetteer, kinds)
                or _translated(first, second, gazetteer, kinds)
            )
            if expected:
                rule, suggestion = expected
                yield run.fault(place, place + 2, rule, suggestion)


Expected = tuple[str, Sequence[str]]


def _exchanged(first: str, second: str, gazetteer: Gazetteer) -> Expected | None:
    """``York New``: two parts that only ever stand the other way round."""
    if gazetteer.follows(second, first) >= MIN_EXCHANGED:
        return "NAME_REORDERED", (second, first)
    return None


def _lost(first: str, second: str, gazetteer: Gazetteer, kinds: WordKinds) -> Expected | None:
    """``International Fund``: the part between two others was dropped."""
    slot = gazetteer.slot("between", first, second)
    if slot is None or slot.n < MIN_LOST or slot.share(slot.best) < MIN_SHARE:
        return None
    is_common = kinds.commonness(slot.best) > 0 and kinds.commonness(second) > 0
    return ("NAME_PART_CUT", (first, slot.best, second)) if is_common else None


def _translated(first: str, second: str, gazetteer: Gazetteer, kinds: WordKinds) -> Expected | None:
    """Both parts are words that translation takes for those of a known name, in any order."""
    for a in _originals(first, kinds):
        for b in _originals(second, kinds):
            for pair in ((a, b), (b, a)):
                if gazetteer.follows(*pair) >= MIN_TRANSLATED:
                    return "NAME_TRANSLATED", pair
    return None


def _originals(word: str, kinds: WordKinds) -> list[str]:
    """Words that originals have where machine copy has this one, but for function words."""
    found = kinds.related.get(word.lower(), ())
    return [
        original.title() for original in sorted(found) if len(original) >= MIN_TRANSLATED_LETTERS
    ]


def _lower_case_parts(run: Run, gazetteer: Gazetteer, kinds: WordKinds) -> Iterator[Fault]:
    """A related or foreign word in lower case where a part of the name should stand."""
    words, end = run.words, run.end
    word = words[end] if end < len(words) else ""
    if not word.isalpha() or not word.islower() or word in CONNECTORS:
        return
    last = words[end - 1]
    if kinds.counts.pair(last, word) >= 0:
        return
    if end + 1 < len(words) and words[end + 1][0].isupper():
        slot = gazetteer.slot("between", last, words[end + 1])
        if slot and slot.n >= MIN_MIDDLE and _replaces(word, slot, kinds):
            suggestion = (last, slot.best, words[end + 1])
            yield run.fault(end - 1, end + 2, "NAME_PART_REPLACED", suggestion)
            return
    slot = gazetteer.slot("after", last)
    closed = slot and slot.n >= MIN_CUT and slot.edge_share < MAX_REPLACED_EDGES
    if slot and closed and _replaces(word, slot, kinds):
        yield run.fault(end - 1, end + 1, "NAME_PART_REPLACED", (last, slot.best))


def _replaces(word: str, slot: Slot, kinds: WordKinds) -> bool:
    expected = slot.best
    if expected in CONNECTORS or slot.share(expected) < MIN_SHARE or are_variants(word, expected):
        return False
    return kinds.kind(word, expected) in {"spelt", "akin", "foreign"}
