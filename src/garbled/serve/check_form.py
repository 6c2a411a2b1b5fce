"""The parameters of LanguageTool's ``check``: which there are, and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from garbled.errors import IngestError
from garbled.serve import openapi
from garbled.serve.annotated import AnnotatedText, read_annotated
from garbled.serve.matches import Choice
from garbled.serve.refused import Refused

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


class Asked(NamedTuple):
    """What a client wants checked, in which variant of English, and by which rules."""

    text: AnnotatedText
    language: str
    choice: Choice


def read_asked(fields: Mapping[str, str]) -> Asked:
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
    return Asked(text, _language_of(fields), _choice(fields))


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


def described_form() -> dict[str, Any]:
    """The parameters as a form, for the OpenAPI document."""
    properties = {name: _field(told) for name, told in _FIELDS.items()}
    example = {"language": "en", "text": "Shares in Gazp.MM fell fell."}
    schema = {"type": "object", "properties": properties, "required": ["language"]}
    return openapi.body(("application/x-www-form-urlencoded", schema, {"a text": example}))


def described_query() -> dict[str, Any]:
    """The parameters as those of an address."""
    parameters = [
        {"name": name, "in": "query", "schema": _field(told), "required": name == "language"}
        for name, told in _FIELDS.items()
    ]
    return {"parameters": parameters}


def _field(description: str) -> dict[str, str]:
    return {"type": "string", "description": description}
