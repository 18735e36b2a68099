"""PayPal: documented requests and refusals, real signatures, captures, refunds; held to PayPal's own specification."""

import base64
import json
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from livestream_sell.sandbox.server import SandboxServers

pytestmark = pytest.mark.anyio


@pytest.fixture
async def paypal(sandbox: SandboxServers) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.urls["paypal"], trust_env=False, verify=False) as client:
        config = sandbox.config
        answer = await client.post(
            "/v1/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(config.paypal_client_id, config.paypal_client_secret),
        )
        client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def order_body(value: str = "21.42", currency: str = "USD", invoice: str = "shop-1-1") -> dict[str, Any]:
    context = {
        "brand_name": "Moda Lucía",
        "shipping_preference": "NO_SHIPPING",
        "user_action": "PAY_NOW",
        "return_url": "http://shop.test/return?t=abc",
        "cancel_url": "http://shop.test/cancel",
    }
    amount = {"currency_code": currency, "value": value}
    return {
        "intent": "CAPTURE",
        "purchase_units": [{"custom_id": "ord_1", "invoice_id": invoice, "amount": amount}],
        "payment_source": {"paypal": {"experience_context": context}},
    }


async def create(paypal: httpx.AsyncClient, key: str = "create-1", **changed: str) -> httpx.Response:
    headers = {"paypal-request-id": key, "prefer": "return=representation"}
    return await paypal.post("/v2/checkout/orders", json=order_body(**changed), headers=headers)


async def pay(play: httpx.AsyncClient, order_id: str, outcome: str = "paid") -> httpx.Response:
    body = {"gateway": "paypal", "id": order_id, "outcome": outcome}
    return await play.post("/_sandbox/pay", json=body)


async def capture(paypal: httpx.AsyncClient, order_id: str, key: str = "cap-1") -> httpx.Response:
    headers = {"paypal-request-id": key}
    return await paypal.post(f"/v2/checkout/orders/{order_id}/capture", json={}, headers=headers)


def issue(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["details"][0]["issue"]


async def test_from_order_to_settled_capture(paypal: httpx.AsyncClient, play: httpx.AsyncClient, product: Any) -> None:
    created = await create(paypal)
    order_id = created.json()["id"]
    assert (created.status_code, created.json()["status"]) == (201, "PAYER_ACTION_REQUIRED")
    links = {link["rel"]: link["href"] for link in created.json()["links"]}
    page = await paypal.get(links["payer-action"])
    assert "USD 21.42" in page.text
    assert issue(await capture(paypal, order_id)) == (422, "ORDER_NOT_APPROVED")

    back = (await pay(play, order_id)).json()
    assert back["redirect"].startswith(f"http://shop.test/return?t=abc&token={order_id}&PayerID=")
    captured = await capture(paypal, order_id)
    again = await capture(paypal, order_id)
    other = await capture(paypal, order_id, "cap-2")

    assert (captured.status_code, again.status_code) == (201, 200)
    assert captured.json() == again.json()
    assert issue(other) == (422, "ORDER_ALREADY_CAPTURED")
    assert captured.json()["purchase_units"][0]["payments"]["captures"][0]["status"] == "COMPLETED"
    events = [each.json for each in await product.wait_for(3)]
    assert {event["event_type"] for event in events} == {
        "CHECKOUT.ORDER.APPROVED",
        "PAYMENT.CAPTURE.COMPLETED",
        "CHECKOUT.ORDER.COMPLETED",
    }
    settled = next(event for event in events if event["event_type"] == "PAYMENT.CAPTURE.COMPLETED")["resource"]
    assert settled["supplementary_data"]["related_ids"]["order_id"] == order_id
    assert (settled["custom_id"], settled["amount"]["value"]) == ("ord_1", "21.42")


async def test_the_buyer_pays_in_the_browser(paypal: httpx.AsyncClient) -> None:
    order_id = (await create(paypal)).json()["id"]

    cancelled = await paypal.post(f"/checkoutnow?token={order_id}", data={"outcome": "cancelled"})
    paid = await paypal.post(f"/checkoutnow?token={order_id}", data={"outcome": "paid"})

    assert cancelled.headers["location"] == f"http://shop.test/cancel?token={order_id}"
    assert (paid.status_code, "PayerID=" in paid.headers["location"]) == (303, True)
    assert (await paypal.get(f"/v2/checkout/orders/{order_id}")).json()["status"] == "APPROVED"


async def test_webhooks_verify_with_the_served_certificate_and_by_postback(
    sandbox: SandboxServers, paypal: httpx.AsyncClient, play: httpx.AsyncClient, product: Any
) -> None:
    await pay(play, (await create(paypal)).json()["id"])

    (delivery,) = await product.wait_for(1)
    headers = delivery.headers
    certificate = x509.load_pem_x509_certificate((await paypal.get(headers["paypal-cert-url"])).content)
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    webhook_id = sandbox.config.paypal_webhook_id
    parts = (headers["paypal-transmission-id"], headers["paypal-transmission-time"], webhook_id)
    message = "|".join([*parts, str(zlib.crc32(delivery.raw))]).encode()
    key.verify(base64.b64decode(headers["paypal-transmission-sig"]), message, padding.PKCS1v15(), SHA256())

    told = {
        "auth_algo": headers["paypal-auth-algo"],
        "cert_url": headers["paypal-cert-url"],
        "transmission_id": headers["paypal-transmission-id"],
        "transmission_sig": headers["paypal-transmission-sig"],
        "transmission_time": headers["paypal-transmission-time"],
        "webhook_id": webhook_id,
    }
    spliced = json.dumps(told)[:-1].encode() + b', "webhook_event": ' + delivery.raw + b"}"
    forged = spliced.replace(b"ord_1", b"ord_2")
    for body, verdict in ((spliced, "SUCCESS"), (forged, "FAILURE")):
        answer = await paypal.post(
            "/v1/notifications/verify-webhook-signature",
            content=body,
            headers={"content-type": "application/json"},
        )
        assert answer.json() == {"verification_status": verdict}


async def test_the_same_request_id_makes_one_order(paypal: httpx.AsyncClient) -> None:
    first, second, third = await create(paypal), await create(paypal), await create(paypal, "create-2")

    assert (first.status_code, second.status_code, third.status_code) == (201, 200, 201)
    assert first.json()["id"] == second.json()["id"] != third.json()["id"]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"currency": "CLP", "value": "19990"}, (422, "INVALID_CURRENCY_CODE")),
        ({"value": "21.425"}, (422, "DECIMAL_PRECISION")),
        ({"currency": "JPY", "value": "10.50"}, (422, "DECIMALS_NOT_SUPPORTED")),
        ({"value": "0.00"}, (422, "CANNOT_BE_ZERO_OR_NEGATIVE")),
        ({"value": "many"}, (400, "INVALID_PARAMETER_SYNTAX")),
        ({"invoice": "x" * 128}, (400, "INVALID_STRING_LENGTH")),
    ],
)
async def test_bad_orders_get_the_documented_issue(
    paypal: httpx.AsyncClient, changed: dict[str, str], refusal: tuple[int, str]
) -> None:
    assert issue(await create(paypal, **changed)) == refusal


