"""Whether the service lives and scores, and what Prometheus is told."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from garbled.serve.metrics import CONTENT_TYPE
from garbled.serve.problems import GATE
from garbled.serve.schemas import Health, Readiness
from garbled.serve.service import Service


def make_router(service: Service) -> APIRouter:
    """The routes over a service."""
    router = APIRouter()

    @router.get("/healthz", summary="Whether the process lives", response_model=Health)
    async def healthz() -> Health:
        return Health()

    @router.get(
        "/readyz",
        summary="Whether requests are scored",
        response_model=Readiness,
        responses={503: {"model": Readiness, "description": "They are not, or not yet."}},
    )
    async def readyz(response: Response) -> Readiness:
        response.status_code = 200 if service.readiness == "ready" else 503
        state = service.grammar
        return Readiness(
            status=service.readiness,
            grammar=state.name,  # type: ignore[arg-type]
            degraded=service.is_degraded,
            detail=service.trouble or (state.reason if service.is_degraded else None),
        )

    @router.get(
        "/metrics",
        summary="Counts and times for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **GATE},
    )
    async def metrics() -> Response:
        service.tell_metrics()
        return Response(service.metrics.page(), media_type=CONTENT_TYPE)

    return router
