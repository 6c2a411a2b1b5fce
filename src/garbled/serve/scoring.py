"""Scoring and comparing over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from garbled.comparison.compare import Comparison, compare_versions
from garbled.comparison.findings import with_original
from garbled.documents import Document
from garbled.errors import GarbledError
from garbled.ingest.options import Format
from garbled.report.comparison import to_comparison_record
from garbled.report.record import to_line, to_record
from garbled.report.restore import from_record
from garbled.serve import openapi
from garbled.serve.bodies import (
    FORMATS_OF_TYPES,
    SOURCE,
    Body,
    bounds_of,
    read_body,
    read_pair,
)
from garbled.serve.problems import WORK
from garbled.serve.recall import Judged
from garbled.serve.refused import Refused
from garbled.serve.service import Service

_EXAMPLE = {
    "text": "Shares in Gazp.MM fell fell after the Federal Reserve spoke.",
    "title": "Energy shares slip",
    "id": "wire-77",
    "source": "agency/world",
}


def make_router(service: Service) -> APIRouter:
    """The routes over a service."""
    router = APIRouter()
    _add_score(router, service)
    _add_compare(router, service)
    return router


def _add_score(router: APIRouter, service: Service) -> None:
    bounds = bounds_of(service.options.config)
    article = {"$ref": openapi.REF.format(model="Article")}
    articles = {"type": "array", "items": article, "maxItems": bounds.max_items}
    copies: list[openapi.Content] = [(kind, {"type": "string"}, {}) for kind in FORMATS_OF_TYPES]
    one_or_many = {"oneOf": [openapi.RESULT, {"type": "array", "items": openapi.RESULT}]}

    @router.post(
        "/v1/score",
        summary="Score one article or many",
        description="A JSON object, a list of them, or copy in a format that garbled reads. The"
        " answer is one result for an object, a text or a page, a list for all else.",
        openapi_extra=openapi.body(
            ("application/json", {"oneOf": [article, articles]}, {"one": _EXAMPLE}), *copies
        ),
        responses={
            200: openapi.answer("The result, or the results in order.", one_or_many),
            **WORK,
        },
    )
    async def score(
        request: Request,
        format: Annotated[Format | None, Query(description="Instead of the body's type.")] = None,
        source: Annotated[str, Query(max_length=1000, description="Of copy: its feed.")] = SOURCE,
        id: Annotated[str | None, Query(max_length=1000, description="Of one article.")] = None,
        texts: Annotated[bool, Query(description="False leaves all wording out.")] = True,
    ) -> Response:
        with service.admitted():
            kind = request.headers.get("content-type", "")
            body = Body(await request.body(), kind, format, source, id)
            brought = await service.read(lambda: read_body(body, bounds), n_bytes=len(body.data))
            judged = await service.judge(lambda: brought.documents)
            return await service.read(
                lambda: _answered(service, judged, brought.originals, texts, brought.is_list)
            )


def _add_compare(router: APIRouter, service: Service) -> None:
    bounds = bounds_of(service.options.config)

    @router.post(
        "/v1/compare",
        summary="Hold a copy against its original",
        openapi_extra=openapi.body(
            (
                "application/json",
                {"$ref": openapi.REF.format(model="Pair")},
                {"two texts": {"original": "The pier shut in May.", "copy": "It shut in June."}},
            )
        ),
        responses={200: openapi.answer("The comparison.", openapi.COMPARISON), **WORK},
    )
    async def compare(
        request: Request,
        texts: Annotated[bool, Query(description="False leaves all wording out.")] = True,
    ) -> Response:
        with service.admitted():
            data = await request.body()
            original, copy = await service.read(lambda: read_pair(data, bounds), n_bytes=len(data))
            [judged] = await service.judge(lambda: [copy])
            compared = await service.read(lambda: comparison_of(service, judged, original))
            return _json(to_comparison_record(compared, texts=texts))


def served(judged: Judged, record: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The result as it is answered."""
    return {
        **(record or judged.record),
        "result_id": judged.result_id,
        "label": judged.label,
        "remembered": judged.is_remembered,
    }


def comparison_of(service: Service, judged: Judged, original: Document) -> Comparison:
    """A scored copy against its original.

    Raises:
        Refused: one of them has no text, or they are too long to compare.
    """
    score = from_record(judged.record)
    try:
        return compare_versions(original, score, service.settings.house_list)
    except GarbledError as error:
        raise Refused(422, error.message) from error


def _answered(
    service: Service,
    judged: Sequence[Judged],
    originals: Sequence[Document | None],
    texts: bool,
    is_list: bool,
) -> Response:
    records = []
    for own, original in zip(judged, originals, strict=True):
        record: Mapping[str, Any] = own.record
        if original is not None:
            record = _against(service, own, original)
        if not texts:
            record = to_record(from_record(dict(record)), texts=False)
        records.append(served(own, record))
    return _json(records if is_list else records[0])


def _against(service: Service, judged: Judged, original: Document) -> dict[str, Any]:
    """The record with what changed among its findings; where that cannot be told, it says so."""
    try:
        return to_record(with_original(comparison_of(service, judged, original)))
    except Refused as refused:
        score = from_record(judged.record)
        told = score.error or f"not held against its original: {refused.message}"
        return to_record(replace(score, error=told))


def _json(value: Any) -> Response:
    if isinstance(value, dict):
        return Response(to_line(value), media_type="application/json")
    return Response("[" + ", ".join(map(to_line, value)) + "]", media_type="application/json")
