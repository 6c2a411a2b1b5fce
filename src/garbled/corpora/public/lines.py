"""Plain lines: a reference a language pair, and a file of as many lines a system."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from garbled.corpora.public.rows import Row, Unpacked, read_lines, require_as_many


def convert(unpacked: Unpacked) -> Iterator[Row]:
    """Every output beside the reference of its pair, with documents where a file names them."""
    patterns = unpacked.corpus.patterns or {}
    references = {match["pair"]: read_lines(path) for path, match in unpacked.files("references")}
    documents = (
        {match["pair"]: read_lines(path) for path, match in unpacked.files("documents")}
        if "documents" in patterns
        else {}
    )
    for path, match in unpacked.files("systems"):
        pair = match["pair"]
        originals = references.get(pair)
        if originals is None:
            continue
        copies = read_lines(path)
        require_as_many(copies, originals, path)
        names = documents.get(pair, [])
        places = _places(names) if len(names) == len(originals) else None
        for number, (original, copy) in enumerate(zip(originals, copies, strict=True)):
            if original and copy:
                document, segment = places[number] if places else (None, number)
                name = f"{unpacked.corpus.name}.{pair}.{document}" if document else None
                yield unpacked.pair(
                    lang_pair=pair,
                    system=match["system"].replace("/", "_"),
                    doc_id=name,
                    seg=segment,
                    original=original,
                    retranslated=copy,
                )


def _places(names: list[str]) -> list[tuple[str, int]]:
    """Document and number within it.

    >>> _places(["a", "a", "b"])
    [('a', 1), ('a', 2), ('b', 1)]
    """
    return [(name, number) for name, run in groupby(names) for number, _ in enumerate(run, start=1)]
