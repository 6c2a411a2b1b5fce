"""The answers to requests that are not done, as the OpenAPI document lists them."""

from __future__ import annotations

from typing import Any

from garbled.serve.schemas import Problem

Responses = dict[int | str, dict[str, Any]]

_DESCRIPTIONS = {
    400: "The request cannot be read.",
    401: "A token is needed.",
    403: "Another site's page may not ask.",
    404: "There is no such thing.",
    408: "The body took too long.",
    413: "It is too much for one request.",
    415: "The body is of no known type, or packed.",
    421: "The service is not called by that name.",
    422: "The request is not what is asked for.",
    429: "Too many requests at once.",
    500: "An internal error.",
    503: "The service is not ready, or has too much to do.",
    504: "It took too long.",
}
PROBLEMS: Responses = {
    status: {"model": Problem, "description": description}
    for status, description in _DESCRIPTIONS.items()
}
"""Each status with its one-line reason in JSON."""
GATE: Responses = {status: PROBLEMS[status] for status in (400, 401, 403, 421, 500)}
"""What any request may meet."""
WORK: Responses = {
    **GATE,
    **{status: PROBLEMS[status] for status in (408, 413, 415, 422, 429, 503, 504)},
}
"""What a request with a body may meet."""
AS_TEXT: Responses = {
    status: {
        "description": description,
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
    for status, description in _DESCRIPTIONS.items()
    if status not in (404, 422)
}
"""The same as LanguageTool's paths answer it."""
