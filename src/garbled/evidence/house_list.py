"""The house list: names and terms that a desk wants left alone, wherever they stand."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar

import regex

from garbled.documents import Span, clean_text
from garbled.errors import GarbledError
from garbled.segment.articles import Article
from garbled.segment.normalise import unify

MAX_TERMS = 50_000
MAX_CHARACTERS = 200
MAX_BYTES = 5_000_000
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_EDGES = regex.compile(r"^[^\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+$")


class Placed(Protocol):
    """What has a place in a paragraph: a fault, a grammar match."""

    @property
    def paragraph(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


T = TypeVar("T", bound=Placed)


@dataclass(frozen=True, slots=True)
class HouseList:
    """Names and terms to leave alone, in any order; small enough to be sent to workers.

    A term is found as it is written, with its first letter in capitals or all in capitals, and
    as whole words. Quotes, dashes and spaces of any form are the same.

    >>> house = HouseList.of(["levelling up", "Gazp.MM"])
    >>> [house.leaves_alone("Levelling up costs.", 0, 12), house.leaves_alone("gazp.mm", 0, 7)]
    [True, False]
    """

    terms: tuple[str, ...] = ()

    @classmethod
    def of(cls, terms: Iterable[str], source: str | None = None) -> HouseList:
        """The list of these terms; ``source`` is named in what is raised.

        Raises:
            GarbledError: there are too many terms, or one is too long or has no letter or digit.
        """
        kept: dict[str, None] = {}
        for term in terms:
            plain = _EDGES.sub("", unify(clean_text(term[: MAX_CHARACTERS + 1])))
            if not plain or len(term) > MAX_CHARACTERS:
                wanted = f"a name or term of 1 to {MAX_CHARACTERS} characters"
                raise GarbledError(f"house list: {term[:40]!r} is not {wanted}", source=source)
            kept[plain] = None
            if len(kept) > MAX_TERMS:
                raise GarbledError(f"house list: more than {MAX_TERMS} terms", source=source)
        return cls(tuple(sorted(kept)))

    @classmethod
    def read(cls, path: Path) -> HouseList:
        """Read a UTF-8 file with one name or term a line; empty lines and # lines are skipped.

        Raises:
            GarbledError: the file cannot be read, is too large, or is no such list.
        """
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            text = data.decode("utf-8-sig")
        except OSError as error:
            message = f"the house list cannot be read ({error.strerror or error})"
            raise GarbledError(message, source=str(path)) from error
        except UnicodeDecodeError as error:
            message = "the house list is not UTF-8 text; save it as UTF-8"
            raise GarbledError(message, source=str(path)) from error
        if len(data) > MAX_BYTES:
            raise GarbledError(f"the house list is larger than {MAX_BYTES} bytes", source=str(path))
        lines = (line.strip() for line in text.splitlines())
        return cls.of((line for line in lines if line and line[0] != "#"), source=str(path))

    @property
    def digest(self) -> str | None:
        """What tells one list from another in a signature; None for an empty list."""
        if not self.terms:
            return None
        return "sha256:" + hashlib.sha256("\n".join(self.terms).encode()).hexdigest()[:16]

    def leaves_alone(self, text: str, start: int, end: int) -> bool:
        """Whether a term stands, in part or whole, in ``text[start:end]``.

        Nothing but one term, twice in a row, is not left alone: the doubling is no name's.
        """
        if not self.terms:
            return False
        return _is_left_alone(unify(text), start, end, list(self._places(unify(text))))

    def spare(self, items: Iterable[T], article: Article) -> list[T]:
        """The items that are not about a term of the list, in their order."""
        if not self.terms:
            return list(items)
        places: dict[int, list[Span]] = {}
        kept = []
        for item in items:
            text = article.unified[item.paragraph]
            if item.paragraph not in places:
                places[item.paragraph] = list(self._places(text))
            if not _is_left_alone(text, item.start, item.end, places[item.paragraph]):
                kept.append(item)
        return kept

    def _places(self, text: str) -> Iterator[Span]:
        """Where a term stands in unified text, the longest at each place, none within another."""
        index, reached = _by_first_word(self.terms), 0
        for word in _WORD.finditer(text):
            if word.start() < reached:
                continue
            lengths, forms = index.get(word.group(), ((), frozenset()))
            for length in lengths:
                end = word.start() + length
                if text[word.start() : end] in forms and not _WORD.match(text, end):
                    yield Span(word.start(), end)
                    reached = end
                    break


def as_house_list(given: HouseList | Path | str | Iterable[str] | None) -> HouseList:
    """What a caller may give: a list, its file's path, the terms themselves, or nothing.

    Raises:
        GarbledError: it is no house list.
    """
    if given is None:
        return HouseList()
    if isinstance(given, HouseList):
        return given
    return HouseList.read(Path(given)) if isinstance(given, (str, Path)) else HouseList.of(given)


@lru_cache(maxsize=4)
def _by_first_word(
    terms: tuple[str, ...],
) -> Mapping[str, tuple[tuple[int, ...], frozenset[str]]]:
    """The written forms of all terms by their first word, and how long they are, longest first."""
    forms: dict[str, set[str]] = {}
    for term in terms:
        for form in (term, term.upper(), term[0].upper() + term[1:]):
            first = _WORD.match(form)
            if first:
                forms.setdefault(first.group(), set()).add(form)
    return {
        word: (tuple(sorted({len(form) for form in found}, reverse=True)), frozenset(found))
        for word, found in forms.items()
    }


def _is_left_alone(text: str, start: int, end: int, places: Sequence[Span]) -> bool:
    first = bisect_right(places, start, key=lambda place: place.end)
    touching = places[first : bisect_left(places, end, key=lambda place: place.start)]
    return bool(touching) and not _is_doubled(text, start, end, touching)


def _is_doubled(text: str, start: int, end: int, touching: Sequence[Span]) -> bool:
    inside = [place for place in touching if start <= place.start and place.end <= end]
    if len(inside) < 2 or len({text[a:b].lower() for a, b in inside}) > 1:
        return False
    rest, at = "", start
    for place in inside:
        rest, at = rest + text[at : place.start], place.end
    return _WORD.search(rest + text[at:end]) is None
