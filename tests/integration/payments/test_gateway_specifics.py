"""What Mercado Pago and Flow do and the others do not, and attempts that are refused before they begin."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from livestream_sell.core.db import transaction
from livestream_sell.payments import configs, service
from livestream_sell.payments.errors import (
    CurrencyNotTaken,
    EmailNeeded,
    GatewayRejected,
    GatewayUnavailable,
    MethodNotOffered,
)
from livestream_sell.payments.gateways.base import FactState, GatewayFact, Lookup
from livestream_sell.payments.gateways.registry import gateway_named
from livestream_sell.payments.models import PaymentStatus
from livestream_sell.payments.settling import settle
from livestream_sell.payments.store_keys import notify_url
from tests.support.paying import (
    BUYER_EMAIL,
    Shop,
    always,
    change_payment,
    events,
    make_due,
    payment,
    payments_of,
)

pytestmark = pytest.mark.anyio


async def test_a_preference_paid_twice_gives_two_settled_payments_and_is_closed(shop: Shop) -> None:
    order = await shop.cart("mercado_pago")
    started = await shop.start(order, "mercado_pago")
    await shop.pay(started, "paid_twice")
    hints = await shop.notices(2)

    for _ in range(2):
        await service.process_notices(hints, always)

    first, second = await payments_of(order.order_id)
    assert (first.status, second.status) == (PaymentStatus.succeeded, PaymentStatus.succeeded)
    assert second.reference == f"{first.reference}-again-{second.gateway_payment_id}"
    assert second.details["paid_again"] == str(first.id)
    assert first.gateway_payment_id != second.gateway_payment_id
    assert [event["payment_id"] for event in await events("PaymentSucceeded")] == [str(first.id), str(second.id)]
    [preference] = shop.sandbox.state.stores["mercadopago"].preferences.values()
    assert datetime.fromisoformat(preference["expiration_date_to"]) <= datetime.now(UTC)


async def test_a_second_payment_of_another_currency_is_for_a_person(shop: Shop) -> None:
    order = await shop.cart("mercado_pago")
    started = await shop.start(order, "mercado_pago")
    fact = GatewayFact(FactState.succeeded, started.reference, order.amount, "CLP", gateway_payment_id="1")
    async with transaction() as session:
        assert await settle(session, started.payment_id, fact) == PaymentStatus.succeeded
        strange = replace(fact, currency="ARS", gateway_payment_id="2")
        assert await settle(session, started.payment_id, strange) == PaymentStatus.needs_review
        assert await settle(session, started.payment_id, strange) is None

    assert [row.status for row in await payments_of(order.order_id)] == ["succeeded", "needs_review"]


async def test_money_that_went_back_is_noted_once_and_takes_nothing_back(shop: Shop) -> None:
    order = await shop.cart("mercado_pago")
    started = await shop.start(order, "mercado_pago")
    fact = GatewayFact(FactState.succeeded, started.reference, order.amount, "CLP", gateway_payment_id="1")
    back = replace(fact, state=FactState.refunded, detail="charged_back")
    async with transaction() as session:
        await settle(session, started.payment_id, fact)
        assert await settle(session, started.payment_id, back) is None
        assert await settle(session, started.payment_id, back) is None

    row = await payment(started.payment_id)
    assert row.status == PaymentStatus.succeeded
    assert row.details["refund"] == "charged_back"


async def test_money_that_paid_another_attempt_does_not_pay_this_one(shop: Shop) -> None:
    first = await shop.start(await shop.cart("mercado_pago"), "mercado_pago")
    other_order = await shop.cart("mercado_pago")
    second = await shop.start(other_order, "mercado_pago")
    fact = GatewayFact(FactState.succeeded, first.reference, other_order.amount, "CLP", gateway_payment_id="1")
    async with transaction() as session:
        await settle(session, first.payment_id, fact)
        await settle(session, second.payment_id, replace(fact, reference=second.reference))

    row = await payment(second.payment_id)
    assert (row.status, row.failure) == (PaymentStatus.needs_review, f"1 already paid {first.reference}")


async def test_a_preference_that_cannot_be_closed_does_not_unsettle_the_payment(shop: Shop) -> None:
    started = await shop.start(await shop.cart("mercado_pago"), "mercado_pago")
    await shop.pay(started)
    hints = await shop.notices()
    shop.switch("mercado_pago", down=True, only="/checkout/preferences")

    await service.process_notices(hints, always)

    assert (await payment(started.payment_id)).status == PaymentStatus.succeeded


async def test_a_card_refused_and_then_another_that_works_settles(shop: Shop) -> None:
    started = await shop.start(await shop.cart("mercado_pago"), "mercado_pago")
    await shop.pay(started, "failed")
    await shop.settle_all()
    assert (await payment(started.payment_id)).status == PaymentStatus.failed
    shop.switch("mercado_pago", drop_webhooks=True)
    await shop.pay(started)
    await make_due(started.payment_id)

    # The sweeper goes on looking at a failed attempt until its time is over: no webhook came.
    await service.check_due(always)

    assert (await payment(started.payment_id)).status == PaymentStatus.succeeded
    assert len(await events("PaymentFailed")) == len(await events("PaymentSucceeded")) == 1


async def test_flow_is_asked_by_our_number_when_its_token_never_arrived(shop: Shop) -> None:
    order = await shop.cart("flow")
    shop.switch("flow", drop_response_after_effect=True, only="/payment/create")
    with pytest.raises(GatewayUnavailable):
        await shop.start(order, "flow")
    shop.switch("flow")
    gateway, settings = gateway_named("flow"), await settings_of(shop, "flow")

    found = await gateway.fetch(Lookup(reference=f"{order.code}-1"), settings)

    assert found is not None
    assert (found.state, found.reference, found.amount) == (FactState.pending, f"{order.code}-1", order.amount)
    assert await gateway.fetch(Lookup(reference="NEVER-1"), settings) is None
    with pytest.raises(GatewayRejected) as refused:
        await gateway.fetch(Lookup(reference="X"), settings.model_copy(update={"secret_key": "another-key"}))
    assert refused.value.issue == "105 The signature is not valid"


async def test_flow_refuses_a_token_of_another_store_like_one_it_never_saw(shop: Shop) -> None:
    started = await shop.start(await shop.cart("flow"), "flow")
    token = (await payment(started.payment_id)).gateway_ref
    foreign = notify_url("flow", shop.by_currency["USD"].id)

    async with httpx.AsyncClient(trust_env=False) as stranger:
        answer = await stranger.post(foreign, data={"token": token})

    assert answer.status_code == 401
    assert await shop.queued() == []


async def test_flow_without_an_address_is_refused_before_anything_is_made(shop: Shop) -> None:
    order = await shop.cart("flow")

    for email in (None, "", "not an address", "a@b"):
        with pytest.raises(EmailNeeded):
            await service.start_payment(order, "flow", buyer_email=email)

    assert await payments_of(order.order_id) == []


async def test_a_currency_or_gateway_that_is_not_offered_is_refused_before_anything_is_made(shop: Shop) -> None:
    order = await shop.cart("flow")
    with pytest.raises(CurrencyNotTaken):
        await service.start_payment(order, "paypal")
    with pytest.raises(MethodNotOffered):
        await service.start_payment(order, "stripe")
    async with transaction() as session:
        await configs.set_enabled(session, order.store_id, "flow", enabled=False)
    with pytest.raises(MethodNotOffered):
        await service.start_payment(order, "flow", buyer_email=BUYER_EMAIL)

    assert await payments_of(order.order_id) == []


async def test_a_click_whose_maker_died_gives_up_and_a_later_one_starts_anew(shop: Shop) -> None:
    order = await shop.cart("mercado_pago")
    started = await shop.start(order, "mercado_pago")
    row = await payment(started.payment_id)
    await change_payment(row.id, status=PaymentStatus.creating, created_at=row.created_at - timedelta(minutes=1))

    again = await shop.start(order, "mercado_pago")

    assert again.reference == f"{order.code}-2"


async def settings_of(shop: Shop, gateway: str) -> object:
    async with transaction() as session:
        return await configs.settings_of(session, shop.store_for(gateway).id, gateway)
