"""The keys of ``garbled.toml``: what each takes, and the one line that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from garbled.errors import GarbledError

Check = Callable[[Any, Path], Any]
"""Takes a key's value and the file's folder and gives the value to use, or raises ValueError."""


def one_of(*choices: str) -> Check:
    def check(value: Any, folder: Path) -> str:
        if value in choices:
            return str(value)
        raise _wrong(f"one of {', '.join(choices)}", value)

    return check


def yes_or_no(value: Any, folder: Path) -> bool:
    if isinstance(value, bool):
        return value
    raise _wrong("true or false", value)


def share(value: Any, folder: Path) -> float:
    if _is_number(value) and 0 < value < 1:
        return float(value)
    raise _wrong("a share between 0 and 1", value)


def whole(low: int, high: int) -> Check:
    def check(value: Any, folder: Path) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise _wrong(f"a whole number from {low} to {high}", value)

    return check


def seconds(value: Any, folder: Path) -> float:
    if _is_number(value) and 0 < value <= 86_400:
        return float(value)
    raise _wrong("a number of seconds above 0, a day at most", value)


def words(value: Any, folder: Path) -> str:
    if isinstance(value, str) and value and value.isprintable():
        return value
    raise _wrong("a text in quotes", value)


def any_path(value: Any, folder: Path) -> Path:
    """A path; a relative one starts at the folder of the file that names it."""
    text = words(value, folder)
    try:
        return folder / Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError(f"names a home folder that is not known: {text}") from error


def file(value: Any, folder: Path) -> Path:
    path = any_path(value, folder)
    if not path.is_file():
        raise ValueError(f"names no file: {path}")
    return path


def directory(value: Any, folder: Path) -> Path:
    path = any_path(value, folder)
    if not path.is_dir():
        raise ValueError(f"names no folder: {path}")
    return path


GENERAL: Mapping[str, Check] = {
    "tier": one_of("fast", "full", "auto"),
    "grammar": yes_or_no,
    "prior": share,
    "review": share,
    "hold": share,
    "house_list": file,
    "model": directory,
}
FEED: Mapping[str, Check] = dict.fromkeys(("prior", "review", "hold"), share)
STORE: Mapping[str, Check] = {
    "path": any_path,
    "enabled": yes_or_no,
    "retention_days": whole(0, 36_500),
    "keep_text": yes_or_no,
}
SERVE: Mapping[str, Check] = {
    "host": words,
    "port": whole(0, 65_535),
    "max_bytes": whole(1, 2**31),
    "max_items": whole(1, 100_000),
    "max_characters": whole(1, 10_000_000),
    "max_seconds": seconds,
    "queue": whole(1, 100_000),
    "workers": whole(1, 256),
    "token_file": file,
}
TABLES: Mapping[str, Mapping[str, Check]] = {"store": STORE, "serve": SERVE}
"""Tables of the file with the keys that they take; [feeds] is a table of tables."""


def check_table(
    table: Mapping[str, Any],
    checks: Mapping[str, Check],
    file: Path,
    *,
    prefix: str = "",
    others: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The values of a table, each checked.

    Args:
        prefix: what stands before a key in what is told of it, such as ``store.``.
        others: further keys that the table may have, which are checked elsewhere.

    Raises:
        GarbledError: a key is unknown, or its value is not what it should be.
    """
    checked = {}
    for key, value in table.items():
        if key in others:
            continue
        if key not in checks:
            raise GarbledError(_unknown(prefix, key, (*checks, *others)), source=str(file))
        try:
            checked[key] = checks[key](value, file.parent)
        except ValueError as error:
            raise GarbledError(f"{prefix}{key} {error}", source=str(file)) from error
    return checked


def _unknown(prefix: str, key: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(key, known, n=1)
    help = f"did you mean {prefix}{close[0]}?" if close else f"it can be {', '.join(known)}"
    return f"unknown key {prefix}{key}; {help}"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _wrong(wanted: str, value: Any) -> ValueError:
    shown = repr(value)
    return ValueError(f"is {wanted}, not {shown if len(shown) <= 60 else shown[:59] + '…'}")
