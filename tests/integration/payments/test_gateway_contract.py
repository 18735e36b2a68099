"""What is promised of every gateway, asked of every gateway, against servers that speak its protocol."""

import asyncio
from decimal import Decimal

import httpx
import pytest

from livestream_sell.payments import service
from livestream_sell.payments.errors import GatewayUnavailable
from livestream_sell.payments.models import PaymentStatus
from livestream_sell.payments.store_keys import notify_url
from tests.support.paying import Shop, always, change_payment, events, make_due, payment, payments_of

pytestmark = pytest.mark.anyio

GATEWAYS = ["paypal", "mercado_pago", "flow"]
each_gateway = pytest.mark.parametrize("gateway", GATEWAYS)


@each_gateway
async def test_a_paid_attempt_settles_once_with_the_gateways_own_id(shop: Shop, gateway: str) -> None:
    order = await shop.cart(gateway, quantity=2)
    started = await shop.start(order, gateway)

    await shop.pay(started)
    await shop.settle_all()

    row = await payment(started.payment_id)
    assert row.status == PaymentStatus.succeeded
    assert row.reference == f"{order.code}-1"
    assert row.amount == order.amount
    assert row.gateway_payment_id
    assert row.settled_at is not None
    assert row.next_check_at is None
    [event] = await events("PaymentSucceeded")
    assert (event["order_id"], event["payment_id"]) == (str(order.order_id), str(row.id))


@each_gateway
async def test_a_refused_card_fails_the_attempt_and_says_so_once(shop: Shop, gateway: str) -> None:
    order = await shop.cart(gateway)
    started = await shop.start(order, gateway)

    await shop.pay(started, "failed")
    await shop.settle_all()

    row = await payment(started.payment_id)
    assert row.status == PaymentStatus.failed
    assert await events("PaymentSucceeded") == []
    [event] = await events("PaymentFailed")
    assert event["payment_id"] == str(row.id)
    assert event["reason"] == row.failure != ""


@each_gateway
async def test_the_same_hints_five_times_at_once_and_backwards_settle_once(shop: Shop, gateway: str) -> None:
    order = await shop.cart(gateway)
    started = await shop.start(order, gateway)
    await shop.pay(started)
    await service.process_notices(await shop.notices(), always)
    hints = await shop.notices(3 if gateway == "paypal" else 1)

    await asyncio.gather(*(service.process_notices(hints[::-1], always) for _ in range(5)))

    assert (await payment(started.payment_id)).status == PaymentStatus.succeeded
    assert len(await events("PaymentSucceeded")) == 1
    assert await events("PaymentFailed") == []


@each_gateway
async def test_first_hints_of_one_payment_racing_each_other_settle_once(shop: Shop, gateway: str) -> None:
    order = await shop.cart(gateway)
    started = await shop.start(order, gateway)
    await shop.pay(started)
    hints = await shop.notices()

    await asyncio.gather(*(service.process_notices(hints, always) for _ in range(5)))

    assert (await payment(started.payment_id)).status == PaymentStatus.succeeded
    assert len(await events("PaymentSucceeded")) == 1


@each_gateway
async def test_another_amount_than_asked_is_for_a_person_and_never_settles(shop: Shop, gateway: str) -> None:
    order = await shop.cart(gateway)
    started = await shop.start(order, gateway)
    await change_payment(started.payment_id, amount=order.amount + 1)

    await shop.pay(started)
    await shop.settle_all()

    row = await payment(started.payment_id)
    assert row.status == PaymentStatus.needs_review
    assert row.failure.startswith("amount: asked ")
    assert row.gateway_payment_id is None
    assert await events("PaymentSucceeded") == []
    # Nothing that comes later moves it: a person decides.
    await service.process_notices(await shop.queued(), always)
    assert (await payment(started.payment_id)).status == PaymentStatus.needs_review


@each_gateway
async def test_a_forged_notification_is_refused_and_nothing_is_kept(shop: Shop, gateway: str) -> None:
    url = notify_url(gateway, shop.store_for(gateway).id)
    forged = {
        "paypal": {"content": b'{"id":"WH-1","event_type":"CHECKOUT.ORDER.APPROVED","resource":{"id":"X"}}'},
        "mercado_pago": {
            "content": b'{"id":1,"type":"payment","data":{"id":"1"}}',
            "headers": {"x-signature": "ts=1704908010,v1=" + "0" * 64, "x-request-id": "r"},
        },
        "flow": {"data": {"token": "A" * 40}},
    }[gateway]

    async with httpx.AsyncClient(trust_env=False) as stranger:
        answer = await stranger.post(url, **forged)

    assert answer.status_code == 401
    assert answer.json() == {"error": {"code": "notification_refused", "message": "Refused."}}
    assert await shop.queued() == []


