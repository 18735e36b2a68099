"""Use cases of sellers with orders: list, look, ship, deliver; and the claims that led to them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from livestream_sell.core.money import display
from livestream_sell.orders import lifecycle, listing, repository
from livestream_sell.orders.errors import UnknownOrder
from livestream_sell.orders.listing import OrderFilter
from livestream_sell.orders.models import ClaimStatus, Order, OrderStatus
from livestream_sell.orders.public_link import checkout_link
from livestream_sell.orders.views import ClaimRow, OrderLine, OrderPage, OrderRow
from livestream_sell.stores.service import get_store

MOST_ROWS = 200


async def list_orders(
    session: AsyncSession, store_id: UUID, narrowed: OrderFilter | None = None, *, limit: int = 50, offset: int = 0
) -> OrderPage:
    """Return some orders of a store, the newest first."""
    limit, offset = max(1, min(limit, MOST_ROWS)), max(0, offset)
    rows, total = await listing.orders(session, store_id, narrowed or OrderFilter(), limit=limit, offset=offset)
    return OrderPage(rows=[_row(dict(row)) for row in rows], total=total)


async def get_order(session: AsyncSession, store_id: UUID, order_id: UUID) -> Order:
    """Return an order. Raises UnknownOrder."""
    query = select(Order).where(col(Order.store_id) == store_id, col(Order.id) == order_id)
    order = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    if order is None:
        raise UnknownOrder
    return order


async def order_lines(session: AsyncSession, store_id: UUID, order_id: UUID) -> list[OrderLine]:
    """Return what is in an order. Raises UnknownOrder."""
    order = await get_order(session, store_id, order_id)
    store = await get_store(session, store_id)
    return [
        OrderLine(
            item_id=line.item_id,
            product_id=line.product_id,
            sku=line.sku,
            name=line.name,
            variant=line.variant,
            image_url=line.image_url,
            quantity=line.quantity,
            unit_price=line.unit_price,
            line_total=line.total,
            line_total_text=display(line.total, order.currency, store.locale),
            held_until=line.held_until,
        )
        for line in await repository.lines(session, order_id)
    ]


async def move(session: AsyncSession, store_id: UUID, order_id: UUID, to: OrderStatus, actor: str) -> Order:
    """Move a paid order on its way to the buyer (`to_ship`, `shipped`, `delivered`).

    Raises:
        UnknownOrder
        TransitionRefused: it cannot go there from where it is.
    """
    await get_order(session, store_id, order_id)
    order = await repository.lock(session, order_id)
    await lifecycle.transition(session, order, to, actor)
    return order


async def list_claims(
    session: AsyncSession, store_id: UUID, live_id: UUID | None = None, *, statuses: Sequence[str] = (),
    limit: int = 100, offset: int = 0,
) -> list[ClaimRow]:  # fmt: skip
    """Return claims, the last decided first."""
    rows = await listing.claims(
        session, store_id, live_id, statuses=statuses, limit=max(1, min(limit, MOST_ROWS)), offset=max(0, offset)
    )
    return [_claim(dict(row)) for row in rows]


async def list_reviews(
    session: AsyncSession, store_id: UUID, live_id: UUID | None = None, *, limit: int = 100
) -> list[ClaimRow]:
    """Return the review lane: what the bot was not sure of, the oldest first."""
    rows = await listing.claims(
        session,
        store_id,
        live_id,
        statuses=[ClaimStatus.review],
        newest_first=False,
        limit=max(1, min(limit, MOST_ROWS)),
    )
    return [_claim(dict(row)) for row in rows]


async def list_waiting(
    session: AsyncSession, store_id: UUID, live_id: UUID | None = None, *, limit: int = 100
) -> list[ClaimRow]:
    """Return the waiting list, who is served next first."""
    rows = await listing.claims(
        session, store_id, live_id, only_waiting=True, newest_first=False, limit=max(1, min(limit, MOST_ROWS))
    )
    return [_claim(dict(row)) for row in rows]


def _row(row: dict[str, Any]) -> OrderRow:
    items = [
        item["sku"] if item["quantity"] == 1 else f"{item['sku']} ×{item['quantity']}" for item in row.pop("items")
    ]
    locale, token = row.pop("locale"), row.pop("token")
    return OrderRow(
        **{name: value for name, value in row.items() if name in OrderRow.model_fields},
        total_text=display(row["total"], row["currency"], locale),
        items_text=", ".join(items),
        checkout_url=checkout_link(token),
    )


def _claim(row: dict[str, Any]) -> ClaimRow:
    return ClaimRow(**row)
