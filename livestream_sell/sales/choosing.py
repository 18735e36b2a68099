"""Which size? The bot asks in private where a claim leaves the variant open, and the buyer's answer decides it."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.core.errors import Conflict
from livestream_sell.events import BuyerWrote
from livestream_sell.intent.schemas import CatalogueProduct
from livestream_sell.messaging.models import MessageKind, MessagePurpose
from livestream_sell.messaging.schemas import MessageDraft
from livestream_sell.sales import reviewing
from livestream_sell.sales.reviewing import ReviewRequest

# Meta shows at most 13 quick replies (meta.md 2.3); more than a handful is not a question any more.
MOST_OPTIONS = 11
PAYLOAD = "variant"

OPEN_CHOICES = """
SELECT c.id, c.candidates FROM claims c JOIN messages m
  ON m.store_id = c.store_id AND m.purpose = 'choose_variant' AND m.data ->> 'claim' = c.id::text
WHERE c.store_id = $1 AND c.customer_fb_id = $2 AND c.status = 'review' ORDER BY c.id DESC LIMIT 1
"""
OPTIONS = "SELECT id, sku, variant FROM products WHERE store_id = $1 AND sku = ANY($2::text[]) AND is_active"
LAST_WORDS = """
SELECT text, payload FROM inbound_messages WHERE store_id = $1 AND customer_fb_id = $2 ORDER BY sent_at DESC LIMIT 1
"""

log = structlog.get_logger(__name__)


def choice_drafts(reviews: Sequence[ReviewRequest]) -> list[MessageDraft]:
    """Return the question for each review whose candidates are the variants of one design."""
    return [draft for review in reviews if (draft := _draft(review))]


def _draft(review: ReviewRequest) -> MessageDraft | None:
    reading = review.recorded.reading
    by_sku = {product.sku: product for product in reading.shop.stocked.catalogue.products}
    candidates = [by_sku[sku] for sku in review.candidates if sku in by_sku]
    if not 2 <= len(candidates) <= MOST_OPTIONS or len({product.name for product in candidates}) > 1:
        return None
    arrival, understood = reading.arrival, reading.understood
    return MessageDraft(
        store_id=reading.shop.store_id, live_id=reading.live_id, kind=MessageKind.private_reply,
        purpose=MessagePurpose.choose_variant, dedupe_key=f"{arrival.comment_id}:choose",
        fb_comment_id=arrival.comment_id, customer_fb_id=arrival.customer_id,
        language=understood.language if understood else "", received_at=arrival.received_at,
        data={"name": arrival.customer_name, "claim": str(review.claim_id), "product": candidates[0].name,
              "options": [{"label": _label(p), "payload": f"{PAYLOAD}:{review.claim_id}:{p.sku}"} for p in candidates]},
    )  # fmt: skip


def _label(product: CatalogueProduct) -> str:
    return " ".join(str(value) for value in product.variant.values() if value) or product.sku


async def on_buyer_wrote(session: AsyncSession, event: BuyerWrote) -> None:
    """If the buyer was asked which variant, the last thing written or tapped is the answer; unclear: the seller."""
    connection = await driver(session)
    claim = await connection.fetchrow(OPEN_CHOICES, event.store_id, event.customer_fb_id)
    words = await connection.fetchrow(LAST_WORDS, event.store_id, event.customer_fb_id)
    if claim is None or words is None:
        return
    rows = await connection.fetch(OPTIONS, event.store_id, claim["candidates"])
    options = {row["sku"]: row["variant"] for row in rows}
    chosen = answered(words["text"], words["payload"], claim["id"], options)
    product_id = next((row["id"] for row in rows if row["sku"] == chosen), None)
    if product_id is None:
        return
    try:
        await reviewing.confirm(session, event.store_id, claim["id"], product_id=product_id)
    except Conflict:
        log.info("variant_chosen_too_late", claim=str(claim["id"]))


def answered(text: str, payload: str, claim_id: UUID, options: Mapping[str, Mapping[str, str]]) -> str | None:
    """Return the code that a tap or a few words mean, or None where they mean none or several of them."""
    tapped, _, sku = payload.rpartition(":")
    if tapped == f"{PAYLOAD}:{claim_id}" and sku in options:
        return sku
    said = set(re.findall(r"\w+", text.casefold()))
    meant = [
        code
        for code, variant in options.items()
        if code.casefold() in text.casefold().split()
        or (variant and all(set(re.findall(r"\w+", str(v).casefold())) <= said for v in variant.values() if v))
    ]
    return meant[0] if len(meant) == 1 else None
