"""Results as JSON and back; what is undefined is null."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from garbled.errors import IngestError
from garbled.evaluation.results import Results, Target

MAX_BYTES = 64 * 2**20


def to_json(results: Results) -> str:
    """One JSON object."""
    return json.dumps(without_nan(asdict(results)), indent=1, ensure_ascii=False, allow_nan=False)


def from_json(text: str) -> Results:
    """Results that ``to_json`` wrote.

    Raises:
        ValueError: it is no JSON, or does not have the fields of ``Results``.
    """
    built: Results = _build(Results, json.loads(text))
    return built


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file of results, of whatever version.

    Raises:
        IngestError: the file is missing, too large, or holds no JSON object.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES} bytes")
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise IngestError(f"not the JSON of a report ({error})", source=str(path)) from error
    if not isinstance(found, dict):
        raise IngestError("not the JSON of a report (no object)", source=str(path))
    return found


def read_results(path: Path) -> Results:
    """Results from a file.

    Raises:
        IngestError: it cannot be read, or another version wrote it.
    """
    try:
        built: Results = _build(Results, read_json(path))
    except ValueError as error:
        raise IngestError(
            f"not the results of this version of garbled ({error}): evaluate again",
            source=str(path),
        ) from error
    return built


def read_targets(path: Path) -> tuple[Mapping[str, Any], tuple[Target, ...]]:
    """Signature and targets of a report of either kind, on scores or on findings.

    Raises:
        IngestError: it cannot be read, or another version wrote it.
    """
    found = read_json(path)
    try:
        targets: tuple[Target, ...] = _build(tuple[Target, ...], found.get("targets"))
    except ValueError as error:
        raise IngestError(f"not the JSON of a report ({error})", source=str(path)) from error
    return dict(found.get("signature") or {}), targets


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    """A value of this type from what JSON has for it; null is NaN where a number is wanted."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _build_union(args, value)
    if is_dataclass(kind) and isinstance(kind, type):
        return _build_record(kind, value)
    if origin is tuple and isinstance(value, list):
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_build(args[0], item) for item in value)
        return tuple(_build(own, item) for own, item in zip(args, value, strict=True))
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        if isinstance(value, dict):
            return {name: _build(args[1], item) for name, item in value.items()}
    elif origin is Literal and value in args:
        return value
    elif kind is float and (value is None or _is_number(value)):
        return math.nan if value is None else float(value)
    elif isinstance(kind, type) and isinstance(value, kind) and type(value) is kind:
        return value
    raise ValueError(f"{value!r:.40} is no {kind}")


def _build_record(kind: type, value: Any) -> Any:
    names = [own.name for own in fields(kind)]
    if not isinstance(value, dict) or set(value) != set(names):
        raise ValueError(f"not the fields of {kind.__name__}")
    return kind(**{name: _build(_hints(kind)[name], value[name]) for name in names})


def _build_union(args: tuple[Any, ...], value: Any) -> Any:
    if value is None and NoneType in args:
        return None
    for own in sorted(args, key=lambda own: own is float):  # an int stays one
        try:
            return _build(own, value)
        except ValueError:
            continue
    raise ValueError(f"{value!r:.40} is none of {args}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nan(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
