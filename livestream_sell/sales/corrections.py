"""The seller says what a comment really meant: it is done, kept as an example, and its words are learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.db import driver
from livestream_sell.core.errors import Conflict, InvalidInput, NotFound
from livestream_sell.core.settings import get_settings
from livestream_sell.events import CommentsDecided, LiveChanged
from livestream_sell.intent.schemas import MAX_QUANTITY, MIN_QUANTITY, Intent, ItemClaim
from livestream_sell.messaging.inbound import opt_out
from livestream_sell.messaging.service import queue_messages
from livestream_sell.sales import amending, learning
from livestream_sell.sales.announcing import claim_drafts
from livestream_sell.sales.claiming import ClaimOutcome, ClaimRequest
from livestream_sell.sales.pipeline import Plan, carry_out

ENGINE = "seller"
MOST_ITEMS = 20

COMMENT = """
SELECT c.id, c.live_id, c.fb_comment_id, c.customer_fb_id, c.customer_name, c.text, c.state, c.intent, c.language,
       c.commented_at, s.currency, s.locale, coalesce(s.reservation_minutes, $3) AS minutes, l.featured_product_id
FROM comments c JOIN stores s ON s.id = c.store_id LEFT JOIN live_events l ON l.id = c.live_id
WHERE c.store_id = $1 AND c.id = $2 FOR UPDATE OF c
"""

PRODUCTS = "SELECT sku, id FROM products WHERE store_id = $1 AND sku = ANY($2::text[]) AND is_active"

SOLD = """
SELECT EXISTS (SELECT 1 FROM claims c JOIN orders o ON o.id = c.order_id
               WHERE c.comment_id = $1 AND c.reserved > 0 AND o.status NOT IN ('pending', 'expired', 'cancelled'))
"""

CORRECTED = "UPDATE comments SET intent = $2, outcome = $3, engine = $4, confidence = 1 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Corrected:
    """What the comment is now, how its claims were decided, and the words that were learned."""

    comment_id: UUID
    intent: Intent
    outcome: str
    claims: tuple[ClaimOutcome, ...]
    learned: tuple[str, ...]


async def correct(
    session: AsyncSession, store_id: UUID, comment_id: UUID, *, intent: Intent, items: Sequence[ItemClaim], actor: str
) -> Corrected:
    """Undo what the comment was taken for and do what it meant; the pieces go by the usual way, waiting list included.

    Raises:
        NotFound: no such comment in this store.
        Conflict: the buyer removed it, or what it claimed is paid.
        InvalidInput: a purchase without products of the store, or products without a purchase.
    """
    connection = await driver(session)
    row = await connection.fetchrow(COMMENT, store_id, comment_id, get_settings().reservation_minutes)
    if row is None:
        raise NotFound("There is no such comment.")
    if row["state"] == "removed":
        raise Conflict("The buyer removed this comment.", reason="comment_removed")
    if await connection.fetchval(SOLD, comment_id):
        raise Conflict("What this comment claimed is paid: change the order instead.", reason="claim_paid")
    product_ids = await _products(session, store_id, intent, items)
    plan = await _plan(session, store_id, row, intent, items, product_ids)
    decided = await carry_out(session, plan)
    outcome = await _outcome(session, comment_id, intent)
    await connection.execute(CORRECTED, comment_id, intent.value, outcome, ENGINE)
    learned = await learning.remember(session, store_id, row, intent, items, actor)
    await _tell(session, store_id, row, intent, outcome, decided)
    if intent is Intent.opt_out:
        await opt_out(session, store_id, row["customer_fb_id"])
    return Corrected(comment_id, intent, outcome, tuple(decided), tuple(learned))


async def _products(
    session: AsyncSession, store_id: UUID, intent: Intent, items: Sequence[ItemClaim]
) -> dict[str, UUID]:
    if (intent is Intent.purchase) != bool(items) or len(items) > MOST_ITEMS:
        raise InvalidInput(
            "A purchase names its products, and nothing else does.", field="items", reason="purchase_items"
        )
    if any(not MIN_QUANTITY <= item.quantity <= MAX_QUANTITY for item in items):
        raise InvalidInput("A quantity is from 1 to 99.", field="quantity", reason="quantity_range", limit=99)
    skus = [item.sku for item in items]
    rows = await (await driver(session)).fetch(PRODUCTS, store_id, skus)
    found = {row["sku"]: row["id"] for row in rows}
    if set(found) != set(skus) or len(found) != len(skus):
        raise InvalidInput("Name each product once, by its code.", field="items", reason="each_once")
    return found


async def _plan(
    session: AsyncSession, store_id: UUID, row: Any, intent: Intent, items: Sequence[ItemClaim],
    product_ids: dict[str, UUID],
) -> Plan:  # fmt: skip
    """The claims to undo and to make; a claim that was right already is left alone, with its place and its clock."""
    before = (await amending.open_claims(session, [row["id"]])).get(row["id"], [])
    wanted = [(product_ids[item.sku], item.quantity) for item in items]
    right = {key: c for c in before if c.status != "review" and (key := (c.product_id, c.quantity)) in wanted}
    kept = {claim.id for claim in right.values()}
    plan = Plan(amended={row["id"]})
    plan.withdrawn = [claim.id for claim in before if claim.id not in kept]
    if intent is Intent.cancel and row["live_id"]:
        wish = (row["live_id"], row["customer_fb_id"], frozenset[UUID](), row["featured_product_id"])
        plan.withdrawn += await amending.cancelled_claims(session, [wish])
    plan.requests = [
        (
            ClaimRequest(
                store_id=store_id, live_id=row["live_id"], comment_id=row["id"], customer_fb_id=row["customer_fb_id"],
                customer_name=row["customer_name"], product_id=product_id, quantity=quantity, confidence=1.0,
                language=row["language"] or "", commented_at=row["commented_at"], currency=row["currency"],
                minutes=row["minutes"],
            ),
            row["text"],
        )
        for product_id, quantity in wanted
        if (product_id, quantity) not in right
    ]  # fmt: skip
    return plan


async def _outcome(session: AsyncSession, comment_id: UUID, intent: Intent) -> str:
    claims = (await amending.open_claims(session, [comment_id])).get(comment_id, [])
    words = {claim.status for claim in claims}
    if len(words) > 1:
        return "partly_reserved"
    return words.pop() if words else intent.value


async def _tell(
    session: AsyncSession, store_id: UUID, row: Any, intent: Intent, outcome: str, decided: Sequence[ClaimOutcome]
) -> None:
    await queue_messages(session, claim_drafts(decided, {row["id"]: row["fb_comment_id"]}, {}))
    changed = {"id": str(row["id"]), "intent": intent.value, "engine": ENGINE, "confidence": 1.0, "outcome": outcome}
    await outbox.publish_many(
        session,
        [
            CommentsDecided(store_id=store_id, rows=[changed]),
            LiveChanged(store_id=store_id, live_id=row["live_id"]),
        ],
    )
