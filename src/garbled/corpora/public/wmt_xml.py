"""WMT's files from 2021 on: one XML a language pair, with source, references and hypotheses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import regex
from lxml import etree

from garbled.corpora.public.rows import Row, Unpacked, read_text
from garbled.errors import IngestError
from garbled.ingest.markup import xml_tree

_PAIR = regex.compile(r"\.([a-z]{2,3}-en)\.")


def convert(unpacked: Unpacked) -> Iterator[Row]:
    """Hypotheses and further references beside the preferred reference, document by document."""
    preferred = dict(entry.split(" ", 1) for entry in unpacked.corpus.prefer)
    for path, match in unpacked.files():
        found = _PAIR.search(match.group())
        if found is not None:
            yield from _convert(unpacked, path, found[1], preferred.get(found[1]))


def _convert(
    unpacked: Unpacked, path: Path, lang_pair: str, preferred: str | None
) -> Iterator[Row]:
    try:
        root = xml_tree(read_text(path))
    except etree.XMLSyntaxError as error:
        raise IngestError(f"not well-formed ({error})", source=path.name) from error
    for document in root.iterfind(".//doc"):
        if "testsuite" in document.attrib:
            continue
        references = {_translator(ref): _segments(ref) for ref in document.iterfind(".//ref")}
        chosen = _choose(list(references), preferred)
        if chosen is None:
            continue
        originals = references.pop(chosen)
        copies = [("human", f"reference {name}", texts) for name, texts in references.items()]
        copies += [
            ("machine", h.get("system", "?"), _segments(h)) for h in document.iterfind("hyp")
        ]
        for kind, system, texts in copies:
            for number, text in texts.items():
                if text and originals.get(number):
                    yield unpacked.pair(
                        lang_pair=lang_pair,
                        kind=kind,
                        system=system,
                        doc_id=f"{unpacked.corpus.name}.{lang_pair}.{document.get('id', '')}",
                        seg=number,
                        origlang=document.get("origlang"),
                        domain=document.get("domain") or _collection(document),
                        original=originals[number],
                        retranslated=text,
                    )


def _segments(version: etree._Element) -> dict[int, str]:
    """Segments of one version by number."""
    return {
        int(number): " ".join("".join(segment.itertext()).split())
        for segment in version.iter("seg")
        if (number := segment.get("id", "")).isdecimal()
    }


def _translator(reference: etree._Element) -> str:
    return str(reference.get("translator", ""))


def _choose(names: Sequence[str], preferred: str | None) -> str | None:
    """The preferred reference where a document has it, else its first."""
    if preferred in names:
        return preferred
    return sorted(names)[0] if names else None


def _collection(document: etree._Element) -> str | None:
    parent = document.getparent()
    return None if parent is None else parent.get("id")
