"""PayPal orders: what a create call may say, the life of an order, its captures and refunds."""

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from livestream_sell.sandbox.paypal_errors import PayPalError

LIFE_SECONDS = 3 * 3600
TWO_DECIMALS = frozenset(
    {"AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "EUR", "HKD", "ILS", "MYR", "MXN"}
    | {"NZD", "NOK", "PHP", "PLN", "GBP", "SGD", "SEK", "CHF", "THB", "USD"}
)
NO_DECIMALS = frozenset({"HUF", "JPY", "TWD"})
ID_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PAYER_ID = "QYR5Z8XDVJNXQ"
REFERENCE_LIMITS = {"reference_id": 256, "custom_id": 127, "invoice_id": 127, "description": 127}


def new_id(length: int = 17) -> str:
    return "".join(secrets.choice(ID_LETTERS) for _ in range(length))


def timestamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class PayPalOrder:
    unit: dict[str, Any]
    return_url: str
    cancel_url: str
    has_payment_source: bool
    id: str = field(default_factory=new_id)
    status: str = "CREATED"
    created_at: float = field(default_factory=time.time)
    create_time: str = field(default_factory=timestamp)
    buyers_choice: str = ""
    capture: dict[str, Any] | None = None
    captured_under: str = ""
    refunds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_expired(self) -> bool:
        return self.capture is None and time.time() - self.created_at > LIFE_SECONDS

    @property
    def refunded(self) -> Decimal:
        return sum((Decimal(refund["amount"]["value"]) for refund in self.refunds), Decimal(0))

    def shown(self, paypal_url: str, *, is_minimal: bool = False) -> dict[str, Any]:
        """The resource; by default PayPal answers a create with the minimal form."""
        pay_link = "payer-action" if self.has_payment_source else "approve"
        own = f"{paypal_url}/v2/checkout/orders/{self.id}"
        links = [{"href": own, "rel": "self", "method": "GET"}]
        if self.status not in ("COMPLETED", "VOIDED"):
            pay_url = f"{paypal_url}/checkoutnow?token={self.id}"
            links.append({"href": pay_url, "rel": pay_link, "method": "GET"})
        if self.status == "APPROVED":
            links.append({"href": f"{own}/capture", "rel": "capture", "method": "POST"})
        order: dict[str, Any] = {"id": self.id, "status": self.status, "links": links}
        if is_minimal:
            return order
        order |= {"intent": "CAPTURE", "create_time": self.create_time, "purchase_units": [self._unit()]}
        if self.status in ("APPROVED", "COMPLETED"):
            payer = {"email_address": "buyer@example.com", "account_id": PAYER_ID}
            order["payment_source"] = {"paypal": payer}
        return order

    def _unit(self) -> dict[str, Any]:
        if self.capture is None:
            return self.unit
        payments: dict[str, Any] = {"captures": [self.capture]}
        if self.refunds:
            payments["refunds"] = self.refunds
        return {**self.unit, "payments": payments}


@dataclass(slots=True)
class PayPalStore:
    orders: dict[str, PayPalOrder] = field(default_factory=dict)
    by_request_id: dict[str, str] = field(default_factory=dict)
    refunds_by_request_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    webhooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: dict[str, bytes] = field(default_factory=dict)

    def clear(self) -> None:
        for kept in (self.orders, self.by_request_id, self.refunds_by_request_id, self.events):
            kept.clear()

    def order(self, order_id: str) -> PayPalOrder:
        order = self.orders.get(order_id)
        if order is None or order.is_expired:
            raise PayPalError(404, "INVALID_RESOURCE_ID")
        return order

    def by_capture(self, capture_id: str) -> PayPalOrder:
        for order in self.orders.values():
            if order.capture is not None and order.capture["id"] == capture_id:
                return order
        raise PayPalError(404, "INVALID_RESOURCE_ID")

    def is_invoice_paid(self, invoice_id: str | None) -> bool:
        return invoice_id is not None and any(
            order.capture is not None and order.unit.get("invoice_id") == invoice_id for order in self.orders.values()
        )


def parse_order(body: Any, request_id: str) -> PayPalOrder:
    """The order of a create request, or PayPal's documented refusal."""
    if not isinstance(body, dict) or "intent" not in body:
        raise PayPalError(400, "MISSING_REQUIRED_PARAMETER", "/intent")
    if body["intent"] not in ("CAPTURE", "AUTHORIZE"):
        raise PayPalError(400, "INVALID_PARAMETER_VALUE", "/intent")
    units = body.get("purchase_units")
    if not isinstance(units, list) or len(units) != 1:
        raise PayPalError(400, "MISSING_REQUIRED_PARAMETER", "/purchase_units")
    source = body.get("payment_source")
    if source and not 1 <= len(request_id) <= 108:
        raise PayPalError(400, "PAYPAL_REQUEST_ID_REQUIRED")
    unit = {"reference_id": "default", **units[0]}
    _check_unit(unit)
    context = (source or {}).get("paypal", {}).get("experience_context") or body.get("application_context", {})
    for name in ("return_url", "cancel_url"):
        if name in context and not str(context[name]).startswith(("http://", "https://")):
            raise PayPalError(400, "INVALID_PARAMETER_SYNTAX", f"/experience_context/{name}")
    order = PayPalOrder(unit, context.get("return_url", ""), context.get("cancel_url", ""), bool(source))
    order.status = "PAYER_ACTION_REQUIRED" if source else "CREATED"
    return order


def _check_unit(unit: dict[str, Any]) -> None:
    for name, limit in REFERENCE_LIMITS.items():
        value = unit.get(name)
        if value is not None and not 1 <= len(str(value)) <= limit:
            raise PayPalError(400, "INVALID_STRING_LENGTH", f"/purchase_units/0/{name}")
    amount = unit.get("amount")
    if not isinstance(amount, dict) or not {"currency_code", "value"} <= amount.keys():
        raise PayPalError(400, "MISSING_REQUIRED_PARAMETER", "/purchase_units/0/amount")
    value = check_money(amount, "/purchase_units/0/amount")
    parts = amount.get("breakdown")
    if parts:
        sign = {"shipping_discount": -1, "discount": -1}
        total = sum(Decimal(part["value"]) * sign.get(name, 1) for name, part in parts.items())
        if total != value:
            raise PayPalError(422, "AMOUNT_MISMATCH", "/purchase_units/0/amount/value")


def check_money(amount: dict[str, Any], where: str) -> Decimal:
    text, currency = amount["value"], amount["currency_code"]
    if not isinstance(text, str) or not text.lstrip("-").replace(".", "", 1).isdecimal():
        raise PayPalError(400, "INVALID_PARAMETER_SYNTAX", f"{where}/value")
    if currency not in TWO_DECIMALS | NO_DECIMALS:
        raise PayPalError(422, "INVALID_CURRENCY_CODE", f"{where}/currency_code")
    decimals = len(text.partition(".")[2])
    if currency in NO_DECIMALS and decimals and int(text.partition(".")[2]):
        raise PayPalError(422, "DECIMALS_NOT_SUPPORTED", f"{where}/value")
    if decimals > 2:
        raise PayPalError(422, "DECIMAL_PRECISION", f"{where}/value")
    if Decimal(text) <= 0:
        raise PayPalError(422, "CANNOT_BE_ZERO_OR_NEGATIVE", f"{where}/value")
    return Decimal(text)
