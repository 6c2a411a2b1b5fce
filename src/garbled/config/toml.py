"""Writing a feed's thresholds into a configuration, whose other lines stay as they are."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from garbled.config.files import SHARED, parse_config
from garbled.errors import GarbledError


def quoted(name: str) -> str:
    r"""A name as a quoted key of TOML.

    >>> print(quoted('wire/"fr"\n'))
    "wire/\"fr\"\n"
    """
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


def feed_table(
    feed: str, values: Mapping[str, float], *, file: Path | None = None, remark: str = ""
) -> str:
    """The lines that give a feed its values.

    Args:
        file: where they go; a ``pyproject.toml`` has them under ``[tool.garbled]``.
        remark: lines that stand before them as comments.

    >>> print(feed_table("wire/fr", {"hold": 0.875}, remark="of 90 items"), end="")
    # of 90 items
    [feeds."wire/fr"]
    hold = 0.875
    """
    prefix = "tool.garbled." if file is not None and file.name == SHARED else ""
    lines = [f"# {line}" for line in remark.splitlines()]
    lines += [f"[{prefix}feeds.{quoted(feed)}]", *(f"{k} = {v}" for k, v in values.items())]
    return "\n".join(lines) + "\n"


def add_feed(file: Path, table: str, feed: str) -> None:
    """Append a feed's table to a configuration, which is made where it is missing.

    Raises:
        GarbledError: the file has that feed already, or the table cannot stand there; the file is
            left as it is then.
        OSError: it cannot be written.
    """
    before = file.read_bytes() if file.exists() else b""
    if before and any(name == feed for name, _ in parse_config(before, file).feeds):
        raise GarbledError(f"has feeds.{quoted(feed)} already; change it there", source=str(file))
    gap = b"" if not before else b"\n" if before.endswith(b"\n") else b"\n\n"
    after = before + gap + table.encode()
    try:
        parse_config(after, file)
    except GarbledError as error:
        message = f"the lines cannot just be added to it ({error.message}); add them by hand"
        raise GarbledError(message, source=str(file)) from error
    _replace(file.resolve(), after)


def _replace(file: Path, content: bytes) -> None:
    partial = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(content)
        if file.exists():
            partial.chmod(stat.S_IMODE(file.stat().st_mode))
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
