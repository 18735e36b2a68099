"""Claims decided in batches: one set-based statement from demand to reserved pieces, carts and waiting list.

Order is the caller's: requests come sorted by Meta's time of the comment, then by arrival, and `decision_seq` records
it. Each request gets what is left (maybe part of it, maybe nothing); the rest waits. Measured in docs/performance.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.core.ids import checkout_token, order_code, uuid7

ALLOCATE = """
WITH input AS MATERIALIZED (
    SELECT * FROM unnest(
        $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::int[], $9::float8[],
        $10::text[], $11::timestamptz[], $12::int[], $13::text[], $14::uuid[], $15::text[], $16::text[]
    ) WITH ORDINALITY AS t(
        claim_id, store_id, live_id, comment_id, customer_fb_id, customer_name, product_id, wanted, confidence,
        language, commented_at, minutes, currency, cart_id, code, token, ord)
), locked AS MATERIALIZED (
    SELECT id, store_id, sku, name, price, stock - reserved AS available
    FROM products WHERE id = ANY($7::uuid[]) ORDER BY id FOR NO KEY UPDATE
), decided AS MATERIALIZED (
    SELECT i.*, l.sku, l.name, l.price, uuidv7() AS reservation_id,
           greatest(0, least(i.wanted, l.available - coalesce(sum(i.wanted) OVER (
               PARTITION BY i.product_id ORDER BY i.ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)))::int
           AS granted
    FROM input i JOIN locked l ON l.id = i.product_id AND l.store_id = i.store_id
), taken AS (
    UPDATE products p SET reserved = p.reserved + d.granted
    FROM (SELECT product_id, sum(granted)::int AS granted FROM decided GROUP BY product_id) d
    WHERE p.id = d.product_id AND d.granted > 0
    RETURNING p.id
), carts AS (
    INSERT INTO orders (id, store_id, live_id, customer_fb_id, customer_name, code, token, status, currency, total,
                        language, created_at, updated_at)
    SELECT min(cart_id::text)::uuid, store_id, live_id, customer_fb_id, max(customer_name), min(code), min(token),
           'pending', min(currency), sum(granted * price), min(language), now(), now()
    FROM decided WHERE granted > 0
    GROUP BY store_id, live_id, customer_fb_id ORDER BY store_id, live_id, customer_fb_id
    ON CONFLICT (store_id, live_id, customer_fb_id) WHERE status = 'pending'
    DO UPDATE SET total = orders.total + EXCLUDED.total, updated_at = now()
    RETURNING id, store_id, live_id, customer_fb_id
), placed AS MATERIALIZED (
    SELECT d.*, c.id AS order_id FROM decided d LEFT JOIN carts c
        ON c.store_id = d.store_id AND c.live_id IS NOT DISTINCT FROM d.live_id
        AND c.customer_fb_id = d.customer_fb_id AND d.granted > 0
), held AS (
    INSERT INTO reservations (id, store_id, product_id, order_id, quantity, expires_at)
    SELECT reservation_id, store_id, product_id, order_id, granted, now() + make_interval(mins => minutes)
    FROM placed WHERE granted > 0
), items AS (
    INSERT INTO order_items (store_id, order_id, product_id, claim_id, reservation_id, sku, name, quantity, unit_price)
    SELECT store_id, order_id, product_id, claim_id, reservation_id, sku, name, granted, price
    FROM placed WHERE granted > 0
), recorded AS (
    INSERT INTO claims (id, store_id, live_id, comment_id, customer_fb_id, customer_name, product_id, quantity,
                        reserved, waiting, status, confidence, language, order_id, commented_at)
    SELECT claim_id, store_id, live_id, comment_id, customer_fb_id, customer_name, product_id, wanted, granted,
           wanted - granted, CASE WHEN granted = wanted THEN 'reserved' WHEN granted > 0 THEN 'partly_reserved'
           ELSE 'waitlisted' END, confidence, language, order_id, commented_at
    FROM placed ORDER BY ord
    ON CONFLICT (id) DO UPDATE SET
        reserved = claims.reserved + EXCLUDED.reserved, waiting = EXCLUDED.waiting, product_id = EXCLUDED.product_id,
        status = CASE WHEN EXCLUDED.waiting = 0 THEN 'reserved'
                      WHEN claims.reserved + EXCLUDED.reserved > 0 THEN 'partly_reserved' ELSE 'waitlisted' END,
        order_id = coalesce(EXCLUDED.order_id, claims.order_id)
    RETURNING id, decision_seq
)
SELECT p.claim_id, p.granted, p.order_id, p.sku, p.name, r.decision_seq, p.price
FROM placed p JOIN recorded r ON r.id = p.claim_id ORDER BY p.ord
"""

WAITING = """
SELECT c.id AS claim_id, c.store_id, c.live_id, c.comment_id, c.customer_fb_id, c.customer_name, c.product_id,
       c.waiting AS quantity, c.confidence, c.language, c.commented_at, s.currency,
       coalesce(s.reservation_minutes, $2) AS minutes
FROM claims c JOIN stores s ON s.id = c.store_id JOIN products p ON p.id = c.product_id
WHERE c.product_id = ANY($1::uuid[]) AND c.waiting > 0 AND p.stock > p.reserved AND p.is_active
ORDER BY c.decision_seq LIMIT 500
"""


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """One buyer wants `quantity` pieces of one product; `minutes` is how long they are held."""

    store_id: UUID
    live_id: UUID | None
    comment_id: UUID | None
    customer_fb_id: str
    customer_name: str
    product_id: UUID
    quantity: int
    confidence: float
    language: str
    commented_at: datetime
    currency: str
    minutes: int
    claim_id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """What a request got: `granted` pieces in `order_id`, the rest on the waiting list."""

    request: ClaimRequest
    granted: int
    order_id: UUID | None
    sku: str
    name: str
    decision_seq: int
    unit_price: Decimal

    @property
    def waiting(self) -> int:
        return self.request.quantity - self.granted

    @property
    def word(self) -> str:
        """The ClaimStatus this outcome was recorded with."""
        if self.waiting == 0:
            return "reserved"
        return "partly_reserved" if self.granted else "waitlisted"


def _columns(requests: Sequence[ClaimRequest]) -> list[list[object]]:
    """Turn requests into the statement's sixteen arrays; requests of one buyer in one live share a cart."""
    carts: dict[tuple[UUID, UUID | None, str], tuple[UUID, str, str]] = {}
    rows = []
    for r in requests:
        cart = carts.setdefault((r.store_id, r.live_id, r.customer_fb_id), (uuid7(), order_code(), checkout_token()))
        rows.append(
            (r.claim_id, r.store_id, r.live_id, r.comment_id, r.customer_fb_id, r.customer_name, r.product_id,
             r.quantity, r.confidence, r.language, r.commented_at, r.minutes, r.currency, *cart)
        )  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


async def allocate(session: AsyncSession, requests: Sequence[ClaimRequest]) -> list[ClaimOutcome]:
    """Decide `requests` in their order, in one statement; pieces, carts, items and claims are written together.

    A request for a product of another store is left out of the answer. The caller releases what has expired first
    (`inventory.reservations.expire_due`), under the same locks.
    """
    if not requests:
        return []
    rows = await (await driver(session)).fetch(ALLOCATE, *_columns(requests))
    by_id = {request.claim_id: request for request in requests}
    return [
        ClaimOutcome(
            by_id[row["claim_id"]], row["granted"], row["order_id"], row["sku"], row["name"], row["decision_seq"],
            row["price"],
        )
        for row in rows
    ]  # fmt: skip


async def offer_freed(session: AsyncSession, product_ids: Sequence[UUID], default_minutes: int) -> list[ClaimOutcome]:
    """Give free pieces of these products to those who wait for them, first decided first served.

    The caller holds the products' locks. Returns only the claims that got something.
    """
    rows = await (await driver(session)).fetch(WAITING, list(product_ids), default_minutes)
    outcomes = await allocate(session, [ClaimRequest(**row) for row in rows])
    return [outcome for outcome in outcomes if outcome.granted]
