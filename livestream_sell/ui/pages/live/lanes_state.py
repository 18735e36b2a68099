"""What waits for the seller: claims to confirm, questions to answer, messages that failed."""

from typing import Any, TypedDict

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.access import Permission
from livestream_sell.core.db import transaction
from livestream_sell.inventory import service as inventory
from livestream_sell.live import service as lives
from livestream_sell.messaging import history
from livestream_sell.orders import service as orders
from livestream_sell.orders.views import ClaimRow
from livestream_sell.sales import reviewing
from livestream_sell.sales.live_board import OpenQuestion, open_questions
from livestream_sell.ui.changes import put
from livestream_sell.ui.feedback import shows_refusals, tell
from livestream_sell.ui.ids import as_id
from livestream_sell.ui.pages.live.state import LiveControlState
from livestream_sell.ui.refusals import failure_number, message_failure
from livestream_sell.ui.session import require_actor

REVIEWS_SHOWN, QUESTIONS_SHOWN, FAILED_SHOWN = 20, 20, 20
CHOICES_OFFERED = 6


class ProductChoice(TypedDict):
    """One product a held claim may mean."""

    id: str
    code: str
    label: str


class ReviewRow(TypedDict):
    """A comment that the bot was not sure about, and what it would reserve; `product_id` empty: the seller chooses."""

    id: str
    author: str
    text: str
    product_id: str
    proposal: str
    quantity: int
    sure: str
    choices: list[ProductChoice]


class QuestionRow(TypedDict):
    """A question or complaint without an answer."""

    id: str
    author: str
    text: str
    intent: str
    at: str


class FailedRow(TypedDict):
    """A message that will not be sent by itself any more."""

    id: str
    buyer: str
    purpose: str
    text: str
    error: str
    number: str
    order_id: str


class LanesState(rx.State):
    """The to-do panel of the live page."""

    reviews: list[ReviewRow] = []
    questions: list[QuestionRow] = []
    failed: list[FailedRow] = []

    @rx.event
    async def refresh(self) -> None:
        """Read the lanes again."""
        await self._read(await require_actor(self))

    @rx.event
    @shows_refusals
    async def confirm(self, claim_id: str, product_id: str) -> Any:
        """Yes, it is a purchase: decided now, of the product given or of the proposed one."""
        actor = await require_actor(self, Permission.review_claims)
        chosen = as_id(product_id) if product_id else None
        async with transaction() as session:
            decided = await reviewing.confirm(
                session, actor.store_id, as_id(claim_id), product_id=chosen, actor=f"seller:{actor.seller_id}"
            )
        await self._read(actor)
        await tell(self, "live.confirmed", units=str(decided.granted))
        return LiveControlState.reload_comments

    @rx.event
    @shows_refusals
    async def decide(self, form: dict[str, Any]) -> Any:
        """Confirm a claim with the product and the quantity that the seller chose."""
        actor = await require_actor(self, Permission.review_claims)
        chosen, pieces = str(form.get("product") or ""), str(form.get("quantity") or "1")
        async with transaction() as session:
            decided = await reviewing.confirm(
                session, actor.store_id, as_id(str(form.get("claim"))), product_id=as_id(chosen) if chosen else None,
                quantity=int(pieces) if pieces.isdecimal() else 0, actor=f"seller:{actor.seller_id}",
            )  # fmt: skip
        await self._read(actor)
        await tell(self, "live.confirmed", units=str(decided.granted))
        return LiveControlState.reload_comments

    @rx.event
    @shows_refusals
    async def reject(self, claim_id: str) -> Any:
        """No, it is none."""
        actor = await require_actor(self, Permission.review_claims)
        async with transaction() as session:
            await reviewing.reject(session, actor.store_id, as_id(claim_id))
        await self._read(actor)
        return LiveControlState.reload_comments

    @rx.event
    @shows_refusals
    async def retry(self, message_id: str) -> None:
        """Send a failed message once more."""
        actor = await require_actor(self, Permission.write_to_buyers)
        async with transaction() as session:
            await history.retry_message(session, actor.store_id, as_id(message_id))
        await self._read(actor)
        await tell(self, "live.retried")

    async def _read(self, actor: SignedIn) -> None:
        store_id = actor.store_id
        async with transaction() as session:
            live = await lives.current_live(session, store_id)
            held = await orders.list_reviews(session, store_id, limit=REVIEWS_SHOWN)
            skus = [sku for claim in held for sku in claim.candidates]
            known = await inventory.products_by_sku(session, store_id, skus)
            labels = {
                sku: {"id": str(one.id), "code": sku, "label": _label(sku, one.name)} for sku, one in known.items()
            }
            asked = await open_questions(session, store_id, live.id, limit=QUESTIONS_SHOWN) if live else []
            failed = [
                row
                for status in ("dead", "unknown")
                for row in await history.list_messages(session, store_id, status=status, limit=FAILED_SHOWN)
            ]
        put(
            self,
            reviews=[_review(claim, labels) for claim in held],
            questions=[_question(row) for row in asked],
            failed=[_failed(row) for row in failed],
        )


def _label(sku: str, name: str) -> str:
    return f"{sku} · {name}"


def _review(claim: ClaimRow, labels: dict[str, Any]) -> ReviewRow:
    return {
        "id": str(claim.id),
        "author": claim.customer_name or claim.customer_fb_id,
        "text": claim.comment or "",
        "product_id": str(claim.product_id or ""),
        "proposal": _label(claim.sku, claim.name or "") if claim.sku else "",
        "quantity": claim.quantity,
        "sure": f"{claim.confidence * 100:.0f} %",
        "choices": [labels[sku] for sku in claim.candidates if sku in labels][:CHOICES_OFFERED],
    }


def _question(row: OpenQuestion) -> QuestionRow:
    return {
        "id": str(row.id),
        "author": row.customer_name,
        "text": row.text[:300],
        "intent": row.intent,
        "at": row.commented_at.isoformat(),
    }


def _failed(row: history.MessageView) -> FailedRow:
    return {
        "id": str(row.id),
        "buyer": row.customer_fb_id,
        "purpose": row.purpose,
        "text": row.text[:200],
        "error": message_failure(row.error),
        "number": failure_number(row.error),
        "order_id": str(row.order_id or ""),
    }
