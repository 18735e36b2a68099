"""A confirmed payment meets its order: stock leaves for good, once, whatever else happens at the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.db import driver
from livestream_sell.core.ids import checkout_token, order_code
from livestream_sell.events import OrderChanged, OrderPaid, PaymentFailed, PaymentSucceeded, StockChanged
from livestream_sell.inventory import reservations
from livestream_sell.messaging.schemas import MessageDraft
from livestream_sell.messaging.service import queue_messages
from livestream_sell.orders import lifecycle
from livestream_sell.orders.models import Order, OrderStatus
from livestream_sell.payments.models import Payment, PaymentStatus

log = structlog.get_logger(__name__)

ITEMS = """
SELECT i.id, i.product_id, i.quantity, i.unit_price, r.id AS reservation_id,
       coalesce(r.status = 'active' AND r.expires_at > now(), false) AS held
FROM order_items i LEFT JOIN reservations r ON r.id = i.reservation_id
WHERE i.store_id = $1 AND i.order_id = $2 ORDER BY i.id
"""

SPLIT_OFF = """
WITH cart AS (
    INSERT INTO orders (store_id, live_id, customer_fb_id, customer_name, code, token, status, currency, total,
                        language, created_at, updated_at)
    SELECT store_id, live_id, customer_fb_id, customer_name, $3, $4, 'pending', currency, 0, language, now(), now()
    FROM orders WHERE id = $1 RETURNING id, store_id
), moved AS (
    UPDATE order_items SET order_id = cart.id FROM cart WHERE order_items.id = ANY($2::uuid[])
    RETURNING order_items.reservation_id, order_items.quantity * order_items.unit_price AS worth
), kept AS (
    UPDATE reservations SET order_id = cart.id FROM cart, moved WHERE reservations.id = moved.reservation_id
)
SELECT cart.id, (SELECT sum(worth) FROM moved) AS total FROM cart
"""

SET_TOTAL = "UPDATE orders SET total = $2, updated_at = now() WHERE id = $1"
FREE_NOW = "SELECT id FROM products WHERE id = $1 AND stock - reserved >= $2"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the order at the moment its products are locked."""

    id: UUID
    product_id: UUID
    quantity: int
    unit_price: Decimal
    reservation_id: UUID | None
    held: bool


async def on_payment_succeeded(session: AsyncSession, event: PaymentSucceeded) -> None:
    """Make the order paid, or say why the money has to go back.

    What is still held is consumed; what ran out is taken again if it is on the shelf. Money that finds no piece, or
    an order that was paid or cancelled before, is flagged `refund_due` for the seller and changes no stock.
    """
    items = await _lock(session, event.store_id, event.order_id)
    order = await session.get_one(Order, event.order_id, with_for_update=True, populate_existing=True)
    payment = await session.get_one(Payment, event.payment_id, with_for_update=True, populate_existing=True)
    if order.status in (OrderStatus.paid, OrderStatus.to_ship, OrderStatus.shipped, OrderStatus.delivered):
        return await _refund_due(session, order, payment, "paid_twice", payment.amount)
    if order.status == OrderStatus.cancelled:
        return await _refund_due(session, order, payment, "paid_after_cancel", payment.amount)
    paid_for = [item for item in items if str(item.id) in set(payment.item_ids)]
    served = await _take(session, paid_for)
    missing = [item for item in paid_for if item.id not in served]
    if not served:
        return await _refund_due(session, order, payment, "paid_too_late", payment.amount)
    await _become_paid(session, order, payment, items, paid_for)
    if missing:
        owed = sum((item.quantity * item.unit_price for item in missing), Decimal(0))
        await _refund_due(session, order, payment, "partly_sold_out", owed)
    await outbox.publish_many(
        session,
        [
            StockChanged(store_id=order.store_id, product_ids=sorted({item.product_id for item in paid_for})),
            OrderPaid(store_id=order.store_id, order_id=order.id, payment_id=payment.id),
        ],
    )
    await queue_messages(session, [_draft(order, "paid", f"{payment.id}:paid")])
    return None


