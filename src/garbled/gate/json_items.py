"""The items of a JSON Feed or of ninjs, by their places, and the place of a verdict in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from garbled.documents import Span
from garbled.errors import IngestError
from garbled.gate.annotation import Form, Slot, is_ours
from garbled.gate.json_text import Element, Member, Reader
from garbled.ingest.options import Limits

MAX_BROKEN = 100
"""Broken items that are passed over; what comes after more of them is lost."""
LATER_GENERATIONS = frozenset(
    ("bodies", "descriptions", "genres", "headlines", "standard", "subjects", "trustindicators")
)
"""Properties that tell ninjs 2 and 3 from ninjs 1."""
LISTS = ("items", "_items")
"""Members that hold a list of items; the second is Superdesk's."""
OWN_KEYS = frozenset({"garbled", "_garbled"})
"""Members that an annotation is."""
INDICATORS = ("trustindicator", "trustindicators")
MAX_INDICATORS = 1_000
FORMS: tuple[tuple[str, Form], ...] = ((INDICATORS[0], "indicator"), (INDICATORS[1], "indicators"))
"""Member and form of a trust indicator, in generation 1 of ninjs and in later ones."""


@dataclass(slots=True)
class JsonItems:
    """The items of a list, or one object, as far as the text can be read.

    Args:
        items: broken ones among them.
        end: where the list, or the one object, ends; None where it is cut off.
        is_list: False for one object.
        top: members of the object that holds the list; None where the list is all.
        fault: what is wrong with what comes after ``items``.
    """

    items: list[Element] = field(default_factory=list)
    end: int | None = None
    is_list: bool = True
    top: dict[str, Any] | None = None
    fault: str | None = None


def find_json_items(text: str, limits: Limits) -> JsonItems:
    """The items of a list, of an object's member of ``LISTS``, or the one object that there is.

    Raises:
        IngestError: it is none of these, or beyond the limits.
    """
    found = JsonItems()
    reader = Reader(text)
    try:
        if reader.sign == "[":
            _take_items(reader, found, limits)
        else:
            _take_object(reader, found, limits)
        reader.skip_space()
        if reader.sign:
            raise ValueError(f"another value begins at byte {reader.place:,}")
    except ValueError as error:
        found.fault = f"the JSON is broken: {error}"
        if not found.items:
            raise IngestError(found.fault) from error
    if found.items and all(item.fault is not None for item in found.items):
        raise IngestError(f"the JSON is broken: {found.items[0].fault}")
    return found


def _take_object(reader: Reader, found: JsonItems, limits: Limits) -> None:
    start = reader.place
    found.top = {}
    for key in reader.walk_keys():
        if key in LISTS and reader.sign == "[":
            if found.end is not None:
                raise IngestError("the JSON has two lists of items")
            _take_items(reader, found, limits)
        else:
            found.top[key] = reader.value().value
    if found.end is None:
        found.items = [Element(start, reader.place, found.top)]
        found.end, found.is_list = reader.place, False


def _take_items(reader: Reader, found: JsonItems, limits: Limits) -> None:
    n_broken = 0
    for element in reader.elements(reader.forgiving_value):
        if len(found.items) >= limits.max_items:
            raise IngestError(f"more than {limits.max_items:,} items; split it")
        n_broken += element.fault is not None
        if n_broken > MAX_BROKEN:
            raise ValueError(f"more than {MAX_BROKEN} items are broken")
        found.items.append(element)
    found.end = reader.place


def mended(text: str, found: JsonItems) -> str:
    """The text without its broken items, and ended where it was cut off."""
    head = text[: found.items[0].start]
    if not found.is_list:
        return text[: found.end]
    sound = [text[item.start : item.end] for item in found.items if item.fault is None]
    tail = "]" if found.top is None else "]}"
    if found.end is not None and found.fault is None:
        tail = text[found.end - 1 :]
    return head + ", ".join(sound) + tail


class Places(NamedTuple):
    """Where annotations of ours are in an object, and where one goes."""

    marks: tuple[Span, ...]
    slot: Slot | None


def find_places(text: str, item: Element, own: str | None) -> Places:
    """The places of our annotations in an object, in any of their forms, and where one goes.

    Args:
        own: the member that an annotation is; None where it is one of the trust indicators.

    Raises:
        ValueError: the object has more members than are looked at.
    """
    members = list(Reader(text, item.start).members())
    is_own = [_is_ours(member, in_lists=own is None) for member in members]
    spans = [(member.start, member.element.end) for member in members]
    marks, place, is_first = _gaps(spans, is_own, item.start)
    lead = b"" if is_first else b", "
    is_later = any(member.key in LATER_GENERATIONS for member in members)
    key, form = FORMS[is_later] if own is None else (own, "object")
    opening, closing = (b"", b"") if own else (b"[", b"]")
    slot: Slot | None = Slot(place, form, lead + b'"%s": ' % key.encode() + opening, closing)
    for member, ours in zip(members, is_own, strict=True):
        if member.key in INDICATORS and not ours:
            inner, place, is_first = _in_list(text, member)
            marks += inner
            if member.key == key:
                slot = Slot(place, form, b"" if is_first else b", ") if place else None
    return Places(marks, slot)


def is_annotated(value: Mapping[str, Any]) -> bool:
    """Whether an object has an annotation of ours, in any of its forms."""
    lists = [value.get(key) for key in INDICATORS]
    listed = [entry for entries in lists if isinstance(entries, list) for entry in entries]
    return any(map(is_ours, [*listed, *(value.get(key) for key in OWN_KEYS)]))


def _is_ours(member: Member, *, in_lists: bool) -> bool:
    """Whether a member is an annotation of ours, or lists indicators and none but ours.

    Where ours goes ``in_lists``, an empty list gives way to one with ours.
    """
    value = member.element.value
    if member.key in OWN_KEYS:
        return is_ours(value)
    if member.key not in INDICATORS or not isinstance(value, list):
        return False
    return bool(value or in_lists) and all(map(is_ours, value))


def _in_list(text: str, member: Member) -> tuple[tuple[Span, ...], int, bool]:
    """As ``_gaps``, of a list of indicators; place 0 where it is no list, or far too long."""
    value = member.element.value
    if not isinstance(value, list) or len(value) > MAX_INDICATORS:
        return (), 0, True
    reader = Reader(text, member.element.start)
    elements = list(reader.elements(reader.value))
    spans = [(element.start, element.end) for element in elements]
    return _gaps(spans, [is_ours(e.value) for e in elements], member.element.start)


def _gaps(
    spans: Sequence[tuple[int, int]], is_own: Sequence[bool], bracket: int
) -> tuple[tuple[Span, ...], int, bool]:
    """What to cut so that our elements and their commas are gone.

    Returns also the place after the last that stays, and whether none stays.

    >>> _gaps([(1, 2), (4, 5), (7, 8)], [True, False, True], 0)
    ((Span(start=1, end=4), Span(start=5, end=8)), 5, False)
    """
    n_led = next((i for i, own in enumerate(is_own) if not own), len(spans))
    if n_led == len(spans):
        whole = (Span(spans[0][0], spans[-1][1]),) if spans else ()
        return whole, bracket + 1, True
    marks = [Span(spans[0][0], spans[n_led][0])] if n_led else []
    place = spans[n_led][1]
    for number in range(n_led + 1, len(spans)):
        end = spans[number][1]
        if is_own[number]:
            marks.append(Span(spans[number - 1][1], end))
        else:
            place = end
    return tuple(marks), place, False
