"""Flow: signed calls, the way back by POST, confirmations, refunds; answers held to Flow's own specification."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from livestream_sell.sandbox.server import SandboxServers
from livestream_sell.sandbox.signing import flow_signature

pytestmark = pytest.mark.anyio


class Merchant:
    """Signs as a merchant does."""

    def __init__(self, client: httpx.AsyncClient, api_key: str, secret: str) -> None:
        self.client = client
        self.api_key = api_key
        self.secret = secret

    def signed(self, parameters: dict[str, str]) -> dict[str, str]:
        complete = {"apiKey": self.api_key, **parameters}
        return {**complete, "s": flow_signature(self.secret, complete)}

    async def post(self, path: str, **parameters: str) -> httpx.Response:
        return await self.client.post(path, data=self.signed(parameters))

    async def get(self, path: str, **parameters: str) -> httpx.Response:
        return await self.client.get(path, params=self.signed(parameters))


@pytest.fixture
async def flow(sandbox: SandboxServers) -> AsyncIterator[Merchant]:
    url = f"{sandbox.urls['flow']}/api"
    async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as client:
        yield Merchant(client, sandbox.config.flow_api_key, sandbox.config.flow_secret_key)


def order(product: Any, **changed: str) -> dict[str, str]:
    return {
        "commerceOrder": "ord_123-1",
        "subject": "Vestido ñandú",
        "currency": "CLP",
        "amount": "19990",
        "email": "ana@example.cl",
        "urlConfirmation": f"{product.url}/hooks/flow",
        "urlReturn": "http://shop.test/return",
        "timeout": "1800",
        **changed,
    }


async def pay(play: httpx.AsyncClient, token: str, outcome: str = "paid") -> httpx.Response:
    return await play.post("/_sandbox/pay", json={"gateway": "flow", "token": token, "outcome": outcome})


async def status(flow: Merchant, token: str) -> Any:
    return (await flow.get("/payment/getStatus", token=token)).json()


async def test_from_order_to_paid(flow: Merchant, play: httpx.AsyncClient, product: Any) -> None:
    created = (await flow.post("/payment/create", **order(product))).json()
    page = await flow.client.get(f"{created['url']}?token={created['token']}")
    assert "CLP 19,990" in page.text
    assert (await status(flow, created["token"]))["status"] == 1

    back = (await pay(play, created["token"])).json()

    assert (back["method"], back["redirect"]) == ("POST", "http://shop.test/return")
    assert back["fields"] == {"token": created["token"]}
    (confirmation,) = await product.wait_for(1)
    assert (confirmation.path, confirmation.raw) == ("/hooks/flow", f"token={created['token']}".encode())
    paid = await status(flow, created["token"])
    assert (paid["status"], paid["amount"], paid["commerceOrder"]) == (2, 19990, "ord_123-1")
    same = (await flow.get("/payment/getStatusByCommerceId", commerceId="ord_123-1")).json()
    assert same["flowOrder"] == created["flowOrder"]
    assert (await pay(play, created["token"])).status_code == 404


@pytest.mark.parametrize(("outcome", "code"), [("failed", 3), ("cancelled", 4), ("pending", 1)])
async def test_other_outcomes(flow: Merchant, play: httpx.AsyncClient, product: Any, outcome: str, code: int) -> None:
    token = (await flow.post("/payment/create", **order(product))).json()["token"]

    await pay(play, token, outcome)

    assert (await status(flow, token))["status"] == code


async def test_a_rejected_card_may_be_followed_by_another(
    flow: Merchant, play: httpx.AsyncClient, product: Any
) -> None:
    token = (await flow.post("/payment/create", **order(product))).json()["token"]

    await pay(play, token, "failed")
    await pay(play, token, "paid")

    assert (await status(flow, token))["status"] == 2
    assert len(await product.wait_for(2)) == 2


async def test_the_browser_posts_the_token_back(flow: Merchant, product: Any) -> None:
    created = (await flow.post("/payment/create", **order(product))).json()

    answer = await flow.client.post(f"{created['url']}?token={created['token']}", data={"outcome": "paid"})

    assert 'action="http://shop.test/return"' in answer.text
    assert f'value="{created["token"]}"' in answer.text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"amount": "19990.5"}, "Amount can not contain decimals"),
        ({"amount": "19990.0"}, "Amount can not contain decimals"),
        ({"amount": "349"}, "The minimum amount is 350 CLP"),
        ({"email": "ana"}, "The userEmail: ana is not valid."),
        ({"urlReturn": "shop.test"}, "The urlReturn is not valid"),
        ({"subject": ""}, "The subject is required"),
    ],
)
async def test_bad_orders_are_refused(flow: Merchant, product: Any, changed: dict[str, str], message: str) -> None:
    answer = await flow.post("/payment/create", **order(product, **changed))

    assert (answer.status_code, answer.json()["message"]) == (400, message)


async def test_a_changed_amount_breaks_the_signature(flow: Merchant, product: Any) -> None:
    signed = flow.signed(order(product))

    answer = await flow.client.post("/payment/create", data={**signed, "amount": "500"})

    assert answer.status_code == 401


async def test_a_refund_waits_for_the_buyer(flow: Merchant, play: httpx.AsyncClient, product: Any) -> None:
    token = (await flow.post("/payment/create", **order(product))).json()["token"]
    wanted = {"refundCommerceOrder": "r-1", "receiverEmail": "ana@example.cl", "commerceTrxId": "ord_123-1"}
    wanted |= {"amount": "19990", "urlCallBack": f"{product.url}/hooks/refund"}
    assert (await flow.post("/refund/create", **wanted)).status_code == 401
    await pay(play, token)

    refund = (await flow.post("/refund/create", **wanted)).json()
    assert refund["status"] == "created"
    await play.post("/_sandbox/flow-refunds", json={"token": refund["token"], "accept": True})

    assert (await flow.get("/refund/getStatus", token=refund["token"])).json()["status"] == "refunded"
    calls = await product.wait_for(2)
    assert {each.path for each in calls} == {"/hooks/flow", "/hooks/refund"}


async def test_the_confirmation_may_never_come(flow: Merchant, play: httpx.AsyncClient, product: Any) -> None:
    await play.put("/_sandbox/switches/flow", json={"drop_webhooks": True})
    token = (await flow.post("/payment/create", **order(product))).json()["token"]

    await pay(play, token)

    (dropped,) = (await play.get("/_sandbox/log/webhooks")).json()["requests"]
    assert dropped["fault"] == "dropped"
    assert (await status(flow, token))["status"] == 2


async def test_requests_and_answers_fit_flows_own_specification(
    contracts: Path, flow: Merchant, play: httpx.AsyncClient, product: Any
) -> None:
    created = (await flow.post("/payment/create", **order(product))).json()
    pending = await status(flow, created["token"])
    await pay(play, created["token"])
    paid = await status(flow, created["token"])
    wanted = {"refundCommerceOrder": "r-1", "receiverEmail": "ana@example.cl", "commerceTrxId": "ord_123-1"}
    refund = (await flow.post("/refund/create", **wanted, amount="19990", urlCallBack="http://x.test")).json()

    for schema, instance in (
        ("PayResponse", created),
        ("PaymentStatus", pending),
        ("PaymentStatus", paid),
        ("RefundStatus", refund),
    ):
        document = yaml.safe_load((contracts / "flow" / "openapi-3.0.1.yaml").read_text())
        registry: Registry[Any] = Registry().with_resource("spec", DRAFT4.create_resource(document))
        reference = {"$ref": f"spec#/components/schemas/{schema}"}
        assert list(OAS30Validator(reference, registry=registry).iter_errors(instance)) == []
