"""Every SQL statement of orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from livestream_sell.inventory.models import Product, Reservation, ReservationStatus
from livestream_sell.orders.models import Order, OrderItem, OrderStatus
from livestream_sell.stores.models import Store

STRETCH = text("""
    UPDATE reservations SET expires_at = greatest(expires_at, now() + make_interval(hours => :hours))
    WHERE order_id = :order_id AND status = 'active' AND expires_at > now()
""")
HELD_AGAIN = text("UPDATE order_items SET reservation_id = :reservation_id WHERE id = :item_id")
CLAIM_HELD_AGAIN = text("""
    UPDATE claims SET reserved = reserved + :quantity,
        status = CASE WHEN waiting = 0 THEN 'reserved' ELSE 'partly_reserved' END
    WHERE id = :claim_id
""")


@dataclass(frozen=True, slots=True)
class CartLine:
    """An item with its product's looks, and until when it is held (None: not any more)."""

    item_id: UUID
    claim_id: UUID | None
    product_id: UUID
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    variant: dict[str, Any]
    image_url: str
    held_until: datetime | None

    @property
    def total(self) -> Decimal:
        return self.quantity * self.unit_price


async def by_token(session: AsyncSession, token: str) -> tuple[Order, Store] | None:
    query = select(Order, Store).join(Store, col(Store.id) == col(Order.store_id)).where(col(Order.token) == token)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def lock(session: AsyncSession, order_id: UUID) -> Order:
    """Return the order as it is now, ours to change until the end of the transaction."""
    return await session.get_one(Order, order_id, with_for_update=True, populate_existing=True)


async def lines(session: AsyncSession, order_id: UUID) -> list[CartLine]:
    """Return the lines of an order in the order in which they were claimed; past `expires_at` is not held."""
    is_held = (col(Reservation.status) == ReservationStatus.active) & (col(Reservation.expires_at) > func.now())
    query = (
        select(OrderItem, col(Product.variant), col(Product.image_url), col(Reservation.expires_at))
        .outerjoin(Product, col(Product.id) == col(OrderItem.product_id))
        .outerjoin(Reservation, (col(Reservation.id) == col(OrderItem.reservation_id)) & is_held)
        .where(col(OrderItem.order_id) == order_id)
        .order_by(col(OrderItem.id))
    )
    return [
        CartLine(
            item_id=item.id,
            claim_id=item.claim_id,
            product_id=item.product_id,
            sku=item.sku,
            name=item.name,
            quantity=item.quantity,
            unit_price=item.unit_price,
            variant=variant or {},
            image_url=image_url or "",
            held_until=held_until,
        )
        for item, variant, image_url, held_until in await session.execute(query)
    ]


async def product_ids(session: AsyncSession, order_id: UUID) -> Sequence[UUID]:
    query = select(col(OrderItem.product_id)).where(col(OrderItem.order_id) == order_id).distinct()
    return (await session.execute(query)).scalars().all()


async def open_cart_token(session: AsyncSession, order: Order) -> str | None:
    """Return the token of the buyer's open cart in the same live, if that is another one."""
    query = select(col(Order.token)).where(
        col(Order.store_id) == order.store_id,
        col(Order.live_id).is_not_distinct_from(order.live_id),
        col(Order.customer_fb_id) == order.customer_fb_id,
        col(Order.status) == OrderStatus.pending,
        col(Order.id) != order.id,
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def stretch_reservations(session: AsyncSession, order_id: UUID, hours: int) -> None:
    """Hold what is still held for `hours` from now; the caller holds the locks of the products."""
    await session.execute(STRETCH, {"order_id": order_id, "hours": hours})


async def keep_held_again(session: AsyncSession, line: CartLine, reservation_id: UUID) -> None:
    """Tie a line and its claim to the reservation that holds it now."""
    await session.execute(HELD_AGAIN, {"item_id": line.item_id, "reservation_id": reservation_id})
    if line.claim_id is not None:
        await session.execute(CLAIM_HELD_AGAIN, {"claim_id": line.claim_id, "quantity": line.quantity})
