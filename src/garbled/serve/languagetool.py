"""LanguageTool's HTTP interface over our findings, for editors that speak it and nothing else.

Answers, parameters and the wording of errors are those of LanguageTool 6: clients know them.
Bodies are read as forms whatever their type says, for LTeX+ says ``application/json`` of its form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

import garbled
from garbled.report.record import to_line
from garbled.serve import openapi
from garbled.serve.bodies import text_document
from garbled.serve.check_form import (
    LANGUAGES,
    Asked,
    described_form,
    described_query,
    read_asked,
)
from garbled.serve.forms import read_form
from garbled.serve.guard import AUTHORISED
from garbled.serve.keys import Keys
from garbled.serve.matches import matches_of
from garbled.serve.problems import AS_TEXT, Responses
from garbled.serve.refused import Refused
from garbled.serve.service import Service

SOURCE = "languagetool"
"""The feed of what editors check. Drafts are not kept in the memory."""
_TEXT_ANSWER = {"content": {"text/plain": {"schema": {"type": "string"}}}}
_MATCH = {
    "type": "object",
    "required": ["message", "replacements", "offset", "length", "context", "sentence", "rule"],
    "properties": {
        "message": {"type": "string"},
        "offset": {"type": "integer", "minimum": 0, "description": "In UTF-16 code units."},
        "length": {"type": "integer", "minimum": 1, "description": "In UTF-16 code units."},
    },
}
_CHECKED = {
    "type": "object",
    "required": ["software", "language", "matches"],
    "properties": {
        "matches": {"type": "array", "items": _MATCH},
        "garbled": {"type": "object", "description": "The verdict on the whole text."},
    },
}


def make_router(service: Service, keys: Keys) -> APIRouter:
    """The routes over a service."""
    router = APIRouter(prefix="/v2")

    async def check(request: Request) -> Response:
        query, data = request.scope["query_string"], await request.body()
        fields = await service.read(lambda: read_form(data, query), n_bytes=len(data))
        if not (request.scope[AUTHORISED] or keys.is_token(fields.get("apiKey", ""))):
            raise Refused(401, "a token is needed, as bearer or in the parameter apiKey")
        asked = await service.read(lambda: read_asked(fields), n_bytes=len(data))
        checked = asked.text.checked
        if len(checked) > service.options.config.max_characters:
            most = service.options.config.max_characters
            raise Refused(413, f"Your text exceeds the limit of {most} characters")
        with service.admitted():
            [judged] = await service.judge(
                lambda: [text_document(checked, source=SOURCE)], kept=False
            )
            record = judged.record
            found = await service.read(lambda: list(matches_of(record, asked.text, asked.choice)))
        return _json(_checked(record, sorted(found, key=_place), asked))

    told: Responses = {200: openapi.answer("What was found.", _CHECKED), **AS_TEXT}
    router.post("/check", summary="Check a text", responses=told, openapi_extra=described_form())(
        check
    )
    router.get(
        "/check", summary="Check a short text", responses=told, openapi_extra=described_query()
    )(check)
    _add_facts(router, service)
    return router


def _add_facts(router: APIRouter, service: Service) -> None:
    """What clients ask before they check anything."""
    listed = {"type": "object", "required": ["name", "code", "longCode"]}

    @router.get(
        "/languages",
        summary="English and its variants",
        responses={200: openapi.answer("Them.", {"type": "array", "items": listed})},
    )
    async def languages() -> Response:
        return _json([_language(code) | {"longCode": code} for code in LANGUAGES])

    @router.get(
        "/info",
        summary="Name and version",
        responses={200: openapi.answer("They.", {"type": "object"})},
    )
    async def info() -> Response:
        return _json({"software": _software()})

    @router.get(
        "/maxtextlength", summary="Characters that a text may have", responses={200: _TEXT_ANSWER}
    )
    async def maxtextlength() -> Response:
        return PlainTextResponse(str(service.options.config.max_characters))

    @router.get(
        "/healthcheck",
        summary="Whether texts are checked",
        responses={200: _TEXT_ANSWER, 503: _TEXT_ANSWER},
    )
    async def healthcheck() -> Response:
        if service.readiness != "ready":
            raise Refused(503, f"the service is {service.readiness}", retry_after=2)
        return PlainTextResponse("OK")


def _place(match: Mapping[str, Any]) -> tuple[int, int]:
    return match["offset"], match["length"]


def _checked(
    record: Mapping[str, Any], matches: list[dict[str, Any]], asked: Asked
) -> dict[str, Any]:
    language = asked.language
    found = record["language"] or "en"
    detected = language if found == "en" else found
    degraded = ", ".join(record["degraded"])
    reason = {"incompleteResultsReason": f"checked without {degraded}"} if degraded else {}
    return {
        "software": _software(),
        "warnings": {"incompleteResults": bool(degraded), **reason},
        "language": {
            **_language(language),
            "code": language,
            "detectedLanguage": {
                **_language(detected),
                "code": detected,
                "confidence": 1.0 if asked.text.checked.strip() else 0.0,
                "source": "garbled",
            },
        },
        "matches": matches,
        "garbled": {
            name: record[name]
            for name in ("verdict", "score", "probability", "reasons", "degraded", "n_words")
        },
    }


def _language(code: str) -> dict[str, str]:
    return {"name": LANGUAGES.get(code, code), "code": code.partition("-")[0]}


def _software() -> dict[str, Any]:
    return {
        "name": "garbled",
        "version": garbled.__version__,
        "buildDate": "",
        "apiVersion": 1,
        "premium": False,
        "status": "",
    }


def _json(value: Any) -> Response:
    text = to_line(value) if isinstance(value, dict) else json.dumps(value)
    return Response(text, media_type="application/json")
