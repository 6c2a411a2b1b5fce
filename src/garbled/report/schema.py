"""The JSON Schema of a record, shipped beside the code."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def schema_text() -> str:
    """The JSON Schema (draft 2020-12) of a record, as it is shipped."""
    return (files("garbled") / "resources" / "result.schema.json").read_text(encoding="utf-8")


def result_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every record keeps to.

    >>> result_schema()["properties"]["schema_version"]
    {'const': 1}
    """
    schema: dict[str, Any] = json.loads(schema_text())
    return schema
