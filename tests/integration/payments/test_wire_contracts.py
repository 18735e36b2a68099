"""What we really send, as the gateways received it, against the vendors' own documents."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.support.paying import Shop

CONTRACTS = Path(__file__).parents[4] / "shared" / "contracts"
pytestmark = pytest.mark.anyio


def document(name: str) -> dict[str, Any]:
    path = CONTRACTS / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside this checkout")
    text = path.read_text(encoding="utf-8")
    return yaml.safe_load(text) if path.suffix == ".yaml" else json.loads(text)  # type: ignore[no-any-return]


def problems(root: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    resource = Resource(contents=root, specification=DRAFT4)
    registry: Registry[Any] = Registry().with_resource("urn:contract", resource)
    pointed = json.loads(json.dumps(schema).replace('"#/', '"urn:contract#/'))
    return [error.message for error in OAS30Validator(pointed, registry=registry).iter_errors(value)]


def sent(shop: Shop, service: str, path: str) -> Any:
    """Return the last request the sandbox got at `path`."""
    return shop.sandbox.state.log.entries(service, path=path)[-1]


async def test_paypal_gets_an_order_request_of_its_own_specification(shop: Shop) -> None:
    specification = document("paypal/checkout_orders_v2.json")
    schema = {"$ref": "#/components/schemas/order_request"}
    await shop.start(await shop.cart("paypal", quantity=3), "paypal")

    request = sent(shop, "paypal", "/v2/checkout/orders")

    body = request["body"]
    assert problems(specification, schema, body) == []
    assert body["purchase_units"][0]["amount"] == {"currency_code": "USD", "value": "64.26"}
    assert 1 <= len(request["headers"]["paypal-request-id"]) <= 108
    # The check can fail: a number is not what PayPal takes.
    assert problems(specification, schema, body | {"intent": 5}) != []


async def test_flow_gets_the_form_of_its_own_specification(shop: Shop) -> None:
    specification = document("flow/openapi-3.0.1.yaml")
    operation = specification["paths"]["/payment/create"]["post"]
    schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    await shop.start(await shop.cart("flow"), "flow")

    form = sent(shop, "flow", "/api/payment/create")["body"]

    known = schema["properties"]
    assert set(form) <= set(known)
    typed = {name: _as(known[name]["type"], value) for name, value in form.items()}
    assert problems(specification, schema, typed) == []
    assert typed["amount"] == 19990
    without = {name: value for name, value in typed.items() if name != "email"}
    assert problems(specification, schema, without) == ["'email' is a required property"]


def _as(kind: str, value: str) -> Any:
    return {"number": float, "integer": int}.get(kind, str)(value)
