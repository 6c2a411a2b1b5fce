"""GitHub's workflow commands: a line for each verdict that is no pass and each finding.

GitHub shows ten errors, ten warnings and ten notices of a step, so the worst come first.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TextIO

from garbled.documents import Score
from garbled.report.annotations import LEVELS, Annotation, Annotator, Level
from garbled.report.summary import Tally

COMMAND_OF_LEVEL: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}
_IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write_github(scores: Iterable[Score], stream: TextIO, *, texts: bool = True) -> None:
    """Write the commands once all scores are there, and a line that sums the run up."""
    started = time.perf_counter()
    tally, annotator = Tally(), Annotator(texts)
    lines = [
        (_order(annotation), to_command(annotation))
        for score in tally.watch(scores)
        for annotation in annotator.annotate(score)
    ]
    for _, line in sorted(lines, key=lambda pair: pair[0]):
        stream.write(line + "\n")
    stream.write(f"garbled: {tally.to_line(time.perf_counter() - started)}\n")


def _order(annotation: Annotation) -> tuple[int, bool]:
    """The worst level first; in each what is said of whole documents before their findings."""
    return LEVELS.index(annotation.level), annotation.kind != "verdict"


def to_command(annotation: Annotation) -> str:
    r"""One annotation as one line, from which no text can break out.

    >>> to_command(Annotation("a,b.md", "HOLD", "verdict", "error", "hold\n::debug::x", None))
    '::error file=a%2Cb.md,line=1,title=garbled HOLD::hold%0A::debug::x'
    """
    region = annotation.region
    where: dict[str, object] = {"file": annotation.path, "line": 1}
    if region is not None:
        where |= {"line": region.line, "endLine": region.end_line}
        if region.line == region.end_line:  # GitHub takes columns on one line only
            where |= {"col": region.column, "endColumn": region.end_column}
    of = f" ({annotation.document})" if annotation.document else ""
    where["title"] = f"garbled {annotation.rule}{of}"
    said = ",".join(f"{name}={_shown(str(value), _IN_PROPERTY)}" for name, value in where.items())
    message = _shown(annotation.message, _IN_DATA)
    return f"::{COMMAND_OF_LEVEL[annotation.level]} {said}::{message}"


def _shown(text: str, escapes: dict[int, str]) -> str:
    """Text with what would end the line or its part escaped, and other controls taken out."""
    text = text.translate(escapes)
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
