"""Everything about one order: what is in it, how it is paid, what was said, and what happened when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.orders import service as orders
from livestream_sell.orders.errors import UnknownOrder
from livestream_sell.orders.listing import OrderFilter
from livestream_sell.orders.views import OrderLine, OrderRow
from livestream_sell.payments import service as payments
from livestream_sell.payments.schemas import PaymentView

LINES = """
SELECT created_at AS at, 'order' AS source, kind, actor, '' AS text, data FROM order_events
WHERE store_id = $1 AND order_id = $2
UNION ALL
SELECT c.decided_at, 'claim', c.status, c.customer_name, coalesce(m.text, ''),
       jsonb_build_object('sku', p.sku, 'quantity', c.quantity, 'reserved', c.reserved, 'waiting', c.waiting,
                          'decision_seq', c.decision_seq, 'confidence', c.confidence, 'commented_at', c.commented_at)
FROM claims c LEFT JOIN comments m ON m.id = c.comment_id LEFT JOIN products p ON p.id = c.product_id
WHERE c.store_id = $1 AND c.order_id = $2
UNION ALL
SELECT coalesce(sent_at, created_at), 'message', status, kind, text,
       jsonb_build_object('id', id, 'purpose', purpose, 'attempts', attempts, 'error', error)
FROM messages WHERE store_id = $1 AND order_id = $2
UNION ALL
SELECT created_at, 'payment', 'started', gateway, '',
       jsonb_build_object('id', id, 'reference', reference, 'amount', amount, 'currency', currency, 'status', status)
FROM payments WHERE store_id = $1 AND order_id = $2
UNION ALL
SELECT settled_at, 'payment', status, gateway, failure,
       jsonb_build_object('id', id, 'reference', reference, 'amount', amount, 'currency', currency)
FROM payments WHERE store_id = $1 AND order_id = $2 AND settled_at IS NOT NULL
ORDER BY 1, 2
"""


class TimelineLine(BaseModel):
    """One thing that happened: to the order, a claim, a message or a payment (`source`)."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    source: str
    kind: str
    actor: str
    text: str
    data: dict[str, Any]


class OrderDetail(BaseModel):
    """An order as its seller sees it, whole."""

    model_config = ConfigDict(frozen=True)

    order: OrderRow
    items: list[OrderLine]
    payments: list[PaymentView]
    timeline: list[TimelineLine]


async def order_detail(session: AsyncSession, store_id: UUID, order_id: UUID) -> OrderDetail:
    """Return all of an order. Raises UnknownOrder."""
    found = await orders.list_orders(session, store_id, OrderFilter(order_id=order_id), limit=1)
    if not found.rows:
        raise UnknownOrder
    rows = await (await driver(session)).fetch(LINES, store_id, order_id)
    return OrderDetail(
        order=found.rows[0],
        items=await orders.order_lines(session, store_id, order_id),
        payments=await payments.attempts(session, order_id),
        timeline=[TimelineLine(**row) for row in rows],
    )
