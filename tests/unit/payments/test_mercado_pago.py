"""Mercado Pago's signature, by the published vectors and by the vendor's own validator; and its preference."""

import orjson
import pytest
from mercadopago.webhook.validator import WebhookSignatureValidator

from livestream_sell.payments.errors import CurrencyNotTaken, NotificationRefused
from livestream_sell.payments.gateways.base import FactState, Lookup, Notice
from livestream_sell.payments.gateways.mercado_pago import (
    MercadoPago,
    MercadoPagoSettings,
    _fact,
    is_genuine,
    signature,
)
from tests.support.intents import intent

SECRET = "your_secret_key_here"
REQUEST_ID = "2066ca19-c6f1-498a-be75-1923005edd06"
ORDER_ID = "ORD01JQ4S4KY8HWQ6NA5PXB65B3D3"
VECTORS = [
    (ORDER_ID.lower(), REQUEST_ID, "1742505638683", "633f91233312dd391ec75fa0bea539cfc2d6c4918873305b84a96cc1c58db71c"),
    (ORDER_ID, REQUEST_ID, "1742505638683", "fb15ae6472eb449173c556793205d77787d58f384d183bb5bc3b724c27bd103c"),
    ("123456789", REQUEST_ID, "1704908010", "2950837c0ba1681e168f193fb68dad2d33a2372e6cf86379ca8eeaa965009294"),
    ("123456789", "", "1704908010", "8247582720bbf9eae8740afbba1bdc031ae342d7cbf56e13f98a7dfd7b16cf49"),
    ("", REQUEST_ID, "1704908010", "a2d8b9f2183063522f01ca8d71f1cf68f92eaeeeb2359d29caaf1a7b424f9ee6"),
]
SETTINGS = MercadoPagoSettings(access_token="APP_USR-12345678", webhook_secret=SECRET)
pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("data_id", "request_id", "ts", "expected"), VECTORS)
def test_the_manifest_leaves_out_what_has_no_value(data_id: str, request_id: str, ts: str, expected: str) -> None:
    assert signature(SECRET, data_id, request_id, ts) == expected


@pytest.mark.parametrize(("data_id", "request_id", "ts", "expected"), VECTORS)
def test_the_vendors_validator_accepts_our_signatures(data_id: str, request_id: str, ts: str, expected: str) -> None:
    header = f"ts={ts},v1={signature(SECRET, data_id, request_id, ts)}"

    WebhookSignatureValidator.validate(header, request_id or None, data_id or None, SECRET)

    assert is_genuine(SECRET, {"x-signature": header, "x-request-id": request_id}, data_id)
    assert not is_genuine(SECRET + "x", {"x-signature": header, "x-request-id": request_id}, data_id)


def test_an_id_signed_in_lower_case_as_before_june_2026_is_accepted() -> None:
    header = f"ts=1742505638683, v1={VECTORS[0][3]}"

    assert is_genuine(SECRET, {"x-signature": header, "x-request-id": REQUEST_ID}, ORDER_ID)


@pytest.mark.parametrize("header", ["", "v1=abc", "ts=1704908010", "ts=soon,v1=abc", "ts=1,v1=ñ", "nonsense"])
def test_a_header_without_both_parts_is_not_genuine(header: str) -> None:
    assert not is_genuine(SECRET, {"x-signature": header}, "123456789")


async def test_the_payment_of_a_signed_notification_is_its_hint() -> None:
    body = orjson.dumps({"id": 77, "type": "payment", "data": {"id": "123456789"}})
    headers = {"x-signature": f"ts=1704908010,v1={VECTORS[3][3]}"}

    from_query = await MercadoPago().parse_notification(headers, {"data.id": "123456789"}, body, SETTINGS)
    from_body = await MercadoPago().parse_notification(headers, {}, body, SETTINGS)

    assert from_query == from_body == [Notice("77", Lookup(gateway_payment_id="123456789"))]


async def test_another_topic_is_accepted_and_hints_at_nothing() -> None:
    body = orjson.dumps({"id": 77, "type": "mp-connect", "data": {"id": "123456789"}})
    headers = {"x-signature": f"ts=1704908010,v1={VECTORS[3][3]}"}

    assert await MercadoPago().parse_notification(headers, {}, body, SETTINGS) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'{"id":1,"data":"x"}', b'{"data":{"id":"1"}}'])
async def test_a_body_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(NotificationRefused):
        await MercadoPago().parse_notification({}, {}, body, SETTINGS)


def test_a_preference_in_pesos_has_an_integer_price_and_ends_with_the_reservation() -> None:
    asked = intent(currency="CLP", amount="19990", email=None)

    preference = MercadoPago().preference(asked)

    assert preference["items"] == [
        {"id": "ABC2345-1", "title": "Vestido", "quantity": 1, "currency_id": "CLP", "unit_price": 19990}
    ]
    assert type(preference["items"][0]["unit_price"]) is int
    assert preference["external_reference"] == "ABC2345-1"
    assert preference["expiration_date_to"] == preference["date_of_expiration"] == "2026-11-22T13:00:00.000+00:00"
    assert (preference["expires"], preference["binary_mode"], preference["auto_return"]) == (True, True, "approved")
    assert preference["payment_methods"] == {
        "excluded_payment_types": [{"id": "ticket"}, {"id": "atm"}, {"id": "bank_transfer"}]
    }
    assert set(preference["back_urls"].values()) == {asked.return_url}
    assert preference["notification_url"] == f"{asked.notify_url}?source_news=webhooks"
    assert "payer" not in preference


def test_a_preference_in_soles_keeps_its_decimals_and_names_the_payer() -> None:
    preference = MercadoPago().preference(intent(currency="PEN", amount="12.50", email="a@b.pe"))

    assert preference["items"][0]["unit_price"] == 12.5
    assert preference["payer"] == {"email": "a@b.pe"}


def test_a_currency_no_account_settles_in_is_refused() -> None:
    with pytest.raises(CurrencyNotTaken) as refused:
        MercadoPago().preference(intent(currency="USD"))
    assert refused.value.details == {"gateway": "mercado_pago", "currency": "USD"}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("approved", FactState.succeeded),
        ("in_mediation", FactState.succeeded),
        ("authorized", FactState.pending),
        ("in_process", FactState.pending),
        ("pending", FactState.pending),
        ("rejected", FactState.failed),
        ("cancelled", FactState.expired),
        ("refunded", FactState.refunded),
        ("charged_back", FactState.refunded),
    ],
)
def test_every_documented_status_has_a_meaning(status: str, state: FactState) -> None:
    payment = {"id": 1, "status": status, "transaction_amount": 12.5, "currency_id": "PEN", "external_reference": "R-1"}

    fact = _fact(payment)

    assert (fact.state, str(fact.amount), fact.currency, fact.reference) == (state, "12.5", "PEN", "R-1")


async def test_an_id_that_is_no_payment_id_is_not_asked_about() -> None:
    assert await MercadoPago().fetch(Lookup(gateway_payment_id="../users/me"), SETTINGS) is None
    assert await MercadoPago().fetch(Lookup(), SETTINGS) is None
