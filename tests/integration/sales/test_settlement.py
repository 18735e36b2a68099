"""Confirmed money meets orders: once, late, twice, and at the same moment as an expiry."""

import asyncio

import pytest
from sqlalchemy import text
from sqlmodel import select

from livestream_sell.core.db import transaction
from livestream_sell.core.ids import uuid7
from livestream_sell.events import PaymentSucceeded
from livestream_sell.inventory.invariants import check_stock
from livestream_sell.inventory.models import Product
from livestream_sell.live.models import LiveEvent
from livestream_sell.messaging.models import Message
from livestream_sell.orders.models import Order, OrderItem
from livestream_sell.payments.models import Payment
from livestream_sell.sales import releasing
from livestream_sell.sales.claiming import allocate
from livestream_sell.sales.settlement import can_still_serve, on_payment_succeeded
from livestream_sell.stores.models import Store
from tests.support.factories import claim_request, create_live, create_product, create_store

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]


async def cart(*, stock: int = 1, quantity: int = 1) -> tuple[Product, Order]:
    store = await create_store()
    product, live = await create_product(store, stock=stock), await create_live(store)
    async with transaction() as session:
        await allocate(session, [claim_request(store, live, product, quantity=quantity)])
        [order] = (await session.execute(select(Order))).scalars()
    return product, order


async def attempt(order: Order) -> PaymentSucceeded:
    """A payment of everything in the cart, confirmed by its gateway."""
    async with transaction() as session:
        items = (await session.execute(select(OrderItem.id).where(OrderItem.order_id == order.id))).scalars()
        payment = Payment(
            store_id=order.store_id, order_id=order.id, gateway="flow", reference=str(uuid7()), amount=order.total,
            currency="CLP", item_ids=[str(item) for item in items], status="succeeded",
        )  # fmt: skip
        session.add(payment)
    return PaymentSucceeded(store_id=order.store_id, order_id=order.id, payment_id=payment.id)


async def settle(event: PaymentSucceeded) -> None:
    async with transaction() as session:
        await on_payment_succeeded(session, event)


async def lapse() -> None:
    async with transaction() as session:
        await session.execute(text("UPDATE reservations SET expires_at = now() - interval '1 second'"))


async def state(product: Product, order: Order, event: PaymentSucceeded) -> tuple[object, ...]:
    """(order's state, why it needs attention, payment's state, stock, reserved)"""
    assert await check_stock() == 0
    async with transaction() as session:
        p, o = await session.get_one(Product, product.id), await session.get_one(Order, order.id)
        return o.status, o.attention, (await session.get_one(Payment, event.payment_id)).status, p.stock, p.reserved


async def test_a_paid_order_takes_its_stock_for_good_and_thanks_the_buyer() -> None:
    product, order = await cart(stock=3, quantity=2)
    event = await attempt(order)

    await settle(event)

    assert await state(product, order, event) == ("paid", "", "succeeded", 1, 0)
    async with transaction() as session:
        assert (await session.execute(select(Message.purpose).where(Message.kind == "direct"))).scalars().all() == [
            "paid"
        ]


@pytest.mark.parametrize("swept", [True, False])
async def test_late_money_takes_the_piece_if_it_is_still_there(swept: bool) -> None:
    product, order = await cart()
    event = await attempt(order)
    await lapse()
    if swept:
        async with transaction() as session:
            await releasing.expire_due(session)

    await settle(event)

    assert await state(product, order, event) == ("paid", "", "succeeded", 0, 0)


async def test_late_money_without_a_piece_is_flagged_and_takes_nothing_from_others() -> None:
    product, order = await cart()
    event = await attempt(order)
    await lapse()
    async with transaction() as session:
        await releasing.expire_due(session)
        await session.execute(text("UPDATE products SET stock = 0"))

    async with transaction() as session:
        assert await can_still_serve(session, await session.get_one(Payment, event.payment_id)) is False
    await settle(event)

    assert await state(product, order, event) == ("expired", "paid_too_late", "refund_due", 0, 0)


async def test_a_second_payment_is_flagged_and_takes_no_more_stock() -> None:
    product, order = await cart(stock=5)
    first, second = await attempt(order), await attempt(order)

    await asyncio.gather(settle(first), settle(second))

    states = sorted([(await state(product, order, event))[2] for event in (first, second)])
    assert states == ["refund_due", "succeeded"]
    assert (await state(product, order, first))[3:] == (4, 0)


async def test_expiry_racing_with_payment_sells_or_releases_but_never_both() -> None:
    for _ in range(10):
        product, order = await cart(stock=1)
        event = await attempt(order)
        await lapse()

        async def sweep() -> None:
            async with transaction() as session:
                await releasing.expire_due(session)

        await asyncio.gather(settle(event), sweep(), sweep())

        assert await state(product, order, event) == ("paid", "", "succeeded", 0, 0)
        async with transaction() as session:
            await session.execute(text("TRUNCATE sellers CASCADE"))


async def test_what_was_claimed_after_the_buyer_went_to_pay_becomes_a_cart_of_its_own() -> None:
    product, order = await cart(stock=5)
    event = await attempt(order)
    async with transaction() as session:
        store, live = await session.get_one(Store, order.store_id), await session.get_one(LiveEvent, order.live_id)
        await allocate(session, [claim_request(store, live, product, quantity=2)])

    await settle(event)

    async with transaction() as session:
        orders = (await session.execute(select(Order.status, Order.total).order_by(Order.id))).all()
    assert [(status, int(total)) for status, total in orders] == [("paid", 12990), ("pending", 25980)]
    assert (await state(product, order, event))[3:] == (4, 2)
