"""What PayPal does and the others do not."""

from decimal import Decimal

import httpx
import pytest

from livestream_sell.core.db import transaction
from livestream_sell.payments import configs, service
from livestream_sell.payments.errors import (
    GatewayRejected,
)
from livestream_sell.payments.gateways.base import FactState, Lookup
from livestream_sell.payments.gateways.registry import gateway_named
from livestream_sell.payments.models import PaymentStatus
from livestream_sell.payments.store_keys import notify_url
from tests.support.paying import (
    Shop,
    always,
    change_payment,
    never,
    payment,
)
from tests.support.waiting import until

pytestmark = pytest.mark.anyio


async def test_paypal_takes_no_money_for_pieces_that_are_gone(shop: Shop) -> None:
    order = await shop.cart("paypal")
    started = await shop.start(order, "paypal")
    await shop.pay(started)

    await service.process_notices(await shop.notices(), never)

    row = await payment(started.payment_id)
    assert (row.status, row.failure) == (PaymentStatus.failed, "no_stock")
    [made] = shop.sandbox.state.stores["paypal"].orders.values()
    assert made.capture is None
    # The pieces came back and the buyer's approval still stands.
    await service.process_notices(await shop.queued(), always)
    assert (await payment(started.payment_id)).status == PaymentStatus.succeeded


async def test_paypal_does_not_capture_an_order_that_differs_from_what_was_asked(shop: Shop) -> None:
    started = await shop.start(await shop.cart("paypal"), "paypal")
    await change_payment(started.payment_id, amount=Decimal(1))
    await shop.pay(started)

    await service.process_notices(await shop.notices(), always)

    assert (await payment(started.payment_id)).status == PaymentStatus.needs_review
    [made] = shop.sandbox.state.stores["paypal"].orders.values()
    assert made.capture is None


async def test_paypals_capture_by_somebody_else_is_found_by_asking(shop: Shop) -> None:
    started = await shop.start(await shop.cart("paypal"), "paypal")
    await shop.pay(started)
    row = await payment(started.payment_id)
    gateway, settings = gateway_named("paypal"), await settings_of(shop, "paypal")
    first = await gateway.capture(Lookup(gateway_ref=row.gateway_ref), settings)
    shop.sandbox.state.stores["paypal"].orders[row.gateway_ref].captured_under = "another key"

    second = await gateway.capture(Lookup(gateway_ref=row.gateway_ref), settings)

    assert first == second
    assert second is not None
    assert (second.state, second.amount) == (FactState.succeeded, row.amount)


async def test_paypals_order_that_nobody_approved_stays_pending_and_a_forgotten_one_is_none(shop: Shop) -> None:
    started = await shop.start(await shop.cart("paypal"), "paypal")
    row = await payment(started.payment_id)
    gateway, settings = gateway_named("paypal"), await settings_of(shop, "paypal")

    not_approved = await gateway.capture(Lookup(gateway_ref=row.gateway_ref), settings)

    assert not_approved is not None
    assert not_approved.state == FactState.pending
    assert await gateway.fetch(Lookup(gateway_ref="UNKNOWN"), settings) is None
    with pytest.raises(GatewayRejected) as refused:
        await gateway.capture(Lookup(gateway_ref="UNKNOWN"), settings)
    assert refused.value.http_status == 404


async def test_a_token_that_paypal_revoked_is_renewed_once_and_wrong_keys_are_final(shop: Shop) -> None:
    gateway, settings = gateway_named("paypal"), await settings_of(shop, "paypal")
    key = (shop.sandbox.urls["paypal"], settings.client_id)  # type: ignore[union-attr]
    gateway._tokens[key] = ("revoked", float("inf"))  # type: ignore[attr-defined]

    started = await shop.start(await shop.cart("paypal"), "paypal")

    assert started.redirect_url is not None
    assert gateway._tokens[key][0].startswith("A21AA")  # type: ignore[attr-defined]
    wrong = settings.model_copy(update={"client_id": "somebody-else"})  # type: ignore[union-attr]
    with pytest.raises(GatewayRejected) as refused:
        await gateway.fetch(Lookup(gateway_ref="X"), wrong)
    assert (refused.value.issue, refused.value.http_status) == ("invalid_client", 401)


async def test_a_certificate_that_is_not_served_is_no_proof(shop: Shop) -> None:
    url = notify_url("paypal", shop.store_for("paypal").id)
    headers = {
        "paypal-cert-url": f"{shop.sandbox.urls['paypal']}/v1/notifications/certs/CERT-1",
        "paypal-auth-algo": "SHA256withRSA",
    }
    gateway_named("paypal")._certificates.clear()  # type: ignore[attr-defined]
    async with httpx.AsyncClient(trust_env=False) as stranger:
        shop.switch("paypal", down=True)
        down = await stranger.post(url, headers=headers, content=b"{}")
        shop.switch("paypal", error="404")
        refused = await stranger.post(url, headers=headers, content=b"{}")

    assert (down.status_code, refused.status_code) == (503, 401)
    assert await shop.queued() == []


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (b'{"id":"WH-9","event_type":"CUSTOMER.DISPUTE.CREATED","resource":{"dispute_id":"D1"}}', 200),
        (b'{"event_type":"CUSTOMER.DISPUTE.CREATED"}', 401),
    ],
)
async def test_a_genuine_event_without_an_order_queues_nothing(shop: Shop, event: bytes, status: int) -> None:
    gateway, settings = gateway_named("paypal"), await settings_of(shop, "paypal")
    shop.sandbox.state.stores["paypal"].events["WH-9"] = event
    url = f"{shop.sandbox.urls['paypal']}/v1/notifications/webhooks-events/WH-9/resend"
    bearer = {"authorization": f"Bearer {await gateway._token(settings)}"}  # type: ignore[attr-defined]

    async with httpx.AsyncClient(trust_env=False) as seller:
        assert (await seller.post(url, headers=bearer)).status_code == 202
    sent = await until(lambda: shop.sandbox.state.log.entries("webhooks", path="/webhooks/payments/paypal"))

    assert sent[-1]["status"] == status
    assert await shop.queued() == []


async def settings_of(shop: Shop, gateway: str) -> object:
    async with transaction() as session:
        return await configs.settings_of(session, shop.store_for(gateway).id, gateway)
