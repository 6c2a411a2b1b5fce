"""A score as the JSON object that every outlet of garbled gives, named by the output contract."""

from __future__ import annotations

import json
import re
from typing import Any

from garbled.documents import Finding, ParagraphScore, Score, Signature

SCHEMA_VERSION = 1

_SCORE_DIGITS = 1
_PROBABILITY_DIGITS = 4
# Valid inside a JSON string, but some readers end a line at them and some terminals obey them.
_TROUBLESOME = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def to_record(score: Score, *, texts: bool = True) -> dict[str, Any]:
    """The contract's JSON object of a score, in the contract's key order.

    Scores (0 to 100) are rounded to one decimal, probabilities and shares to four. With
    ``texts=False`` nothing of the article's wording is in the record: ``text``, ``quote``,
    ``suggestion`` and ``message`` are left out and ``title`` is null, while offsets, kinds,
    rules and severities stay.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "id": _writable(score.id),
        "source": _writable(score.source),
        "title": _writable(score.title) if texts and score.title is not None else None,
        "language": score.language,
        "score": _rounded(score.score, _SCORE_DIGITS),
        "probability": _rounded(score.probability, _PROBABILITY_DIGITS),
        "verdict": score.verdict,
        "reasons": list(score.reasons),
        "mangled_share": _rounded(score.mangled_share, _PROBABILITY_DIGITS),
        "degraded": list(score.degraded),
        "n_words": score.n_words,
        "error": _writable(score.error) if score.error is not None else None,
        "paragraphs": [_paragraph(paragraph, texts) for paragraph in score.paragraphs],
        "signature": _signature(score.signature),
    }


def to_line(record: dict[str, Any]) -> str:
    r"""A record as one line of JSON, without the line end.

    Code points at which some reader would break the line or a terminal change state are escaped.

    >>> to_line({"title": "Zürich\u2028\x9b2J"})
    '{"title": "Zürich\\u2028\\u009b2J"}'
    """
    line = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return _TROUBLESOME.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _paragraph(scored: ParagraphScore, texts: bool) -> dict[str, Any]:
    paragraph = scored.paragraph
    return {
        "index": paragraph.index,
        "start": paragraph.start,
        "end": paragraph.end,
        "role": paragraph.role,
        **({"text": paragraph.text} if texts else {}),
        "score": _rounded(scored.score, _SCORE_DIGITS),
        "probability": _rounded(scored.probability, _PROBABILITY_DIGITS),
        "findings": [_finding(finding, texts) for finding in scored.findings],
    }


def _finding(finding: Finding, texts: bool) -> dict[str, Any]:
    placed = {
        "kind": finding.kind,
        "rule": finding.rule,
        "severity": finding.severity,
        "start": finding.start,
        "end": finding.end,
    }
    if not texts:
        return placed
    return placed | {
        "quote": finding.quote,
        "suggestion": finding.suggestion,
        "message": finding.message,
    }


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "garbled": signature.garbled,
        "model": signature.model,
        "tier": signature.tier,
        "languagetool": signature.languagetool,
        "prior": signature.prior,
        "thresholds": dict(signature.thresholds),
        "encoder": signature.encoder,
        "house_list": signature.house_list,
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)


def _writable(text: str) -> str:
    r"""Text with lone surrogates (an undecodable byte of a file name) spelled out.

    >>> _writable("caf\udce9.txt")
    'caf\\udce9.txt'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
