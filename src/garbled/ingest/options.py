"""How input is read, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Format = Literal["auto", "text", "html", "feed", "jsonl", "csv", "parquet"]
MAX_ITEMS = 100_000
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on hostile or mistaken input.

    Args:
        max_bytes: of an input that is read whole (text, HTML, a feed).
        max_record_bytes: of one line, row or text of an input that streams.
        max_items: items of a feed, and paragraphs of one document.
        max_depth: of nested markup.
    """

    max_bytes: int = 20_000_000
    max_record_bytes: int = 2_000_000
    max_items: int = MAX_ITEMS
    max_depth: int = 200


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the inputs are and where a record keeps its fields.

    ``text_column`` must be there in JSONL, CSV and Parquet; the other columns are optional.
    """

    format: Format = "auto"
    id_column: str = "id"
    text_column: str = "text"
    title_column: str = "title"
    language_column: str = "language"
    encoding: str | None = None
    limits: Limits = field(default_factory=Limits)


DEFAULT_OPTIONS = ReadOptions()
