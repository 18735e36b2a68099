"""The seller corrects what the bot made of a comment."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from backend_hooks.dependencies import SessionDep, StoreAccess, store_by_query
from backend_hooks.error_handlers import refusals
from livestream_sell.core.access import Permission
from livestream_sell.intent.schemas import MAX_QUANTITY, MIN_QUANTITY, Intent, ItemClaim
from livestream_sell.sales import corrections
from livestream_sell.sales.correction_export import labelled_set

router = APIRouter(prefix="/api/v1", tags=["lives"], responses=refusals(401, 403, 404, 409, 422))

ZIP = "application/zip"
Reviewing = Annotated[StoreAccess, Depends(store_by_query(Permission.review_claims))]


class CorrectedItem(BaseModel):
    sku: str = Field(min_length=1, max_length=64)
    quantity: int = Field(default=1, ge=MIN_QUANTITY, le=MAX_QUANTITY)


class Correction(BaseModel):
    """What the comment really meant; products only with a purchase."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"intent": "purchase", "items": [{"sku": "A1", "quantity": 2}]}]}
    )

    intent: Intent
    items: list[CorrectedItem] = Field(default_factory=list, max_length=corrections.MOST_ITEMS)


class CorrectedClaim(BaseModel):
    """How a claim was decided."""

    sku: str
    quantity: int
    reserved: int
    waiting: int


class CorrectionResult(BaseModel):
    """What the comment is now, and the words that the store's bot learned."""

    comment_id: UUID
    intent: Intent
    outcome: str
    claims: list[CorrectedClaim]
    learned: list[str]


@router.post("/comments/{comment_id}/correct", summary="Say what a comment really meant")
async def correct(comment_id: UUID, body: Correction, access: Reviewing, session: SessionDep) -> CorrectionResult:
    """What it was taken for is undone, what it meant is done, and the store's words are learned."""
    done = await corrections.correct(
        session, access.store_id, comment_id, intent=body.intent,
        items=[ItemClaim(item.sku, item.quantity) for item in body.items], actor=access.actor_name,
    )  # fmt: skip
    claims = [
        CorrectedClaim(sku=o.sku, quantity=o.request.quantity, reserved=o.granted, waiting=o.waiting)
        for o in done.claims
    ]
    return CorrectionResult(
        comment_id=done.comment_id, intent=done.intent, outcome=done.outcome, claims=claims, learned=list(done.learned)
    )


@router.get(
    "/corrections/export",
    response_class=Response,
    responses={200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}},
    summary="The store's corrections as labelled comments",
)
async def export(
    access: Reviewing, session: SessionDep,
    learned: Annotated[bool, Query(description="With the words that the bot learned of these very comments")] = False,
) -> Response:  # fmt: skip
    """A zip of `dev.jsonl`, `report.jsonl` and the catalogue, as `livestream-sell evaluate --labelled` reads them."""
    found = await labelled_set(session, access.store_id, learned=learned)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}-corrections.zip"'}
    return Response(found.zipped(), media_type=ZIP, headers=headers)
