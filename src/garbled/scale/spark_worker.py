"""What runs on Spark's workers: functions that are found there by name, in their own garbled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from socket import gethostname
from typing import Any

import pyarrow as pa

from garbled.scale.batches import score_arrow
from garbled.scale.config import Identity, ScaleConfig

ROW = "_garbled_row"
"""Column with the number of a row in its file, from 0; it goes along, so that order is kept."""


def score_batches(
    batches: Iterable[pa.RecordBatch], config: ScaleConfig, source: str
) -> Iterator[pa.RecordBatch]:
    """Results of the batches of a partition, with the ``ROW`` column that came with them.

    Raises:
        SkewError: this worker does not have what the configuration wants.
    """
    for batch in batches:
        rows = batch.column(ROW)
        numbers = [row + 1 for row in rows.to_pylist()]
        scored = score_arrow(batch, config, source=source, numbers=numbers)
        yield scored.append_column(ROW, rows)


def who_is_there(
    tasks: Iterable[Any], model: str | None, tier: str
) -> Iterator[tuple[str, Identity]]:
    """This worker's host and what it would score with, whoever asks."""
    scorer = ScaleConfig(model=model, tier=tier).make_scorer()  # type: ignore[arg-type]
    for _ in tasks:
        yield gethostname(), Identity.of(scorer)
