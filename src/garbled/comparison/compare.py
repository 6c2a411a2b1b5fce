"""Compares a scored copy with its original, passage by passage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from garbled.comparison.alignment import Alignment, align
from garbled.comparison.beads import bead_changes
from garbled.comparison.changes import Change, Place, make_change
from garbled.comparison.name_changes import MAX_COUNTERPART
from garbled.comparison.names import fold, is_function_word, known_names
from garbled.comparison.passages import Group, Relation, group_paragraphs, relation_of
from garbled.comparison.quotes import quote_changes, quoted_places
from garbled.comparison.texts import BeadTexts, Names
from garbled.comparison.wording import compare_wording
from garbled.documents import Document, Finding, Score, Span
from garbled.errors import IngestError
from garbled.evidence.house_list import HouseList
from garbled.segment.articles import Sentence
from garbled.segment.roles import assign_roles

EXTRA_WORDS = 3
"""Words that the original's wording may have beyond twice those of a finding."""


@dataclass(frozen=True, slots=True)
class CheckedFinding:
    """A finding in the copy, held against the original.

    Its suggestion is the original's wording where that is known and another; ``original`` is where
    that stands, and ``is_original`` says that the original has the very same words there, so that
    the machine did not put them in.
    """

    paragraph: int
    finding: Finding
    original: Place | None
    is_original: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs of both versions, by index, that share sentences, and what differs in them."""

    original: tuple[int, ...]
    copy: tuple[int, ...]
    relation: Relation
    moved: bool
    changes: tuple[Change, ...]
    findings: tuple[CheckedFinding, ...]

    @property
    def news(self) -> tuple[CheckedFinding, ...]:
        """Findings that neither the original has too nor a change tells already."""
        told = [c.copy for c in self.changes if c.copy and c.kind not in ("quote", "added")]
        return tuple(
            checked
            for checked in self.findings
            if not checked.is_original and not any(_covers(place, checked) for place in told)
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of an article: passages in the order of the copy, cut ones in between."""

    original: Document
    copy: Score
    passages: tuple[Passage, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for passage in self.passages for change in passage.changes)

    @property
    def findings(self) -> tuple[CheckedFinding, ...]:
        return tuple(finding for passage in self.passages for finding in passage.findings)

    @property
    def n_original(self) -> int:
        """Findings on the original's own words."""
        return sum(finding.is_original for finding in self.findings)


def _covers(place: Place, checked: CheckedFinding) -> bool:
    finding = checked.finding
    within = place.start <= finding.start and finding.end <= place.end
    return place.paragraph == checked.paragraph and within


def compare_versions(
    original: Document, copy: Score, house_list: HouseList | None = None
) -> Comparison:
    """Align a scored copy with its original and tell what differs.

    Raises:
        IngestError: a version could not be read, or is too long.
    """
    paragraphs = tuple(scored.paragraph for scored in copy.paragraphs)
    document = Document(copy.id, copy.source, copy.title, copy.language, "", paragraphs)
    for version, error in ((original, original.error), (document, copy.error)):
        if not version.paragraphs:
            raise IngestError(error or "no text to compare", source=version.source)
    original = assign_roles(original)
    alignment = align(original, document)
    texts = list(_bead_texts(alignment, original, document))
    changes = [
        change
        for change in _changes(alignment, texts)
        if not _is_spared(change, document, house_list or HouseList())
    ]
    changes += _lone_sentences(alignment, original, document)
    findings = [
        _checked(index, finding, texts)
        for index, scored in enumerate(copy.paragraphs)
        for finding in scored.findings
    ]
    return Comparison(
        original, copy, tuple(_passages(alignment, original, document, changes, findings))
    )


def _bead_texts(alignment: Alignment, original: Document, copy: Document) -> Iterator[BeadTexts]:
    names = Names(
        known_names((*alignment.original, *alignment.copy)),
        _folded(alignment.original),
        _folded(alignment.copy),
    )
    for bead in alignment.beads:
        wording = compare_wording(
            [alignment.original[n] for n in bead.original], [alignment.copy[n] for n in bead.copy]
        )
        yield BeadTexts(wording, original, copy, names)


def _folded(sentences: Iterable[Sentence]) -> frozenset[str]:
    return frozenset(fold(token.text) for s in sentences for token in s.tokens)


def _changes(alignment: Alignment, texts: Iterable[BeadTexts]) -> Iterator[Change]:
    before, after = quoted_places(alignment.original), quoted_places(alignment.copy)
    for bead in texts:
        yield from bead_changes(bead)
        yield from quote_changes(bead, before, after)


