"""Parquet to Parquet on one machine or, by the caller's joblib backend, on Dask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from garbled.errors import IngestError
from garbled.ingest.parquet import read_batches
from garbled.parallel import in_order
from garbled.scale.batches import score_arrow, wanted_columns
from garbled.scale.config import ScaleConfig
from garbled.scale.ledger import Ledger, Summary
from garbled.scale.schema import output_schema
from garbled.scale.storage import InputFile, LocalStorage, require_apart

BATCH_ROWS = 128
"""Articles a call: some seconds of work, so that what sending them costs is nothing."""
GROUP_ROWS = 16_384
"""Results a row group of the output."""


def score_parquet(
    source: Path | str,
    output: Path | str,
    config: ScaleConfig | None = None,
    *,
    jobs: int = 1,
    start_over: bool = False,
) -> Summary:
    """Score a folder of Parquet files, or one file, into a folder with one file for each.

    A file's results appear when they are whole. Called again, it goes on with the files that are
    not finished. A file that cannot be read is told of in the summary and holds up no other.

    Args:
        jobs: processes, or, with a cluster's joblib backend, anything but 1.
        start_over: score again what is finished.

    Raises:
        IngestError: the input is not there, or no file of it could be scored.
        GarbledError: the output folder holds results of another run.
    """
    config = (config or ScaleConfig()).pinned()
    storage = LocalStorage()
    require_apart(storage, str(source), str(output))
    files = storage.inputs(str(source))
    ledger = Ledger.open(storage, str(output), config, files, start_over=start_over)
    before = len(ledger.finished)
    failures: dict[str, str] = {}
    for file in files:
        if file.name in ledger.finished:
            continue
        try:
            verdicts = _score_file(file, ledger.partial(file), config, jobs)
        except IngestError as error:
            failures[file.name] = error.message
        else:
            ledger.finish(file, ledger.partial(file), verdicts)
    return ledger.close(files, before, failures)


def _score_file(file: InputFile, target: str, config: ScaleConfig, jobs: int) -> Counter[str]:
    """Write a file's results to ``target``; how many of each verdict there are."""
    verdicts: Counter[str] = Counter()
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    schema = output_schema(config)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        waiting: list[pa.RecordBatch] = []
        for scored in in_order(_score_part, _parts(file, config), jobs):
            verdicts.update(scored["verdict"].to_pylist())
            waiting.append(scored)
            if sum(part.num_rows for part in waiting) >= GROUP_ROWS:
                writer.write_table(pa.Table.from_batches(waiting, schema))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting, schema))
    return verdicts


def _score_part(
    batch: pa.RecordBatch, config: ScaleConfig, source: str, first: int
) -> pa.RecordBatch:
    numbers = range(first, first + batch.num_rows)
    return score_arrow(batch, config, source=source, numbers=numbers)


def _parts(file: InputFile, config: ScaleConfig) -> Iterator[tuple[Any, ...]]:
    """The arguments of each call for a file.

    Raises:
        IngestError: it is no sound Parquet, or the text column is missing.
    """
    choose = partial(wanted_columns, config=config)
    first = 1
    try:
        with Path(file.path).open("rb") as stream:
            for batch in read_batches(stream, choose, BATCH_ROWS):
                yield batch, config, file.name, first
                first += batch.num_rows
    except OSError as error:
        raise IngestError(f"cannot be opened: {error.strerror or error}") from error
