"""Lines of an input that streams, each of bounded length, with what was wrong with its bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from garbled.ingest.encoding import byte_order_mark, decode, require_encoding
from garbled.ingest.options import ReadOptions

_UNDECODED = re.compile("[\udc80-\udcff]")


class Line(NamedTuple):
    """A line with its end, its number from 1, and its fault. Too long: no text, ``is_cut``."""

    number: int
    text: str
    problem: str | None = None
    is_cut: bool = False


def lines(stream: BinaryIO, head: bytes, options: ReadOptions) -> Iterator[Line]:
    """Lines of a stream of UTF-8, or of what its byte order mark or ``--encoding`` says.

    Raises:
        IngestError: there is no such encoding.
    """
    codec = byte_order_mark(head)
    if codec is None:
        codec = require_encoding(options.encoding) if options.encoding else "utf-8"
    if codec in ("utf-16", "utf-32") and byte_order_mark(head) is None:
        codec += "-le"  # a stream without a mark must be told its byte order
    # Surrogates keep a line's undecoded bytes, so that only this line is decoded otherwise.
    errors = "surrogateescape" if codec.startswith("utf-8") else "replace"
    text = io.TextIOWrapper(stream, codec, errors=errors, newline="")
    try:
        yield from _bounded(text, options)
    finally:
        with suppress(ValueError):  # the stream was closed first
            text.detach()


def _bounded(text: io.TextIOWrapper, options: ReadOptions) -> Iterator[Line]:
    limit = options.limits.max_record_bytes
    number = 0
    while line := text.readline(limit + 1):
        number += 1
        if len(line) > limit:
            while line and not line.endswith(("\n", "\r")):
                line = text.readline(limit)
            yield Line(number, "", is_cut=True)
        elif _UNDECODED.search(line):
            decoded = decode(line.encode("utf-8", "surrogateescape"), options)
            yield Line(number, decoded.text, decoded.problem)
        else:
            yield Line(number, line)
