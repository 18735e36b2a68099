"""The buyer's side: the page's view, paying by form and by JSON, the way back, a transfer, asking again."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.ids import order_code
from livestream_sell.orders import checkout
from livestream_sell.orders.errors import UnknownLink
from livestream_sell.orders.models import OrderStatus
from livestream_sell.orders.schemas import CheckoutView, Stage
from livestream_sell.payments.errors import GatewayUnavailable
from livestream_sell.payments.models import PaymentStatus
from tests.support.paying import BUYER_EMAIL, Shop, change_payment, events, move, payment, payments_of, view

pytestmark = pytest.mark.anyio


async def test_the_page_shows_the_cart_its_total_in_the_stores_format_and_the_time_left(shop: Shop) -> None:
    order = await shop.cart("flow", quantity=2, minutes=30)

    shown = await view(order.token)

    [line] = shown.lines
    assert (line.quantity, line.unit_price_text, line.line_total_text, line.variant) == (2, "$19.990", "$39.980", "M")
    assert 1790 <= line.seconds_left <= 1800
    assert (shown.total, shown.total_text, shown.currency) == (Decimal(39980), "$39.980", "CLP")
    assert (shown.status, shown.stage, shown.payment) == ("pending", Stage.open, None)
    assert shown.expires_at == order.reservation_expires_at
    assert [each.gateway for each in shown.methods] == ["mercado_pago", "flow", "bank_transfer"]
    assert shown.store_name == "Moda Lucía"
    secrets = {"store_id", "order_id", "customer_fb_id", "customer_name"}
    assert not secrets & set(CheckoutView.model_fields)


@pytest.mark.parametrize("token", ["unknown", "", "x" * 300, "' OR 1=1 --"])
async def test_an_unknown_link_tells_nothing_whatever_is_asked(
    shop: Shop, browser: httpx.AsyncClient, token: str
) -> None:
    with pytest.raises(UnknownLink):
        await view(token)
    with pytest.raises(UnknownLink):
        await checkout.choose(token, "flow")
    with pytest.raises(UnknownLink):
        await checkout.report_transfer(token)
    if token and "'" not in token:
        read = await browser.get(f"/api/v1/checkout/{token}")
        paid = await browser.post(f"/api/v1/checkout/{token}/pay", json={"gateway": "flow"})
        assert (read.status_code, paid.status_code) == (404, 404)
        assert read.json() == paid.json() == {"error": {"code": "unknown_link", "details": {}}}
        back = await browser.get(f"/api/v1/payments/return/flow?t={token}&p={order_code()}")
        form = await browser.post("/api/v1/checkout/pay", data={"token": token, "method": "flow"})
        assert (back.status_code, form.status_code) == (303, 303)
        assert form.headers["location"] == f"/checkout?t={token}&problem=unknown_link"


async def test_a_form_goes_to_the_gateway_and_json_gets_its_address(shop: Shop, browser: httpx.AsyncClient) -> None:
    order = await shop.cart("mercado_pago")

    by_form = await browser.post("/api/v1/checkout/pay", data={"token": order.token, "method": "mercadopago"})
    by_json = await browser.post(f"/api/v1/checkout/{order.token}/pay", json={"gateway": "mercado_pago"})

    [row] = await payments_of(order.order_id)
    assert (by_form.status_code, by_form.headers["location"]) == (303, row.redirect_url)
    assert (by_json.status_code, by_json.json()["redirect_url"]) == (200, row.redirect_url)
    assert by_json.json()["reference"] == f"{order.code}-1"


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"'])
async def test_a_body_that_is_no_json_object_is_refused(shop: Shop, browser: httpx.AsyncClient, body: bytes) -> None:
    order = await shop.cart("flow")

    answer = await browser.post(f"/api/v1/checkout/{order.token}/pay", content=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_input")
    assert await payments_of(order.order_id) == []


async def test_a_gateway_that_is_down_leaves_the_others(shop: Shop, browser: httpx.AsyncClient) -> None:
    order = await shop.cart("flow")
    shop.switch("flow", down=True)

    with pytest.raises(GatewayUnavailable) as refused:
        await checkout.choose(order.token, "flow", BUYER_EMAIL)
    form = await browser.post(f"/api/v1/checkout/{order.token}/pay", data={"gateway": "flow", "email": BUYER_EMAIL})
    by_transfer = await browser.post(f"/api/v1/checkout/{order.token}/pay", data={"gateway": "bank_transfer"})

    assert refused.value.details == {"gateway": "flow", "methods": ["mercado_pago", "bank_transfer"]}
    assert form.headers["location"] == f"/checkout?t={order.token}&problem=gateway_unavailable&by=flow"
    assert by_transfer.headers["location"] == f"/checkout?t={order.token}&pay=bank_transfer"
    shown = await view(order.token)
    assert shown.stage == Stage.open
    assert shown.payment is not None
    assert shown.payment.transfer_data is not None
    assert shown.payment.transfer_data["reference"] == f"{order.code}-3"


@pytest.mark.parametrize(("gateway", "method"), [("paypal", "GET"), ("mercado_pago", "GET"), ("flow", "POST")])
async def test_the_way_back_asks_the_gateway_even_if_no_webhook_comes(
    shop: Shop, browser: httpx.AsyncClient, gateway: str, method: str
) -> None:
    shop.switch(gateway, drop_webhooks=True)
    order = await shop.cart(gateway)
    started = await checkout.choose(order.token, gateway, BUYER_EMAIL)
    page = await shop.pay(started)
    target = (await payment(started.payment_id)).details
    assert "returned_at" not in target
    url = (
        page.headers.get("location")
        or f"{browser.base_url}/api/v1/payments/return/flow?t={order.token}&p={started.payment_id}"
    )

    back = await browser.request(method, url, data={"token": "T"} if method == "POST" else None)

    assert (back.status_code, back.headers["location"]) == (303, f"/checkout?t={order.token}")
    shown = await view(order.token)
    assert shown.stage == Stage.processing
    await shop.settle_all()
    assert (await payment(started.payment_id)).status == PaymentStatus.succeeded
    assert (await view(order.token)).stage == Stage.processing
    await move(order.order_id, OrderStatus.paid)
    assert (await view(order.token)).stage == Stage.paid


async def test_the_way_back_with_anothers_payment_asks_nothing(shop: Shop, browser: httpx.AsyncClient) -> None:
    order, other = await shop.cart("flow"), await shop.cart("flow")
    started = await checkout.choose(other.token, "flow", BUYER_EMAIL)

    for p in (str(started.payment_id), "not-an-id", ""):
        back = await browser.get("/api/v1/payments/return/flow", params={"t": order.token, "p": p})
        assert back.headers["location"] == f"/checkout?t={order.token}"

    assert await shop.queued() == []
    assert "returned_at" not in (await payment(started.payment_id)).details


async def test_a_buyer_who_came_back_without_paying_can_pay_again_a_moment_later(shop: Shop) -> None:
    order = await shop.cart("flow")
    started = await checkout.choose(order.token, "flow", BUYER_EMAIL)
    async with transaction() as session:
        assert await checkout.came_back(session, order.token, started.payment_id) == "es"
    assert (await view(order.token)).stage == Stage.processing

    row = await payment(started.payment_id)
    await change_payment(row.id, details={"returned_at": (utc_now() - timedelta(seconds=21)).isoformat()})

    assert (await view(order.token)).stage == Stage.open


async def test_a_reported_transfer_keeps_what_is_held_until_the_seller_can_look(
    shop: Shop, browser: httpx.AsyncClient
) -> None:
    order = await shop.cart("bank_transfer")
    await checkout.choose(order.token, "bank_transfer")

    said = await browser.post(f"/api/v1/checkout/{order.token}/transfer-reported", json={"note": "from BCI"})
    again = await browser.post("/api/v1/checkout/transfer-reported", data={"token": order.token})

    assert (said.status_code, said.json()) == (200, {"status": "reported"})
    assert again.headers["location"] == f"/checkout?t={order.token}"
    shown = await view(order.token)
    assert shown.stage == Stage.processing
    assert shown.expires_at is not None
    assert shown.expires_at - utc_now() > timedelta(hours=23)
    assert len(await events("PaymentSucceeded")) == 0


async def test_a_transfer_is_not_reported_where_none_was_chosen(shop: Shop, browser: httpx.AsyncClient) -> None:
    order = await shop.cart("bank_transfer")

    answer = await browser.post(f"/api/v1/checkout/{order.token}/transfer-reported", json={})

    assert answer.status_code == 404
    assert (await view(order.token)).expires_at == order.reservation_expires_at
