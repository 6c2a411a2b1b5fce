"""Results in the memory over HTTP, and editors' words on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query, Request

from garbled.documents import Verdict
from garbled.errors import GarbledError
from garbled.serve import openapi
from garbled.serve.bodies import LABEL_REQUEST, parsed
from garbled.serve.problems import GATE, PROBLEMS, WORK
from garbled.serve.refused import Refused
from garbled.serve.schemas import LabelReply, Page, Summary
from garbled.serve.service import Service
from garbled.store import Remembered, StoreError

MAX_PAGE = 1000

T = TypeVar("T")


def make_router(service: Service) -> APIRouter:
    """The routes over a service."""
    router = APIRouter()

    @router.get(
        "/v1/results",
        summary="Results in the memory, the newest first",
        response_model=Page,
        responses={**GATE, **{s: PROBLEMS[s] for s in (404, 422, 503)}},
    )
    async def results(
        feed: Annotated[
            str | None, Query(max_length=1000, description="* and ? stand for any.")
        ] = None,
        verdict: Annotated[Verdict | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
        before: Annotated[int | None, Query(ge=0, le=2**63 - 1)] = None,
    ) -> Page:
        store = service.memory()
        wanted: dict[str, Any] = {"feed": feed, "verdict": verdict, "before": before}
        found = await stored(
            service, lambda: [_summary(known) for known in store.results(**wanted, limit=limit)]
        )
        return Page(results=found, before=found[-1].result_id if len(found) == limit else None)

    @router.post(
        "/v1/results/{result_id}/label",
        summary="Record an editor's word on a result",
        description="Its feed's thresholds are fitted to its labels.",
        response_model=LabelReply,
        openapi_extra=openapi.body(
            (
                "application/json",
                {"$ref": openapi.REF.format(model="LabelRequest")},
                {"a false alarm": {"label": "false_alarm"}},
            )
        ),
        responses={**WORK, 404: PROBLEMS[404]},
    )
    async def label(
        request: Request, result_id: Annotated[int, Path(ge=0, le=2**63 - 1)]
    ) -> LabelReply:
        word = parsed(await request.body(), LABEL_REQUEST).label
        service.memory()
        told = await stored(service, lambda: service.label(result_id, word))
        return LabelReply(result_id=told.result_id, label=word, feed=told.feed)

    return router


async def stored(service: Service, ask: Callable[[], T]) -> T:
    """What the memory answers.

    Raises:
        Refused: it has nothing of the kind, or cannot be used.
    """
    try:
        return await service.read(ask)
    except StoreError as error:
        raise Refused(503, "the memory cannot be used now", retry_after=30) from error
    except GarbledError as error:
        raise Refused(404, "there is no such result") from error


def _summary(result: Remembered) -> Summary:
    return Summary(
        result_id=result.result_id,
        feed=result.feed,
        id=result.item_id,
        scored_at=result.scored_at,
        verdict=result.verdict,
        score=result.score,
        probability=result.probability,
        reasons=list(result.reasons),
        degraded=result.is_degraded,
        label=result.label,
        title=result.record.get("title"),
    )
