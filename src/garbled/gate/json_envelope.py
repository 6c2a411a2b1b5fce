"""The envelope of a JSON Feed, of ninjs, and of JSON lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from garbled.documents import Span
from garbled.errors import IngestError
from garbled.gate.encoding import Text
from garbled.gate.envelope import NO_CONTEXT, Context, Envelope, GateFormat, Item, Lost
from garbled.gate.json_items import (
    JsonItems,
    Places,
    find_json_items,
    find_places,
    is_annotated,
    mended,
)
from garbled.gate.json_text import Element, Reader, decode
from garbled.ingest.options import ReadOptions

OWN_KEY = {"jsonfeed": "_garbled", "json": "garbled", "jsonl": "garbled"}
"""The member that an annotation is, by format; ninjs has it among the trust indicators."""
ID_KEYS = {"jsonfeed": ("id", "url", "external_url"), "ninjs": ("guid", "uri")}
"""Members that name an item, by format; the first that is there. Records have a column for it."""
MAX_VALUES = 2_000_000
"""Values in one JSON text; they take up to 200 bytes of memory each."""
KIND_ITEMS = 10
"""Items that are looked at to tell what they are."""

_LINE = re.compile(rb"([^\r\n]+)(?:\r\n|\r|\n|$)")


def open_json(
    text: Text, format: GateFormat | None, options: ReadOptions, *, annotated: bool
) -> Envelope:
    """The envelope of a JSON Feed, or of ninjs or other records: one, a list, an object with one.

    Raises:
        IngestError: it is none of these, or nothing can be recovered.
    """
    if sum(map(text.data.count, (b"[", b"{", b","))) > MAX_VALUES:
        raise IngestError(f"more than {MAX_VALUES:,} values; split it, or pass JSON lines")
    view = text.data.decode("latin-1")
    found = find_json_items(view, options.limits)
    fault, lost = _lost(text.data, found)
    if fault:
        text = replace(text, data=mended(view, found).encode("latin-1"))
        view = text.data.decode("latin-1")
        found = find_json_items(view, options.limits)
    format = format or _kind(found, options)
    context = _feed_context(found.top or {}) if format == "jsonfeed" else NO_CONTEXT
    ids = ID_KEYS.get(format, (options.id_column,))
    items = [_item(view, e, format, ids, annotated=annotated) for e in found.items]
    led = _led(items, view) if found.is_list else items
    return Envelope(
        text,
        format,
        tuple(replace(item, context=context) for item in damaged_where_not_ascii(text, led)),
        is_list=found.is_list,
        is_single=not found.is_list,
        fault=fault or text.problem,
        lost=lost,
    )


def open_lines(text: Text, options: ReadOptions, *, annotated: bool) -> Envelope:
    """The envelope of JSON lines; what is no object, or too long, is an item without a place.

    Raises:
        IngestError: there are more lines than the limits allow.
    """
    items: list[Item] = []
    for match in _LINE.finditer(text.data):
        if not match[1].strip():
            continue
        if len(items) >= options.limits.max_items:
            raise IngestError(f"more than {options.limits.max_items:,} lines; split it")
        items.append(_line(match, options, annotated=annotated))
    return Envelope(text, "jsonl", tuple(items))


def damaged_where_not_ascii(text: Text, items: Iterable[Item]) -> Iterator[Item]:
    """The items, with what was wrong with the text's bytes told of those it can concern."""
    for item in items:
        if text.problem and not text.data[item.start : item.end].isascii():
            item = replace(item, fault=text.problem)
        yield item


def _lost(data: bytes, found: JsonItems) -> tuple[str | None, tuple[Lost, ...]]:
    """What is wrong with the JSON, and the parts of it that cannot be recovered."""
    broken = [item for item in found.items if item.fault is not None]
    lost = [
        Lost(data[item.start : item.end], f"the JSON is broken: {item.fault}; this item is lost")
        for item in broken
    ]
    if found.end is None and found.fault:
        rest = data[found.items[-1].end :].strip(b", \t\r\n")
        if rest:
            lost.append(Lost(rest, f"{found.fault}; what comes here is lost"))
    fault = found.fault or (f"the JSON is broken: {broken[0].fault}" if broken else None)
    return fault, tuple(lost)


def _kind(found: JsonItems, options: ReadOptions) -> GateFormat:
    from garbled.ingest.jsonkinds import kind_of

    items = [item.value for item in found.items[:KIND_ITEMS]]
    if found.is_list:
        value: Any = items if found.top is None else {**found.top, "items": items}
    else:
        value = found.top
    kind = kind_of(value, options)
    return kind if kind == "jsonfeed" or kind == "ninjs" else "json"


def _feed_context(top: dict[str, Any]) -> Context:
    told = {key: top.get(key) for key in ("version", "language")}
    told = {k: v for k, v in told.items() if isinstance(v, str) and v.isascii() and len(v) < 200}
    return Context(json.dumps(told)[:-1].encode() + b', "items": [', b"]}")


def _led(items: list[Item], view: str) -> list[Item]:
    """Items of a list; each is led by the comma before it, the first by white space."""
    led = []
    before = view.rfind("[", 0, items[0].start) + 1 if items else 0
    for item in items:
        led.append(replace(item, gap=Span(before, item.end)))
        before = item.end
    return led


def _line(match: re.Match[bytes], options: ReadOptions, *, annotated: bool) -> Item:
    gap = Span(match.start(), match.end())
    if len(match[1]) > options.limits.max_record_bytes:
        return Item(match.start(1), match.end(1), gap)
    view = match[1].decode("latin-1")
    reader = Reader(view)
    try:
        element = reader.value()
        reader.skip_space()
        is_whole = not reader.sign
    except ValueError:
        is_whole = False
    if not is_whole:
        return Item(match.start(1), match.end(1), gap)
    own = _item(view, element, "jsonl", (options.id_column,), annotated=annotated)
    start = match.start(1)
    marks = tuple(Span(mark.start + start, mark.end + start) for mark in own.marks)
    slot = None if own.slot is None else own.slot._replace(place=own.slot.place + start)
    return Item(start, match.end(1), gap, own.id, marks, slot)


def _item(
    view: str, element: Element, format: GateFormat, ids: tuple[str, ...], *, annotated: bool
) -> Item:
    value = element.value
    span = Span(element.start, element.end)
    if not isinstance(value, dict):
        return Item(element.start, element.end, span)
    places = Places((), None)
    if annotated or is_annotated(value):
        with suppress(ValueError):
            places = find_places(view, element, OWN_KEY.get(format))
    id = _id(view[element.start : element.end], value, ids)
    return Item(element.start, element.end, span, id, places.marks, places.slot)


def _id(view: str, value: dict[str, Any], keys: tuple[str, ...]) -> str:
    """What names the item; only what is not ASCII needs to be read as the UTF-8 it is."""
    for key in keys:
        named = value.get(key)
        if not isinstance(named, str) or not named.strip():
            continue
        if named.isascii() and key.isascii():
            return named
        whole = decode(view.encode("latin-1").decode("utf-8", "replace"))
        return str(whole.get(key, ""))
    return ""
