"""The application: routes, errors as one line, and the guard around all of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from garbled.serve import health, languagetool, openapi, page, results, scoring
from garbled.serve.guard import Guard
from garbled.serve.keys import Keys
from garbled.serve.refused import Refused, response_of
from garbled.serve.service import Service


def make_app(service: Service) -> ASGIApp:
    """The application over a service, which it starts and closes."""
    keys = Keys(service.options.token)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        starting = asyncio.create_task(service.start())
        try:
            yield
        finally:
            with suppress(asyncio.CancelledError):
                starting.cancel()
                await starting
            service.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False)
    for part in (scoring, results, health):
        app.include_router(part.make_router(service))
    app.include_router(languagetool.make_router(service, keys))
    app.include_router(page.make_router(service, keys))
    app.add_exception_handler(Refused, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]
    return Guard(app, service.options, keys, service.metrics)


async def _refused(request: Request, error: Refused) -> Response:
    return response_of(error, request.url.path)


async def _http(request: Request, error: HTTPException) -> Response:
    response = response_of(Refused(error.status_code, str(error.detail)), request.url.path)
    response.headers.update(error.headers or {})
    return response


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    """What is wrong, without what was sent."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    return response_of(Refused(422, f"{place}: {first['msg']}"), request.url.path)
