"""What the memory takes and gives, and how a record lies in it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from garbled.documents import Score, Verdict
from garbled.errors import GarbledError

Word = Literal["false_alarm", "mangled"]
WORDS: tuple[Word, ...] = ("false_alarm", "mangled")
"""What an editor may say of a result."""

CONTENT_DIGITS, FINGERPRINT_DIGITS = 40, 24
_COMPRESSION = 6
_SUM_BYTES = 4


def result_key(content: bytes, fingerprint: str) -> str:
    """The key of a content's result under one configuration: 64 hexadecimal digits.

    The first 40 are the content's alone, the others the configuration's.

    Args:
        content: what tells one item's content from another's.
        fingerprint: ``Scorer(...).settings.fingerprint(source)``.

    >>> one, other = result_key(b"a", "1"), result_key(b"a", "2")
    >>> len(one), one[:40] == other[:40], one == other
    (64, True, False)
    """
    own = hashlib.sha256(content).hexdigest()[:CONTENT_DIGITS]
    return own + hashlib.sha256(fingerprint.encode()).hexdigest()[:FINGERPRINT_DIGITS]


def split_key(key: str) -> tuple[bytes, bytes]:
    """The content's and the configuration's part of a key, 20 and 12 bytes."""
    whole = bytes.fromhex(key)
    return whole[: CONTENT_DIGITS // 2], whole[CONTENT_DIGITS // 2 :]


class Kept(NamedTuple):
    """A result to keep: its key, the feed and the item that it is of, and the score."""

    key: str
    feed: str
    item_id: str
    score: Score


@dataclass(frozen=True)
class Remembered:
    """A result that was kept.

    ``record`` is the output contract's JSON object, decoded when it is first asked for; it has no
    wording where the memory keeps none. ``label`` is an editor's word on this content in this
    feed, whatever configuration it was said under. ``scored_at`` counts seconds of Unix time;
    ``thresholds`` are the ``review`` and ``hold`` that it was judged by.
    """

    result_id: int
    key: str
    feed: str
    item_id: str
    scored_at: float
    verdict: Verdict
    score: float | None
    probability: float | None
    thresholds: dict[str, float]
    reasons: tuple[str, ...]
    is_degraded: bool
    label: Word | None
    packed: bytes = field(repr=False)

    @cached_property
    def record(self) -> dict[str, Any]:
        if not self.is_whole:
            message = f"result {self.result_id} of the memory is damaged; it will be scored anew"
            raise GarbledError(message, source=self.feed)
        record: dict[str, Any] = json.loads(zlib.decompress(self.packed[_SUM_BYTES:]))
        return record

    @property
    def is_whole(self) -> bool:
        """Whether verdict, reasons and record are as they were written; a disk may lose bits."""
        own = _check_sum(self.verdict, self.reasons, self.packed[_SUM_BYTES:])
        return self.packed[:_SUM_BYTES] == own


def pack(record: dict[str, Any]) -> bytes:
    """A record as it lies in the memory: a check sum, and JSON that is compressed."""
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compress(line.encode("utf-8", "surrogatepass"), _COMPRESSION)
    return _check_sum(record["verdict"], record["reasons"], packed) + packed


def _check_sum(verdict: str, reasons: Iterable[str], packed: bytes) -> bytes:
    told = " ".join((verdict, *reasons)).encode()
    return zlib.crc32(packed, zlib.crc32(told)).to_bytes(_SUM_BYTES)
