"""The first look at a store: money of today, what waits for somebody, how the last lives went."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import driver
from livestream_sell.core.money import display
from livestream_sell.stores.service import get_seller, get_store

NUMBERS = """
SELECT coalesce(sum(total) FILTER (WHERE paid_at >= $2), 0) AS revenue,
       count(*) FILTER (WHERE paid_at >= $2) AS paid_today,
       count(*) FILTER (WHERE status = 'pending') AS pending,
       coalesce(sum(total) FILTER (WHERE status = 'pending'), 0) AS pending_amount,
       count(*) FILTER (WHERE status IN ('paid', 'to_ship')) AS to_ship,
       count(*) FILTER (WHERE attention <> '') AS attention
FROM orders WHERE store_id = $1
"""
PRODUCTS = """
SELECT count(*) AS products, count(*) FILTER (WHERE stock - reserved <= low_stock_at) AS low
FROM products WHERE store_id = $1 AND is_active
"""
LIVES = """
SELECT l.id, l.title, l.status, l.started_at, l.finished_at,
       (SELECT count(*) FROM comments c WHERE c.live_id = l.id) AS comments,
       (SELECT count(DISTINCT c.customer_fb_id) FROM comments c WHERE c.live_id = l.id) AS people,
       o.orders, o.paid, o.payers, o.amount
FROM (SELECT * FROM live_events WHERE store_id = $1 ORDER BY id DESC LIMIT $2) l
LEFT JOIN LATERAL (
    SELECT count(*) AS orders, count(*) FILTER (WHERE paid_at IS NOT NULL) AS paid,
           count(DISTINCT customer_fb_id) FILTER (WHERE paid_at IS NOT NULL) AS payers,
           coalesce(sum(total) FILTER (WHERE paid_at IS NOT NULL), 0) AS amount
    FROM orders WHERE live_id = l.id
) o ON true ORDER BY l.id DESC
"""


class LiveSummary(BaseModel):
    """How a live went; `conversion` is payers by commenters."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    title: str
    status: str
    started_at: datetime
    finished_at: datetime | None
    comments: int
    orders: int
    paid: int
    amount_text: str
    conversion: float


class Overview(BaseModel):
    """A store at a glance; "today" begins at midnight where the person is."""

    model_config = ConfigDict(frozen=True)

    revenue_text: str
    paid_today: int
    pending: int
    pending_text: str
    to_ship: int
    attention: int
    products: int
    low_stock: int
    conversion: float | None
    lives: list[LiveSummary]


async def overview(session: AsyncSession, store_id: UUID, seller_id: UUID, *, lives: int = 5) -> Overview:
    """Count a store for one of its people; `conversion` is that of the newest live. Raises NotFound."""
    store = await get_store(session, store_id)
    seller = await get_seller(session, seller_id)
    connection = await driver(session)
    numbers = await connection.fetchrow(NUMBERS, store_id, _midnight(seller.timezone))
    shelf = await connection.fetchrow(PRODUCTS, store_id)
    rows = await connection.fetch(LIVES, store_id, lives)
    shown = [
        LiveSummary(
            **{name: row[name] for name in row.keys() if name in LiveSummary.model_fields},  # noqa: SIM118
            amount_text=display(row["amount"], store.currency, store.locale),
            conversion=round(row["payers"] / row["people"], 4) if row["people"] else 0.0,
        )
        for row in rows
    ]
    return Overview(
        revenue_text=display(numbers["revenue"], store.currency, store.locale),
        paid_today=numbers["paid_today"],
        pending=numbers["pending"],
        pending_text=display(numbers["pending_amount"], store.currency, store.locale),
        to_ship=numbers["to_ship"],
        attention=numbers["attention"],
        products=shelf["products"],
        low_stock=shelf["low"],
        conversion=shown[0].conversion if shown else None,
        lives=shown,
    )


def _midnight(timezone: str) -> datetime:
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return datetime.combine(utc_now().astimezone(zone).date(), time(), zone)
