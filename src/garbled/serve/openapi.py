"""The OpenAPI document: results and comparisons are described by the schemas that ship."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

import garbled
from garbled.report.comparison import comparison_schema
from garbled.report.schema import result_schema
from garbled.serve.schemas import Article, LabelRequest, Pair

REF = "#/components/schemas/{model}"
RESULT = {"$ref": REF.format(model="Result")}
COMPARISON = {"$ref": REF.format(model="Comparison")}
Content = tuple[str, Mapping[str, Any], Mapping[str, Any]]
"""A content type, its schema, and examples by name."""
_SUMMARY = (
    "Tells how mangled English copy is that a machine translated on its way to the desk. "
    "Nothing that a request names is fetched."
)


def describe(app: FastAPI) -> dict[str, Any]:
    """The document of an application, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title="garbled",
            version=garbled.__version__,
            summary=_SUMMARY,
            routes=app.routes,
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        )
        components = document.setdefault("components", {})
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schemas = components.setdefault("schemas", {})
        _, asked = models_json_schema(
            [(model, "validation") for model in (Article, Pair, LabelRequest)], ref_template=REF
        )
        schemas.update(asked["$defs"])
        schemas.update(_parts("Result", served_result_schema()))
        schemas.update(_parts("Comparison", comparison_schema()))
        document["security"] = [{"token": []}, {}]
        app.openapi_schema = document
    return app.openapi_schema


def served_result_schema() -> dict[str, Any]:
    """The shipped schema of a result, with what the service adds to it.

    >>> sorted(set(served_result_schema()["properties"]) - set(result_schema()["properties"]))
    ['label', 'remembered', 'result_id']
    """
    schema = result_schema()
    schema["properties"] |= {
        "result_id": {
            "type": ["integer", "null"],
            "description": "Its place in the memory, to label it by; null where none is kept.",
        },
        "label": {
            "enum": ["false_alarm", "mangled", None],
            "description": "An editor's word on this content in this feed.",
        },
        "remembered": {"type": "boolean", "description": "It was known already."},
    }
    schema["required"] = [*schema["required"], "result_id", "label", "remembered"]
    return schema


def body(*contents: Content) -> dict[str, Any]:
    """A request's body for a route: content types with their schemas and examples."""
    content = {
        kind: {"schema": dict(schema), "examples": {n: {"value": v} for n, v in examples.items()}}
        for kind, schema, examples in contents
    }
    return {"requestBody": {"required": True, "content": content}}


def answer(description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A successful answer in JSON."""
    return {
        "description": description,
        "content": {"application/json": {"schema": dict(schema)}},
    }


def _parts(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema and its definitions as components, with references to match."""
    text = json.dumps({k: v for k, v in schema.items() if k not in ("$schema", "$id", "$defs")})
    parts = {name: text}
    for part, own in schema.get("$defs", {}).items():
        parts[f"{name}_{part}"] = json.dumps(own)
    return {
        part: json.loads(own.replace("#/$defs/", f"#/components/schemas/{name}_"))
        for part, own in parts.items()
    }
