"""An order asked for from outside: reserved, its payment begun, answered the same however often it is asked for."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import idempotency
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import InvalidInput
from livestream_sell.orders import checkout
from livestream_sell.orders.errors import NothingToPay
from livestream_sell.orders.public_link import checkout_link
from livestream_sell.orders.service import get_order
from livestream_sell.payments import configs
from livestream_sell.payments import service as payments
from livestream_sell.payments.errors import GatewayRejected, GatewayUnavailable
from livestream_sell.sales.ordering import WantedItem, create_order
from livestream_sell.stores.service import get_store

OPERATION = "orders/create"
ALIASES = {"mercadopago": "mercado_pago", "transfer": "bank_transfer"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What is asked for; without a gateway the buyer chooses at the checkout link."""

    customer_fb_id: str
    items: Sequence[WantedItem]
    gateway: str | None = None
    email: str | None = None
    customer_name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """The answer: where the buyer pays."""

    order_id: UUID
    payment_url: str
    status: str


class GatewayNotOffered(InvalidInput):
    """The store does not take money this way; `details["offered"]` names the ways it does."""

    code = "gateway_not_offered"

    def __init__(self, gateway: str, offered: list[str]) -> None:
        ways = ", ".join(offered) or "none yet"
        super().__init__(f"This store does not offer {gateway}; it offers: {ways}.", field="gateway", offered=offered)


async def place_order(store_id: UUID, request: OrderRequest, key: str | None = None) -> PlacedOrder:
    """Reserve, begin the payment, answer. Opens its own transactions: the gateway is called between them.

    With a `key` it happens once: sent again, it answers the same. A gateway that is down loses no order: the answer
    then leads to the checkout page, which offers the other ways to pay.

    Raises:
        NoStock, UnknownSku, GatewayNotOffered, InvalidInput, idempotency.KeyReused: nothing was changed.
    """
    async with transaction() as session:
        known = await idempotency.recall(session, store_id, OPERATION, key, asdict(request)) if key else None
        if known and "payment_url" in known:
            return PlacedOrder(UUID(known["order_id"]), known["payment_url"], known["status"])
        if known:
            order_id = UUID(known["order_id"])
        else:
            order_id = await _reserve(session, store_id, request)
            if key:
                await idempotency.remember(session, store_id, OPERATION, key, {"order_id": order_id})
    placed = await _begin_payment(store_id, order_id, request)
    if key:
        async with transaction() as session:
            await idempotency.remember(session, store_id, OPERATION, key, asdict(placed))
    return placed


async def _reserve(session: AsyncSession, store_id: UUID, request: OrderRequest) -> UUID:
    await _check_gateway(session, store_id, request)
    order = await create_order(
        session, store_id, request.customer_fb_id, request.items, customer_name=request.customer_name,
        language=request.language,
    )  # fmt: skip
    return order.id


async def _check_gateway(session: AsyncSession, store_id: UUID, request: OrderRequest) -> None:
    if request.gateway is None:
        return
    store = await get_store(session, store_id)
    offered = {method.gateway: method for method in await configs.offered(session, store_id, store.currency)}
    chosen = offered.get(_named(request.gateway))
    if chosen is None:
        raise GatewayNotOffered(request.gateway, list(offered))
    if chosen.needs_email and not request.email:
        raise InvalidInput(f"{chosen.label} needs the buyer's e-mail address.", field="email")


async def _begin_payment(store_id: UUID, order_id: UUID, request: OrderRequest) -> PlacedOrder:
    async with transaction() as session:
        order = await get_order(session, store_id, order_id)
        link, status = checkout_link(order.token), str(order.status)
        try:
            for_payment = await checkout.order_for_payment(session, order_id) if request.gateway else None
        except NothingToPay:
            for_payment = None
    if for_payment is None or request.gateway is None:
        return PlacedOrder(order_id, link, status)
    try:
        gateway = _named(request.gateway)
        started = await payments.start_payment(for_payment, gateway, buyer_email=request.email)
    except (GatewayUnavailable, GatewayRejected) as error:
        log.warning("order_without_gateway", order=str(order_id), gateway=request.gateway, error=repr(error))
        return PlacedOrder(order_id, link, status)
    return PlacedOrder(order_id, started.redirect_url or link, status)


def _named(gateway: str) -> str:
    return ALIASES.get(gateway, gateway)
