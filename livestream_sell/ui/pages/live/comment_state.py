"""One comment opened from the feed: what became of it, and the seller's private reply to it."""

from typing import Any, TypedDict
from uuid import UUID

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.access import Permission
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import InvalidInput, NotFound
from livestream_sell.intent.schemas import Intent, ItemClaim
from livestream_sell.inventory.service import get_product
from livestream_sell.messaging.service import send_manual
from livestream_sell.sales.corrections import correct
from livestream_sell.sales.live_board import CommentCard, comment_card
from livestream_sell.ui.feedback import shows_refusals, tell
from livestream_sell.ui.ids import as_id
from livestream_sell.ui.pages.live.lanes_state import LanesState
from livestream_sell.ui.session import require_actor


class CardView(TypedDict):
    """The comment's own facts, ready to show."""

    id: str
    author: str
    text: str
    at: str
    intent: str
    language: str
    sure: str
    engine: str
    reason: str
    outcome: str
    can_reply: bool


class ClaimView(TypedDict):
    """What the comment claimed."""

    sku: str
    quantity: int
    reserved: int
    waiting: int
    status: str
    order_id: str


class SaidView(TypedDict):
    """What was said to it."""

    kind: str
    status: str
    text: str


NO_CARD: CardView = {
    "id": "", "author": "", "text": "", "at": "", "intent": "", "language": "", "sure": "", "engine": "", "reason": "",
    "outcome": "", "can_reply": False,
}  # fmt: skip


class CommentState(rx.State):
    """The drawer of one comment."""

    is_open: bool = False
    card: CardView = NO_CARD
    claims: list[ClaimView] = []
    said: list[SaidView] = []

    @rx.event
    @shows_refusals
    async def open(self, comment_id: str) -> None:
        """Show a comment."""
        await self._read(await require_actor(self), as_id(comment_id))
        self.is_open = True

    @rx.event
    async def close(self) -> None:
        """Hide it again."""
        await require_actor(self)
        self.is_open = False

    @rx.event
    @shows_refusals
    async def reply(self, form: dict[str, Any]) -> Any:
        """Answer the open comment in private."""
        actor = await require_actor(self, Permission.write_to_buyers)
        async with transaction() as session:
            card = await comment_card(session, actor.store_id, as_id(self.card["id"]))
            if card.customer_fb_id is None:
                raise NotFound("Nobody to write to.")
            text, who = str(form.get("text") or ""), f"seller:{actor.seller_id}"
            await send_manual(session, actor.store_id, card.customer_fb_id, text, card.fb_comment_id, who)
        self.is_open = False
        await tell(self, "live.reply_sent")
        return LanesState.refresh

    @rx.event
    @shows_refusals
    async def correct(self, form: dict[str, Any]) -> Any:
        """Say what the open comment really was; it is done like that, and learned."""
        actor = await require_actor(self, Permission.review_claims)
        product, who = str(form.get("product") or ""), f"seller:{actor.seller_id}"
        comment_id, intent = as_id(self.card["id"]), _intent(form)
        async with transaction() as session:
            chosen = await get_product(session, actor.store_id, as_id(product)) if product else None
            items = _items(form, chosen.sku) if chosen and intent is Intent.purchase else []
            await correct(session, actor.store_id, comment_id, intent=intent, items=items, actor=who)
        await self._read(actor, comment_id)
        await tell(self, "live.corrected")
        return LanesState.refresh

    async def _read(self, actor: SignedIn, comment_id: UUID) -> None:
        async with transaction() as session:
            card = await comment_card(session, actor.store_id, comment_id)
        self.card = _view(card)
        self.claims = [ClaimView(**claim.model_dump()) for claim in card.claims]  # type: ignore[typeddict-item]
        self.said = [SaidView(**message.model_dump()) for message in card.messages]  # type: ignore[typeddict-item]


def _intent(form: dict[str, Any]) -> Intent:
    told = str(form.get("intent") or "")
    try:
        return Intent(told)
    except ValueError:
        raise InvalidInput("intent", field="intent", reason="wrong") from None


def _items(form: dict[str, Any], sku: str) -> list[ItemClaim]:
    pieces = str(form.get("quantity") or "1")
    return [ItemClaim(sku=sku, quantity=int(pieces) if pieces.isdecimal() else 0)]


def _view(card: CommentCard) -> CardView:
    is_used = any(message.kind == "private_reply" for message in card.messages)
    return {
        "id": str(card.id),
        "author": card.customer_name,
        "text": card.text,
        "at": card.commented_at.isoformat(),
        "intent": card.intent or "",
        "language": card.language or "",
        "sure": "" if card.confidence is None else f"{card.confidence * 100:.0f} %",
        "engine": card.engine or "",
        "reason": card.reason or "",
        "outcome": card.outcome,
        "can_reply": card.customer_fb_id is not None and not is_used,
    }
