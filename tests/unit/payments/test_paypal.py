"""PayPal's webhook signature by its genuine vectors, whose certificate is believed, and what an order means."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from livestream_sell.payments.errors import CurrencyNotTaken, NotificationRefused
from livestream_sell.payments.gateways.base import FactState, Lookup
from livestream_sell.payments.gateways.paypal import PayPal, PayPalSettings, _fact, _issue, _order_of, _reference_of
from livestream_sell.payments.gateways.paypal_signature import check_certificate_url, signed_message, verify
from tests.support.intents import intent

VECTORS = Path(__file__).parents[4] / "shared" / "contracts" / "paypal" / "webhook_vectors.json"
LIVE = "https://api-m.paypal.com"
VALID = datetime(2016, 6, 1, tzinfo=UTC)
SETTINGS = PayPalSettings(client_id="client-id", client_secret="client-secret", webhook_id="WH-ID")
pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def genuine() -> dict[str, Any]:
    if not VECTORS.is_file():
        pytest.skip("PayPal's signed events are not beside this checkout")
    return json.loads(VECTORS.read_text())  # type: ignore[no-any-return]


def headers_of(genuine: dict[str, Any], vector: dict[str, Any]) -> dict[str, str]:
    return {
        "paypal-auth-algo": genuine["auth_algo"],
        "paypal-cert-url": genuine["cert_url"],
        "paypal-transmission-id": vector["transmission_id"],
        "paypal-transmission-time": vector["transmission_time"],
        "paypal-transmission-sig": vector["transmission_sig"],
    }


@pytest.mark.parametrize("number", [0, 1])
def test_a_genuine_event_is_believed(genuine: dict[str, Any], number: int) -> None:
    vector = genuine["vectors"][number]
    headers, body = headers_of(genuine, vector), vector["raw_body"].encode()

    assert signed_message(headers, vector["webhook_id"], body).endswith(f"|{vector['crc32']}".encode())
    verify(headers, vector["webhook_id"], body, genuine["cert_pem"].encode(), VALID)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"paypal-auth-algo": "SHA1withRSA"}, "algorithm"),
        ({"paypal-transmission-id": ""}, "transmission headers"),
        ({"paypal-transmission-time": ""}, "transmission headers"),
        ({"paypal-transmission-id": "another"}, "signature"),
        ({"paypal-transmission-sig": "not base64!"}, "unreadable signature or certificate"),
        ({"paypal-transmission-sig": "AAAA"}, "signature"),
    ],
)
def test_a_changed_header_is_refused(genuine: dict[str, Any], changes: dict[str, str], reason: str) -> None:
    vector = genuine["vectors"][0]
    headers = headers_of(genuine, vector) | changes

    with pytest.raises(NotificationRefused) as refused:
        verify(headers, vector["webhook_id"], vector["raw_body"].encode(), genuine["cert_pem"].encode(), VALID)
    assert refused.value.reason == reason


def test_another_body_webhook_or_day_is_refused(genuine: dict[str, Any]) -> None:
    vector = genuine["vectors"][0]
    headers, body, pem = headers_of(genuine, vector), vector["raw_body"].encode(), genuine["cert_pem"].encode()
    wrong = [
        (vector["webhook_id"], body + b" ", pem, VALID, "signature"),
        ("WH-OTHER", body, pem, VALID, "signature"),
        (vector["webhook_id"], body, pem, datetime(2017, 6, 1, tzinfo=UTC), "certificate out of date"),
        (vector["webhook_id"], body, pem, datetime(2015, 1, 1, tzinfo=UTC), "certificate out of date"),
        (vector["webhook_id"], body, b"no certificate", VALID, "unreadable signature or certificate"),
    ]

    for webhook_id, given, certificate, day, reason in wrong:
        with pytest.raises(NotificationRefused) as refused:
            verify(headers, webhook_id, given, certificate, day)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("url", "api_url"),
    [
        ("https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594", LIVE),
        ("https://api-m.sandbox.paypal.com/v1/notifications/certs/CERT-1", LIVE),
        ("http://127.0.0.1:9102/v1/notifications/certs/CERT-1-sandbox", "http://127.0.0.1:9102"),
    ],
)
def test_certificates_come_from_paypal_or_the_configured_api(url: str, api_url: str) -> None:
    assert check_certificate_url(url, api_url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/other/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/../../open-redirect",
        "https://api.paypal.com/v1/notifications/certs/",
        "https://api.paypal.com/v1/notifications/certs/CERT-1?next=https://evil.example",
        "http://127.0.0.1:9102/v1/notifications/certs/CERT-1",
    ],
)
def test_a_certificate_from_anywhere_else_is_not_even_read(url: str) -> None:
    with pytest.raises(NotificationRefused):
        check_certificate_url(url, LIVE)


def test_an_order_asks_for_the_amount_as_a_string_with_the_currencys_digits() -> None:
    request = PayPal().order_request(intent(amount="21.5", language="pt-BR"))

    [unit] = request["purchase_units"]
    assert unit["amount"] == {"currency_code": "USD", "value": "21.50"}
    assert (unit["custom_id"], unit["invoice_id"]) == ("ABC2345-1", "ABC2345-1")
    context = request["payment_source"]["paypal"]["experience_context"]
    assert (context["locale"], context["user_action"], context["shipping_preference"]) == (
        "pt-BR",
        "PAY_NOW",
        "NO_SHIPPING",
    )
    assert PayPal().order_request(intent(currency="JPY", amount="2000"))["purchase_units"][0]["amount"] == {
        "currency_code": "JPY",
        "value": "2000",
    }


@pytest.mark.parametrize("currency", ["CLP", "COP", "ARS", "PEN", "UYU"])
def test_currencies_paypal_does_not_take_are_refused(currency: str) -> None:
    with pytest.raises(CurrencyNotTaken):
        PayPal().order_request(intent(currency=currency, amount="1000"))


def order(status: str, *captures: tuple[str, str]) -> dict[str, Any]:
    money = {"currency_code": "USD", "value": "21.42"}
    unit: dict[str, Any] = {"custom_id": "ABC2345-1", "amount": money}
    if captures:
        unit["payments"] = {
            "captures": [
                {"id": f"C{number}", "status": state, "amount": money | {"value": value}}
                for number, (state, value) in enumerate(captures)
            ]
        }
    return {"id": "O1", "status": status, "purchase_units": [unit]}


@pytest.mark.parametrize(
    ("given", "state", "payment_id", "amount"),
    [
        (order("CREATED"), FactState.pending, None, "21.42"),
        (order("PAYER_ACTION_REQUIRED"), FactState.pending, None, "21.42"),
        (order("APPROVED"), FactState.approved, None, "21.42"),
        (order("VOIDED"), FactState.expired, None, "21.42"),
        (order("COMPLETED"), FactState.pending, None, "21.42"),
        (order("COMPLETED", ("COMPLETED", "20.00")), FactState.succeeded, "C0", "20.00"),
        (order("COMPLETED", ("PENDING", "21.42")), FactState.pending, "C0", "21.42"),
        (order("COMPLETED", ("DECLINED", "21.42")), FactState.failed, "C0", "21.42"),
        (order("COMPLETED", ("COMPLETED", "21.42"), ("DECLINED", "21.42")), FactState.succeeded, "C0", "21.42"),
        (order("COMPLETED", ("PARTIALLY_REFUNDED", "21.42")), FactState.succeeded, "C0", "21.42"),
        (order("COMPLETED", ("REFUNDED", "21.42")), FactState.refunded, "C0", "21.42"),
    ],
)
def test_the_capture_says_whether_an_order_is_paid(
    given: dict[str, Any], state: FactState, payment_id: str | None, amount: str
) -> None:
    fact = _fact(given)

    assert (fact.state, fact.gateway_payment_id, fact.amount) == (state, payment_id, Decimal(amount))
    assert (fact.reference, fact.currency, fact.gateway_ref) == ("ABC2345-1", "USD", "O1")


@pytest.mark.parametrize(
    ("event_type", "resource", "order_id", "reference"),
    [
        ("CHECKOUT.ORDER.APPROVED", {"id": "O1", "purchase_units": [{"custom_id": "R-1"}]}, "O1", "R-1"),
        ("CHECKOUT.ORDER.APPROVED", {}, None, None),
        (
            "PAYMENT.CAPTURE.COMPLETED",
            {"id": "C1", "custom_id": "R-1", "supplementary_data": {"related_ids": {"order_id": "O1"}}},
            "O1",
            "R-1",
        ),
        ("PAYMENT.CAPTURE.REFUNDED", {"id": "RF1", "custom_id": "R-1"}, None, "R-1"),
        ("CHECKOUT.PAYMENT-APPROVAL.REVERSED", {"order_id": "O1"}, "O1", None),
        ("CUSTOMER.DISPUTE.CREATED", {"dispute_id": "D1"}, None, None),
    ],
)
def test_an_event_names_its_order_in_one_of_several_places(
    event_type: str, resource: dict[str, Any], order_id: str | None, reference: str | None
) -> None:
    assert (_order_of(event_type, resource), _reference_of(resource)) == (order_id, reference)


def test_the_issue_is_what_is_branched_on_and_the_debug_id_what_support_asks_for() -> None:
    detailed = {"name": "UNPROCESSABLE_ENTITY", "debug_id": "d1", "details": [{"issue": "INSTRUMENT_DECLINED"}]}

    assert _issue(detailed) == "INSTRUMENT_DECLINED (debug d1)"
    assert _issue({"name": "INTERNAL", "details": []}) == "INTERNAL (debug -)"


async def test_without_an_order_there_is_nothing_to_ask() -> None:
    assert await PayPal().fetch(Lookup(reference="ABC2345-1"), SETTINGS) is None
