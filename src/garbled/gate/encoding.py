"""A feed's bytes as UTF-8 to work on, and back in the encoding that it came in and declares."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from garbled.errors import IngestError
from garbled.ingest.encoding import (
    byte_order_mark,
    declared_encoding,
    decode,
    known_encoding,
    reject_binary,
)
from garbled.ingest.options import DEFAULT_OPTIONS

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""UTF-32 first: its little-endian mark begins with UTF-16's."""
_DECLARATION = re.compile(rb"""(<\?xml[^>]{0,200}?encoding\s*=\s*["'])[^"'<>]{0,200}""")
_UNTRUE = "the feed declares {declared!r} but is UTF-8, which is what it now declares"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in UTF-8, without byte order mark, and how it is to be written.

    Args:
        codec: None for UTF-8.
        mark: the byte order mark before it.
        problem: what was wrong with its bytes, so that what is not ASCII may be damaged.
        remark: what is put right at no loss.
    """

    data: bytes
    codec: str | None = None
    mark: bytes = b""
    problem: str | None = None
    remark: str | None = None

    def with_data(self, data: bytes) -> Text:
        """The same with other data in UTF-8; characters that the codec has not are references."""
        if self.codec is not None:
            data = self.encode(data)[len(self.mark) :].decode(self.codec).encode()
        return replace(self, data=data)

    def encode(self, data: bytes) -> bytes:
        """Edited data in the encoding that the text came in."""
        if self.codec is None:
            return self.mark + data
        return self.mark + data.decode("utf-8").encode(self.codec, "xmlcharrefreplace")


def read_encoded(data: bytes, *, is_xml: bool) -> Text:
    """The bytes as a text: by byte order mark, as UTF-8, then as the XML declaration says.

    What is none of these is read as ``garbled.ingest`` reads it, and is written as UTF-8.

    >>> text = read_encoded(b"<?xml version='1.0' encoding='latin1'?><a>caf\\xe9</a>", is_xml=True)
    >>> text.data.decode()[-11:], text.encode(text.data)[-8:]
    ('<a>café</a>', b'caf\\xe9</a>')

    Raises:
        IngestError: it is empty or no text.
    """
    if not data.strip():
        raise IngestError("empty: no feed")
    mark, codec = _codec_by_mark(data)
    if codec is None:
        reject_binary(data.replace(b"\0", b""), DEFAULT_OPTIONS)
        return _by_content(data, declared_encoding(data) if is_xml else None)
    body = data[len(mark) :]
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        problem = f"not valid {codec} at byte {error.start}; some characters are lost"
        return _rewritten(body.decode(codec, "replace"), problem)
    if codec == "utf-8":
        return Text(body, mark=mark)
    return Text(text.encode("utf-8", "replace"), codec, mark)


def _codec_by_mark(data: bytes) -> tuple[bytes, str | None]:
    if byte_order_mark(data):
        return next((mark, codec) for mark, codec in _MARKS.items() if data.startswith(mark))
    if data[1:2] == b"\0" and data[0:1] in b"<{[":
        return b"", "utf-16-le"
    if data[0:1] == b"\0" and data[1:2] in b"<{[":
        return b"", "utf-16-be"
    return b"", None


def _by_content(data: bytes, declared: str | None) -> Text:
    codec = known_encoding(declared)
    is_seven_bit = b"\x1b" in data and data.isascii()  # ISO-2022-JP is valid UTF-8 too
    if not (is_seven_bit and codec):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            if declared is None or codec == "utf-8" or _is_plain(data, codec):
                return Text(data)
            remark = _UNTRUE.format(declared=declared[:40])
            return Text(_declaring_utf8(data), remark=remark)
    if codec and not codec.startswith("utf"):
        try:
            return Text(data.decode(codec).encode(), codec)
        except UnicodeDecodeError:
            pass
    decoded = decode(data, DEFAULT_OPTIONS, declared)
    return _rewritten(decoded.text, decoded.problem)


def _is_plain(data: bytes, codec: str | None) -> bool:
    """Whether the data is ASCII, and means the same under the codec."""
    return data.isascii() and codec is not None and "<".encode(codec) == b"<"


def _rewritten(text: str, problem: str | None) -> Text:
    problem = (problem or "its encoding is not clear").split("; pass")[0]
    return Text(_declaring_utf8(text.encode("utf-8", "replace")), problem=problem)


def _declaring_utf8(data: bytes) -> bytes:
    return _DECLARATION.sub(rb"\1utf-8", data, count=1)
