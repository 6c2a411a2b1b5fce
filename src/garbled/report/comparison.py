"""A comparison as the JSON object that ``garbled compare`` gives, and its schema."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, TextIO

from garbled.comparison.changes import CHANGE_KINDS, Change, Place
from garbled.comparison.compare import CheckedFinding, Comparison, Passage
from garbled.documents import Document
from garbled.report.record import to_line, to_record

SCHEMA_VERSION = 1


def to_comparison_record(comparison: Comparison, *, texts: bool = True) -> dict[str, Any]:
    """The comparison as a JSON object; with ``texts=False`` none of the articles' wording."""
    counts = dict.fromkeys(CHANGE_KINDS, 0)
    for change in comparison.changes:
        counts[change.kind] += 1
    return {
        "schema_version": SCHEMA_VERSION,
        "counts": counts,
        "passages": [_passage(passage, texts) for passage in comparison.passages],
        "original": _document(comparison.original, texts),
        "copy": to_record(comparison.copy, texts=texts),
    }


def write_comparison_json(comparison: Comparison, stream: TextIO, *, texts: bool = True) -> None:
    """One line of JSON."""
    stream.write(to_line(to_comparison_record(comparison, texts=texts)) + "\n")


def comparison_schema_text() -> str:
    """The JSON Schema (draft 2020-12) of a comparison, as it is shipped."""
    return (files("garbled") / "resources" / "comparison.schema.json").read_text(encoding="utf-8")


def comparison_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every comparison keeps to.

    >>> comparison_schema()["properties"]["schema_version"]
    {'const': 1}
    """
    schema: dict[str, Any] = json.loads(comparison_schema_text())
    return schema


def _document(document: Document, texts: bool) -> dict[str, Any]:
    return {
        "id": _writable(document.id),
        "source": _writable(document.source),
        "title": _writable(document.title) if texts and document.title is not None else None,
        "error": _writable(document.error) if document.error is not None else None,
        "paragraphs": [
            {
                "index": p.index,
                "start": p.start,
                "end": p.end,
                "role": p.role,
                **({"text": p.text} if texts else {}),
            }
            for p in document.paragraphs
        ],
    }


def _passage(passage: Passage, texts: bool) -> dict[str, Any]:
    return {
        "original": list(passage.original),
        "copy": list(passage.copy),
        "relation": passage.relation,
        "moved": passage.moved,
        "changes": [_change(change, texts) for change in passage.changes],
        "findings": [_finding(checked, texts) for checked in passage.findings],
    }


def _change(change: Change, texts: bool) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "severity": change.severity,
        "message": change.message,
        "original": _place(change.original, texts),
        "copy": _place(change.copy, texts),
    }


def _place(place: Place | None, texts: bool) -> dict[str, Any] | None:
    if place is None:
        return None
    quote = {"quote": place.quote} if texts else {}
    return {"paragraph": place.paragraph, "start": place.start, "end": place.end, **quote}


def _finding(checked: CheckedFinding, texts: bool) -> dict[str, Any]:
    finding = checked.finding
    wording = {
        "quote": finding.quote,
        "suggestion": finding.suggestion,
        "message": finding.message,
    }
    return {
        "paragraph": checked.paragraph,
        "kind": finding.kind,
        "rule": finding.rule,
        "severity": finding.severity,
        "start": finding.start,
        "end": finding.end,
        **(wording if texts else {}),
        "is_original": checked.is_original,
        "original": _place(checked.original, texts),
    }


def _writable(text: str) -> str:
    """Text with lone surrogates (an undecodable byte of a file name) spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
