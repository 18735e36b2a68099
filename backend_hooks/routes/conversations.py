"""Words to buyers: the seller's own, and those that could not be said."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from backend_hooks.dependencies import SessionDep, StoreAccess, store_by_query
from backend_hooks.error_handlers import refusals
from livestream_sell.core.access import Permission
from livestream_sell.messaging import history
from livestream_sell.messaging.history import MessageView
from livestream_sell.messaging.models import MessageStatus
from livestream_sell.messaging.service import send_manual

router = APIRouter(prefix="/api/v1", tags=["conversations"], responses=refusals(401, 403, 404, 422))

Viewed = Annotated[StoreAccess, Depends(store_by_query(Permission.view_store))]
Writing = Annotated[StoreAccess, Depends(store_by_query(Permission.write_to_buyers))]
Buyer = Annotated[str, Path(min_length=1, max_length=64)]


class Reply(BaseModel):
    """The seller's words; with a comment's id they go to that comment in private."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "¡Hola! Te la guardo.", "fb_comment_id": "5550001_7001"}]}
    )

    text: str = Field(min_length=1, max_length=4000)
    fb_comment_id: str | None = Field(default=None, max_length=128)


class Queued(BaseModel):
    """It is on its way."""

    message_id: UUID


@router.post(
    "/conversations/{customer_fb_id}/reply", status_code=202, responses=refusals(409), summary="Write to a buyer"
)
async def reply(customer_fb_id: Buyer, body: Reply, access: Writing, session: SessionDep) -> Queued:
    """Refused when Meta would not take it: no comment and no open window, or the buyer opted out."""
    message_id = await send_manual(
        session, access.store_id, customer_fb_id, body.text, body.fb_comment_id, access.actor_name
    )
    return Queued(message_id=message_id)


@router.get("/conversations/{customer_fb_id}", summary="What a buyer and the store said")
async def read_thread(
    customer_fb_id: Buyer, access: Viewed, session: SessionDep, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[MessageView]:
    """The oldest first."""
    return await history.list_thread(session, access.store_id, customer_fb_id, limit=limit)


@router.get("/messages", summary="Messages to buyers")
async def list_messages(
    access: Viewed, session: SessionDep, status: MessageStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> list[MessageView]:  # fmt: skip
    """`status=dead`: those that could not be said."""
    return await history.list_messages(session, access.store_id, status=status or "", limit=limit, offset=offset)


@router.post("/messages/{message_id}/retry", status_code=202, responses=refusals(409), summary="Say it once more")
async def retry(message_id: UUID, access: Writing, session: SessionDep) -> MessageView:
    """Only what failed is sent again."""
    return await history.retry_message(session, access.store_id, message_id)
