"""Pieces that come back: what it means for claims, carts, the waiting list and the people concerned."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.db import driver
from livestream_sell.core.settings import get_settings
from livestream_sell.events import IntegrationEvent, OrderChanged, OrderExpired, StockChanged
from livestream_sell.inventory import reservations
from livestream_sell.inventory.reservations import ClosedReservation
from livestream_sell.messaging.service import queue_messages
from livestream_sell.sales.announcing import freed_drafts
from livestream_sell.sales.claiming import ClaimOutcome, offer_freed

CLAIMS_LOSE = """
UPDATE claims c SET reserved = c.reserved - lost.quantity, status = CASE
    WHEN c.reserved - lost.quantity > 0 THEN 'partly_reserved' WHEN c.waiting > 0 THEN 'waitlisted' ELSE $2 END
FROM (SELECT claim_id, sum(quantity)::int AS quantity FROM order_items
      WHERE reservation_id = ANY($1::uuid[]) AND claim_id IS NOT NULL GROUP BY claim_id) lost
WHERE c.id = lost.claim_id
"""

ITEMS_GO = "DELETE FROM order_items WHERE reservation_id = ANY($1::uuid[])"

# A cart whose last reservation went is over. With items left it is kept, at their value, as interest; without, it was
# taken back whole.
CARTS_FOLLOW = """
WITH held AS (
    SELECT o.id, count(r.id) AS pieces, count(i.id) AS items,
           coalesce(sum(i.quantity * i.unit_price) FILTER (WHERE r.id IS NOT NULL), 0) AS open_total,
           coalesce(sum(i.quantity * i.unit_price), 0) AS whole_total
    FROM orders o LEFT JOIN order_items i ON i.order_id = o.id
    LEFT JOIN reservations r ON r.id = i.reservation_id AND r.status = 'active'
    WHERE o.id = ANY($1::uuid[]) GROUP BY o.id
)
UPDATE orders o SET updated_at = now(),
    status = CASE WHEN held.pieces > 0 THEN o.status WHEN held.items > 0 THEN 'expired' ELSE 'cancelled' END,
    total = CASE WHEN held.pieces > 0 THEN held.open_total ELSE held.whole_total END
FROM held WHERE o.id = held.id AND o.status = 'pending'
RETURNING o.id, o.store_id, o.status
"""

WITHDRAW = """
UPDATE claims SET waiting = 0, status = CASE WHEN reserved > 0 THEN status ELSE 'released' END
WHERE id = ANY($1::uuid[]) AND status IN ('reserved', 'partly_reserved', 'waitlisted', 'review')
"""

HELD_BY_CLAIMS = """
SELECT r.id FROM reservations r JOIN order_items i ON i.reservation_id = r.id JOIN orders o ON o.id = i.order_id
WHERE i.claim_id = ANY($1::uuid[]) AND r.status = 'active' AND o.status = 'pending'
"""

TIMELINE = """
INSERT INTO order_events (store_id, order_id, kind, actor)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
"""

COMMENT_IDS = "SELECT id, fb_comment_id FROM comments WHERE id = ANY($1::uuid[])"


async def detach(session: AsyncSession, closed: Sequence[ClosedReservation], reason: str) -> None:
    """Take closed reservations off their claims; `released` ones leave the cart, `expired` ones stay as interest."""
    if not closed:
        return
    connection = await driver(session)
    reservation_ids = [reservation.id for reservation in closed]
    await connection.execute(CLAIMS_LOSE, reservation_ids, reason)
    if reason == "released":
        await connection.execute(ITEMS_GO, reservation_ids)
    await outbox.publish_many(session, _stock_events(closed))


async def withdraw(session: AsyncSession, claim_ids: Sequence[UUID]) -> list[ClosedReservation]:
    """Undo claims that are not paid: their pieces are free, nothing waits any more; carts are not settled yet.

    The caller holds the locks of the products and calls `settle_carts` and `hand_out` afterwards.
    """
    connection = await driver(session)
    await connection.execute(WITHDRAW, list(claim_ids))
    held = await connection.fetch(HELD_BY_CLAIMS, list(claim_ids))
    closed = await reservations.close(session, [row["id"] for row in held], "released")
    await detach(session, closed, "released")
    return closed


async def settle_carts(session: AsyncSession, order_ids: Sequence[UUID], actor: str = "bot") -> list[UUID]:
    """Bring total and state of open carts in line with what is still held for them; the ones that ended."""
    if not order_ids:
        return []
    connection = await driver(session)
    carts = await connection.fetch(CARTS_FOLLOW, sorted(set(order_ids)))
    ended = [row for row in carts if row["status"] != "pending"]
    await connection.execute(
        TIMELINE, [r["store_id"] for r in ended], [r["id"] for r in ended], [r["status"] for r in ended],
        [actor] * len(ended),
    )  # fmt: skip
    await outbox.publish_many(session, _cart_events(carts))
    return [row["id"] for row in ended]


async def give_back(session: AsyncSession, closed: Sequence[ClosedReservation], *, reason: str) -> None:
    """Carry closed reservations through claims, carts and waiting list; the caller holds the products' locks."""
    await detach(session, closed, reason)
    await settle_carts(session, [reservation.order_id for reservation in closed])
    await hand_out(session, sorted({reservation.product_id for reservation in closed}))


async def hand_out(session: AsyncSession, product_ids: Sequence[UUID]) -> list[ClaimOutcome]:
    """Give free pieces to the waiting list and tell those people; the caller holds the locks of the products."""
    if not product_ids:
        return []
    freed = await offer_freed(session, product_ids, get_settings().reservation_minutes)
    if freed:
        comment_ids = [o.request.comment_id for o in freed if o.request.comment_id]
        rows = await (await driver(session)).fetch(COMMENT_IDS, comment_ids)
        await queue_messages(session, freed_drafts(freed, {row["id"]: row["fb_comment_id"] for row in rows}))
        await outbox.publish_many(
            session,
            [
                OrderChanged(store_id=o.request.store_id, order_id=o.order_id, status="pending")
                for o in freed
                if o.order_id is not None
            ],
        )
    return freed


async def expire_due(session: AsyncSession, product_ids: Sequence[UUID] | None = None) -> int:
    """Release what is past its time, of some products or of all, and hand the pieces on; how many there were."""
    closed = await reservations.expire_due(session, product_ids)
    await give_back(session, closed, reason="expired")
    return len(closed)


def _cart_events(carts: Sequence[Any]) -> list[IntegrationEvent]:
    return [
        OrderExpired(store_id=row["store_id"], order_id=row["id"])
        if row["status"] == "expired"
        else OrderChanged(store_id=row["store_id"], order_id=row["id"], status=row["status"])
        for row in carts
    ]


def _stock_events(closed: Sequence[ClosedReservation]) -> list[IntegrationEvent]:
    products: dict[UUID, set[UUID]] = {}
    for reservation in closed:
        products.setdefault(reservation.store_id, set()).add(reservation.product_id)
    return [StockChanged(store_id=store, product_ids=sorted(ids)) for store, ids in products.items()]
