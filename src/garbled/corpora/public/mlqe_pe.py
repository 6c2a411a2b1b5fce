"""MLQE-PE: what a machine wrote, what people made of it, and how they judged it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isfinite
from pathlib import Path

import regex

from garbled.corpora.public.rows import Row, Unpacked, read_lines, require_as_many

_FOLDER = regex.compile(r"([a-z]{2})-en(?:-\w+)?")
SYSTEM = "fairseq, MLQE of 2020"


def convert(unpacked: Unpacked) -> Iterator[Row]:
    """Post-edits as originals, and the machine's sentences with their mean standardised score.

    Its sentences stand alone, so they are numbered through and fifty stand for a document.
    """
    numbers: Counter[str] = Counter()
    for edited in sorted(unpacked.folder.rglob("*.pe")):
        language = _FOLDER.fullmatch(edited.parent.name)
        if language is None:
            continue
        originals, copies = read_lines(edited), read_lines(edited.with_suffix(".mt"))
        require_as_many(copies, originals, edited)
        scores = _scores(unpacked.folder, language[1], edited.stem)
        for number, (original, copy) in enumerate(zip(originals, copies, strict=True)):
            numbers[language[1]] += 1
            if original and copy:
                yield unpacked.pair(
                    lang_pair=f"{language[1]}-en",
                    system=SYSTEM,
                    seg=numbers[language[1]],
                    domain="wikipedia",
                    human_score=scores[number] if len(scores) == len(copies) else None,
                    original=original,
                    retranslated=copy,
                )


def _scores(folder: Path, language: str, split: str) -> list[float | None]:
    """Column ``z_mean`` of the direct assessments of the same sentences, in their order."""
    for path in folder.rglob(f"{split}.{language}en.df.short.tsv"):
        head, *rows = (line.split("\t") for line in read_lines(path))
        if "z_mean" in head:
            place = head.index("z_mean")
            return [_number(row[place]) if place < len(row) else None for row in rows]
    return []


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
