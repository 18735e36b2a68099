"""Is it alive, and how busy is it: both asked of the servers themselves."""

import asyncio
from collections.abc import Awaitable
from typing import Literal, cast

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import text

from livestream_sell.core import metrics
from livestream_sell.core.cache import get_redis
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.streams import DURABLE_STREAMS, queue_depths

TIMEOUT_SECONDS = 2.0

router = APIRouter(tags=["operations"])
log = structlog.get_logger(__name__)


class Health(BaseModel):
    """Both servers answered."""

    status: Literal["alive"]
    timestamp: str


class Unhealthy(BaseModel):
    """`failing` names what did not answer."""

    status: Literal["unavailable"]
    timestamp: str
    failing: list[str]


@router.get("/health", response_model=Health, responses={503: {"model": Unhealthy}}, summary="Deep health check")
async def health() -> JSONResponse:
    """PostgreSQL and Redis each answer within two seconds."""
    checks = {"postgresql": _ask_postgresql(), "redis": _ask_redis()}
    answers = await asyncio.gather(*(_in_time(check) for check in checks.values()))
    failing = [name for name, answered in zip(checks, answers, strict=True) if not answered]
    now = utc_now().isoformat()
    if failing:
        log.error("unhealthy", failing=failing)
        return JSONResponse({"status": "unavailable", "timestamp": now, "failing": failing}, 503)
    return JSONResponse({"status": "alive", "timestamp": now})


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
async def all_metrics() -> Response:
    """Counters and histograms of this process, and how many entries wait in the queues."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            depths = await queue_depths(get_redis(), DURABLE_STREAMS)
        for stream, depth in depths.items():
            metrics.QUEUE_DEPTH.labels(stream).set(depth)
    except Exception as error:
        log.warning("queue_depths_unknown", error=repr(error))
    return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


async def _in_time(check: Awaitable[None]) -> bool:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await check
    except Exception as error:
        log.warning("health_check_failed", error=repr(error))
        return False
    return True


async def _ask_postgresql() -> None:
    async with transaction() as session:
        await session.execute(text("SELECT 1"))


async def _ask_redis() -> None:
    await cast(Awaitable[bool], get_redis().ping())