@each_gateway
async def test_a_notification_to_a_guessed_address_is_refused(shop: Shop, gateway: str) -> None:
    url = notify_url(gateway, shop.store_for(gateway).id)

    async with httpx.AsyncClient(trust_env=False) as stranger:
        answers = [
            await stranger.post(url[:-1] + ("A" if url[-1] != "A" else "B"), content=b"token=1"),
            await stranger.post(url.rpartition("/")[0] + "/short", content=b"token=1"),
            await stranger.post(url.replace(gateway, "stripe"), content=b"token=1"),
        ]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert await shop.queued() == []


@each_gateway
async def test_a_notification_that_is_too_large_is_refused(shop: Shop, gateway: str) -> None:
    url = notify_url(gateway, shop.store_for(gateway).id)

    async with httpx.AsyncClient(trust_env=False) as stranger:
        answer = await stranger.post(url, content=b"x" * (256 * 1024 + 1))

    assert answer.status_code == 413
    assert await shop.queued() == []


@each_gateway
async def test_the_sweeper_finds_a_payment_whose_webhook_got_lost(shop: Shop, gateway: str) -> None:
    shop.switch(gateway, drop_webhooks=True)
    order = await shop.cart(gateway)
    started = await shop.start(order, gateway)
    await shop.pay(started)
    assert await service.check_due(always) == 0
    await make_due(started.payment_id)

    looked_at = await asyncio.gather(*(service.check_due(always) for _ in range(3)))

    assert sum(looked_at) == 1
    assert (await payment(started.payment_id)).status == PaymentStatus.succeeded
    assert len(await events("PaymentSucceeded")) == 1
    assert await shop.queued() == []


@each_gateway
async def test_a_gateway_that_is_down_makes_no_attempt_that_anybody_could_pay(shop: Shop, gateway: str) -> None:
    order = await shop.cart(gateway)
    shop.switch(gateway, down=True)

    with pytest.raises(GatewayUnavailable):
        await shop.start(order, gateway)

    [row] = await payments_of(order.order_id)
    assert (row.status, row.next_check_at, row.redirect_url) == (PaymentStatus.failed, None, None)
    assert row.failure.startswith("unavailable: ")
    shop.switch(gateway)
    started = await shop.start(order, gateway)
    assert started.reference == f"{order.code}-2"


@each_gateway
async def test_a_gateway_down_at_the_hint_is_asked_again_later(shop: Shop, gateway: str) -> None:
    order = await shop.cart(gateway)
    started = await shop.start(order, gateway)
    await shop.pay(started)
    hints = await shop.notices()
    shop.switch(gateway, down=True)

    with pytest.raises(GatewayUnavailable):
        await service.process_notices(hints, always)

    assert (await payment(started.payment_id)).status == PaymentStatus.pending
    shop.switch(gateway)
    await service.process_notices(hints, always)
    assert (await payment(started.payment_id)).status == PaymentStatus.succeeded


@each_gateway
async def test_two_clicks_make_one_attempt_and_a_changed_cart_makes_another(shop: Shop, gateway: str) -> None:
    order = await shop.cart(gateway)

    first, second = await asyncio.gather(shop.start(order, gateway), shop.start(order, gateway))
    third = await shop.start(order, gateway)

    assert first == second == third
    [row] = await payments_of(order.order_id)
    assert row.item_ids == order.item_ids
    await change_payment(row.id, amount=Decimal(1))
    other = await shop.start(order, gateway)
    assert other.reference == f"{order.code}-2"
    assert other.redirect_url != first.redirect_url


@each_gateway
async def test_an_attempt_nobody_paid_ends_after_its_time_and_grace(shop: Shop, gateway: str) -> None:
    order = await shop.cart(gateway)
    started = await shop.start(order, gateway)
    row = await payment(started.payment_id)
    assert row.expires_at is not None
    await make_due(started.payment_id)
    assert await service.check_due(always) == 1
    assert (await payment(started.payment_id)).status == PaymentStatus.pending

    await change_payment(row.id, expires_at=row.created_at, created_at=row.created_at.replace(year=2020))
    await change_payment(row.id, expires_at=row.created_at.replace(year=2020))
    await make_due(started.payment_id)
    assert await service.check_due(always) == 1

    row = await payment(started.payment_id)
    assert (row.status, row.next_check_at) == (PaymentStatus.expired, None)
    [event] = await events("PaymentFailed")
    assert event["reason"] == "expired"
