"""Mercado Pago Checkout Pro by preferences: signed notifications, the payment itself is what is believed."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import orjson
from pydantic import Field

from livestream_sell.core.clock import utc_now
from livestream_sell.core.money import digits
from livestream_sell.core.settings import get_settings
from livestream_sell.payments.errors import CurrencyNotTaken, GatewayRejected, NotificationRefused
from livestream_sell.payments.gateways.base import (
    Created,
    FactState,
    GatewayFact,
    GatewaySettings,
    Lookup,
    Notice,
    PaymentIntent,
)
from livestream_sell.payments.gateways.http import ask

# Paid days later, when the reservation is long gone.
OFFLINE_TYPES = ("ticket", "atm", "bank_transfer")
STATES = {
    "approved": FactState.succeeded,
    "in_mediation": FactState.succeeded,
    "rejected": FactState.failed,
    "cancelled": FactState.expired,
    "refunded": FactState.refunded,
    "charged_back": FactState.refunded,
}
# Of several payments of one preference the one that says most about money.
WEIGHT = {"approved": 5, "in_mediation": 4, "charged_back": 3, "refunded": 3, "in_process": 2, "pending": 2}


class MercadoPagoSettings(GatewaySettings):
    """From "Tus integraciones" of the seller's application."""

    access_token: str = Field(
        title="Access token",
        description="Production credential: starts with APP_USR-.",
        pattern=r"^(APP_USR|TEST)-\S{8,}$",
        max_length=200,
        json_schema_extra={"secret": True},
    )
    webhook_secret: str = Field(
        title="Webhook secret key",
        description="Made by Mercado Pago under Webhooks.",
        min_length=8,
        max_length=200,
        json_schema_extra={"secret": True},
    )


def signature(secret: str, data_id: str, request_id: str, ts: str) -> str:
    """Return `v1` of the manifest; a pair without a value is left out."""
    pairs = (("id", data_id), ("request-id", request_id), ("ts", ts))
    manifest = "".join(f"{name}:{value};" for name, value in pairs if value)
    return hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()


def is_genuine(secret: str, headers: Mapping[str, str], data_id: str) -> bool:
    """Return whether `x-signature` is right for the id as received, or in lower case as signed before 2026-06-17."""
    parts = dict(part.strip().partition("=")[::2] for part in headers.get("x-signature", "").split(","))
    ts, given = parts.get("ts", ""), parts.get("v1", "")
    if not ts.isdecimal() or not given:
        return False
    request_id = headers.get("x-request-id", "").strip()
    return any(
        hmac.compare_digest(signature(secret, spelling, request_id, ts).encode(), given.encode())
        for spelling in dict.fromkeys((data_id, data_id.lower()))
    )