async def test_an_invoice_is_paid_once_and_a_request_id_is_needed(
    paypal: httpx.AsyncClient, play: httpx.AsyncClient
) -> None:
    order_id = (await create(paypal)).json()["id"]
    await pay(play, order_id)
    await capture(paypal, order_id)

    assert issue(await create(paypal, "create-2")) == (422, "DUPLICATE_INVOICE_ID")
    assert issue(await paypal.post("/v2/checkout/orders", json=order_body())) == (400, "PAYPAL_REQUEST_ID_REQUIRED")


async def test_a_declined_instrument_shows_at_capture_and_can_be_tried_again(
    paypal: httpx.AsyncClient, play: httpx.AsyncClient
) -> None:
    order_id = (await create(paypal)).json()["id"]

    await pay(play, order_id, "failed")
    assert issue(await capture(paypal, order_id)) == (422, "INSTRUMENT_DECLINED")

    await pay(play, order_id)
    assert (await capture(paypal, order_id)).status_code == 201


async def test_a_pending_capture_is_finished_later(
    paypal: httpx.AsyncClient, play: httpx.AsyncClient, product: Any
) -> None:
    order_id = (await create(paypal)).json()["id"]
    await pay(play, order_id, "pending")
    held = (await capture(paypal, order_id)).json()["purchase_units"][0]["payments"]["captures"][0]
    assert (held["status"], held["status_details"]["reason"]) == ("PENDING", "PENDING_REVIEW")

    await pay(play, order_id, "paid")

    assert (await paypal.get(f"/v2/payments/captures/{held['id']}")).json()["status"] == "COMPLETED"
    kinds = [each.json["event_type"] for each in await product.wait_for(4)]
    assert {"PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.COMPLETED"} < set(kinds)


async def test_refunds_in_parts_until_nothing_is_left(
    paypal: httpx.AsyncClient, play: httpx.AsyncClient, product: Any
) -> None:
    order_id = (await create(paypal)).json()["id"]
    await pay(play, order_id)
    captured = (await capture(paypal, order_id)).json()["purchase_units"][0]["payments"]["captures"][0]
    url = f"/v2/payments/captures/{captured['id']}/refund"

    part = {"amount": {"currency_code": "USD", "value": "1.42"}}
    first = await paypal.post(url, json=part, headers={"paypal-request-id": "r1"})
    again = await paypal.post(url, json=part, headers={"paypal-request-id": "r1"})
    rest = await paypal.post(url, json={}, headers={"paypal-request-id": "r2"})
    more = await paypal.post(url, json={}, headers={"paypal-request-id": "r3"})

    assert first.json()["id"] == again.json()["id"]
    assert rest.json()["amount"]["value"] == "20.00"
    assert issue(more) == (422, "CAPTURE_FULLY_REFUNDED")
    assert (await paypal.get(f"/v2/payments/captures/{captured['id']}")).json()["status"] == "REFUNDED"
    await product.wait_for(5)


async def test_no_token_no_service(sandbox: SandboxServers) -> None:
    async with httpx.AsyncClient(base_url=sandbox.urls["paypal"], trust_env=False, verify=False) as client:
        refused = await client.post("/v1/oauth2/token", data={}, auth=("who", "knows"))
        unauthorised = await client.get("/v2/checkout/orders/X", headers={"authorization": "Bearer x"})

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert unauthorised.status_code == 401


async def test_rate_limited_and_failing(paypal: httpx.AsyncClient, play: httpx.AsyncClient) -> None:
    await play.put("/_sandbox/switches/paypal", json={"rate_limited": True, "times": 1})
    limited = await create(paypal)
    await play.put("/_sandbox/switches/paypal", json={"error": "PAYER_CANNOT_PAY", "times": 1})
    refused = await create(paypal)

    assert (limited.status_code, limited.json()["name"]) == (429, "RATE_LIMIT_REACHED")
    assert limited.headers["retry-after"] == "2"
    assert issue(refused) == (422, "PAYER_CANNOT_PAY")
    assert (await create(paypal)).status_code == 201


async def test_answers_fit_paypals_own_specification(
    contracts: Path, paypal: httpx.AsyncClient, play: httpx.AsyncClient, product: Any
) -> None:
    created = (await create(paypal)).json()
    await pay(play, created["id"])
    captured = (await capture(paypal, created["id"])).json()
    payment = captured["purchase_units"][0]["payments"]["captures"][0]
    refunded = (await paypal.post(f"/v2/payments/captures/{payment['id']}/refund", json={})).json()
    event = (await product.wait_for(1))[0].json

    orders, payments = "checkout_orders_v2.json", "payments_payment_v2.json"
    _check(contracts, orders, "order_request", order_body())
    _check(contracts, orders, "order", created)
    _check(contracts, orders, "order", captured)
    _check(contracts, orders, "order", (await paypal.get(f"/v2/checkout/orders/{created['id']}")).json())
    _check(contracts, payments, "refund", refunded)
    _check(contracts, "notifications_webhooks_v1.json", "event", event)

    with pytest.raises(AssertionError):
        _check(contracts, orders, "order_request", {**order_body(), "intent": "PAY"})
    with pytest.raises(AssertionError):
        _check(contracts, orders, "order", {**captured, "status": "half done"})


def _check(contracts: Path, name: str, schema: str, instance: Any) -> None:
    document = json.loads((contracts / "paypal" / name).read_text())
    registry: Registry[Any] = Registry().with_resource("spec", DRAFT4.create_resource(document))
    reference = {"$ref": f"spec#/components/schemas/{schema}"}
    errors = list(OAS30Validator(reference, registry=registry).iter_errors(instance))
    assert errors == []


async def test_webhooks_can_be_registered_and_events_sent_again(
    paypal: httpx.AsyncClient, play: httpx.AsyncClient, product: Any
) -> None:
    wanted = {"url": f"{product.url}/another", "event_types": [{"name": "CHECKOUT.ORDER.APPROVED"}]}
    webhook = (await paypal.post("/v1/notifications/webhooks", json=wanted)).json()
    assert (await paypal.get("/v1/notifications/webhooks")).json()["webhooks"] == [webhook]
    await pay(play, (await create(paypal)).json()["id"])
    first = await product.wait_for(2)
    assert {each.path for each in first} == {"/hooks/paypal", "/another"}

    await paypal.delete(f"/v1/notifications/webhooks/{webhook['id']}")
    (event,) = (await paypal.get("/v1/notifications/webhooks-events")).json()["events"]
    resent = await paypal.post(f"/v1/notifications/webhooks-events/{event['id']}/resend", json={})

    assert resent.status_code == 202
    again = (await product.wait_for(3))[2]
    assert again.json == first[0].json
    assert again.headers["paypal-transmission-id"] != first[0].headers["paypal-transmission-id"]


async def test_a_webhook_saved_in_the_dashboard_keeps_its_id(
    paypal: httpx.AsyncClient, play: httpx.AsyncClient, product: Any
) -> None:
    for _ in range(2):
        await play.put("/_sandbox/paypal-webhook", json={"id": "SHOPWEBHOOK", "url": f"{product.url}/shop"})

    await pay(play, (await create(paypal)).json()["id"])

    assert sorted(each.path for each in await product.wait_for(2)) == ["/hooks/paypal", "/shop"]
    await paypal.delete("/v1/notifications/webhooks/SHOPWEBHOOK")
