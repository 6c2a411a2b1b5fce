"""What a report is made of, before it is Markdown or HTML."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs and lists as people write them: blank lines between, ``- `` before an item."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A paragraph that is shown as it is, since it holds names that come from the data."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain text under a head, with a caption; the first column names a row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot by its name in ``garbled.evaluation.plots``; Markdown leaves it out."""

    name: str


Block = Prose | Remark | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of level 1 to 3 and what stands under it."""

    title: str
    level: int
    blocks: tuple[Block, ...]
