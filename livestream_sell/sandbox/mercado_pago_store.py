"""Mercado Pago's preferences and payments, with the rules its API enforces."""

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

CURRENCIES = frozenset({"ARS", "BRL", "CLP", "MXN", "COP", "PEN", "UYU"})
WHOLE_UNITS = frozenset({"CLP", "COP"})
REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
NOTIFICATION_URL_LIMIT = 248
SELLER_ID = 1_900_000_001


class MercadoPagoError(Exception):
    """A refusal in Mercado Pago's words."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message

    def body(self) -> dict[str, Any]:
        cause = [{"code": self.error, "description": self.message, "data": None}]
        return {"message": self.message, "error": self.error, "status": self.status, "cause": cause}


def now_iso() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(slots=True)
class MercadoPagoStore:
    preferences: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_idempotency_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: "count[int]" = field(default_factory=lambda: count(int(time.time() * 1000)))

    def clear(self) -> None:
        self.preferences.clear()
        self.payments.clear()
        self.by_idempotency_key.clear()

    def preference(self, preference_id: str) -> dict[str, Any]:
        if preference_id not in self.preferences:
            raise MercadoPagoError(404, "not_found", f"preference {preference_id} not found")
        return self.preferences[preference_id]

    def payment(self, payment_id: str) -> dict[str, Any]:
        if payment_id not in self.payments:
            raise MercadoPagoError(404, "not_found", "Payment not found")
        return self.payments[payment_id]

    def waiting_payment(self, preference_id: str) -> dict[str, Any] | None:
        for payment in self.payments.values():
            if payment["_preference_id"] == preference_id and payment["status"] in ("pending", "in_process"):
                return payment
        return None

    def add_preference(self, body: dict[str, Any], url: str) -> dict[str, Any]:
        check_preference(body)
        preference_id = f"{SELLER_ID}-{uuid4()}"
        link = f"{url}/checkout/v1/redirect?pref_id={preference_id}"
        made = {
            "collector_id": SELLER_ID,
            "client_id": "6295877106812064",
            "operation_type": "regular_payment",
            "site_id": "MLC",
            "expires": False,
            **body,
            "id": preference_id,
            "init_point": link,
            "sandbox_init_point": link,
            "date_created": now_iso(),
            "total_amount": total(body),
        }
        self.preferences[preference_id] = made
        return made

    def add_payment(self, preference: dict[str, Any], status: str, detail: str) -> dict[str, Any]:
        amount, at = total(preference), now_iso()
        approved = status == "approved"
        payment = {
            "id": next(self.ids),
            "status": status,
            "status_detail": detail,
            "currency_id": preference["items"][0].get("currency_id"),
            "transaction_amount": amount,
            "transaction_amount_refunded": 0,
            "external_reference": preference.get("external_reference"),
            "metadata": preference.get("metadata", {}),
            "description": preference["items"][0]["title"],
            "payment_method_id": "visa",
            "payment_type_id": "credit_card",
            "collector_id": SELLER_ID,
            "payer": {"id": "1470000001", "email": "test_user_buyer@testuser.com"},
            "date_created": at,
            "date_approved": at if approved else None,
            "date_last_updated": at,
            "live_mode": True,
            "refunds": [],
            "fee_details": [],
            "transaction_details": {
                "net_received_amount": round(amount * 0.96, 2) if approved else 0,
                "total_paid_amount": amount,
                "overpaid_amount": 0,
            },
            "order": {"id": str(next(self.ids)), "type": "mercadopago"},
            "_preference_id": preference["id"],
        }
        self.payments[str(payment["id"])] = payment
        return payment


def total(preference: dict[str, Any]) -> float:
    amount = sum(item["unit_price"] * item["quantity"] for item in preference["items"])
    return int(amount) if amount == int(amount) else round(amount, 2)


def shown(payment: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payment.items() if not name.startswith("_")}


def check_preference(body: Any) -> None:
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        raise MercadoPagoError(400, "invalid_items", "items needed")
    for item in items:
        _check_item(item)
    reference = body.get("external_reference")
    if reference is not None and not REFERENCE.fullmatch(str(reference)):
        raise MercadoPagoError(400, "invalid_external_reference", "external_reference is invalid")
    if len(body.get("notification_url") or "") > NOTIFICATION_URL_LIMIT:
        raise MercadoPagoError(400, "invalid_notification_url", "notification_url is too long")
    if body.get("auto_return") and not body.get("back_urls", {}).get("success"):
        message = "auto_return invalid. back_url.success must be defined"
        raise MercadoPagoError(400, "invalid_auto_return", message)


def _check_item(item: dict[str, Any]) -> None:
    price, quantity = item.get("unit_price"), item.get("quantity")
    if not item.get("title"):
        raise MercadoPagoError(400, "invalid_items", "title needed")
    if not isinstance(quantity, int) or quantity < 1:
        raise MercadoPagoError(400, "invalid_items", "quantity must be a number greater than 0")
    if not isinstance(price, (int, float)) or isinstance(price, bool) or price <= 0:
        raise MercadoPagoError(400, "invalid_items", "unit_price invalid")
    currency = item.get("currency_id", "CLP")
    if currency not in CURRENCIES:
        raise MercadoPagoError(400, "invalid_items", "currency_id invalid")
    if currency in WHOLE_UNITS and price != int(price):
        raise MercadoPagoError(400, "invalid_items", f"unit_price must be an integer for {currency}")


def is_expired(preference: dict[str, Any]) -> bool:
    ends = preference.get("expiration_date_to")
    if not preference.get("expires") or not ends:
        return False
    return datetime.fromisoformat(ends) <= datetime.now(UTC)
