"""The side file: what was held, why, and the item as it came, so that it can be released.

One JSON object a line: the output contract's record with a member ``held``. Lines are only ever
added, and an item of a feed whose content is listed is not listed again.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from garbled.gate.envelope import Context
from garbled.gate.files import locked, replace_file
from garbled.report.record import to_line

# In a string of JSON a quotation mark has a backslash before it: no text can pose as a key.
_KEY = re.compile(rb'"key": "([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Held:
    """An item that does not go out.

    Args:
        key: tells this content of this feed from any other.
        feed, format: what it came in.
        original: the item as it came, in UTF-8, or as bytes where it is not valid UTF-8.
        context: what makes an input of its own of it.
        record: gives the output contract's record; asked for only if it is listed.
    """

    key: str
    feed: str
    format: str
    original: bytes
    context: Context
    record: Callable[[], dict[str, Any]]

    def line(self, at: str) -> bytes:
        """The line of the side file; ``at`` is the time, in ISO 8601."""
        text = self.original.decode("utf-8", "replace")
        held: dict[str, Any] = {
            "key": self.key,
            "at": at,
            "feed": self.feed,
            "format": self.format,
            "before": self.context.before.decode("utf-8", "replace"),
            "original": text,
            "after": self.context.after.decode("utf-8", "replace"),
        }
        if text.encode("utf-8", "replace") != self.original:
            held["original_base64"] = base64.b64encode(self.original).decode()
        return to_line({**self.record(), "held": held}).encode("utf-8", "replace") + b"\n"


def add_to_side_file(path: Path, items: Sequence[Held], at: str) -> int:
    """List what is not listed yet, and return how many items that were.

    Raises:
        OSError: the file cannot be read or written; what stood in it before stays.
    """
    if not items:
        return 0
    if path.exists() and not path.is_file():
        path.write_bytes(b"".join(item.line(at) for item in items))
        return len(items)
    path = path.resolve()
    with locked(path):
        listed = path.read_bytes()
        keys = {key.decode() for key in _KEY.findall(listed)}
        new = {item.key: item for item in items if item.key not in keys}
        if new:
            end = b"" if not listed or listed.endswith(b"\n") else b"\n"
            lines = b"".join(item.line(at) for item in new.values())
            replace_file(path, listed + end + lines)
        return len(new)
