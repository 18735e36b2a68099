"""Carts that ran out and are asked for again, and where an order may go from where it is."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import text

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.ids import checkout_token
from livestream_sell.inventory.models import Product, Reservation
from livestream_sell.orders import checkout, lifecycle
from livestream_sell.orders.errors import NewerCart, NothingLeft, NothingToPay, TransitionRefused
from livestream_sell.orders.models import Order, OrderItem, OrderStatus
from livestream_sell.orders.public_link import checkout_link, checkout_page
from livestream_sell.orders.schemas import Stage
from livestream_sell.payments import service
from livestream_sell.payments.schemas import OrderForPayment
from tests.support.paying import BUYER_EMAIL, Shop, always, move, view

pytestmark = pytest.mark.anyio


async def run_out(order: OrderForPayment, status: str = "expired") -> None:
    """What the sweeper does with a cart nobody paid."""
    async with transaction() as session:
        ids = {"order_id": order.order_id}
        await session.execute(
            text("UPDATE products p SET reserved = reserved - r.quantity FROM reservations r "
                 "WHERE r.order_id = :order_id AND p.id = r.product_id"), ids)  # fmt: skip
        await session.execute(text("UPDATE reservations SET status = 'expired' WHERE order_id = :order_id"), ids)
        await session.execute(text("UPDATE orders SET status = :s WHERE id = :order_id"), {**ids, "s": status})


async def test_an_expired_cart_is_shown_as_such_and_asked_for_again(shop: Shop, browser: httpx.AsyncClient) -> None:
    order = await shop.cart("flow", quantity=2, stock=2)
    await run_out(order)
    shown = await view(order.token)
    assert (shown.stage, shown.methods, shown.expires_at, shown.lines[0].seconds_left) == (Stage.expired, [], None, 0)
    assert shown.total == Decimal(39980)
    with pytest.raises(NothingToPay):
        await checkout.choose(order.token, "flow", BUYER_EMAIL)

    answers = await asyncio.gather(
        *(browser.post(f"/api/v1/checkout/{order.token}/ask-again", json={}) for _ in range(3)),
        browser.post("/api/v1/checkout/ask-again", data={"token": order.token}),
    )

    assert [answer.status_code for answer in answers] == [200, 200, 200, 303]
    assert {answer.json()["stage"] for answer in answers[:3]} == {"open"}
    async with transaction() as session:
        [product] = (await session.execute(text("SELECT stock, reserved FROM products"))).all()
        held = await session.execute(text("SELECT count(*) FROM reservations WHERE status = 'active'"))
    assert tuple(product) == (2, 2)
    assert held.scalar_one() == 1


async def test_what_went_to_somebody_else_cannot_be_asked_for_again(shop: Shop) -> None:
    order = await shop.cart("flow", quantity=2, stock=2)
    await run_out(order)
    async with transaction() as session:
        await session.execute(text("UPDATE products SET stock = 1"))

    with pytest.raises(NothingLeft):
        async with transaction() as session:
            await checkout.ask_again(session, order.token)

    shown = await view(order.token)
    assert (shown.status, shown.stage) == ("expired", Stage.expired)


async def test_a_buyer_with_a_newer_cart_is_led_there(shop: Shop, browser: httpx.AsyncClient) -> None:
    order = await shop.cart("flow")
    await run_out(order)
    newer = await shop.cart("flow")

    with pytest.raises(NewerCart) as refused:
        async with transaction() as session:
            await checkout.ask_again(session, order.token)
    form = await browser.post("/api/v1/checkout/ask-again", data={"token": order.token})

    assert refused.value.token == newer.token
    assert form.headers["location"] == f"/checkout?t={newer.token}&problem=newer_cart"


async def test_a_reservation_past_its_time_is_not_payable_even_before_it_is_swept(shop: Shop) -> None:
    order = await shop.cart("flow")
    async with transaction() as session:
        await session.execute(text("UPDATE reservations SET expires_at = now() - interval '1 second'"))

    assert (await view(order.token)).stage == Stage.expired
    with pytest.raises(NothingToPay):
        await checkout.choose(order.token, "flow", BUYER_EMAIL)


async def test_a_cancelled_order_offers_nothing(shop: Shop) -> None:
    order = await shop.cart("flow")
    await move(order.order_id, OrderStatus.cancelled)

    shown = await view(order.token)

    assert (shown.stage, shown.methods) == (Stage.cancelled, [])


async def test_a_cart_of_several_lines_is_named_by_its_first(shop: Shop) -> None:
    store = shop.store_for("flow")
    order = await shop.cart("flow")
    async with transaction() as session:
        product = Product(store_id=store.id, sku="B2", name="Zapatos", price=Decimal(100), stock=1, reserved=1)
        session.add(product)
        await session.flush()
        held = Reservation(
            store_id=store.id, product_id=product.id, order_id=order.order_id, quantity=1,
            expires_at=utc_now() + timedelta(minutes=5),
        )  # fmt: skip
        session.add(held)
        await session.flush()
        item = OrderItem(
            store_id=store.id, order_id=order.order_id, product_id=product.id, reservation_id=held.id, sku="B2",
            name="Zapatos", quantity=1, unit_price=Decimal(100),
        )  # fmt: skip
        session.add(item)
        await session.flush()
        asked = await checkout.order_for_payment(session, order.order_id)

    assert asked.title.endswith(" +1")
    assert asked.amount == order.amount + 100
    assert len(asked.item_ids) == 2
    assert asked.reservation_expires_at == held.expires_at


async def test_every_transition_not_in_the_table_is_refused_and_changes_nothing(database: None, shop: Shop) -> None:
    order = await shop.cart("flow")
    for now in OrderStatus:
        for to in OrderStatus:
            async with transaction() as session:
                row = await session.get_one(Order, order.order_id)
                row.status, row.paid_at = now, None
                if to in lifecycle.TRANSITIONS[now]:
                    await lifecycle.transition(session, row, to, "test", why="table")
                    assert row.status == to
                    assert (row.paid_at is not None) == (to == OrderStatus.paid)
                else:
                    with pytest.raises(TransitionRefused):
                        await lifecycle.transition(session, row, to, "test")
                    assert row.status == now
    async with transaction() as session:
        lines = (await session.execute(text("SELECT kind, actor, data FROM order_events"))).all()
    assert len(lines) == sum(len(targets) for targets in lifecycle.TRANSITIONS.values())
    assert {(line.actor, line.data["why"]) for line in lines} == {("test", "table")}


def test_the_link_is_short_and_the_page_is_of_the_buyers_language() -> None:
    token = checkout_token()

    assert checkout_link(token) == f"http://localhost:8000/checkout/{token}"
    assert checkout_page(token, "es-MX") == f"/checkout?t={token}"
    assert checkout_page(token, "pt-BR") == f"/pt/checkout?t={token}"
    assert checkout_page(token, "en", problem="x") == f"/en/checkout?t={token}&problem=x"
    assert checkout_page(token, "zh") == f"/en/checkout?t={token}"
    assert checkout_page(token, "fil") == f"/en/checkout?t={token}"
    assert checkout_page(token, "") == f"/checkout?t={token}"


async def test_what_happens_meanwhile_is_asked_by_the_worker(shop: Shop) -> None:
    order = await shop.cart("flow")
    started = await checkout.choose(order.token, "flow", BUYER_EMAIL)
    await shop.pay(started, "cancelled")
    await service.process_notices(await shop.notices(), always)

    shown = await view(order.token)

    assert shown.payment is not None
    assert (shown.payment.status, shown.stage) == ("expired", Stage.open)
