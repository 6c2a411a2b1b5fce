"""Pairs as whole articles again: each original once, and each machine's version of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from garbled.corpora.pairs import Pair, by_document

ORIGINAL = "original"


class Version(NamedTuple):
    """An article in one version; an original's language pair and system are ``original``.

    Paragraphs of ``text`` are parted by blank lines; those that reading left out are missing.
    """

    document: str
    lang_pair: str
    system: str
    is_copy: bool
    text: str


def versions_of(pairs: Iterable[Pair]) -> list[Version]:
    """Originals, each once however many systems translated it, and then the copies.

    >>> rest = ("s", "en-es-en", "m", "machine", "a", 0, None, None, None)
    >>> [(v.system, v.text) for v in versions_of([Pair("It rained.", "It did rain.", *rest)])]
    [('original', 'It rained.'), ('m', 'It did rain.')]
    """
    originals: dict[tuple[str, str], dict[tuple[int, str], None]] = {}
    copies = []
    for (set_, lang_pair, system, document), rows in by_document(pairs).items():
        own = originals.setdefault((set_, document), {})
        own |= {(-1 if pair.seg is None else pair.seg, pair.original): None for pair in rows}
        copy = _join(pair.retranslated for pair in rows)
        copies.append(Version(document, lang_pair, system, True, copy))
    whole = [
        Version(document, ORIGINAL, ORIGINAL, False, _join(text for _, text in sorted(own)))
        for (_, document), own in originals.items()
    ]
    return whole + copies


def _join(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(paragraphs)
