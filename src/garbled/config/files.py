"""Finds and reads ``garbled.toml``, or ``[tool.garbled]`` in ``pyproject.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from garbled.config.keys import FEED, GENERAL, TABLES, check_table
from garbled.config.settings import Config, ServeConfig, StoreConfig
from garbled.errors import GarbledError
from garbled.policy import Policy

OWN, SHARED = "garbled.toml", "pyproject.toml"
MAX_BYTES = 1_000_000


def load_config(path: Path | None = None) -> Config:
    """The configuration of a file, by default of the nearest one.

    Args:
        path: the file; a ``pyproject.toml`` must have ``[tool.garbled]``.

    Raises:
        GarbledError: the file cannot be read, is not TOML, or has a key or a value that it cannot.
    """
    found = path or find_config()
    return Config() if found is None else parse_config(_read(found), found)


def parse_config(content: bytes, file: Path) -> Config:
    """The configuration that a file's content says; the file need not be there.

    Raises:
        GarbledError: as ``load_config``.
    """
    table = _table(content, file)
    if table is None:
        raise GarbledError("has no [tool.garbled]", source=str(file))
    return _config(table, file)


def find_config(folder: Path | None = None) -> Path | None:
    """The nearest file with a configuration, from the folder (the working one) upwards.

    In one folder ``garbled.toml`` goes before ``pyproject.toml``, which only counts where it has
    ``[tool.garbled]``.

    Raises:
        GarbledError: a file on the way cannot be read.
    """
    start = (folder or Path.cwd()).absolute()
    for place in (start, *start.parents):
        if (place / OWN).is_file():
            return place / OWN
        shared = place / SHARED
        if shared.is_file() and _table(_read(shared), shared) is not None:
            return shared
    return None


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise GarbledError(f"cannot be read: {error.strerror}", source=str(file)) from error
    if len(content) > MAX_BYTES:
        raise GarbledError(
            f"longer than {MAX_BYTES:,} bytes, too long to be read", source=str(file)
        )
    return content


def _table(content: bytes, file: Path) -> Mapping[str, Any] | None:
    """The table of garbled's keys; None for a ``pyproject.toml`` that has none."""
    if file.name != SHARED:
        return _parse(content, file)
    if b"garbled" not in content:  # another tool's faults are none of ours
        return None
    tool = _parse(content, file).get("tool", {})
    if not isinstance(tool, dict) or "garbled" not in tool:
        return None
    return _sub(tool, "garbled", file, "tool.")


def _parse(content: bytes, file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise GarbledError(f"not TOML: {error}", source=str(file)) from error


def _config(table: Mapping[str, Any], file: Path) -> Config:
    general = check_table(table, GENERAL, file, others=("feeds", *TABLES))
    parts = {
        name: check_table(_sub(table, name, file), checks, file, prefix=f"{name}.")
        for name, checks in TABLES.items()
    }
    stated = {*general, *(f"{name}.{key}" for name, part in parts.items() for key in part)}
    config = Config(
        **general,
        feeds=tuple(_feeds(_sub(table, "feeds", file), file)),
        store=StoreConfig(**parts["store"]),
        serve=ServeConfig(**parts["serve"]),
        source=file.absolute(),
        stated=frozenset(stated),
    )
    _check_order("", {"review": config.review, "hold": config.hold}, file)
    return config


def _feeds(table: Mapping[str, Any], file: Path) -> list[tuple[str, Policy]]:
    feeds = []
    for name in table:
        prefix = f'feeds."{name}".'
        own = check_table(_sub(table, name, file, "feeds."), FEED, file, prefix=prefix)
        _check_order(prefix, own, file)
        feeds.append((name, Policy(**own)))
    return feeds


def _sub(table: Mapping[str, Any], name: str, file: Path, prefix: str = "") -> Mapping[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise GarbledError(f"{prefix}{name} is a table, [{prefix}{name}]", source=str(file))
    return found


def _check_order(prefix: str, own: Mapping[str, Any], file: Path) -> None:
    review, hold = own.get("review"), own.get("hold")
    if review is not None and hold is not None and hold < review:
        raise GarbledError(
            f"{prefix}hold ({hold}) is below {prefix}review ({review})", source=str(file)
        )
