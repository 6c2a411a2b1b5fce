"""A request that is not done, and the answer that says why in one line."""

from __future__ import annotations

import json

from starlette.responses import Response


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """Ends a request with a status and one line, which never quotes what was sent.

    Args:
        retry_after: seconds after which it may be tried again.
        close: whether the connection cannot be used any more.
    """

    def __init__(
        self, status: int, message: str, *, retry_after: int | None = None, close: bool = False
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after
        self.close = close


def response_of(refused: Refused, path: str) -> Response:
    """The answer: JSON, or what LanguageTool would say under its own paths."""
    headers: dict[str, str] = {}
    if refused.retry_after is not None:
        headers["retry-after"] = str(refused.retry_after)
    if refused.close:
        headers["connection"] = "close"
    if refused.status == 401:
        headers["www-authenticate"] = "Bearer"
    if path.startswith("/v2/"):
        return Response(
            f"Error: {refused.message}", refused.status, headers, "text/plain; charset=utf-8"
        )
    body = json.dumps({"detail": refused.message})
    return Response(body, refused.status, headers, "application/json")
