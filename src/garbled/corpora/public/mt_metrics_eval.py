"""Google's collection of WMT's metrics tasks: plain lines, documents and scores beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import Path

from garbled.corpora.public.rows import Row, Unpacked, read_lines, require_as_many

SCORES = ("wmt-z", "wmt-appraise-z")
"""Standardised direct assessments, the first that is there; higher is better."""


def convert(unpacked: Unpacked) -> Iterator[Row]:
    """Every submission into English of every test set."""
    for documents in sorted(unpacked.folder.glob("*/*/documents/*-en.docs")):
        yield from _test_set(unpacked, documents.parents[1], documents.stem)


def _test_set(unpacked: Unpacked, folder: Path, lang_pair: str) -> Iterator[Row]:
    references = {
        path.name.removeprefix(f"{lang_pair}.").removesuffix(".txt"): read_lines(path)
        for path in sorted((folder / "references").glob(f"{lang_pair}.*.txt"))
    }
    if not references:
        return
    chosen = min(references, key=lambda name: (name.lower() not in ("ref", "refa"), name))
    originals = references[chosen]
    places = _places(read_lines(folder / "documents" / f"{lang_pair}.docs"))
    name = folder.name.split(".")[0]
    scores = _scores(folder, lang_pair)
    for path in sorted((folder / "system-outputs" / lang_pair).glob("*.txt")):
        if path.stem == chosen:
            continue
        copies = read_lines(path)
        require_as_many(copies, originals, path)
        judged = scores.get(path.stem, [])
        is_human = path.stem in references or path.stem.lower().startswith(("ref", "human"))
        for index, (original, copy) in enumerate(zip(originals, copies, strict=True)):
            domain, document, segment = places[index] if index < len(places) else ("", "", index)
            if not original or not copy:
                continue
            yield unpacked.pair(
                set=name,
                lang_pair=lang_pair,
                kind="human" if is_human else "machine",
                system=path.stem,
                doc_id=f"{name}.{lang_pair}.{document}",
                seg=segment,
                year=_year(name),
                domain=domain or None,
                human_score=judged[index] if index < len(judged) else None,
                original=original,
                retranslated=copy,
            )


def _places(lines: list[str]) -> list[tuple[str, str, int]]:
    """Domain, document and number within it, of each segment."""
    places: list[tuple[str, str, int]] = []
    for line in lines:
        domain, _, document = line.partition("\t") if "\t" in line else line.partition(" ")
        before = places[-1] if places else ("", "", 0)
        segment = before[2] + 1 if before[1] == document.strip() else 1
        places.append((domain, document.strip(), segment))
    return places


def _scores(folder: Path, lang_pair: str) -> Mapping[str, list[float | None]]:
    """People's judgements of each segment by system, None where there is none."""
    for kind in SCORES:
        path = folder / "human-scores" / f"{lang_pair}.{kind}.seg.score"
        if not path.is_file():
            continue
        scores: dict[str, list[float | None]] = {}
        for line in read_lines(path):
            system, *_, value = line.split()
            scores.setdefault(system, []).append(_number(value))
        return scores
    return {}


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _year(name: str) -> int | None:
    """The year of a test set such as ``wmt22``.

    >>> _year("wmt22"), _year("challenge")
    (2022, None)
    """
    digits = name.removeprefix("wmt")
    return 2000 + int(digits) if digits.isdecimal() and len(digits) == 2 else None
