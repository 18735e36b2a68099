"""Lives: start, feature, finish, silence, and everything to watch."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from backend_hooks.dependencies import SessionDep, StoreAccess, store_by_query
from backend_hooks.error_handlers import refusals
from backend_hooks.routes.stores import Switch
from livestream_sell.core.access import Permission
from livestream_sell.live import service
from livestream_sell.live.schemas import CommentView, LiveStart, LiveView
from livestream_sell.orders import service as orders
from livestream_sell.orders.models import ClaimStatus
from livestream_sell.orders.views import ClaimRow
from livestream_sell.sales import kill_switch, reviewing
from livestream_sell.sales.live_figures import LiveFigures, figures

router = APIRouter(prefix="/api/v1", tags=["lives"], responses=refusals(401, 403, 404, 422))

Viewed = Annotated[StoreAccess, Depends(store_by_query(Permission.view_store))]
Running = Annotated[StoreAccess, Depends(store_by_query(Permission.run_live))]
Reviewing = Annotated[StoreAccess, Depends(store_by_query(Permission.review_claims))]
Switched = Annotated[StoreAccess, Depends(store_by_query(Permission.use_kill_switch))]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


class Feature(BaseModel):
    """What is "on air now"; null: nothing."""

    product_id: UUID | None


class ReviewDecision(BaseModel):
    """The seller's product and quantity where the bot's are wrong."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": 1}]})

    product_id: UUID | None = None
    quantity: int | None = Field(default=None, ge=1, le=99)


class Reviewed(BaseModel):
    """How the claim ended."""

    claim_id: UUID
    status: str
    reserved: int
    waiting: int
    order_id: UUID | None


@router.post("/lives", status_code=201, responses=refusals(409), summary="Start a live")
async def start(body: LiveStart, access: Running, session: SessionDep) -> LiveView:
    """Without the id of its post it adopts the first post that brings a comment."""
    return await service.start_live(session, access.store_id, body)


@router.get("/lives", summary="Lives of a store")
async def list_lives(
    access: Viewed, session: SessionDep, status: Literal["", "active", "finished"] = "", limit: Limit = 50,
    offset: Offset = 0,
) -> list[LiveView]:  # fmt: skip
    """The newest first."""
    return await service.list_lives(session, access.store_id, status=status, limit=limit, offset=offset)


@router.get("/lives/{live_id}", summary="A live")
async def read_live(live_id: UUID, access: Viewed, session: SessionDep) -> LiveView:
    """As it is now."""
    return await service.get_live(session, access.store_id, live_id)


@router.post("/lives/{live_id}/feature", responses=refusals(409), summary='Say what "lo quiero" means')
async def feature(live_id: UUID, body: Feature, access: Running, session: SessionDep) -> LiveView:
    """The featured product of a live."""
    return await service.feature_product(session, access.store_id, live_id, body.product_id)


@router.post("/lives/{live_id}/finish", summary="Finish a live")
async def finish(live_id: UUID, access: Running, session: SessionDep) -> LiveView:
    """Later comments are recorded and claim nothing."""
    return await service.finish_live(session, access.store_id, live_id)


@router.post("/lives/{live_id}/kill-switch", summary="Silence the bot in a live, or let it speak")
async def switch_live(live_id: UUID, body: Switch, access: Switched, session: SessionDep) -> LiveView:
    """As the store's kill switch, for one live."""
    return await kill_switch.switch_live(session, access.store_id, live_id, stopped=body.on)


@router.get("/lives/{live_id}/comments", summary="The feed")
async def list_comments(
    live_id: UUID, access: Viewed, session: SessionDep, limit: Limit = 100,
    before: Annotated[UUID | None, Query(description="Go on after this comment")] = None,
    intent: Annotated[str, Query(max_length=32)] = "",
) -> list[CommentView]:  # fmt: skip
    """The newest first, each with what the bot made of it."""
    return await service.list_comments(session, access.store_id, live_id, limit=limit, before=before, intent=intent)


@router.get("/lives/{live_id}/claims", summary="Claims, with the order in which they were decided")
async def list_claims(
    live_id: UUID, access: Viewed, session: SessionDep, status: Annotated[list[ClaimStatus] | None, Query()] = None,
    limit: Limit = 100, offset: Offset = 0,
) -> list[ClaimRow]:  # fmt: skip
    """The last decided first."""
    await service.get_live(session, access.store_id, live_id)
    return await orders.list_claims(
        session, access.store_id, live_id, statuses=status or (), limit=limit, offset=offset
    )


@router.get("/lives/{live_id}/figures", summary="Figures of a live")
async def read_figures(live_id: UUID, access: Viewed, session: SessionDep) -> LiveFigures:
    """Counted now."""
    return await figures(session, access.store_id, live_id)


@router.get("/lives/{live_id}/reviews", summary="The review lane")
async def list_reviews(live_id: UUID, access: Viewed, session: SessionDep, limit: Limit = 100) -> list[ClaimRow]:
    """What the bot was not sure of, the oldest first."""
    await service.get_live(session, access.store_id, live_id)
    return await orders.list_reviews(session, access.store_id, live_id, limit=limit)


@router.get("/lives/{live_id}/waiting-list", summary="The waiting list")
async def list_waiting(live_id: UUID, access: Viewed, session: SessionDep, limit: Limit = 100) -> list[ClaimRow]:
    """Who is served next comes first."""
    await service.get_live(session, access.store_id, live_id)
    return await orders.list_waiting(session, access.store_id, live_id, limit=limit)


@router.post("/reviews/{claim_id}/confirm", responses=refusals(409), summary="Yes, it is a claim")
async def confirm(
    claim_id: UUID, access: Reviewing, session: SessionDep, body: ReviewDecision | None = None
) -> Reviewed:
    """It is decided now, like any other."""
    told = body or ReviewDecision()
    outcome = await reviewing.confirm(
        session, access.store_id, claim_id, product_id=told.product_id, quantity=told.quantity
    )
    return Reviewed(
        claim_id=claim_id, status=outcome.word, reserved=outcome.granted, waiting=outcome.waiting,
        order_id=outcome.order_id,
    )  # fmt: skip


@router.post("/reviews/{claim_id}/reject", responses=refusals(409), summary="No, it is none")
async def reject(claim_id: UUID, access: Reviewing, session: SessionDep) -> Reviewed:
    """Nothing is reserved and nobody is written to."""
    await reviewing.reject(session, access.store_id, claim_id)
    return Reviewed(claim_id=claim_id, status="rejected", reserved=0, waiting=0, order_id=None)
