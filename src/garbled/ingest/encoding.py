"""Bytes to text: byte order mark, ``--encoding``, UTF-8, what the file declares, windows-1252."""

from __future__ import annotations

import codecs
import os
import re
import stat
from io import UnsupportedOperation
from typing import BinaryIO, NamedTuple

from garbled.errors import IngestError
from garbled.ingest.options import ReadOptions

HEAD_BYTES = 8192

# UTF-32 first: its little-endian mark begins with UTF-16's.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF", "a PDF; extract its text first, for example with pdftotext"),
    (b"PK\x03\x04", "a ZIP archive or office document; save its text as .txt or .html first"),
    (b"\xd0\xcf\x11\xe0", "an old office document; save its text as .txt or .html first"),
    (b"{\\rtf", "RTF; save it as plain text first"),
    (b"\x1f\x8b", "gzip-compressed; decompress it first, for example with gunzip -c"),
    (b"BZh", "bzip2-compressed; decompress it first"),
    (b"\xfd7zXZ", "xz-compressed; decompress it first"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed; decompress it first"),
    (b"\x89PNG", "an image; it holds no text that can be read"),
    (b"\xff\xd8\xff", "an image; it holds no text that can be read"),
    (b"GIF8", "an image; it holds no text that can be read"),
    (b"PAR1", "Parquet; pass --format parquet"),
)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)|<meta[^>]{0,500}?charset\s*=\s*["']?([\w.:-]+)""",
    re.IGNORECASE,
)
# As browsers do (WHATWG Encoding Standard): these labels mean windows-1252 on the web.
_MEANS_WINDOWS_1252 = {"ascii", "iso8859-1"}
# Codecs of Python that are no character encodings of files, or take quadratic time.
_NOT_FOR_FILES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"}


class Decoded(NamedTuple):
    """Text, and what was wrong with its bytes, if anything was."""

    text: str
    problem: str | None = None


def read_whole(stream: BinaryIO, options: ReadOptions) -> bytes:
    """All bytes of an input, unless it is over the limit, empty or binary.

    Raises:
        IngestError: it is one of these; an over-long file is not read into memory.
    """
    limit = options.limits.max_bytes
    size = _file_size(stream)
    data = b"" if size > limit else stream.read(limit + 1)
    if max(size, len(data)) > limit:
        raise IngestError(
            f"larger than {limit:,} bytes; split it, or pass it as JSONL, CSV or Parquet"
        )
    if not data.strip():
        raise IngestError("empty: nothing to score")
    reject_binary(data, options)
    return data


def read_text(stream: BinaryIO, options: ReadOptions, *, declares: bool = False) -> Decoded:
    """An input as text. ``declares``: it is markup, which may name its encoding.

    Raises:
        IngestError: it is over the limit, empty or binary.
    """
    data = read_whole(stream, options)
    decoded = decode(data, options, declared_encoding(data) if declares else None)
    if not decoded.text.strip():
        raise IngestError("empty: nothing to score")
    return decoded


def reject_binary(data: bytes, options: ReadOptions) -> None:
    """Refuse what is no text: a known file signature, NUL bytes, many control bytes.

    Raises:
        IngestError: says what the input seems to be and what to do.
    """
    for magic, advice in _MAGIC:
        if data.startswith(magic):
            raise IngestError(f"not text: this is {advice}")
    if options.encoding or byte_order_mark(data):
        return
    if b"\0" in data:
        raise IngestError(
            "not text: it holds NUL bytes; if it is UTF-16 without a byte order mark, "
            "pass --encoding utf-16-le"
        )
    head = data[:HEAD_BYTES]
    if len(head) - len(head.translate(None, _CONTROL)) > len(head) // 20:
        raise IngestError("not text: it holds many control bytes; extract the text first")


def byte_order_mark(data: bytes) -> str | None:
    """The encoding a byte order mark announces.

    >>> byte_order_mark(b"\\xff\\xfeA\\x00")
    'utf-16'
    """
    return next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)


def declared_encoding(data: bytes) -> str | None:
    """The encoding that an XML declaration or a ``<meta charset>`` names.

    >>> declared_encoding(b"<meta charset='windows-1251'>")
    'windows-1251'
    """
    match = _DECLARED.search(data[:HEAD_BYTES])
    return (match[1] or match[2]).decode("ascii", "replace") if match else None


def known_encoding(name: str | None) -> str | None:
    """The codec for an encoding's name, or None if there is none for text files.

    >>> known_encoding("ISO-8859-1"), known_encoding("rot13"), known_encoding("klingon")
    ('cp1252', None, None)
    """
    try:
        info = codecs.lookup(name) if name else None
        "".encode(info.name if info else "utf-8")  # raises LookupError for rot13 and its like
    except (LookupError, ValueError):
        return None
    if info is None or info.name.replace("_", "-") in _NOT_FOR_FILES:
        return None
    return "cp1252" if info.name in _MEANS_WINDOWS_1252 else info.name


def decode(data: bytes, options: ReadOptions, declared: str | None = None) -> Decoded:
    r"""Decode bytes; never fails, but says when it had to guess or replace.

    >>> decode("caf\u00e9".encode(), ReadOptions()).text
    'café'
    >>> decode(b"caf\xe9", ReadOptions())
    Decoded(text='café', problem='not valid UTF-8 at byte 3, read as windows-1252; pass --encoding')
    """
    if forced := byte_order_mark(data):
        return _decode_as(forced, data)
    if options.encoding:
        return _decode_as(require_encoding(options.encoding), data)
    codec = known_encoding(declared)
    # 7-bit encodings (ISO-2022-JP) are valid UTF-8 too, so pure ASCII goes by the declaration.
    if codec and data.isascii() and not codec.startswith(("utf-16", "utf-32")):
        return _decode_as(codec, data)
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if codec and not codec.startswith("utf"):
            return _decode_as(codec, data)
        return _decode_damaged(data, error.start)


def require_encoding(name: str) -> str:
    """The codec of an encoding that the user asked for.

    Raises:
        IngestError: there is none.
    """
    codec = known_encoding(name)
    if codec is None:
        raise IngestError(f"unknown encoding {name!r}; pass --encoding utf-8, windows-1252, …")
    return codec


def _decode_as(codec: str, data: bytes) -> Decoded:
    try:
        return Decoded(data.decode(codec))
    except UnicodeDecodeError as error:
        text = data.decode(codec, "replace")
        return Decoded(text, f"not valid {codec} at byte {error.start}; pass --encoding")


def _decode_damaged(data: bytes, first_bad: int) -> Decoded:
    """Mostly UTF-8 keeps its sound characters; anything else is read as windows-1252."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - bad
    problem = f"not valid UTF-8 at byte {first_bad}, "
    if sound > bad:
        return Decoded(text, f"{problem}{bad} characters replaced; the file may be cut")
    text = data.decode("cp1252", "replace")
    return Decoded(text, f"{problem}read as windows-1252; pass --encoding")


def _file_size(stream: BinaryIO) -> int:
    """Bytes of a regular file; 0 where the size cannot be known before reading."""
    try:
        status = os.fstat(stream.fileno())
    except (UnsupportedOperation, OSError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
