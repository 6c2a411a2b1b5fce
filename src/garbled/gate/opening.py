"""A feed's bytes to an envelope: which format it is, where its items are, what is wrong with it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from garbled.documents import Span
from garbled.errors import IngestError
from garbled.gate.encoding import Text, read_encoded
from garbled.gate.envelope import Envelope, GateFormat, Item
from garbled.gate.json_envelope import damaged_where_not_ascii, open_json, open_lines
from garbled.gate.json_text import Reader
from garbled.gate.xml_items import NEWSML_ROOTS, XmlError, find_items
from garbled.ingest.encoding import byte_order_mark
from garbled.ingest.options import DEFAULT_OPTIONS, ReadOptions

MAX_BYTES = 100_000_000
"""Bytes of JSON lines that are taken; other formats have the limit of ``garbled.ingest``."""
JSON = ("jsonfeed", "ninjs", "json")


def open_envelope(
    data: bytes,
    format: GateFormat | None = None,
    options: ReadOptions = DEFAULT_OPTIONS,
    *,
    annotated: bool = True,
) -> Envelope:
    """The envelope of a feed; its format is told or found out.

    Without ``annotated``, places for annotations need not be found.

    >>> envelope = open_envelope(b"<rss><channel><item>1</item> <item>2</item></channel></rss>")
    >>> envelope.format, [envelope.original(item) for item in envelope.items]
    ('feed', [b'<item>1</item>', b'<item>2</item>'])

    Raises:
        IngestError: it is no such feed, beyond the limits, or too broken to recover.
    """
    first = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1]
    if format == "jsonl" or (format is None and first == b"{" and _is_lines(data, options)):
        _check_size(data, MAX_BYTES)
        return open_lines(_read_lines(data), options, annotated=annotated)
    _check_size(data, options.limits.max_bytes)
    if format in JSON or (format is None and first and first in b"{["):
        return open_json(read_encoded(data, is_xml=False), format, options, annotated=annotated)
    return open_xml(read_encoded(data, is_xml=True), options)


def open_xml(text: Text, options: ReadOptions) -> Envelope:
    """The envelope of an RSS or Atom feed, or of NewsML-G2."""
    fault, mended = None, None
    try:
        root, items = find_items(text.data, options.limits)
    except XmlError as error:
        from garbled.gate.mending import mend

        fault, mended = error.message, mend(text.data, error, options.limits)
        text = text.with_data(mended.data)
        root, items = find_items(text.data, options.limits)
    envelope = Envelope(
        text,
        "newsml" if root in NEWSML_ROOTS else "feed",
        tuple(damaged_where_not_ascii(text, items)),
        is_single=root == "newsItem",
        fault=fault or text.problem,
    )
    if mended is None:
        return envelope
    ends = [place.end for place in mended.touched]
    touched = tuple(
        replace(item, fault=fault) if _is_touched(item, mended.touched, ends) else item
        for item in envelope.items
    )
    return replace(envelope, items=touched, lost=mended.lost)


def _is_touched(item: Item, places: Sequence[Span], ends: Sequence[int]) -> bool:
    """Whether the item meets one of the places, which are in their order."""
    first = bisect_right(ends, item.start)
    return first < len(places) and places[first].start < item.end


def _is_lines(data: bytes, options: ReadOptions) -> bool:
    """Whether an input that begins with a brace is JSON lines: its first line is one object."""
    line, _, rest = data.lstrip().partition(b"\n")
    if len(line) > options.limits.max_record_bytes:
        return False
    reader = Reader(line.removeprefix(b"\xef\xbb\xbf").decode("latin-1"))
    try:
        value = reader.value().value
    except ValueError:
        return False
    reader.skip_space()
    is_whole = isinstance(value, dict) and not reader.sign
    return is_whole and (bool(rest.strip()) or options.text_column in value)


def _read_lines(data: bytes) -> Text:
    """Lines whose bytes are not valid UTF-8 go out as they came in."""
    if byte_order_mark(data):
        return read_encoded(data, is_xml=False)
    if not data.strip():
        raise IngestError("empty: no feed")
    return Text(data)


def _check_size(data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise IngestError(f"larger than {limit:,} bytes; split it")