def _is_spared(change: Change, copy: Document, house_list: HouseList) -> bool:
    """Whether a name of the copy is one that the desk wants left alone."""
    place = change.copy
    if change.kind != "name" or place is None:
        return False
    text = copy.paragraphs[place.paragraph].text
    return house_list.leaves_alone(text, place.start, place.end)


def _lone_sentences(alignment: Alignment, original: Document, copy: Document) -> Iterator[Change]:
    """Sentences that one version alone has; those that follow each other are told as one."""
    for place in _runs(alignment.cut, alignment.original, original):
        yield make_change("dropped", "minor", place, None)
    for place in _runs(alignment.added, alignment.copy, copy):
        yield make_change("added", "minor", None, place)


def _runs(
    lone: Sequence[int], sentences: Sequence[Sentence], document: Document
) -> Iterator[Place]:
    runs: list[list[int]] = []
    for number in lone:
        follows = runs and runs[-1][-1] == number - 1
        if follows and sentences[number - 1].paragraph == sentences[number].paragraph:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        first, last = sentences[run[0]], sentences[run[-1]]
        text = document.paragraphs[first.paragraph].text[first.start : last.end]
        yield Place(first.paragraph, first.start, last.end, text)


def _checked(index: int, finding: Finding, texts: Iterable[BeadTexts]) -> CheckedFinding:
    """A finding with the original's wording, where the original says the same there."""
    for bead in texts:
        own = [
            n
            for n, word in enumerate(bead.wording.copy)
            if word.paragraph == index
            and word.token.start < finding.end
            and finding.start < word.token.end
        ]
        if own:
            return _against(index, finding, bead, Span(own[0], own[-1] + 1))
    return CheckedFinding(index, finding, None, is_original=False)


def _against(index: int, finding: Finding, bead: BeadTexts, words: Span) -> CheckedFinding:
    there = _trimmed(bead, bead.wording.in_original(words), finding)
    length = there.end - there.start
    if length > max(2 * (words.end - words.start) + EXTRA_WORDS, MAX_COUNTERPART):
        there = Span(0, 0)
    place = bead.original_place(there)
    if place is None:
        return CheckedFinding(index, finding, None, is_original=False)
    keys = [w.key for w in bead.wording.original[there.start : there.end]]
    if keys == [w.key for w in bead.wording.copy[words.start : words.end]]:
        return CheckedFinding(index, finding, place, is_original=True)
    suggested = replace(finding, suggestion=place.quote)
    return CheckedFinding(index, suggested, place, is_original=False)


def _trimmed(bead: BeadTexts, there: Span, finding: Finding) -> Span:
    """Without function words at the edges, where the finding itself has none at its edges."""
    start, end = there
    quoted = finding.quote.split() or [""]
    words = [word.token.text for word in bead.wording.original]
    while end - start > 1 and not _is_slight(quoted[0]) and _is_slight(words[start]):
        start += 1
    while end - start > 1 and not _is_slight(quoted[-1]) and _is_slight(words[end - 1]):
        end -= 1
    return Span(start, end)


def _is_slight(word: str) -> bool:
    return is_function_word(word) or not any(map(str.isalnum, word))


def _passages(
    alignment: Alignment,
    original: Document,
    copy: Document,
    changes: Sequence[Change],
    findings: Sequence[CheckedFinding],
) -> Iterator[Passage]:
    texts = {"original": _texts(original), "copy": _texts(copy)}
    told: dict[tuple[str, int], list[Change]] = defaultdict(list)
    for change in changes:
        told[_home(change)].append(change)
    checked: dict[int, list[CheckedFinding]] = defaultdict(list)
    for finding in findings:
        checked[finding.paragraph].append(finding)
    for group in group_paragraphs(alignment):
        yield Passage(
            group.original,
            group.copy,
            relation_of(group, texts),
            group.moved,
            tuple(_of_group(group, told)),
            tuple(f for index in group.copy for f in checked[index]),
        )


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def _home(change: Change) -> tuple[str, int]:
    if change.copy is not None:
        return "copy", change.copy.paragraph
    return "original", change.original.paragraph if change.original else -1


def _of_group(group: Group, told: Mapping[tuple[str, int], Sequence[Change]]) -> Iterator[Change]:
    """Its changes in the order of the copy, then those that the copy has no place of."""
    for index in group.copy:
        yield from sorted(
            told.get(("copy", index), ()), key=lambda c: c.copy.start if c.copy else 0
        )
    for index in group.original:
        own = told.get(("original", index), ())
        yield from sorted(own, key=lambda c: c.original.start if c.original else 0)
