"""Flow (Chile, Peru, Mexico): signed requests, an unsigned confirmation, so every word of it is asked back."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import parse_qs

from pydantic import Field

from livestream_sell.core.clock import utc_now
from livestream_sell.core.money import digits
from livestream_sell.core.settings import get_settings
from livestream_sell.payments.errors import CurrencyNotTaken, EmailNeeded, GatewayRejected, NotificationRefused
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

ALL_METHODS = "9"
SHORTEST_TIMEOUT = 60
# Official: 1 pending, 2 paid, 3 rejected, 4 cancelled (the docstring of a known client has them wrong).
STATES = {
    1: FactState.pending,
    2: FactState.succeeded,
    3: FactState.failed,
    4: FactState.expired,
}


class FlowSettings(GatewaySettings):
    """The keys under "Mis Datos" of the seller's Flow account."""

    api_key: str = Field(title="API key", min_length=8, max_length=120)
    secret_key: str = Field(title="Secret key", min_length=8, max_length=120, json_schema_extra={"secret": True})


def sign(secret: str, parameters: Mapping[str, str]) -> str:
    """Return `s`: names and raw values in byte order of the names, without separators, HMAC-SHA256 in hex."""
    text = "".join(f"{name}{parameters[name]}" for name in sorted(parameters) if name != "s")
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class Flow:
    """Orders are valid for ever unless `timeout` is sent; a rejected order may still be paid by another card."""

    name: ClassVar[str] = "flow"
    label: ClassVar[str] = "Flow"
    settings_model: ClassVar[type[GatewaySettings]] = FlowSettings
    currencies: ClassVar[frozenset[str] | None] = frozenset({"CLP", "PEN", "MXN"})
    needs_email: ClassVar[bool] = True
    signs_notices: ClassVar[bool] = False
    is_manual: ClassVar[bool] = False

    async def create(self, intent: PaymentIntent, settings: FlowSettings) -> Created:
        """Make a Flow order that lives as long as the reservation."""
        answer = await self._call("POST", "/payment/create", self.create_parameters(intent), settings)
        seconds = self._seconds(intent)
        return Created(
            gateway_ref=answer["token"],
            redirect_url=f"{answer['url']}?token={answer['token']}",
            expires_at=utc_now() + timedelta(seconds=seconds),
            details={"flow_order": answer["flowOrder"]},
        )

    def create_parameters(self, intent: PaymentIntent) -> dict[str, str]:
        """Return the unsigned parameters of payment/create, each exactly as it will be signed and sent."""
        assert self.currencies is not None
        if intent.currency not in self.currencies:
            raise CurrencyNotTaken(self.name, intent.currency)
        if intent.email is None:
            raise EmailNeeded(self.name)
        return {
            "commerceOrder": intent.reference,
            "subject": intent.title[:255],
            "currency": intent.currency,
            "amount": f"{intent.amount:.{digits(intent.currency)}f}",
            "email": intent.email,
            "paymentMethod": ALL_METHODS,
            "urlConfirmation": intent.notify_url,
            "urlReturn": intent.return_url,
            "timeout": str(self._seconds(intent)),
        }

    async def parse_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, settings: FlowSettings
    ) -> list[Notice]:
        """Return the token of a confirmation; the same token comes with every change, so it dedupes nothing."""
        del headers, query, settings
        tokens = parse_qs(body.decode("latin-1")).get("token", [])
        if len(tokens) != 1 or len(tokens[0]) > 128:
            raise NotificationRefused("no token")
        return [Notice(None, Lookup(gateway_ref=tokens[0]))]

    async def fetch(self, lookup: Lookup, settings: FlowSettings) -> GatewayFact | None:
        """Ask by token, or by our own order number when the token never reached us."""
        if lookup.gateway_ref:
            path, parameters = "/payment/getStatus", {"token": lookup.gateway_ref}
        elif lookup.reference:
            path, parameters = "/payment/getStatusByCommerceId", {"commerceId": lookup.reference}
        else:
            return None
        try:
            answer = await self._call("GET", path, parameters, settings)
        except GatewayRejected as error:
            # A business error about this order, not about our keys.
            if error.http_status == 400:
                return None
            raise
        return self._fact(answer, lookup)

    async def capture(self, lookup: Lookup, settings: FlowSettings) -> GatewayFact | None:
        """Flow takes the money itself: ask."""
        return await self.fetch(lookup, settings)

    async def close(self, lookup: Lookup, settings: FlowSettings) -> None:
        """An order cannot be paid twice, and `timeout` ends it."""
        del lookup, settings

    def _fact(self, answer: Mapping[str, Any], lookup: Lookup) -> GatewayFact:
        payment = answer.get("paymentData") or {}
        return GatewayFact(
            state=STATES.get(int(answer["status"]), FactState.pending),
            reference=str(answer["commerceOrder"]),
            amount=Decimal(str(answer["amount"])),
            currency=str(answer["currency"]),
            gateway_ref=lookup.gateway_ref,
            gateway_payment_id=str(answer["flowOrder"]),
            detail=str(payment.get("media") or ""),
        )

    async def _call(
        self, method: str, path: str, parameters: Mapping[str, str], settings: FlowSettings
    ) -> dict[str, Any]:
        signed = {**parameters, "apiKey": settings.api_key}
        signed["s"] = sign(settings.secret_key, signed)
        place = "data" if method == "POST" else "params"
        answer: dict[str, Any] = await ask(
            self.name, get_settings().flow_api_url, method, path, issue_of=_issue, **{place: signed}
        )
        return answer

    def _seconds(self, intent: PaymentIntent) -> int:
        return max(SHORTEST_TIMEOUT, int((intent.expires_at - utc_now()).total_seconds()))


def _issue(body: Any) -> str:
    return f"{body['code']} {body['message']}"
