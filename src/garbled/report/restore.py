"""From a record back to the score that it is of."""

from __future__ import annotations

from typing import Any

from garbled.documents import Document, Finding, Paragraph, ParagraphScore, Score, Signature


def from_record(record: dict[str, Any], document: Document | None = None) -> Score:
    """The score of a record; ``to_record`` of it is the record again.

    Numbers are as the record rounds them.

    Args:
        document: what the record is of: gives id, source and title, and the wording where the
            record has none. Without a document such wording is empty.
    """
    named: Any = record if document is None else _names(document)
    return Score(
        id=named["id"],
        source=named["source"],
        title=named["title"],
        language=record["language"],
        score=record["score"],
        probability=record["probability"],
        verdict=record["verdict"],
        reasons=tuple(record["reasons"]),
        mangled_share=record["mangled_share"],
        degraded=tuple(record["degraded"]),
        n_words=record["n_words"],
        error=record["error"],
        signature=Signature(**record["signature"]),
        paragraphs=tuple(_paragraph(part, document) for part in record["paragraphs"]),
    )


def _names(document: Document) -> dict[str, Any]:
    return {"id": document.id, "source": document.source, "title": document.title}


def _paragraph(part: dict[str, Any], document: Document | None) -> ParagraphScore:
    start, end = part["start"], part["end"]
    text = part.get("text")
    if text is None:
        text = "" if document is None else document.text[start:end]
    return ParagraphScore(
        Paragraph(part["index"], start, end, part["role"], text),
        part["score"],
        part["probability"],
        tuple(_finding(found, text) for found in part["findings"]),
    )


def _finding(found: dict[str, Any], text: str) -> Finding:
    start, end = found["start"], found["end"]
    message = found.get("message")
    return Finding(
        kind=found["kind"],
        rule=found["rule"],
        severity=found["severity"],
        start=start,
        end=end,
        quote=found.get("quote", text[start:end]),
        message=_general(found["rule"]) if message is None else message,
        suggestion=found.get("suggestion"),
    )


def _general(rule: str) -> str:
    """What a rule means, where the record does not say what it found."""
    from garbled.evidence.findings import rules

    return str(rules().get(rule, {}).get("message", rule))
