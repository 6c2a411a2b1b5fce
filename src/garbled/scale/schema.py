"""The columns of results: one row an article, the same in every engine."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from garbled.documents import Score
from garbled.report.record import to_line, to_record
from garbled.scale.config import ScaleConfig

FINDING = pa.struct(
    [
        ("paragraph", pa.int32()),
        ("kind", pa.string()),
        ("rule", pa.string()),
        ("severity", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("quote", pa.string()),
        ("suggestion", pa.string()),
        ("message", pa.string()),
    ]
)
"""A finding with the index of its paragraph, in which ``start`` and ``end`` count code points."""

_RESULT = [
    ("id", pa.string()),
    ("source", pa.string()),
    ("title", pa.string()),
    ("language", pa.string()),
    ("verdict", pa.string()),
    ("score", pa.float64()),
    ("probability", pa.float64()),
    ("reasons", pa.list_(pa.string())),
    ("mangled_share", pa.float64()),
    ("degraded", pa.list_(pa.string())),
    ("n_words", pa.int64()),
    ("error", pa.string()),
    ("n_findings", pa.int32()),
]
_DETAIL = {"findings": pa.list_(FINDING), "record": pa.string()}
_SIGNATURE = [("tier", pa.string()), ("model", pa.string()), ("garbled", pa.string())]


def output_schema(config: ScaleConfig) -> pa.Schema:
    """The schema of what ``score_arrow`` returns.

    >>> output_schema(ScaleConfig(detail="record")).names[-4:]
    ['record', 'tier', 'model', 'garbled']
    """
    detail = [(config.detail, _DETAIL[config.detail])]
    return pa.schema([*_RESULT, *detail, *_SIGNATURE])


def to_row(score: Score, config: ScaleConfig) -> dict[str, Any]:
    """A score as a row of ``output_schema``; numbers are rounded as the contract's record is."""
    record = to_record(score, texts=config.texts)
    findings = [
        {"paragraph": paragraph["index"], **finding}
        for paragraph in record["paragraphs"]
        for finding in paragraph["findings"]
    ]
    signature = record["signature"]
    return {
        **{name: record[name] for name, _ in _RESULT if name in record},
        "n_findings": len(findings),
        config.detail: to_line(record) if config.detail == "record" else findings,
        **{name: signature[name] for name, _ in _SIGNATURE},
    }
