"""The figures of one live, counted from the rows: comments, claims, money, how fast the bot answers."""

from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.core.money import display
from livestream_sell.live import service as live
from livestream_sell.stores.service import get_store

COMMENTS = """
SELECT coalesce(intent, 'none') AS intent, count(*) AS n
FROM comments WHERE store_id = $1 AND live_id = $2 GROUP BY 1
"""
PEOPLE = "SELECT count(DISTINCT customer_fb_id) FROM comments WHERE store_id = $1 AND live_id = $2"
CLAIMS = "SELECT status, count(*) AS n FROM claims WHERE store_id = $1 AND live_id = $2 GROUP BY 1"
MONEY = """
SELECT count(*) FILTER (WHERE status = 'pending') AS open_orders,
       count(*) FILTER (WHERE paid_at IS NOT NULL) AS paid_orders,
       count(DISTINCT customer_fb_id) FILTER (WHERE paid_at IS NOT NULL) AS payers,
       coalesce(sum(total) FILTER (WHERE status = 'pending'), 0) AS reserved,
       coalesce(sum(total) FILTER (WHERE paid_at IS NOT NULL), 0) AS paid
FROM orders WHERE store_id = $1 AND live_id = $2
"""
LATENCY = """
SELECT count(*) AS sent,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM claimed_at - received_at)) AS p50,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM claimed_at - received_at)) AS p95
FROM messages WHERE store_id = $1 AND live_id = $2 AND status = 'sent' AND received_at IS NOT NULL
"""


class LiveFigures(BaseModel):
    """`conversion` is payers by commenters; latencies are seconds from the comment's arrival to the call of Meta."""

    model_config = ConfigDict(frozen=True)

    comments: int
    people: int
    by_intent: dict[str, int]
    claims: int
    claims_by_status: dict[str, int]
    open_orders: int
    paid_orders: int
    reserved_amount: Decimal
    reserved_text: str
    paid_amount: Decimal
    paid_text: str
    currency: str
    conversion: float
    sent: int
    latency_p50: float | None
    latency_p95: float | None


async def figures(session: AsyncSession, store_id: UUID, live_id: UUID) -> LiveFigures:
    """Count a live. Raises UnknownLive."""
    await live.get_live(session, store_id, live_id)
    store = await get_store(session, store_id)
    connection = await driver(session)
    by_intent = {row["intent"]: row["n"] for row in await connection.fetch(COMMENTS, store_id, live_id)}
    people = await connection.fetchval(PEOPLE, store_id, live_id)
    by_status = {row["status"]: row["n"] for row in await connection.fetch(CLAIMS, store_id, live_id)}
    money = await connection.fetchrow(MONEY, store_id, live_id)
    latency = await connection.fetchrow(LATENCY, store_id, live_id)
    return LiveFigures(
        comments=sum(by_intent.values()),
        people=people,
        by_intent=by_intent,
        claims=sum(by_status.values()),
        claims_by_status=by_status,
        open_orders=money["open_orders"],
        paid_orders=money["paid_orders"],
        reserved_amount=money["reserved"],
        reserved_text=display(money["reserved"], store.currency, store.locale),
        paid_amount=money["paid"],
        paid_text=display(money["paid"], store.currency, store.locale),
        currency=store.currency,
        conversion=round(money["payers"] / people, 4) if people else 0.0,
        sent=latency["sent"],
        latency_p50=_rounded(latency["p50"]),
        latency_p95=_rounded(latency["p95"]),
    )


def _rounded(seconds: float | Decimal | None) -> float | None:
    return None if seconds is None else round(float(seconds), 3)
