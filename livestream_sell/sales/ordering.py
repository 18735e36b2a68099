"""Orders that come by the API instead of a comment, and orders a seller takes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import driver
from livestream_sell.core.errors import AppError, Conflict, InvalidInput, NotFound
from livestream_sell.core.settings import get_settings
from livestream_sell.events import OrderChanged, StockChanged
from livestream_sell.inventory import reservations
from livestream_sell.inventory import service as inventory
from livestream_sell.inventory.models import Product
from livestream_sell.orders import lifecycle
from livestream_sell.orders.models import Order, OrderEvent, OrderStatus
from livestream_sell.orders.service import get_order
from livestream_sell.payments import service as payments
from livestream_sell.payments.models import PaymentStatus
from livestream_sell.sales import releasing
from livestream_sell.sales.claiming import ClaimRequest, allocate
from livestream_sell.stores.service import get_store

AVAILABLE = "SELECT id, stock - reserved AS free FROM products WHERE id = ANY($1::uuid[])"
LOCK_ORDER = "SELECT id FROM orders WHERE id = $1 FOR UPDATE"
HELD = """
SELECT r.id FROM reservations r WHERE r.order_id = $1 AND r.status = 'active'
"""
PRODUCTS = "SELECT DISTINCT product_id FROM order_items WHERE order_id = $1"
CLAIMS = "SELECT id FROM claims WHERE store_id = $1 AND order_id = $2"


@dataclass(frozen=True, slots=True)
class WantedItem:
    """Pieces of one product, by its code."""

    sku: str
    quantity: int


class NoStock(AppError):
    """Not all of it is on the shelf; nothing was reserved. `details["lines"]` names each code that fails."""

    code = "no_stock"
    status = 400

    def __init__(self, lines: list[dict[str, object]]) -> None:
        named = ", ".join(f"{line['sku']} (asked {line['asked']}, available {line['available']})" for line in lines)
        super().__init__(f"There is not enough stock of {named}.", lines=lines)


class UnknownSku(InvalidInput):
    """Codes that are not in the store's catalogue."""

    code = "unknown_sku"

    def __init__(self, skus: list[str]) -> None:
        super().__init__(f"The store has no product with the code {', '.join(skus)}.", field="items", skus=skus)


async def create_order(
    session: AsyncSession, store_id: UUID, customer_fb_id: str, items: Sequence[WantedItem], *,
    customer_name: str = "", language: str = "",
) -> Order:  # fmt: skip
    """Reserve all of `items` in an order of its own, or nothing.

    Raises:
        UnknownSku: a code is not in the catalogue.
        NoStock: some of it is not available; nothing is changed.
    """
    store = await get_store(session, store_id)
    wanted = _together(items)
    products = await inventory.products_by_sku(session, store_id, list(wanted))
    if unknown := sorted(wanted.keys() - products.keys()):
        raise UnknownSku(unknown)
    ids = [product.id for product in products.values()]
    await reservations.lock_products(session, ids)
    # Whoever waits comes first when something ran out in the meantime.
    await releasing.expire_due(session, ids)
    await _check_stock(session, wanted, products)
    minutes = store.reservation_minutes or get_settings().reservation_minutes
    now = utc_now()
    requests = [
        ClaimRequest(
            store_id=store_id, live_id=None, comment_id=None, customer_fb_id=customer_fb_id,
            customer_name=customer_name, product_id=products[sku].id, quantity=quantity, confidence=1.0,
            language=language or store.locale[:2], commented_at=now, currency=store.currency, minutes=minutes,
        )
        for sku, quantity in wanted.items()
    ]  # fmt: skip
    outcomes = await allocate(session, requests)
    order_id = outcomes[0].order_id
    assert order_id is not None
    session.add(OrderEvent(store_id=store_id, order_id=order_id, kind="created", actor="api"))
    changed = OrderChanged(store_id=store_id, order_id=order_id, status="pending")
    await outbox.publish_many(session, [changed, StockChanged(store_id=store_id, product_ids=sorted(ids))])
    return await get_order(session, store_id, order_id)


async def cancel_order(session: AsyncSession, store_id: UUID, order_id: UUID, actor: str) -> Order:
    """Take an unpaid order back: its pieces go to the waiting list or the shelf, its items stay to be looked at.

    Raises:
        UnknownOrder
        Conflict: it is paid (TransitionRefused), cancelled already, or its money is arriving.
    """
    await get_order(session, store_id, order_id)
    connection = await driver(session)
    product_ids = [row["product_id"] for row in await connection.fetch(PRODUCTS, order_id)]
    await reservations.lock_products(session, product_ids)
    await connection.execute(LOCK_ORDER, order_id)
    order = await get_order(session, store_id, order_id)
    if any(attempt.status == PaymentStatus.succeeded for attempt in await payments.attempts(session, order_id)):
        status = str(order.status)
        raise Conflict(
            "The money of this order has arrived: it cannot be cancelled.", reason="money_arrived", status=status
        )
    await lifecycle.transition(session, order, OrderStatus.cancelled, actor)
    held = await connection.fetch(HELD, order_id)
    closed = await reservations.close(session, [row["id"] for row in held], "released")
    claims = [row["id"] for row in await connection.fetch(CLAIMS, store_id, order_id)]
    await connection.execute(releasing.WITHDRAW, claims)
    await connection.execute(releasing.CLAIMS_LOSE, [each.id for each in closed], "released")
    await outbox.publish(session, StockChanged(store_id=store_id, product_ids=sorted(product_ids)))
    await releasing.hand_out(session, product_ids)
    return await get_order(session, store_id, order_id)


async def _check_stock(session: AsyncSession, wanted: dict[str, int], products: dict[str, Product]) -> None:
    rows = await (await driver(session)).fetch(AVAILABLE, [product.id for product in products.values()])
    free = {row["id"]: row["free"] for row in rows}
    missing: list[dict[str, object]] = [
        {"sku": sku, "asked": quantity, "available": max(0, free[products[sku].id])}
        for sku, quantity in wanted.items()
        if free[products[sku].id] < quantity
    ]
    if missing:
        raise NoStock(missing)


def _together(items: Sequence[WantedItem]) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for item in items:
        sku = item.sku.strip().upper()
        wanted[sku] = wanted.get(sku, 0) + item.quantity
    return wanted


async def check_payment_of(session: AsyncSession, store_id: UUID, order_id: UUID, payment_id: UUID) -> None:
    """Raise NotFound unless the payment is one of this order of this store."""
    await get_order(session, store_id, order_id)
    if all(attempt.payment_id != payment_id for attempt in await payments.attempts(session, order_id)):
        raise NotFound("This order has no such payment.")
