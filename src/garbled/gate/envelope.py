"""A feed as its bytes and the places of its items in them: what stays is not written anew.

Items are found, cut out and annotated by their places. All else, comments, unknown elements, line
ends and the way things are quoted and escaped, goes out as it came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from garbled.documents import Span
from garbled.gate.annotation import Note, Slot
from garbled.gate.encoding import Text

GateFormat = Literal["feed", "newsml", "jsonfeed", "ninjs", "json", "jsonl"]
"""Formats that can be gated, as ``garbled.ingest`` names them; a feed is RSS or Atom."""


class Edit(NamedTuple):
    """Bytes to put in place of others."""

    start: int
    end: int
    new: bytes = b""


class Context(NamedTuple):
    """What must stand around an item so that it can be read alone."""

    before: bytes = b""
    after: bytes = b""


NO_CONTEXT = Context()


class Lost(NamedTuple):
    """A part of a damaged feed that cannot stand in the output: as it came, and why."""

    original: bytes
    message: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item's place in the data.

    Args:
        gap: what goes with it: white space, a comma or a line's end around it, too.
        id: what names it; empty where nothing does.
        marks: places of annotations that an earlier gate left in it.
        slot: where an annotation goes; None where none can stand.
        mentions: places outside of it that name it, and go with it.
        context: what to read it in.
        fault: what was wrong with it in the input, so that it may be damaged.
    """

    start: int
    end: int
    gap: Span
    id: str = ""
    marks: tuple[Span, ...] = ()
    slot: Slot | None = None
    mentions: tuple[Span, ...] = ()
    context: Context = NO_CONTEXT
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A feed and its items, in the order of their places.

    Args:
        is_list: its items are parted by commas.
        is_single: it is one item; without it nothing is left to write.
        fault: what was wrong with the feed as a whole.
        lost: parts of it that could not be recovered and are not in its data.
    """

    text: Text
    format: GateFormat
    items: tuple[Item, ...]
    is_list: bool = False
    is_single: bool = False
    fault: str | None = None
    lost: tuple[Lost, ...] = ()

    @property
    def data(self) -> bytes:
        return self.text.data

    def original(self, item: Item) -> bytes:
        """The item as it came."""
        return self.data[item.start : item.end]

    def content(self, item: Item) -> bytes:
        """The item without annotations that an earlier gate left in it."""
        if not item.marks:
            return self.data[item.start : item.end]
        edits = [Edit(*mark) for mark in item.marks]
        return splice(self.data, edits, item.start, item.end)

    def alone(self, item: Item) -> bytes:
        """The item as an input of its own, in the feed's format."""
        return item.context.before + self.content(item) + item.context.after


def write(envelope: Envelope, stays: Sequence[bool], notes: Sequence[Note | None]) -> bytes | None:
    """The feed with the items that stay, in its own encoding; None where nothing is left.

    Args:
        stays: for each item, whether it is kept.
        notes: for each item, its annotation, or None for none.
    """
    if envelope.is_single and not all(stays):
        return None
    edits: list[Edit] = []
    for item, is_kept, note in zip(envelope.items, stays, notes, strict=True):
        if is_kept:
            edits += [Edit(*mark) for mark in item.marks]
            if note is not None and item.slot is not None:
                edits.append(Edit(item.slot.place, item.slot.place, note.written(item.slot)))
        else:
            edits += [Edit(*place) for place in (item.gap, *item.mentions)]
    if envelope.is_list and True in stays:
        edits += _without_comma(envelope, stays.index(True))
    if not edits:
        return envelope.text.encode(envelope.data)
    return envelope.text.encode(splice(envelope.data, edits))


def _without_comma(envelope: Envelope, first: int) -> list[Edit]:
    """The first item that stays is led by what led the first of all, which is no comma."""
    if first == 0:
        return []
    item, head = envelope.items[first], envelope.items[0]
    return [Edit(item.gap.start, item.start, envelope.data[head.gap.start : head.start])]


def splice(data: bytes, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> bytes:
    """A part of the data, by default all of it, with edits made; one in another goes with it.

    >>> splice(b"one two three", [Edit(4, 8), Edit(0, 0, b"> ")])
    b'> one three'
    """
    parts = []
    for edit in sorted(edits):
        if edit.start < start:
            continue
        parts += [data[start : edit.start], edit.new]
        start = edit.end
    parts.append(data[start:end])
    return b"".join(parts)