async def on_payment_failed(session: AsyncSession, event: PaymentFailed) -> None:
    """Tell the buyer that the payment did not go through while the cart is still theirs."""
    order = await session.get_one(Order, event.order_id)
    if order.status == OrderStatus.pending:
        await queue_messages(session, [_draft(order, "payment_problem", f"{event.payment_id}:failed")])
        await outbox.publish(session, OrderChanged(store_id=order.store_id, order_id=order.id, status=order.status))


async def can_still_serve(session: AsyncSession, payment: Payment) -> bool:
    """Whether money taken now would find all its pieces: asked before a gateway captures (payments.md section 0.4)."""
    items = await _lock(session, payment.store_id, payment.order_id)
    order = await session.get_one(Order, payment.order_id)
    if order.status not in (OrderStatus.pending, OrderStatus.expired):
        return False
    connection = await driver(session)
    for item in items:
        if str(item.id) not in payment.item_ids or item.held:
            continue
        if not await connection.fetchval(FREE_NOW, item.product_id, item.quantity):
            return False
    return True


async def _lock(session: AsyncSession, store_id: UUID, order_id: UUID) -> list[Item]:
    """Lock the order's products, then read its items as they are under the lock."""
    connection = await driver(session)
    before = await connection.fetch(ITEMS, store_id, order_id)
    await reservations.lock_products(session, [row["product_id"] for row in before])
    return [Item(**row) for row in await connection.fetch(ITEMS, store_id, order_id)]


async def _take(session: AsyncSession, items: Sequence[Item]) -> set[UUID]:
    """Take the items out of stock; the ids of those that could be served."""
    held = [item for item in items if item.held and item.reservation_id]
    consumed = {r.id for r in await reservations.consume(session, [i.reservation_id for i in held if i.reservation_id])}
    served = {item.id for item in held if item.reservation_id in consumed}
    late = [item for item in items if item.id not in served]
    # Past their time but not swept yet: back on the shelf first, so that the counters stay right.
    await reservations.close(session, [i.reservation_id for i in late if i.reservation_id], "expired")
    for item in late:
        if await reservations.take_free(session, item.product_id, item.quantity):
            served.add(item.id)
    return served


async def _become_paid(
    session: AsyncSession, order: Order, payment: Payment, items: Sequence[Item], paid_for: Sequence[Item]
) -> None:
    await lifecycle.transition(
        session, order, OrderStatus.paid, actor=payment.gateway, payment_id=str(payment.id), amount=str(payment.amount)
    )
    order.total = sum((item.quantity * item.unit_price for item in paid_for), Decimal(0))
    await session.flush()
    later = [item.id for item in items if item not in paid_for]
    if not later:
        return
    # Claimed after the buyer went to pay: that is a cart of its own, with its own link.
    connection = await driver(session)
    row = await connection.fetchrow(SPLIT_OFF, order.id, later, order_code(), checkout_token())
    await connection.execute(SET_TOTAL, row["id"], row["total"])
    await outbox.publish(session, OrderChanged(store_id=order.store_id, order_id=row["id"], status="pending"))


async def _refund_due(session: AsyncSession, order: Order, payment: Payment, why: str, owed: Decimal) -> None:
    payment.status = PaymentStatus.refund_due
    payment.details = payment.details | {"refund_reason": why, "refund_amount": str(owed)}
    order.attention = why
    await session.flush()
    log.warning("refund_due", order=str(order.id), payment=str(payment.id), reason=why, amount=str(owed))
    await outbox.publish(session, OrderChanged(store_id=order.store_id, order_id=order.id, status=order.status))


def _draft(order: Order, purpose: str, key: str) -> MessageDraft:
    return MessageDraft(
        store_id=order.store_id, live_id=order.live_id, kind="direct", purpose=purpose, dedupe_key=key,
        fb_comment_id=None, customer_fb_id=order.customer_fb_id, order_id=order.id, language=order.language,
        data={"name": order.customer_name}, received_at=None,
    )  # fmt: skip
