"""What a run says of places in files: the verdict of each document, and its findings."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from garbled.documents import Finding, Score
from garbled.errors import IngestError
from garbled.ingest.encoding import HEAD_BYTES, declared_encoding, decode
from garbled.ingest.options import DEFAULT_OPTIONS
from garbled.ingest.reader import sniff
from garbled.ingest.sources import FORMAT_OF_SUFFIX, STDIN
from garbled.policy import feed_of
from garbled.report.places import MARKUPS, PlacedParagraph, Region, SourceText
from garbled.report.plain import plain
from garbled.report.reasons import REASONS

Level = Literal["note", "warning", "error"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""The worst first."""
LEVEL_OF: dict[str, Level] = {
    "minor": "note",
    "major": "warning",
    "critical": "error",
    "review": "warning",
    "hold": "error",
    "error": "error",
}
"""Severity or verdict to its level."""
RULE_OF_VERDICT = {"review": "REVIEW", "hold": "HOLD", "error": "UNREADABLE"}
MAX_CHARACTERS = 5_000_000
"""Of a file in which places are sought; in a longer one all is said of its first line."""
MAX_QUOTE = 200
_MARKS = frozenset("&<>[]*_`\\")
ROOT_VARIABLE = "GITHUB_WORKSPACE"
"""Environment variable with the root of the checkout; otherwise it is the working directory."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One thing to say of a place.

    ``path`` is relative to the checkout where it lies in it; ``region`` is None where the file
    only is known. ``replacement`` may be put in the region's place as it is. ``context`` tells
    the place from others when lines have moved. Nothing is escaped.
    """

    path: str
    rule: str
    kind: str
    level: Level
    message: str
    document: str | None
    region: Region | None = None
    replacement: str | None = None
    context: str = ""


@dataclass(slots=True)
class Annotator:
    """Annotates scores one after the other; the file that was looked into last is remembered.

    Args:
        texts: False leaves the articles' wording out of every message.
    """

    texts: bool = True
    root: Path = field(default_factory=lambda: Path(os.environ.get(ROOT_VARIABLE) or Path.cwd()))
    _path: Path | None = None
    _source: SourceText | None = None

    def annotate(self, score: Score) -> Iterator[Annotation]:
        """The verdict unless it is a pass, then the findings in the order of the text."""
        path, source = self._look(score)
        shown = relative(path, self.root)
        document = None if score.id == score.source else plain(score.id, MAX_QUOTE)
        if score.verdict != "pass" or score.error:
            yield _of_verdict(score, shown, document)
        if not any(scored.findings for scored in score.paragraphs):
            return
        paragraphs = [scored.paragraph for scored in score.paragraphs]
        placed = list(source.place(paragraphs)) if source else [None] * len(paragraphs)
        for scored, place in zip(score.paragraphs, placed, strict=True):
            for finding in scored.findings:
                yield self._of_finding(finding, scored.paragraph.text, place, shown, document)

    def _of_finding(
        self,
        finding: Finding,
        text: str,
        place: PlacedParagraph | None,
        path: str,
        document: str | None,
    ) -> Annotation:
        region = place.region(finding.start, finding.end) if place else None
        around = text[max(finding.start - 40, 0) : finding.end + 40]
        return Annotation(
            path,
            finding.rule,
            finding.kind,
            LEVEL_OF[finding.severity],
            _wording(finding) if self.texts else _general(finding),
            document,
            region,
            _replacement(finding, place, region) if self.texts else None,
            " ".join(around.split()),
        )

    def _look(self, score: Score) -> tuple[Path, SourceText | None]:
        """The score's file, and its text where passages are sought in its format."""
        path = Path(score.source)
        try:
            if not path.is_file():
                path = Path(feed_of(score.source))
            if path != self._path:
                self._source = _read(path) if path.is_file() else None
        except (OSError, ValueError):  # no name of a file, or a file that is gone
            self._source = None
        self._path = path
        return path, self._source


def _read(path: Path) -> SourceText | None:
    """The text of a file as it was read for scoring; None where its format hides its text."""
    if path.stat().st_size > 4 * MAX_CHARACTERS:
        return None
    data = path.read_bytes()
    markup = FORMAT_OF_SUFFIX.get(path.suffix.lower()) or sniff(data[:HEAD_BYTES])
    if markup not in MARKUPS:
        return None
    try:
        text = decode(data, DEFAULT_OPTIONS, declared_encoding(data) if markup == "html" else None)
    except IngestError:
        return None
    return SourceText(text.text, markup) if len(text.text) <= MAX_CHARACTERS else None


def relative(path: Path, root: Path) -> str:
    """The path from the root of the checkout, with slashes; as it is where it lies elsewhere.

    >>> relative(Path("/desk/copy/a.md"), Path("/desk")), relative(Path("/b.md"), Path("/desk"))
    ('copy/a.md', '/b.md')
    """
    if str(path) == STDIN:
        return "stdin"
    own = Path(os.path.abspath(path))  # noqa: PTH100 - git knows a link, not its target
    home = Path(os.path.abspath(root))  # noqa: PTH100
    return (own.relative_to(home) if own.is_relative_to(home) else own).as_posix()


def _of_verdict(score: Score, path: str, document: str | None) -> Annotation:
    """What is said of the whole document; damaged input that passes otherwise is in review."""
    said: list[str] = [score.verdict]
    if score.score is not None and score.probability is not None:
        said.append(f"score {score.score:.1f}, probability {score.probability:.2f}")
    said += [REASONS.get(reason, reason) for reason in score.reasons]
    said += [plain(score.error)] if score.error else []
    return Annotation(
        path,
        RULE_OF_VERDICT.get(score.verdict, "REVIEW"),
        "verdict",
        LEVEL_OF.get(score.verdict, "warning"),
        "; ".join(said),
        document,
    )


def _wording(finding: Finding) -> str:
    quote = f"“{plain(finding.quote, MAX_QUOTE)}”"
    if finding.suggestion is not None:
        quote += f" → “{plain(finding.suggestion, MAX_QUOTE)}”"
    return f"{quote}: {plain(finding.message, 2 * MAX_QUOTE)}"


def _general(finding: Finding) -> str:
    """What a finding's rule says of any text."""
    from garbled.evidence.findings import rules

    rule = rules().get(finding.rule)
    return rule["message"] if rule else f"a {finding.kind} finding ({finding.severity})"


def _replacement(
    finding: Finding, place: PlacedParagraph | None, region: Region | None
) -> str | None:
    """The suggestion, where the file holds the very quote and neither would need markup."""
    if finding.suggestion is None or place is None or region is None:
        return None
    there = place.source.text[region.start : region.end]
    is_exact = unicodedata.normalize("NFC", there) == finding.quote
    is_plain = place.source.markup == "text" or not _MARKS & set(finding.suggestion)
    return (
        finding.suggestion if is_exact and is_plain and finding.suggestion.isprintable() else None
    )
