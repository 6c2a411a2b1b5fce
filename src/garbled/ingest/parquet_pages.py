"""How large the pages of a Parquet file are once decompressed: told by each page's own header.

A page is decompressed as a whole, and a few kilobytes can stand for gigabytes. The file's footer
also tells sizes, but nothing holds a file to them. Source: the Apache Parquet format's
``PageHeader`` in Thrift's compact protocol, of which only the first three fields are needed.
"""

from __future__ import annotations

from typing import Any, BinaryIO, NamedTuple

from garbled.errors import IngestError

MAX_PAGES_BYTES = 128 * 1024 * 1024
"""Bytes that the largest pages of the columns that are read may take together."""
MAX_HEADER_BYTES = 1 << 20
MAX_PAGES = 1_000_000
"""Pages of one column in one row group."""
_MAX_DEPTH = 8
_DICTIONARY_PAGE = 2

_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY = 0, 1, 2, 3, 7, 8
_INTEGERS = (4, 5, 6)
_LISTS, _STRUCT = (9, 10), 12


class Header(NamedTuple):
    """A page header: its own length, and that of the page, packed and unpacked, in bytes."""

    length: int
    unpacked: int
    packed: int
    is_dictionary: bool = False


def bound_pages(stream: BinaryIO, row_group: Any, columns: set[str]) -> int:
    """Bytes, at least 1, that the largest pages of these top-level columns take together.

    Raises:
        IngestError: they take too many, or a header is damaged.
    """
    total = 0
    for index in range(row_group.num_columns):
        column = row_group.column(index)
        if column.path_in_schema.split(".")[0] in columns:
            total += _largest_pages(stream, column)
    if total > MAX_PAGES_BYTES:
        limit = MAX_PAGES_BYTES // (1024 * 1024)
        raise IngestError(f"a page of it unpacks to over {limit} MB; write it with smaller pages")
    return max(total, 1)


def read_header(data: bytes) -> Header:
    """The header that some bytes open with.

    Raises:
        IngestError: there is none.

    >>> read_header(bytes([0x15, 0x00, 0x15, 0xC8, 0x01, 0x15, 0x14, 0x00]))
    Header(length=8, unpacked=100, packed=10, is_dictionary=False)
    """
    fields = _Compact(data)
    try:
        sizes = fields.struct(0)
    except IndexError as error:
        raise IngestError("no sound Parquet file: a page header is damaged") from error
    if min(sizes.get(2, -1), sizes.get(3, -1)) < 0:
        raise IngestError("no sound Parquet file: a page header is damaged")
    return Header(fields.position, sizes[2], sizes[3], sizes.get(1) == _DICTIONARY_PAGE)


def _largest_pages(stream: BinaryIO, column: Any) -> int:
    """Bytes of a column's largest page and, where it has one, of its dictionary."""
    starts = [column.data_page_offset]
    if column.has_dictionary_page and column.dictionary_page_offset:
        starts.append(column.dictionary_page_offset)
    position = min(starts)
    end = position + column.total_compressed_size
    largest = {True: 0, False: 0}
    for _ in range(MAX_PAGES + 1):
        if position >= end:
            return sum(largest.values())
        header = _header_at(stream, position)
        largest[header.is_dictionary] = max(largest[header.is_dictionary], header.unpacked)
        position += header.length + header.packed
    raise IngestError(f"over {MAX_PAGES:,} pages in one row group; write it with fewer")


def _header_at(stream: BinaryIO, position: int) -> Header:
    """Most headers are short; one with long statistics is read again."""
    for size in (256, MAX_HEADER_BYTES):
        stream.seek(position)
        data = stream.read(size)
        try:
            return read_header(data)
        except IngestError:
            if len(data) < size or size == MAX_HEADER_BYTES:
                raise
    raise AssertionError


class _Compact:
    """A reader of Thrift's compact protocol that keeps integers of the outer struct only."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def struct(self, depth: int) -> dict[int, int]:
        integers: dict[int, int] = {}
        name = 0
        while (head := self.byte()) & 0x0F != _STOP:
            kind, step = head & 0x0F, head >> 4
            name = name + step if step else self.zigzag()
            if kind in _INTEGERS:
                integers[name] = self.zigzag()
            else:
                self.skip(kind, depth)
        return integers

    def skip(self, kind: int, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise IndexError
        if kind in (_TRUE, _FALSE):
            return
        if kind in _INTEGERS:
            self.varint()
        elif kind == _STRUCT:
            self.struct(depth + 1)
        elif kind in _LISTS:
            self._skip_list(depth)
        else:
            self._move({_BYTE: 1, _DOUBLE: 8}.get(kind) or self._binary_length(kind))

    def byte(self) -> int:
        self.position += 1
        return self.data[self.position - 1]

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
            if shift > 63:
                raise IndexError

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def _skip_list(self, depth: int) -> None:
        head = self.byte()
        size = head >> 4 if head >> 4 < 15 else self.varint()
        kind = head & 0x0F
        for _ in range(size):
            self.skip(_BYTE if kind in (_TRUE, _FALSE) else kind, depth + 1)

    def _binary_length(self, kind: int) -> int:
        if kind != _BINARY:  # a map, which page headers do not have, or no type at all
            raise IndexError
        return self.varint()

    def _move(self, length: int) -> None:
        self.position += length
        if self.position > len(self.data):
            raise IndexError
