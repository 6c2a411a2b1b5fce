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
from garbled.documents import Document
from garbled.errors import IngestError
from garbled.report.record import to_line
from garbled.serve import openapi
from garbled.serve.annotated import AnnotatedText, read_annotated
from garbled.serve.bodies import text_document
from garbled.serve.forms import read_form
from garbled.serve.guard import AUTHORISED
from garbled.serve.keys import Keys
from garbled.serve.matches import Choice, matches_of
from garbled.serve.problems import AS_TEXT, Responses
from garbled.serve.refused import Refused
from garbled.serve.service import Service

SOURCE = "languagetool"
"""The feed of what editors check. Drafts are not kept in the memory."""
LANGUAGES = {
    "en": "English",
    "en-US": "English (US)",
    "en-GB": "English (GB)",
    "en-AU": "English (Australian)",
    "en-CA": "English (Canadian)",
    "en-NZ": "English (New Zealand)",
    "en-ZA": "English (South African)",
}
AUTO = "auto"
_TEXT_ANSWER = {"content": {"text/plain": {"schema": {"type": "string"}}}}
_FIELDS = {
    "text": "The text to check.",
    "data": "Instead of text: JSON with a text, or with an annotation of text and markup.",
    "language": "en, one of its variants, or auto.",
    "preferredVariants": "With auto: the variant to name, such as en-GB.",
    "enabledRules": "Rules, with commas between.",
    "disabledRules": "Rules that are not told.",
    "enabledCategories": "Categories, with commas between.",
    "disabledCategories": "Categories that are not told.",
    "enabledOnly": "true: only what is enabled is told.",
    "apiKey": "The token, from clients that cannot send it as bearer.",
}
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
        text, language, choice = await service.read(lambda: _asked(fields), n_bytes=len(data))
        if len(text.checked) > service.options.config.max_characters:
            most = service.options.config.max_characters
            raise Refused(413, f"Your text exceeds the limit of {most} characters")
        with service.admitted():
            document = text_document(text.checked, source=SOURCE)
            [judged] = await service.judge(lambda: [document], kept=False)
            found = await service.read(lambda: list(matches_of(judged.record, text, choice)))
        return _json(_checked(judged.record, sorted(found, key=_place), language, document))

    form = {"type": "object", "properties": {n: _field(d) for n, d in _FIELDS.items()}}
    responses: Responses = {200: openapi.answer("What was found.", _CHECKED), **AS_TEXT}
    router.post(
        "/check",
        summary="Check a text",
        responses=responses,
        openapi_extra=openapi.body(
            (
                "application/x-www-form-urlencoded",
                {**form, "required": ["language"]},
                {"a text": {"language": "en", "text": "Shares in Gazp.MM fell fell."}},
            )
        ),
    )(check)
    router.get(
        "/check",
        summary="Check a short text",
        responses=responses,
        openapi_extra={
            "parameters": [
                {"name": n, "in": "query", "schema": _field(d), "required": n == "language"}
                for n, d in _FIELDS.items()
            ]
        },
    )(check)

    @router.get(
        "/languages",
        summary="English and its variants",
        responses={
            200: openapi.answer(
                "The languages.",
                {
                    "type": "array",
                    "items": {"type": "object", "required": ["name", "code", "longCode"]},
                },
            )
        },
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

    return router


def _field(description: str) -> dict[str, str]:
    return {"type": "string", "description": description}


def _asked(fields: Mapping[str, str]) -> tuple[AnnotatedText, str, Choice]:
    """Text, language and choice of rules.

    Raises:
        Refused: a parameter is missing or wrong.
    """
    if "text" in fields and "data" in fields:
        raise Refused(400, "Set only 'text' or 'data' parameter, not both")
    if "text" not in fields and "data" not in fields:
        raise Refused(400, "Missing 'text' or 'data' parameter")
    try:
        text = (
            read_annotated(fields["data"]) if "data" in fields else AnnotatedText.of(fields["text"])
        )
    except IngestError as error:
        raise Refused(400, error.message) from error
    return text, _language_of(fields), _choice(fields)


def _language_of(fields: Mapping[str, str]) -> str:
    given = fields.get("language")
    if not given:
        raise Refused(400, "Missing 'language' parameter, e.g. 'language=en-US'")
    if given.lower() == AUTO:
        preferred = _listed(fields, "preferredVariants")
        return next((code for code in LANGUAGES if code in preferred), "en-US")
    known = {code.lower(): code for code in LANGUAGES}
    code = known.get(given.lower().replace("_", "-"))
    if code is None:
        supported = ", ".join(LANGUAGES)
        raise Refused(
            400, f"not a language code known here. Supported language codes are: {supported}"
        )
    return code


def _choice(fields: Mapping[str, str]) -> Choice:
    choice = Choice(
        enabled_rules=_listed(fields, "enabledRules"),
        disabled_rules=_listed(fields, "disabledRules"),
        enabled_categories=_listed(fields, "enabledCategories"),
        disabled_categories=_listed(fields, "disabledCategories"),
        enabled_only=fields.get("enabledOnly", "").lower() in ("true", "yes"),
    )
    if choice.enabled_only and not (choice.enabled_rules or choice.enabled_categories):
        raise Refused(
            400, "You must specify enabled rules or categories when using enabledOnly=true"
        )
    return choice


def _listed(fields: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(part.strip() for part in fields.get(name, "").split(",") if part.strip())


def _place(match: Mapping[str, Any]) -> tuple[int, int]:
    return match["offset"], match["length"]


def _checked(
    record: Mapping[str, Any], matches: list[dict[str, Any]], language: str, document: Document
) -> dict[str, Any]:
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
                "confidence": 1.0 if document.text else 0.0,
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
