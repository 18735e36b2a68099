"""Stock held for buyers: taken in batches, given back, consumed by payment. Never below zero, never oversold.

Whoever changes `products.reserved` locks the product row first, in the order of ids, so that no two transactions can
wait for each other. A reservation past `expires_at` is released before anything is decided about its product, so it
does not count even when the sweeper is late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver

LOCK_PRODUCTS = """
SELECT id FROM products WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""

CLOSE = """
WITH closed AS (
    UPDATE reservations SET status = $2, closed_at = now()
    WHERE id = ANY($1::uuid[]) AND status = 'active'
    RETURNING id, store_id, product_id, order_id, quantity
), given_back AS (
    UPDATE products p SET reserved = p.reserved - back.quantity
    FROM (SELECT product_id, sum(quantity)::int AS quantity FROM closed GROUP BY product_id) back
    WHERE p.id = back.product_id
    RETURNING p.id
)
SELECT id, store_id, product_id, order_id, quantity FROM closed WHERE EXISTS (SELECT FROM given_back)
"""

CONSUME = """
WITH consumed AS (
    UPDATE reservations SET status = 'consumed', closed_at = now()
    WHERE id = ANY($1::uuid[]) AND status = 'active'
    RETURNING id, store_id, product_id, order_id, quantity
), taken AS (
    UPDATE products p SET stock = p.stock - gone.quantity, reserved = p.reserved - gone.quantity
    FROM (SELECT product_id, sum(quantity)::int AS quantity FROM consumed GROUP BY product_id) gone
    WHERE p.id = gone.product_id
    RETURNING p.id
)
SELECT id, store_id, product_id, order_id, quantity FROM consumed WHERE EXISTS (SELECT FROM taken)
"""

DUE = """
SELECT id, product_id FROM reservations
WHERE status = 'active' AND expires_at <= now() AND ($1::uuid[] IS NULL OR product_id = ANY($1::uuid[]))
ORDER BY product_id LIMIT $2
"""

TAKE_FREE = """
UPDATE products SET stock = stock - $2 WHERE id = $1 AND stock - reserved >= $2 RETURNING id
"""

HOLD_AGAIN = """
WITH held AS (
    UPDATE products SET reserved = reserved + $3 WHERE id = $1 AND stock - reserved >= $3 RETURNING id, store_id
)
INSERT INTO reservations (store_id, product_id, order_id, quantity, expires_at)
SELECT store_id, id, $2, $3, now() + make_interval(mins => $4) FROM held RETURNING id
"""


@dataclass(frozen=True, slots=True)
class ClosedReservation:
    """A reservation that stopped holding its pieces in this transaction."""

    id: UUID
    store_id: UUID
    product_id: UUID
    order_id: UUID
    quantity: int


async def lock_products(session: AsyncSession, product_ids: Sequence[UUID]) -> None:
    """Serialise everyone who decides about these products until the end of the transaction."""
    await (await driver(session)).fetch(LOCK_PRODUCTS, sorted(set(product_ids)))


async def close(session: AsyncSession, reservation_ids: Sequence[UUID], status: str) -> list[ClosedReservation]:
    """Give the pieces of active reservations back to the shelf; the caller holds the locks of their products.

    Already closed ones are passed over, so calling twice gives back once.
    """
    rows = await (await driver(session)).fetch(CLOSE, list(reservation_ids), status)
    return [ClosedReservation(**row) for row in rows]


async def consume(session: AsyncSession, reservation_ids: Sequence[UUID]) -> list[ClosedReservation]:
    """Take the pieces of active reservations out of stock for good (they are paid)."""
    rows = await (await driver(session)).fetch(CONSUME, list(reservation_ids))
    return [ClosedReservation(**row) for row in rows]


async def expire_due(
    session: AsyncSession, product_ids: Sequence[UUID] | None = None, limit: int = 500
) -> list[ClosedReservation]:
    """Release reservations whose time is over, of `product_ids` or of the whole shop floor.

    Locks their products; a caller that already holds them passes the same ids.
    """
    connection = await driver(session)
    due = await connection.fetch(DUE, None if product_ids is None else list(product_ids), limit)
    if not due:
        return []
    await lock_products(session, [row["product_id"] for row in due])
    return await close(session, [row["id"] for row in due], "expired")


async def take_free(session: AsyncSession, product_id: UUID, quantity: int) -> bool:
    """Take pieces that nobody holds out of stock for good; False, and nothing changed, if there are too few."""
    return await (await driver(session)).fetchval(TAKE_FREE, product_id, quantity) is not None


async def hold(session: AsyncSession, product_id: UUID, order_id: UUID, quantity: int, minutes: int) -> UUID | None:
    """Hold pieces for an order outside a claim batch; the new reservation's id, or None if there are too few."""
    return await (await driver(session)).fetchval(HOLD_AGAIN, product_id, order_id, quantity, minutes)  # type: ignore[no-any-return]
