"""Writing pairs and clean articles as Parquet, with the columns that ``garbled.corpora`` reads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

COLUMNS = {
    "set": "string",
    "lang_pair": "string",
    "doc_id": "string",
    "block": "int32",
    "seg": "int32",
    "origlang": "string",
    "source_lang": "string",
    "pivot": "string",
    "system": "string",
    "kind": "string",
    "domain": "string",
    "year": "int16",
    "human_score": "float32",
    "original": "string",
    "retranslated": "string",
}
"""Column of a pair to its Arrow type. What a row does not say is null."""
CLEAN_COLUMNS = {"doc_id": "string", "title": "string", "text": "string"}
_BATCH = 10_000


def write_pairs(rows: Iterable[Mapping[str, object]], path: Path) -> int:
    """Write rows as they come; the file is there whole or not at all. Returns how many.

    Raises:
        OSError: the file cannot be written.
    """
    return _write(rows, path, COLUMNS)


def write_clean(rows: Iterable[Mapping[str, object]], path: Path) -> int:
    """Clean articles likewise: ``doc_id``, ``title`` and ``text``, a paragraph a line."""
    return _write(rows, path, CLEAN_COLUMNS)


def _write(rows: Iterable[Mapping[str, object]], path: Path, columns: Mapping[str, str]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns.items()])
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    written = 0
    try:
        with pq.ParquetWriter(partial, schema) as writer:
            for batch in _batches(rows):
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                written += len(batch)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return written


def _batches(rows: Iterable[Mapping[str, object]]) -> Iterator[list[Mapping[str, object]]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch
