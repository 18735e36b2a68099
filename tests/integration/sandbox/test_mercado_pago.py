"""Mercado Pago: preferences, payments and refunds as its own SDK speaks and signs them."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import anyio
import httpx
import mercadopago
import pytest
from mercadopago.webhook import WebhookSignatureValidator

from livestream_sell.sandbox.server import SandboxServers

pytestmark = pytest.mark.anyio


@pytest.fixture
async def api(sandbox: SandboxServers) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {sandbox.config.mercadopago_access_token}"}
    url = sandbox.urls["mercadopago"]
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, verify=False) as client:
        yield client


def preference_body(product: Any, **changed: Any) -> dict[str, Any]:
    item = {"id": "A12", "title": "Vestido", "quantity": 1, "currency_id": "CLP", "unit_price": 19990}
    return {
        "items": [item],
        "external_reference": "ord_123-1",
        "back_urls": {kind: f"http://shop.test/{kind}" for kind in ("success", "pending", "failure")},
        "auto_return": "approved",
        "notification_url": f"{product.url}/hooks/mp/shop?source_news=webhooks",
        **changed,
    }


async def create(api: httpx.AsyncClient, product: Any, **changed: Any) -> str:
    answer = await api.post("/checkout/preferences", json=preference_body(product, **changed))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def pay(play: httpx.AsyncClient, preference_id: str, outcome: str = "paid") -> dict[str, Any]:
    body = {"gateway": "mercadopago", "id": preference_id, "outcome": outcome}
    answer = await play.post("/_sandbox/pay", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_from_preference_to_approved_payment(
    sandbox: SandboxServers, api: httpx.AsyncClient, play: httpx.AsyncClient, product: Any
) -> None:
    preference_id = await create(api, product)
    preference = (await api.get(f"/checkout/preferences/{preference_id}")).json()
    assert "CLP 19,990" in (await api.get(preference["init_point"])).text

    back = await pay(play, preference_id)

    returned = dict(parse_qsl(urlsplit(back["redirect"]).query))
    assert urlsplit(back["redirect"]).path == "/success"
    assert (returned["status"], returned["external_reference"]) == ("approved", "ord_123-1")
    (delivery,) = await product.wait_for(1)
    payment_id = delivery.query["data.id"]
    assert delivery.query == {"source_news": "webhooks", "data.id": payment_id, "type": "payment"}
    assert (delivery.json["action"], delivery.json["data"]) == ("payment.created", {"id": payment_id})
    WebhookSignatureValidator.validate(
        delivery.headers["x-signature"],
        delivery.headers["x-request-id"],
        payment_id,
        sandbox.config.mercadopago_webhook_secret,
    )
    payment = (await api.get(f"/v1/payments/{payment_id}")).json()
    assert (payment["status"], payment["transaction_amount"], payment["currency_id"]) == ("approved", 19990, "CLP")
    found = (await api.get("/v1/payments/search", params={"external_reference": "ord_123-1"})).json()
    assert [each["id"] for each in found["results"]] == [payment["id"]]


async def test_a_preference_can_be_paid_twice_until_it_ends(
    api: httpx.AsyncClient, play: httpx.AsyncClient, product: Any
) -> None:
    preference_id = await create(api, product)
    await pay(play, preference_id, "paid_twice")
    found = (await api.get("/v1/payments/search", params={"external_reference": "ord_123-1"})).json()
    assert [each["status"] for each in found["results"]] == ["approved", "approved"]

    ended = {"expires": True, "expiration_date_to": "2020-01-01T00:00:00.000-03:00"}
    await api.put(f"/checkout/preferences/{preference_id}", json=ended)
    body = {"gateway": "mercadopago", "id": preference_id, "outcome": "paid"}
    refused = await play.post("/_sandbox/pay", json=body)
    assert refused.status_code == 404


async def test_rejected_pending_and_cancelled(api: httpx.AsyncClient, play: httpx.AsyncClient, product: Any) -> None:
    preference_id = await create(api, product)

    assert "/failure?" in (await pay(play, preference_id, "failed"))["redirect"]
    assert "/failure?" in (await pay(play, preference_id, "cancelled"))["redirect"]
    assert "/pending?" in (await pay(play, preference_id, "pending"))["redirect"]
    assert "/success?" in (await pay(play, preference_id, "paid"))["redirect"]

    found = (await api.get("/v1/payments/search", params={"external_reference": "ord_123-1"})).json()
    assert [each["status"] for each in found["results"]] == ["rejected", "approved"]
    actions = [each.json["action"] for each in await product.wait_for(3)]
    assert sorted(actions) == ["payment.created", "payment.created", "payment.updated"]


async def test_binary_mode_knows_no_pending(api: httpx.AsyncClient, play: httpx.AsyncClient, product: Any) -> None:
    preference_id = await create(api, product, binary_mode=True)

    assert (await pay(play, preference_id, "pending"))["status"] == "rejected"


async def test_refunds_need_a_key_and_stop_at_the_amount(
    api: httpx.AsyncClient, play: httpx.AsyncClient, product: Any
) -> None:
    await pay(play, await create(api, product))
    payment_id = (await product.wait_for(1))[0].query["data.id"]
    url = f"/v1/payments/{payment_id}/refunds"

    assert (await api.post(url, json={"amount": 990})).status_code == 400
    part = await api.post(url, json={"amount": 990}, headers={"x-idempotency-key": "r1"})
    again = await api.post(url, json={"amount": 990}, headers={"x-idempotency-key": "r1"})
    assert (part.status_code, part.json()["status"]) == (201, "approved")
    assert again.json() == part.json()
    assert (await api.get(f"/v1/payments/{payment_id}")).json()["status_detail"] == "partially_refunded"
    await api.post(url, headers={"x-idempotency-key": "r2"})
    assert (await api.get(f"/v1/payments/{payment_id}")).json()["status"] == "refunded"
    assert (await api.post(url, headers={"x-idempotency-key": "r3"})).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"items": []},
        {"items": [{"title": "x", "quantity": 1, "currency_id": "CLP", "unit_price": 19990.5}]},
        {"items": [{"title": "x", "quantity": 1, "currency_id": "USD", "unit_price": 20}]},
        {"items": [{"title": "x", "quantity": 0, "currency_id": "CLP", "unit_price": 20}]},
        {"external_reference": "order 123"},
        {"external_reference": "x" * 65},
        {"notification_url": "http://x.test/" + "x" * 240},
        {"back_urls": {}},
    ],
)
async def test_bad_preferences_are_refused(api: httpx.AsyncClient, product: Any, changed: dict[str, Any]) -> None:
    answer = await api.post("/checkout/preferences", json=preference_body(product, **changed))

    assert answer.status_code == 400


async def test_wrong_token_and_rate_limit(
    sandbox: SandboxServers, api: httpx.AsyncClient, play: httpx.AsyncClient
) -> None:
    assert (await api.get("/v1/payments/1", headers={"authorization": "Bearer x"})).status_code == 401
    await play.put("/_sandbox/switches/mercadopago", json={"rate_limited": True})
    assert (await api.get("/v1/payments/1")).status_code == 429


async def test_the_vendors_sdk_works_against_it(sandbox: SandboxServers, product: Any) -> None:
    sdk = mercadopago.SDK(sandbox.config.mercadopago_access_token)
    sdk.http_client = _Redirected(sandbox.urls["mercadopago"])
    body = preference_body(product)
    del body["notification_url"]  # the SDK warns that it is on its way out

    made = await anyio.to_thread.run_sync(lambda: sdk.preference().create(body))
    read = await anyio.to_thread.run_sync(lambda: sdk.preference().get(made["response"]["id"]))

    assert (made["status"], read["status"]) == (201, 200)
    assert read["response"]["external_reference"] == "ord_123-1"


class _Redirected(mercadopago.http.HttpClient):
    """The SDK's own client, sent to the sandbox instead of api.mercadopago.com."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._sandbox = url

    def request(self, method: str, url: str, maxretries: int | None = None, **kwargs: Any) -> dict[str, Any]:
        moved = url.replace("https://api.mercadopago.com", self._sandbox)
        return dict(super().request(method, moved, maxretries, **kwargs))
