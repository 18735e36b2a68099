"""A store that takes money, carts to pay, buyers who pay at the sandbox, and what came of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
from redis.asyncio import Redis
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.ids import checkout_token, order_code
from livestream_sell.core.streams import PAYMENT_NOTIFICATIONS, Entry
from livestream_sell.inventory import reservations
from livestream_sell.orders import checkout, lifecycle, repository
from livestream_sell.orders.checkout import order_for_payment
from livestream_sell.orders.models import Order, OrderItem, OrderStatus
from livestream_sell.orders.schemas import CheckoutView
from livestream_sell.payments import configs, service
from livestream_sell.payments.models import Payment
from livestream_sell.payments.schemas import OrderForPayment, StartedPayment
from livestream_sell.payments.store_keys import notify_url
from livestream_sell.sandbox.server import SandboxServers
from livestream_sell.stores.models import Store
from tests.support.factories import create_product, create_store
from tests.support.waiting import until

PAYPAL_WEBHOOK = "TESTWEBHOOK0001"
BUYER_EMAIL = "ana@example.com"
CURRENCY = {"paypal": "USD", "mercado_pago": "CLP", "flow": "CLP", "bank_transfer": "CLP"}
PRICE = {"USD": "21.42", "CLP": "19990"}
BANK = {"holder": "Lucía Pérez", "bank": "BancoEstado", "account_number": "12345678", "tax_id": "11.111.111-1"}


async def always(_session: AsyncSession, _payment: Payment) -> bool:
    return True


async def never(_session: AsyncSession, _payment: Payment) -> bool:
    return False


@dataclass
class Shop:
    """A CLP store and a USD store, every gateway configured with the sandbox's credentials."""

    redis: Redis
    sandbox: SandboxServers
    by_currency: dict[str, Store]

    def store_for(self, gateway: str) -> Store:
        return self.by_currency[CURRENCY[gateway]]

    async def cart(self, gateway: str, *, quantity: int = 1, stock: int = 5, minutes: int = 30) -> OrderForPayment:
        return await create_cart(self.store_for(gateway), quantity=quantity, stock=stock, minutes=minutes)

    async def start(self, order: OrderForPayment, gateway: str) -> StartedPayment:
        return await service.start_payment(order, gateway, buyer_email=BUYER_EMAIL)

    async def pay(self, started: StartedPayment, outcome: str = "paid") -> httpx.Response:
        """Press a button of the gateway's own page."""
        assert started.redirect_url is not None
        async with httpx.AsyncClient(trust_env=False) as browser:
            return await browser.post(started.redirect_url, data={"outcome": outcome})

    async def notices(self, at_least: int = 1) -> list[Entry]:
        """Wait for queued hints and return all of them; they stay queued."""
        await until(lambda: self._length(at_least))
        return await self.queued()

    async def queued(self) -> list[Entry]:
        rows: Any = await self.redis.xrange(PAYMENT_NOTIFICATIONS)
        return [Entry(id=row[0].decode(), data=next(iter(row[1].values())), deliveries=1) for row in rows]

    async def settle_all(self, at_least: int = 1) -> None:
        """Handle hints until none is left; PayPal's capture brings new ones."""
        entries = await self.notices(at_least)
        await service.process_notices(entries, always)
        await self.redis.xdel(PAYMENT_NOTIFICATIONS, *[entry.id for entry in entries])

    async def _length(self, at_least: int) -> bool:
        return int(await self.redis.xlen(PAYMENT_NOTIFICATIONS)) >= at_least

    def switch(self, gateway: str, **values: Any) -> None:
        self.sandbox.state.switches.put(gateway, values)


async def open_shop(redis: Redis, sandbox: SandboxServers) -> Shop:
    """Make the two stores and tell PayPal's sandbox where the USD store listens."""
    stores = {
        "CLP": await create_store(page_id="1001", currency="CLP", locale="es-CL"),
        "USD": await create_store(page_id="1002", currency="USD", locale="en-US"),
    }
    for store in stores.values():
        await configure(store, sandbox)
    # Registered at PayPal by the seller, once.
    sandbox.state.stores["paypal"].webhooks[PAYPAL_WEBHOOK] = {
        "id": PAYPAL_WEBHOOK,
        "url": notify_url("paypal", stores["USD"].id),
        "event_types": [{"name": "*"}],
    }
    return Shop(redis, sandbox, stores)


async def configure(store: Store, sandbox: SandboxServers) -> None:
    known = sandbox.config
    given = {
        "paypal": {
            "client_id": known.paypal_client_id,
            "client_secret": known.paypal_client_secret,
            "webhook_id": PAYPAL_WEBHOOK,
        },
        "mercado_pago": {
            "access_token": known.mercadopago_access_token,
            "webhook_secret": known.mercadopago_webhook_secret,
        },
        "flow": {"api_key": known.flow_api_key, "secret_key": known.flow_secret_key},
        "bank_transfer": BANK,
    }
    async with transaction() as session:
        for gateway, values in given.items():
            await configs.save(session, store.id, gateway, values)


async def create_cart(store: Store, *, quantity: int = 1, stock: int = 5, minutes: int = 30) -> OrderForPayment:
    """An open order with one line, its pieces held."""
    code = order_code()
    product = await create_product(store, f"S{code}", stock=stock, price=PRICE[store.currency], variant={"size": "M"})
    async with transaction() as session:
        order = Order(
            store_id=store.id, customer_fb_id="b1", customer_name="Ana", code=code, token=checkout_token(),
            currency=store.currency, total=product.price * quantity, language="es",
        )  # fmt: skip
        session.add(order)
        await session.flush()
        held = await reservations.hold(session, product.id, order.id, quantity, minutes)
        item = OrderItem(
            store_id=store.id, order_id=order.id, product_id=product.id, reservation_id=held, sku=product.sku,
            name=product.name, quantity=quantity, unit_price=product.price,
        )  # fmt: skip
        session.add(item)
    async with transaction() as session:
        return await order_for_payment(session, order.id)


async def payment(payment_id: UUID) -> Payment:
    async with transaction() as session:
        return await session.get_one(Payment, payment_id)


async def payments_of(order_id: UUID) -> list[Payment]:
    async with transaction() as session:
        query = select(Payment).where(col(Payment.order_id) == order_id).order_by(col(Payment.id))
        return list((await session.execute(query)).scalars())


async def change_payment(payment_id: UUID, **values: Any) -> None:
    async with transaction() as session:
        row = await session.get_one(Payment, payment_id)
        for name, value in values.items():
            setattr(row, name, value)


async def make_due(payment_id: UUID) -> None:
    await change_payment(payment_id, next_check_at=utc_now() - timedelta(seconds=1))


async def events(name: str) -> list[dict[str, Any]]:
    """Return what left through the outbox under this name."""
    async with transaction() as session:
        payloads = (await session.execute(text("SELECT payload FROM outbox ORDER BY id"))).scalars().all()
    return [event for event in map(orjson.loads, payloads) if event["event_type"] == name]


async def view(token: str) -> CheckoutView:
    """Return the buyer's page."""
    async with transaction() as session:
        return await checkout.view(session, token)


async def move(order_id: UUID, to: OrderStatus) -> None:
    async with transaction() as session:
        order = await repository.lock(session, order_id)
        await lifecycle.transition(session, order, to, "test")
