"""Where an order may go from where it is, and the one function that moves it."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.clock import utc_now
from livestream_sell.events import OrderChanged
from livestream_sell.orders.errors import TransitionRefused
from livestream_sell.orders.models import Order, OrderEvent, OrderStatus

TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.pending: frozenset({OrderStatus.paid, OrderStatus.expired, OrderStatus.cancelled}),
    # Asked for again, or paid too late with pieces still on the shelf.
    OrderStatus.expired: frozenset({OrderStatus.pending, OrderStatus.paid, OrderStatus.cancelled}),
    OrderStatus.cancelled: frozenset(),
    # Handed over in person, an order needs no parcel.
    OrderStatus.paid: frozenset({OrderStatus.to_ship, OrderStatus.shipped, OrderStatus.delivered}),
    OrderStatus.to_ship: frozenset({OrderStatus.shipped, OrderStatus.delivered}),
    OrderStatus.shipped: frozenset({OrderStatus.delivered}),
    OrderStatus.delivered: frozenset(),
}
# The money is there.
PAID = frozenset({OrderStatus.paid, OrderStatus.to_ship, OrderStatus.shipped, OrderStatus.delivered})


def can_become(now: str, to: OrderStatus) -> bool:
    """Return whether an order in state `now` may move to `to`."""
    return to in TRANSITIONS[OrderStatus(now)]


async def transition(session: AsyncSession, order: Order, to: OrderStatus, actor: str, **data: Any) -> None:
    """Move an order whose row the caller has locked; its timeline and the screens follow.

    Raises:
        TransitionRefused: it cannot go there from where it is; nothing is changed.
    """
    if not can_become(order.status, to):
        raise TransitionRefused(str(order.status), to.value)
    now = utc_now()
    order.status = to
    order.updated_at = now
    if to is OrderStatus.paid:
        order.paid_at = now
    session.add(OrderEvent(store_id=order.store_id, order_id=order.id, kind=to.value, actor=actor, data=data))
    await session.flush()
    await outbox.publish(session, OrderChanged(store_id=order.store_id, order_id=order.id, status=to.value))
