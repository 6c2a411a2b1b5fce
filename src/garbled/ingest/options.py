"""How input is read, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Format = Literal[
    "auto",
    "text",
    "markdown",
    "html",
    "feed",
    "jsonfeed",
    "ninjs",
    "nitf",
    "newsml",
    "json",
    "jsonl",
    "csv",
    "parquet",
]
"""``json`` is a document told by its content: a JSON Feed, ninjs, a record or a list of records."""
FORMATS: tuple[Format, ...] = get_args(Format)
MAX_ITEMS = 100_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on hostile or mistaken input.

    Args:
        max_bytes: of an input that is read whole: all but JSONL, CSV and Parquet.
        max_record_bytes: of one line, row or text of an input that streams.
        max_items: items of a feed or message, and paragraphs of one document.
        max_depth: of nested markup that is read with its structure.
    """

    max_bytes: int = 20_000_000
    max_record_bytes: int = 2_000_000
    max_items: int = MAX_ITEMS
    max_depth: int = 200


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the inputs are and where a record keeps its fields.

    ``text_column`` must be there in records (JSON, JSONL, CSV and Parquet); other columns need not.
    """

    format: Format = "auto"
    id_column: str = "id"
    text_column: str = "text"
    title_column: str = "title"
    language_column: str = "language"
    encoding: str | None = None
    limits: Limits = field(default_factory=Limits)


DEFAULT_OPTIONS = ReadOptions()
