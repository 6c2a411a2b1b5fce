"""Scoring many articles: Arrow record batches, on one machine or on a cluster."""

from __future__ import annotations

from garbled.scale.batches import score_arrow
from garbled.scale.config import Identity, ScaleConfig, SkewError
from garbled.scale.ledger import Summary
from garbled.scale.local import score_parquet
from garbled.scale.schema import output_schema

__all__ = [
    "Identity",
    "ScaleConfig",
    "SkewError",
    "Summary",
    "output_schema",
    "score_arrow",
    "score_parquet",
]
