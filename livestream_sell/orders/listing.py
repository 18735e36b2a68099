"""Statements that list orders and claims for their seller; each names the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver

MATCHING = """
FROM orders o
WHERE o.store_id = $1
  AND (cardinality($2::text[]) = 0 OR o.status = ANY($2::text[]))
  AND ($3::uuid IS NULL OR o.live_id = $3)
  AND ($4 = '' OR o.code ILIKE $4 OR o.customer_name ILIKE $4 OR o.customer_fb_id ILIKE $4
       OR EXISTS (SELECT FROM order_items i WHERE i.order_id = o.id AND (i.sku ILIKE $4 OR i.name ILIKE $4)))
  AND (NOT $5 OR o.attention <> '') AND ($6::uuid IS NULL OR o.id = $6)
"""
COUNT = f"SELECT count(*) {MATCHING}"
ORDERS = f"""
WITH page AS (SELECT o.* {MATCHING} ORDER BY o.id DESC LIMIT $7 OFFSET $8)
SELECT o.id, o.live_id, o.customer_fb_id, o.customer_name, o.code, o.token, o.status, o.currency, o.total, o.language,
       o.attention, o.created_at, o.updated_at, o.paid_at, s.locale, coalesce(lines.items, '[]') AS items,
       coalesce(lines.pieces, 0) AS pieces, lines.held_until, pay.gateway, pay.status AS payment_status
FROM page o JOIN stores s ON s.id = o.store_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'name', i.name, 'quantity', i.quantity) ORDER BY i.id) AS items,
           sum(i.quantity)::int AS pieces,
           min(r.expires_at) FILTER (WHERE r.status = 'active' AND r.expires_at > now()) AS held_until
    FROM order_items i LEFT JOIN reservations r ON r.id = i.reservation_id WHERE i.order_id = o.id
) lines ON true
LEFT JOIN LATERAL (
    SELECT gateway, status FROM payments WHERE order_id = o.id ORDER BY (status = 'succeeded') DESC, id DESC LIMIT 1
) pay ON true
ORDER BY o.id DESC
"""  # noqa: S608

CLAIMS = """
SELECT c.id, c.live_id, c.comment_id, c.customer_fb_id, c.customer_name, c.product_id, c.candidates, c.quantity,
       c.reserved, c.waiting, c.status, c.confidence, c.language, c.order_id, c.decision_seq, c.commented_at,
       c.decided_at, m.text AS comment, p.sku, p.name, o.code AS order_code, o.status AS order_status,
       row_number() OVER (PARTITION BY c.product_id ORDER BY c.decision_seq) AS place
FROM claims c LEFT JOIN comments m ON m.id = c.comment_id LEFT JOIN products p ON p.id = c.product_id
LEFT JOIN orders o ON o.id = c.order_id
WHERE c.store_id = $1 AND ($2::uuid IS NULL OR c.live_id = $2)
  AND (cardinality($3::text[]) = 0 OR c.status = ANY($3::text[])) AND (NOT $4 OR c.waiting > 0)
"""
NEWEST_CLAIMS = f"{CLAIMS} ORDER BY c.decision_seq DESC LIMIT $5 OFFSET $6"
OLDEST_CLAIMS = f"{CLAIMS} ORDER BY c.decision_seq LIMIT $5 OFFSET $6"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """How a list of orders is narrowed; `search` looks at code, buyer and items."""

    statuses: Sequence[str] = ()
    live_id: UUID | None = None
    search: str = ""
    needs_attention: bool = False
    order_id: UUID | None = None


async def orders(
    session: AsyncSession, store_id: UUID, narrowed: OrderFilter, *, limit: int, offset: int
) -> tuple[list[Any], int]:
    """Return some orders, the newest first, and how many match."""
    values = (
        store_id,
        list(narrowed.statuses),
        narrowed.live_id,
        _pattern(narrowed.search),
        narrowed.needs_attention,
        narrowed.order_id,
    )
    connection = await driver(session)
    total = await connection.fetchval(COUNT, *values)
    return await connection.fetch(ORDERS, *values, limit, offset), total


async def claims(
    session: AsyncSession, store_id: UUID, live_id: UUID | None, *, statuses: Sequence[str] = (),
    only_waiting: bool = False, newest_first: bool = True, limit: int = 100, offset: int = 0,
) -> list[Any]:  # fmt: skip
    """Return claims in the order in which they were decided."""
    query = NEWEST_CLAIMS if newest_first else OLDEST_CLAIMS
    rows: list[Any] = await (await driver(session)).fetch(
        query, store_id, live_id, list(statuses), only_waiting, limit, offset
    )
    return rows


def _pattern(search: str) -> str:
    bare = search.replace("\x00", "").strip()[:100]
    return "%" + bare.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" if bare else ""
