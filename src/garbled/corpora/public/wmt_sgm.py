"""WMT's files until 2020: a reference and a file a system, in a form of SGML that is none."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import regex

from garbled.corpora.public.rows import Row, Unpacked, read_text

_TAG = regex.compile(
    r"<doc\b(?P<doc>[^>]*)>|<seg\b(?P<seg>[^>]*)>(?P<text>.*?)</seg>",
    regex.IGNORECASE | regex.DOTALL,
)
_ATTRIBUTE = regex.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")


class Place(NamedTuple):
    """Where a segment stands: document and number, as its tags name them."""

    document: str
    segment: str


class Segment(NamedTuple):
    """A segment's text and its document's original language."""

    text: str
    origlang: str | None


def convert(unpacked: Unpacked) -> Iterator[Row]:
    """Every submission beside the reference of its language pair."""
    references = {
        _language(match.groupdict().get("pair")): read_segments(path)
        for path, match in unpacked.files("references")
    }
    for path, match in unpacked.files("systems"):
        language = _language(match["pair"])
        reference = references.get(language) or references.get("")
        if reference is None:
            continue
        for number, (place, copy) in enumerate(read_segments(path).items()):
            original = reference.get(place)
            if original is None or not original.text or not copy.text:
                continue
            yield unpacked.pair(
                lang_pair=f"{language}-en",
                system=match["system"],
                doc_id=f"{unpacked.corpus.name}.{place.document}",
                seg=int(place.segment) if place.segment.isdecimal() else number,
                origlang=original.origlang,
                domain="news",
                original=original.text,
                retranslated=copy.text,
            )


def read_segments(path: Path) -> dict[Place, Segment]:
    """The segments of one file by their place."""
    segments: dict[Place, Segment] = {}
    document: dict[str, str] = {}
    for match in _TAG.finditer(read_text(path)):
        if match["doc"] is not None:
            document = _attributes(match["doc"])
            continue
        place = Place(document.get("docid", ""), _attributes(match["seg"]).get("id", ""))
        text = " ".join(html.unescape(match["text"]).split())
        segments[place] = Segment(text, document.get("origlang") or None)
    return segments


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(text)
    }


def _language(pair: str | None) -> str:
    """The source language of ``de-en`` or ``deen``.

    >>> _language("de-en"), _language("deen"), _language(None)
    ('de', 'de', '')
    """
    return (pair or "").removesuffix("en").rstrip("-")
