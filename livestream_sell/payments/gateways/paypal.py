"""PayPal Orders v2: the buyer approves, we look at the stock, and only then take the money."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import orjson
from pydantic import Field

from livestream_sell.core.clock import utc_now
from livestream_sell.core.money import digits
from livestream_sell.core.settings import get_settings
from livestream_sell.payments.errors import (
    CurrencyNotTaken,
    GatewayRejected,
    NotificationRefused,
)
from livestream_sell.payments.gateways.base import (
    Created,
    FactState,
    GatewayFact,
    GatewaySettings,
    Lookup,
    Notice,
    PaymentIntent,
)
from livestream_sell.payments.gateways.http import ask, send
from livestream_sell.payments.gateways.paypal_signature import check_certificate_url, verify

# Nothing in an order changes this; PayPal's account managers can.
ORDER_LIFE = timedelta(hours=3)
TOKEN_MARGIN_SECONDS = 60.0
MAX_CERTIFICATE_BYTES = 32_768
MAX_CERTIFICATES = 16
# fmt: off
CURRENCIES = frozenset({
    "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "EUR", "HKD", "HUF", "ILS", "JPY", "MYR",
    "MXN", "TWD", "NZD", "NOK", "PHP", "PLN", "GBP", "SGD", "SEK", "CHF", "THB", "USD",
})
# fmt: on
LOCALES = {"es": "es-XC", "en": "en-US", "pt": "pt-BR"}
# Somebody was faster, or the buyer has not agreed yet.
NO_REFUSALS = ("ORDER_ALREADY_CAPTURED", "ORDER_NOT_APPROVED")
PAY_LINKS = ("payer-action", "approve")
ORDER_STATES = {"APPROVED": FactState.approved, "VOIDED": FactState.expired}
CAPTURE_STATES = {
    "COMPLETED": FactState.succeeded,
    "PARTIALLY_REFUNDED": FactState.succeeded,
    "REFUNDED": FactState.refunded,
    "DECLINED": FactState.failed,
    "FAILED": FactState.failed,
}


class PayPalSettings(GatewaySettings):
    """Of a REST app under developer.paypal.com, and of the webhook registered for it."""

    client_id: str = Field(title="Client ID", min_length=8, max_length=200)
    client_secret: str = Field(title="Client secret", min_length=8, max_length=200, json_schema_extra={"secret": True})
    webhook_id: str = Field(
        title="Webhook ID",
        description="Shown beside the webhook once its address is saved at PayPal.",
        pattern=r"^[A-Za-z0-9_-]{4,64}$",
    )


class PayPal:
    """COMPLETED of an order does not mean paid: the capture inside it says so."""

    name: ClassVar[str] = "paypal"
    label: ClassVar[str] = "PayPal"
    settings_model: ClassVar[type[GatewaySettings]] = PayPalSettings
    currencies: ClassVar[frozenset[str] | None] = CURRENCIES
    needs_email: ClassVar[bool] = False
    signs_notices: ClassVar[bool] = True
    is_manual: ClassVar[bool] = False

    def __init__(self) -> None:
        # Of this process: (address, client) -> (token, when to forget it), and certificates by address.
        self._tokens: dict[tuple[str, str], tuple[str, float]] = {}
        self._certificates: dict[str, bytes] = {}

    async def create(self, intent: PaymentIntent, settings: PayPalSettings) -> Created:
        """Make an order; the same payment id asks for the same order, so a repeat is harmless."""
        answer = await self._call(
            "POST",
            "/v2/checkout/orders",
            settings,
            json=self.order_request(intent),
            headers={"PayPal-Request-Id": str(intent.payment_id), "Prefer": "return=representation"},
        )
        links = {link["rel"]: link["href"] for link in answer.get("links", [])}
        redirect_url = next((links[rel] for rel in PAY_LINKS if rel in links), None)
        if redirect_url is None:
            raise GatewayRejected(self.name, f"order {answer.get('status')} without a link to pay")
        return Created(answer["id"], redirect_url, utc_now() + ORDER_LIFE)

    def order_request(self, intent: PaymentIntent) -> dict[str, Any]:
        """Return the body of the order: one unit without items, so that no totals can disagree."""
        if intent.currency not in CURRENCIES:
            raise CurrencyNotTaken(self.name, intent.currency)
        context = {
            "brand_name": intent.store_name[:127],
            "locale": LOCALES.get(intent.language[:2], "en-US"),
            "shipping_preference": "NO_SHIPPING",
            "user_action": "PAY_NOW",
            "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
            "return_url": intent.return_url,
            "cancel_url": intent.return_url,
        }
        unit = {
            "reference_id": "default",
            "custom_id": intent.reference,
            "invoice_id": intent.reference,
            "description": intent.title[:127],
            "amount": {
                "currency_code": intent.currency,
                "value": f"{intent.amount:.{digits(intent.currency)}f}",
            },
        }
        return {
            "intent": "CAPTURE",
            "purchase_units": [unit],
            "payment_source": {"paypal": {"experience_context": context}},
        }

    async def parse_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, settings: PayPalSettings
    ) -> list[Notice]:
        """Return the order a verified event speaks of; events about other things hold no hint."""
        del query
        url = check_certificate_url(headers.get("paypal-cert-url", ""), get_settings().paypal_api_url)
        verify(headers, settings.webhook_id, body, await self._certificate(url), utc_now())
        try:
            event = orjson.loads(body)
            event_id, event_type, resource = str(event["id"]), str(event["event_type"]), dict(event["resource"])
        except (ValueError, KeyError, TypeError) as error:
            raise NotificationRefused("not an event") from error
        order_id = _order_of(event_type, resource)
        reference = _reference_of(resource)
        if order_id is None and reference is None:
            return []
        return [Notice(event_id, Lookup(reference=reference, gateway_ref=order_id))]

    async def fetch(self, lookup: Lookup, settings: PayPalSettings) -> GatewayFact | None:
        """Ask for the order; None once PayPal has forgotten it (never approved within its life)."""
        if not lookup.gateway_ref:
            return None
        try:
            order = await self._call("GET", f"/v2/checkout/orders/{lookup.gateway_ref}", settings)
        except GatewayRejected as error:
            if error.http_status == 404:
                return None
            raise
        return _fact(order)

    async def capture(self, lookup: Lookup, settings: PayPalSettings) -> GatewayFact | None:
        """Take the money, then look at what really happened; a refusal to capture is a failed fact."""
        path = f"/v2/checkout/orders/{lookup.gateway_ref}/capture"
        headers = {"PayPal-Request-Id": f"cap-{lookup.gateway_ref}", "Prefer": "return=representation"}
        refusal = ""
        try:
            await self._call("POST", path, settings, json={}, headers=headers)
        except GatewayRejected as error:
            if error.http_status != 422:
                raise
            refusal = error.issue
        fact = await self.fetch(lookup, settings)
        is_refused = refusal and not refusal.startswith(NO_REFUSALS)
        if fact is None or not is_refused or fact.gateway_payment_id is not None:
            return fact
        return replace(fact, state=FactState.failed, detail=refusal)

    async def close(self, lookup: Lookup, settings: PayPalSettings) -> None:
        """Nothing to close: an order is captured once, by us."""
        del lookup, settings

    async def _call(self, method: str, path: str, settings: PayPalSettings, **request: Any) -> dict[str, Any]:
        headers = request.pop("headers", {})
        try:
            return await self._ask(method, path, settings, headers, request)
        except GatewayRejected as error:
            if error.http_status != 401:
                raise
            # Revoked before its time: once more with a fresh token.
            self._tokens.pop((get_settings().paypal_api_url, settings.client_id), None)
            return await self._ask(method, path, settings, headers, request)

    async def _ask(
        self, method: str, path: str, settings: PayPalSettings, headers: Mapping[str, str], request: dict[str, Any]
    ) -> dict[str, Any]:
        bearer = {"Authorization": f"Bearer {await self._token(settings)}", **headers}
        answer: dict[str, Any] = await ask(
            self.name, get_settings().paypal_api_url, method, path, issue_of=_issue, headers=bearer, **request
        )
        return answer

    async def _token(self, settings: PayPalSettings) -> str:
        key = (get_settings().paypal_api_url, settings.client_id)
        token, until = self._tokens.get(key, ("", 0.0))
        if time.monotonic() >= until:
            answer = await ask(
                self.name,
                key[0],
                "POST",
                "/v1/oauth2/token",
                issue_of=lambda body: str(body["error"]),
                data={"grant_type": "client_credentials"},
                auth=(settings.client_id, settings.client_secret),
            )
            token = str(answer["access_token"])
            self._tokens[key] = (token, time.monotonic() + float(answer["expires_in"]) - TOKEN_MARGIN_SECONDS)
        return token

    async def _certificate(self, url: str) -> bytes:
        if url not in self._certificates:
            response = await send(self.name, url.partition("/v1/")[0], "GET", "/v1/" + url.partition("/v1/")[2])
            if response.status_code != 200 or len(response.content) > MAX_CERTIFICATE_BYTES:
                raise NotificationRefused("certificate not served")
            if len(self._certificates) >= MAX_CERTIFICATES:
                self._certificates.clear()
            self._certificates[url] = response.content
        return self._certificates[url]


def _fact(order: Mapping[str, Any]) -> GatewayFact:
    unit = order["purchase_units"][0]
    captures = unit.get("payments", {}).get("captures", [])
    # One order, one capture; a declined one may stand before the one that went through.
    capture = next((each for each in captures if each["status"] == "COMPLETED"), captures[-1] if captures else None)
    amount = (capture or unit)["amount"]
    return GatewayFact(
        state=(
            CAPTURE_STATES.get(capture["status"], FactState.pending)
            if capture
            else ORDER_STATES.get(order["status"], FactState.pending)
        ),
        reference=str(unit.get("custom_id") or ""),
        amount=Decimal(amount["value"]),
        currency=amount["currency_code"],
        gateway_ref=order["id"],
        gateway_payment_id=capture["id"] if capture else None,
        detail=str((capture or {}).get("status_details", {}).get("reason", "")),
    )


def _order_of(event_type: str, resource: Mapping[str, Any]) -> str | None:
    if event_type.startswith("CHECKOUT.ORDER."):
        return str(resource["id"]) if "id" in resource else None
    related = resource.get("supplementary_data", {}).get("related_ids", {})
    found = related.get("order_id") or resource.get("order_id")
    return str(found) if found else None


def _reference_of(resource: Mapping[str, Any]) -> str | None:
    units = resource.get("purchase_units") or [{}]
    found = resource.get("custom_id") or units[0].get("custom_id")
    return str(found) if found else None


def _issue(body: Any) -> str:
    details = body.get("details") or [{}]
    return f"{details[0].get('issue') or body['name']} (debug {body.get('debug_id', '-')})"