class MercadoPago:
    """A preference may be paid any number of times until it expires: it is closed after the first approval."""

    name: ClassVar[str] = "mercado_pago"
    label: ClassVar[str] = "Mercado Pago"
    settings_model: ClassVar[type[GatewaySettings]] = MercadoPagoSettings
    currencies: ClassVar[frozenset[str] | None] = frozenset({"ARS", "BRL", "CLP", "MXN", "COP", "PEN", "UYU"})
    needs_email: ClassVar[bool] = False
    signs_notices: ClassVar[bool] = True
    is_manual: ClassVar[bool] = False

    async def create(self, intent: PaymentIntent, settings: MercadoPagoSettings) -> Created:
        """Make a preference that ends with the reservation."""
        answer = await self._call(
            "POST",
            "/checkout/preferences",
            settings,
            json=self.preference(intent),
            headers={"X-Idempotency-Key": str(intent.payment_id)},
        )
        return Created(answer["id"], answer["init_point"], intent.expires_at)

    def preference(self, intent: PaymentIntent) -> dict[str, Any]:
        """Return the body of the preference."""
        assert self.currencies is not None
        if intent.currency not in self.currencies:
            raise CurrencyNotTaken(self.name, intent.currency)
        until = _stamp(intent.expires_at)
        return {
            "items": [
                {
                    "id": intent.reference,
                    "title": intent.title[:256],
                    "quantity": 1,
                    "currency_id": intent.currency,
                    "unit_price": _price(intent.amount, intent.currency),
                }
            ],
            **({"payer": {"email": intent.email}} if intent.email else {}),
            "external_reference": intent.reference,
            "back_urls": dict.fromkeys(("success", "pending", "failure"), intent.return_url),
            "auto_return": "approved",
            "notification_url": f"{intent.notify_url}?source_news=webhooks",
            "expires": True,
            "expiration_date_from": _stamp(utc_now()),
            "expiration_date_to": until,
            "date_of_expiration": until,
            "payment_methods": {"excluded_payment_types": [{"id": name} for name in OFFLINE_TYPES]},
            "binary_mode": True,
        }

    async def parse_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, settings: MercadoPagoSettings
    ) -> list[Notice]:
        """Return the payment a signed notification speaks of; other topics are accepted and hold no hint."""
        try:
            told = orjson.loads(body)
            data_id = query.get("data.id") or str(told["data"]["id"])
            topic, own_id = str(told.get("type", "")), str(told["id"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotificationRefused("not a webhook body") from error
        if not is_genuine(settings.webhook_secret, headers, data_id):
            raise NotificationRefused("x-signature")
        if topic != "payment":
            return []
        return [Notice(own_id, Lookup(gateway_payment_id=data_id))]

    async def fetch(self, lookup: Lookup, settings: MercadoPagoSettings) -> GatewayFact | None:
        """Ask for the payment by its id, or search what was paid under our reference."""
        if lookup.gateway_payment_id:
            if not lookup.gateway_payment_id.isdecimal():
                return None
            try:
                return _fact(await self._call("GET", f"/v1/payments/{lookup.gateway_payment_id}", settings))
            except GatewayRejected as error:
                if error.http_status == 404:
                    return None
                raise
        if not lookup.reference:
            return None
        found = await self._call(
            "GET", "/v1/payments/search", settings, params={"external_reference": lookup.reference}
        )
        payments = found.get("results") or []
        return _fact(max(payments, key=lambda each: WEIGHT.get(each["status"], 1))) if payments else None

    async def capture(self, lookup: Lookup, settings: MercadoPagoSettings) -> GatewayFact | None:
        """Mercado Pago takes the money itself: ask."""
        return await self.fetch(lookup, settings)

    async def close(self, lookup: Lookup, settings: MercadoPagoSettings) -> None:
        """End the preference now."""
        if lookup.gateway_ref:
            await self._call(
                "PUT",
                f"/checkout/preferences/{lookup.gateway_ref}",
                settings,
                json={"expires": True, "expiration_date_to": _stamp(utc_now())},
            )

    async def _call(self, method: str, path: str, settings: MercadoPagoSettings, **request: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {settings.access_token}", **request.pop("headers", {})}
        answer: dict[str, Any] = await ask(
            self.name,
            get_settings().mercadopago_api_url,
            method,
            path,
            issue_of=lambda body: str(body.get("error") or body["message"]),
            headers=headers,
            **request,
        )
        return answer


def _fact(payment: Mapping[str, Any]) -> GatewayFact:
    return GatewayFact(
        state=STATES.get(payment["status"], FactState.pending),
        reference=str(payment.get("external_reference") or ""),
        amount=Decimal(str(payment["transaction_amount"])),
        currency=str(payment["currency_id"]),
        gateway_payment_id=str(payment["id"]),
        detail=str(payment.get("status_detail") or ""),
    )


def _price(amount: Decimal, currency: str) -> int | float:
    # Two decimals survive the float of JSON; Chile wants an integer.
    return int(amount) if digits(currency) == 0 else float(amount)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
