"""What every request passes before anything is done: who asks, from where, and how much.

Plain ASGI, outside of everything else: it counts bytes as they come, so that no body is larger
than was allowed however it was sent, and gives every answer the same headers.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from garbled.serve.keys import Keys
from garbled.serve.metrics import Metrics
from garbled.serve.options import ServiceOptions
from garbled.serve.origins import allowed_origin, check_host
from garbled.serve.refused import Refused, response_of

BODY_SECONDS = 30.0
"""How long a body may take to arrive."""
DRAIN_SECONDS = 2.0
"""How long what comes too much is thrown away, so that its sender reads the answer."""
BODIES_AT_ONCE = 4
"""Bodies of the largest size that may be held at once."""
OPEN = frozenset({"/", "/login", "/label", "/healthz", "/readyz", "/openapi.json"})
"""Paths that are for everybody, or that ask by themselves who it is."""
AUTHORISED = "garbled.authorised"
"""Key of the scope: whether the token or the page's cookie was shown."""
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})

_logger = logging.getLogger("garbled.serve")


class Guard:
    """Wraps the application. Counts and logs each request: its route and status, never copy."""

    def __init__(self, app: ASGIApp, options: ServiceOptions, keys: Keys, metrics: Metrics) -> None:
        self._app = app
        self._options = options
        self._keys = keys
        self._metrics = metrics
        self._n_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        reply = Reply(send)
        held: list[int] = []
        try:
            async with asyncio.timeout(self._options.config.max_seconds + BODY_SECONDS):
                await self._pass_on(scope, receive, reply, held)
        except Refused as refused:
            await reply.refuse(refused, scope)
        except TimeoutError:
            seconds = self._options.config.max_seconds
            message = f"not done within {seconds:g} seconds; send less at once"
            await reply.refuse(Refused(504, message, retry_after=10), scope)
        except Exception as error:
            _logger.error("%s in %s", type(error).__name__, _place_of(error))
            await reply.refuse(Refused(500, "internal error; please report it"), scope)
        finally:
            self._n_bytes -= sum(held)
            self._tell(scope, reply, time.perf_counter() - started)

    async def _pass_on(self, scope: Scope, receive: Receive, reply: Reply, held: list[int]) -> None:
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        path = scope["path"]
        check_host(headers, self._options)
        reply.origin = allowed_origin(headers, path, self._options)
        if reply.origin and scope["method"] == "OPTIONS":
            await reply.preflight()
            return
        scope[AUTHORISED] = self._keys.opens(headers)
        if not (scope[AUTHORISED] or path in OPEN or path.startswith("/v2/")):
            raise Refused(401, "a token is needed: Authorization: Bearer …")
        if scope["method"] in _WITHOUT_BODY:
            await self._app(scope, receive, reply)
            return
        body = await self._read(headers, receive, held)
        async with asyncio.timeout(self._options.config.max_seconds):
            await _run(self._app, scope, Replay(body, receive), reply)

    async def _read(self, headers: Mapping[str, str], receive: Receive, held: list[int]) -> bytes:
        """The whole body.

        Raises:
            Refused: it is too large, packed, too slow, or there are too many at once.
        """
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise Refused(415, "send the body as it is, without Content-Encoding", close=True)
        if "transfer-encoding" in headers and "content-length" in headers:
            raise Refused(400, "a body has one length", close=True)
        most = self._options.config.max_bytes
        seconds = min(BODY_SECONDS, self._options.config.max_seconds)
        length = headers.get("content-length", "0")
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(seconds):
                too_large = length.isdecimal() and int(length[:20]) > most
                while not too_large:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refused(400, "the body broke off", close=True)
                    parts.append(message.get("body", b""))
                    held.append(len(parts[-1]))
                    self._n_bytes += held[-1]
                    if self._n_bytes > BODIES_AT_ONCE * most:
                        raise Refused(503, "too much at once; try again", retry_after=5, close=True)
                    too_large = sum(held) > most
                    if not message.get("more_body", False):
                        break
        except TimeoutError as error:
            raise Refused(408, "the body took too long", close=True) from error
        if too_large:
            parts.clear()
            await _drain(receive, most)
            raise Refused(413, f"the body is larger than {most:,} bytes", close=True)
        return b"".join(parts)

    def _tell(self, scope: Scope, reply: Reply, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "(none)")
        status = reply.status or 499  # the client left before there was an answer
        self._metrics.answered(route, status, seconds)
        _logger.info("%s %s %d %.0f ms", scope["method"][:10], route, status, 1000 * seconds)


class Reply:
    """Sends an answer, with the headers that every answer has, once."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None
        self.origin: str | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = {name.lower() for name, _ in message.get("headers", [])}
            added = HEADERS | self._cors()
            more = [(k.encode(), v.encode()) for k, v in added.items() if k.encode() not in own]
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await self._send(message)

    async def refuse(self, refused: Refused, scope: Scope) -> None:
        if self.status is None:
            response = response_of(refused, scope["path"])
            await response(scope, _nothing, self)

    async def preflight(self) -> None:
        """Tell a browser what an allowed page may send."""
        allowed = [
            (b"access-control-allow-methods", b"GET, POST"),
            (b"access-control-allow-headers", b"authorization, content-type"),
        ]
        await self({"type": "http.response.start", "status": 204, "headers": allowed})
        await self({"type": "http.response.body"})

    def _cors(self) -> dict[str, str]:
        if self.origin is None:
            return {}
        return {
            "access-control-allow-origin": self.origin,
            "cross-origin-resource-policy": "cross-origin",
            "vary": "Origin",
        }


class Replay:
    """Gives the application a body that was read already, then what its client does."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self.receive = receive
        self._never = asyncio.Event()

    async def __call__(self) -> Message:
        if self._body is None:
            await self._never.wait()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


async def _run(app: ASGIApp, scope: Scope, replay: Replay, reply: Reply) -> None:
    """Run the application as long as its client is there."""
    work = asyncio.ensure_future(app(scope, replay, reply))
    leaving = asyncio.ensure_future(_left(replay.receive))
    try:
        await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
    finally:
        for task in (work, leaving):
            task.cancel()
        await asyncio.gather(work, leaving, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _drain(receive: Receive, most: int) -> None:
    """Throw away what is still coming, within reason."""
    n_bytes = 0
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while n_bytes <= most:
                message: dict[str, Any] = dict(await receive())
                n_bytes += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _place_of(error: Exception) -> str:
    """Where an error was raised; its message might quote copy."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}"
