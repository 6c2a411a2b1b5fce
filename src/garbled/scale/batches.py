"""The core of every engine: a record batch of articles in, a record batch of results out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from garbled.documents import Document
from garbled.errors import IngestError
from garbled.ingest.parquet import row_document
from garbled.ingest.records import missing_column
from garbled.scale.config import ScaleConfig
from garbled.scale.process import prepare
from garbled.scale.schema import output_schema, to_row


def score_arrow(
    batch: pa.RecordBatch,
    config: ScaleConfig | None = None,
    *,
    source: str = "batch",
    numbers: Sequence[int] | None = None,
) -> pa.RecordBatch:
    """Score a batch, in this process: as many rows as came in, in their order.

    A row whose text is null, empty, no text, or breaks an analyser has verdict ``error`` and says
    why in ``error``; the others are scored. Picklable by name, with picklable arguments.

    Args:
        batch: has the text column; id, title, language and source are used where they are there.
        config: what is asked for; tier ``fast`` and the model that ships by default.
        source: the source of rows that have none, followed by ``#`` and their number.
        numbers: the rows' numbers; 1, 2, 3 by default. A row without an id is called by it.

    Raises:
        IngestError: the text column is missing, or is there more than once.
        SkewError: this process does not have what the configuration wants.

    >>> batch = pa.RecordBatch.from_pydict({"id": ["a", "b"], "text": ["Rain fell.", None]})
    >>> scored = score_arrow(batch)
    >>> scored["verdict"].to_pylist(), scored["error"][1].as_py()
    (['pass', 'error'], "'text' is empty: nothing to score")
    """
    config = config or ScaleConfig()
    chosen = batch.select(wanted_columns(batch.schema.names, config))
    numbers = range(1, batch.num_rows + 1) if numbers is None else numbers
    documents = [
        _document(chosen, row, number, source, config) for row, number in enumerate(numbers)
    ]
    prepared = prepare(config)
    scores = list(prepared.scorer.score_documents(documents))
    if any("grammar" in score.degraded for score in scores):
        _look_for_grammar_again(config)
    rows = [to_row(score, config) for score in scores]
    return pa.RecordBatch.from_pylist(rows, schema=output_schema(config))


def wanted_columns(names: Iterable[str], config: ScaleConfig) -> list[str]:
    """Those of a table's columns that are read.

    Raises:
        IngestError: the text column is missing; or one that is read is there more than once.

    >>> wanted_columns(["text", "url", "id"], ScaleConfig())
    ['id', 'text']
    """
    names = list(names)
    read = config.read
    if read.text_column not in names:
        raise IngestError(missing_column(read, names))
    wanted = (read.id_column, read.text_column, read.title_column, read.language_column)
    chosen = [name for name in dict.fromkeys((*wanted, config.source_column)) if name in names]
    for name in chosen:
        if names.count(name) > 1:
            raise IngestError(f"column '{name}' is there {names.count(name)} times; rename one")
    return chosen


def _document(
    batch: pa.RecordBatch, row: int, number: int, source: str, config: ScaleConfig
) -> Document:
    """A row's document; one that cannot be made says why and takes no other row along."""
    item = f"{source}#{number}"
    try:
        document = row_document(batch, row, number, source, config.read)
        own = _own_source(batch, row, config)
        return document if own is None else replace(document, source=own)
    except Exception as error:
        message = f"could not be read ({type(error).__name__}: {error})"
        return Document.unreadable(message, id=item, source=item)


def _own_source(batch: pa.RecordBatch, row: int, config: ScaleConfig) -> str | None:
    if config.source_column not in batch.schema.names:
        return None
    value: Any = batch.column(config.source_column)[row].as_py()
    return value if isinstance(value, str) and value else None


def _look_for_grammar_again(config: ScaleConfig) -> None:
    """Let the next batch ask the machine's server anew, which may have been replaced."""
    prepared = prepare(config)
    prepared.scorer.close()
    if prepared.lease is not None:
        prepared.lease.renew().publish()
