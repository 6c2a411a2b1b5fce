"""Plants name corruptions in excerpts of human copy, one an excerpt, and says what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from garbled.documents import Document
from garbled.evaluation.findings.checked import Checked, Outcome, Placed
from garbled.evaluation.findings.planted_names import Excerpt, Name
from garbled.evaluation.findings.sorts import (
    CODE_SORTS,
    DEMONYM_SORT,
    OF_KNOWN_NAMES,
    RARE,
    SORTS,
    Edit,
    Site,
    lower_demonym,
)
from garbled.segment.tokens import tokenise

KNOWN = 3
"""Articles that have a name that is known."""
MAX_SAME_NAME = 2
MIN_COMMON, COMMON = 4, slice(150, 1_500)
"""Letters and ranks by frequency of the lower-case words that stand in for parts of names."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A corruption of one name in one excerpt."""

    sort: str
    excerpt: Excerpt
    paragraph: int
    edit: Edit
    name: str

    @property
    def was(self) -> str:
        return self.excerpt.paragraphs[self.paragraph][self.edit.start : self.edit.end]

    @property
    def end(self) -> int:
        """Where the corruption ends in the altered paragraph."""
        return self.edit.start + len(self.edit.now)

    @property
    def text(self) -> str:
        """The altered paragraph."""
        text = self.excerpt.paragraphs[self.paragraph]
        return text[: self.edit.start] + self.edit.now + text[self.edit.end :]

    def document(self) -> Document:
        texts = list(self.excerpt.paragraphs)
        texts[self.paragraph] = self.text
        return self.excerpt.with_texts(texts, f"/{self.sort}")

    def touching(self, outcome: Outcome) -> list[Placed]:
        """Findings on the corruption, in the altered excerpt."""
        start, end = self.edit.start, self.end
        return [f for f in outcome.findings if f.overlaps(self.paragraph, start, end)]

    def was_flagged(self, checked: Checked) -> bool:
        """Whether the untouched excerpt has a finding there already."""
        start, end = self.edit.start, self.edit.end
        return any(f.overlaps(self.paragraph, start, end) for f in checked.findings)


@dataclass(frozen=True)
class Names:
    """What the articles at hand have: common words, and names by how many articles have them."""

    common: Sequence[str]
    lower: frozenset[str]
    articles: Mapping[str, int]

    @classmethod
    def of(cls, excerpts: Sequence[Excerpt]) -> Names:
        articles = Counter(
            text
            for excerpt in excerpts
            for text in {
                own for name in excerpt.names for own in (name.text, *(w.text for w in name.words))
            }
        )
        counts = _lower_words(excerpts)
        ranked = [word for word, _ in counts.most_common() if len(word) >= MIN_COMMON]
        return cls(ranked[COMMON] or ranked, frozenset(counts), articles)

    def is_known(self, name: Name) -> bool:
        return self.articles[name.text] >= KNOWN

    def is_rare(self, name: Name) -> bool:
        return self.articles[name.text] <= 1


def plant(excerpts: Sequence[Excerpt], names: Names, per_sort: int, seed: int) -> list[Planted]:
    """At most so many corruptions of every sort, one an excerpt, in a fixed random order.

    A name is corrupted at most twice in one way, so that frequent names do not decide.
    """
    planted: list[Planted] = []
    for sort in (*SORTS, DEMONYM_SORT, RARE):
        random = Random(f"{seed}/{sort}")
        order = random.sample(excerpts, len(excerpts))
        sites = (random_site(excerpt, names, random) for excerpt in order)
        found = (plant_one(sort, site, names) for site in sites)
        planted += islice(_few_of_each(own for own in found if own is not None), per_sort)
    return planted


def random_site(excerpt: Excerpt, names: Names, random: Random) -> Site:
    """The excerpt as a place to plant in."""
    return Site(excerpt, names.common, names.lower, names.articles, random)


def plant_one(sort: str, site: Site, names: Names) -> Planted | None:
    """This corruption of a name of the excerpt, if it has one that can be corrupted so."""
    for name in _candidates(sort, site, names):
        planned = site.random.choice(OF_KNOWN_NAMES) if sort == RARE else sort
        corrupt = lower_demonym if sort == DEMONYM_SORT else SORTS[planned]
        edit = corrupt(name, site)
        if edit is not None:
            planted = Planted(sort, site.excerpt, name.paragraph, edit, name.text)
            if planted.was != edit.now:
                return planted
    return None


def _candidates(sort: str, site: Site, names: Names) -> list[Name]:
    own = site.excerpt.demonyms if sort == DEMONYM_SORT else site.excerpt.names
    if sort in OF_KNOWN_NAMES:
        own = tuple(filter(names.is_known, own))
    elif sort == RARE:
        own = tuple(filter(names.is_rare, own))
    return site.random.sample(own, len(own))


def _few_of_each(planted: Iterable[Planted]) -> Iterator[Planted]:
    names: Counter[str] = Counter()
    for own in planted:
        names[own.name] += 1
        if names[own.name] <= MAX_SAME_NAME:
            yield own


def _lower_words(excerpts: Iterable[Excerpt]) -> Counter[str]:
    return Counter(
        token.text
        for excerpt in excerpts
        for paragraph in excerpt.paragraphs
        for token in tokenise(paragraph)
        if token.text.islower() and token.text.isalpha()
    )


@dataclass(frozen=True, slots=True)
class Caught:
    """What was found of a planted corruption: by any rule, and by rules of names or names' words.

    ``restored`` says whether a suggestion is what stood there, None where there is none.
    """

    planted: Planted
    found: bool
    as_name: bool
    restored: bool | None
    rules: tuple[str, ...]
    found_without: Mapping[str, bool]

    def is_found(self, without: str | None) -> bool:
        """Whether it is found by all rules, or without a family of them."""
        return self.found if without is None else self.found_without.get(without, self.found)


def judge(
    planted: Iterable[Planted], before: Mapping[str, Checked], after: Iterable[Checked]
) -> Iterator[Caught]:
    """What was found of each corruption; one on a place that was flagged before is left out."""
    for own, checked in zip(planted, after, strict=True):
        if own.was_flagged(before[own.excerpt.id]):
            continue
        touching = own.touching(checked.whole)
        told = [_restores(own, f) for f in touching if f.finding.suggestion is not None]
        yield Caught(
            own,
            bool(touching),
            any(f.finding.kind == "name" for f in touching),
            any(told) if told else None,
            tuple(sorted({f.finding.rule for f in touching})),
            {family: bool(own.touching(left)) for family, left in checked.without.items()},
        )


def _restores(planted: Planted, found: Placed) -> bool:
    """Whether the suggestion, put there, brings back what was there; a code's, the name alone."""
    own, text = found.finding, planted.text
    suggestion = own.suggestion or ""
    if (
        text[: own.start] + suggestion + text[own.end :]
        == planted.excerpt.paragraphs[planted.paragraph]
    ):
        return True
    said, name = suggestion.casefold().split(), planted.name.casefold().split()
    is_name = bool(said) and (said[0] == name[0] or name[0] in said)
    return planted.sort in CODE_SORTS and is_name
