"""Findings as LanguageTool's matches: placed in the text that a client sent, in its own units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from garbled.documents import Paragraph, Span
from garbled.report.places import SourceText
from garbled.segment.sentences import split_sentences
from garbled.serve.annotated import AnnotatedText
from garbled.serve.utf16 import Utf16

CONTEXT = 40
"""Code points of the text that a match shows on either side."""
_ELLIPSIS = "..."


class Sort(NamedTuple):
    """What a client is told of a kind of finding.

    ``issue_type`` is one of ITS 2.0's and of those that Superdesk shows: misspelling, whitespace
    and other as spelling, grammar, characters, typographical and locale-violation as grammar.
    """

    issue_type: str
    name: str
    description: str


SORTS: Mapping[str, Sort] = {
    "name": Sort("misspelling", "Broken name", "A name, place or code was broken or translated"),
    "number": Sort("locale-violation", "Wrong number", "A number, unit or date contradicts itself"),
    "lexical": Sort("misspelling", "Wrong word", "A word makes no sense where it stands"),
    "leftover": Sort("misspelling", "Foreign word", "A word of another language was left"),
    "grammar": Sort("grammar", "Grammar", "Grammar as machine translation leaves it"),
    "calque": Sort("grammar", "Foreign phrasing", "Phrasing or order of another language"),
    "repetition": Sort("grammar", "Repetition", "Words repeated as a translation engine does"),
    "typography": Sort("typographical", "Typography", "Signs that edited copy does not have"),
}
"""Kind of finding to what a client is told."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rules and categories a client wants; LanguageTool's parameters of these names."""

    enabled_rules: frozenset[str] = frozenset()
    disabled_rules: frozenset[str] = frozenset()
    enabled_categories: frozenset[str] = frozenset()
    disabled_categories: frozenset[str] = frozenset()
    enabled_only: bool = False

    def wants(self, rule: str, category: str) -> bool:
        """Whether a match is told.

        >>> Choice(disabled_categories=frozenset({"NAME"})).wants("NAME_RIC_LEAK", "NAME")
        False
        """
        if self.enabled_only:
            return rule in self.enabled_rules or category in self.enabled_categories
        if rule in self.enabled_rules:
            return True
        return rule not in self.disabled_rules and category not in self.disabled_categories


def matches_of(
    record: Mapping[str, Any], text: AnnotatedText, choice: Choice
) -> Iterator[dict[str, Any]]:
    """The findings of a record as matches in the text that it was made from, in their order.

    A finding whose place is not found is left out.
    """
    source, units = SourceText(text.checked), Utf16(text.whole)
    parts = [part for part in record["paragraphs"] if part.get("text")]
    paragraphs = [Paragraph(p["index"], p["start"], p["end"], p["role"], p["text"]) for p in parts]
    for part, placed in zip(parts, source.place(paragraphs), strict=True):
        sentences = split_sentences(part["text"]) if part["findings"] else []
        for finding in part["findings"]:
            region = placed.region(finding["start"], finding["end"])
            if region is None or not choice.wants(finding["rule"], finding["kind"].upper()):
                continue
            span = text.span(region.start, region.end)
            if span.start < span.end:
                sentence = _sentence(part["text"], sentences, finding["start"])
                yield _match(finding, text.whole, span, units, sentence)


def _sentence(text: str, sentences: list[Span], start: int) -> str:
    for span in sentences:
        if start < span.end:
            return text[span.start : span.end]
    return text


def _match(
    finding: Mapping[str, Any], whole: str, span: Span, units: Utf16, sentence: str
) -> dict[str, Any]:
    sort = SORTS[finding["kind"]]
    suggestion = finding["suggestion"]
    start, length = units.of(span.start), units.of(span.end) - units.of(span.start)
    return {
        "message": finding["message"],
        "shortMessage": sort.name,
        "replacements": [] if suggestion is None else [{"value": suggestion}],
        "offset": start,
        "length": length,
        "context": _context(whole, span, length),
        "sentence": sentence,
        "type": {"typeName": "Other"},
        "rule": {
            "id": finding["rule"],
            "description": sort.description,
            "issueType": sort.issue_type,
            "category": {"id": finding["kind"].upper(), "name": sort.name},
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }


def _context(whole: str, span: Span, length: int) -> dict[str, Any]:
    start, end = max(span.start - CONTEXT, 0), min(span.end + CONTEXT, len(whole))
    before = (_ELLIPSIS if start else "") + whole[start : span.start]
    after = whole[span.start : end] + (_ELLIPSIS if end < len(whole) else "")
    shown = (before + after).replace("\n", " ")
    return {"text": shown, "offset": Utf16(before).length, "length": length}
