"""What the words of a message are made of: the order as it stands, read when the message is sent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver

STORES = "SELECT id, name, locale FROM stores WHERE id = ANY ($1::uuid[])"

ORDERS = """
SELECT o.id, o.code, o.token, o.status, o.currency, o.total, o.customer_name, s.name AS store_name, s.locale
FROM orders o JOIN stores s ON s.id = o.store_id WHERE o.id = ANY ($1::uuid[])
"""

# Past `expires_at` a line is not held, swept or not; of a paid order every line counts.
LINES = """
SELECT i.order_id, i.name, p.variant ->> 'size' AS size, p.variant ->> 'color' AS colour, i.quantity, i.unit_price,
       CASE WHEN r.status = 'active' AND r.expires_at > now() THEN r.expires_at END AS held_until
FROM order_items i LEFT JOIN reservations r ON r.id = i.reservation_id LEFT JOIN products p ON p.id = i.product_id
WHERE i.order_id = ANY ($1::uuid[]) ORDER BY i.id
"""

WAITING = """
SELECT o.id AS order_id, p.name, sum(c.waiting)::int AS quantity
FROM orders o JOIN claims c ON c.store_id = o.store_id AND c.live_id IS NOT DISTINCT FROM o.live_id
  AND c.customer_fb_id = o.customer_fb_id AND c.waiting > 0
JOIN products p ON p.id = c.product_id
WHERE o.id = ANY ($1::uuid[]) GROUP BY o.id, p.name ORDER BY p.name
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cart; `held_until` is None when nothing is held for it any more."""

    name: str
    quantity: int
    unit_price: Decimal
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order in the words of its message."""

    id: UUID
    code: str
    token: str
    status: str
    currency: str
    total: Decimal
    customer_name: str
    store_name: str
    locale: str
    lines: tuple[Line, ...] = ()
    waiting: tuple[tuple[str, int], ...] = ()

    @property
    def held(self) -> list[Line]:
        return [line for line in self.lines if line.held_until is not None]


@dataclass(slots=True)
class _Parts:
    lines: list[Line] = field(default_factory=list)
    waiting: list[tuple[str, int]] = field(default_factory=list)


async def store_names(session: AsyncSession, store_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return (name, locale) of stores."""
    rows = await (await driver(session)).fetch(STORES, list(store_ids))
    return {row["id"]: (row["name"], row["locale"]) for row in rows}


async def order_facts(session: AsyncSession, order_ids: Sequence[UUID]) -> dict[UUID, OrderFacts]:
    """Return orders with their lines and what their buyers wait for, in three statements for any number."""
    if not order_ids:
        return {}
    connection, ids = await driver(session), list(order_ids)
    parts: dict[UUID, _Parts] = defaultdict(_Parts)
    for row in await connection.fetch(LINES, ids):
        detail = " ".join(word for word in (row["size"], row["colour"]) if word)
        name = f"{row['name']} ({detail})" if detail and detail not in row["name"] else row["name"]
        line = Line(name, row["quantity"], row["unit_price"], row["held_until"])
        parts[row["order_id"]].lines.append(line)
    for row in await connection.fetch(WAITING, ids):
        parts[row["order_id"]].waiting.append((row["name"], row["quantity"]))
    return {
        row["id"]: OrderFacts(**row, lines=tuple(parts[row["id"]].lines), waiting=tuple(parts[row["id"]].waiting))
        for row in await connection.fetch(ORDERS, ids)
    }
