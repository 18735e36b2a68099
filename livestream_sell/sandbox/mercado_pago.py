"""Mercado Pago Checkout Pro: preferences, payments, refunds, the pay page and signed webhooks."""

import json
import time
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livestream_sell.sandbox import mercado_pago_store as rules
from livestream_sell.sandbox.deliveries import Delivery
from livestream_sell.sandbox.mercado_pago_store import MercadoPagoError, MercadoPagoStore
from livestream_sell.sandbox.pay_page import CannotPay, Choice, WayBack, gone_page, pay_page
from livestream_sell.sandbox.signing import mercado_pago_signature, same
from livestream_sell.sandbox.state import SandboxState
from livestream_sell.sandbox.switches import Switches

CHOICES = (
    Choice("paid", "Pagar", "#0077b6"),
    Choice("failed", "Pagar con tarjeta rechazada", "#b45309"),
    Choice("pending", "Pagar en efectivo (queda pendiente)", "#52525b"),
    Choice("paid_twice", "Pagar dos veces", "#7c3aed"),
    Choice("cancelled", "Volver sin pagar", "#71717a"),
)
RESULTS = {
    "paid": ("approved", "accredited", "success"),
    "paid_twice": ("approved", "accredited", "success"),
    "failed": ("rejected", "cc_rejected_other_reason", "failure"),
    "pending": ("pending", "pending_waiting_payment", "pending"),
}


class MercadoPago:
    def __init__(self, state: SandboxState) -> None:
        self.state = state
        self.store = MercadoPagoStore()
        state.stores["mercadopago"] = self.store

    def decide(self, preference_id: str, outcome: str) -> WayBack:
        """The buyer's choice; a payment that waits is finished by a second choice."""
        preference = self.store.preferences.get(preference_id)
        if preference is None or rules.is_expired(preference):
            raise CannotPay(f"no payable preference {preference_id}")
        if outcome not in RESULTS:
            return self._way_back(preference, "failure", None)
        if outcome == "pending" and preference.get("binary_mode"):
            outcome = "failed"
        status, detail, back = RESULTS[outcome]
        waiting = self.store.waiting_payment(preference_id)
        if waiting is not None:
            self._change(waiting, status, detail)
            return self._way_back(preference, back, waiting)
        for _ in range(2 if outcome == "paid_twice" else 1):
            payment = self.store.add_payment(preference, status, detail)
            self._notify(payment, "payment.created")
        return self._way_back(preference, back, payment)

    def _change(self, payment: dict[str, Any], status: str, detail: str) -> None:
        payment |= {"status": status, "status_detail": detail, "date_last_updated": rules.now_iso()}
        if status == "approved":
            payment["date_approved"] = payment["date_last_updated"]
        self._notify(payment, "payment.updated")

    def _way_back(self, preference: dict[str, Any], kind: str, payment: dict[str, Any] | None) -> WayBack:
        query = {
            "collection_id": payment["id"] if payment else "null",
            "collection_status": payment["status"] if payment else "null",
            "payment_id": payment["id"] if payment else "null",
            "status": payment["status"] if payment else "null",
            "external_reference": preference.get("external_reference", "null"),
            "payment_type": "credit_card",
            "merchant_order_id": payment["order"]["id"] if payment else "null",
            "preference_id": preference["id"],
            "site_id": "MLC",
            "processing_mode": "aggregator",
        }
        url = preference.get("back_urls", {}).get(kind, "")
        joined = f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if url else ""
        return WayBack(payment["status"] if payment else "cancelled", joined)

    def _notify(self, payment: dict[str, Any], action: str) -> None:
        preference = self.store.preferences[payment["_preference_id"]]
        url = preference.get("notification_url")
        if not url:
            return
        payment_id, request_id, ts = str(payment["id"]), str(uuid4()), str(int(time.time()))
        body = {
            "id": next(self.store.ids),
            "live_mode": True,
            "type": "payment",
            "date_created": rules.now_iso(),
            "user_id": rules.SELLER_ID,
            "api_version": "v1",
            "action": action,
            "data": {"id": payment_id},
        }
        secret = self.state.config.mercadopago_webhook_secret
        if self.state.switches.of("mercadopago").wrong_signature:
            secret += "-wrong"
        headers = {
            "content-type": "application/json",
            "user-agent": "MercadoPago WebHook v1.0 payment",
            "x-request-id": request_id,
            "x-signature": mercado_pago_signature(secret, payment_id, request_id, ts),
        }
        query = urlencode({"data.id": payment_id, "type": "payment"})
        target = f"{url}{'&' if urlsplit(url).query else '?'}{query}"
        content = json.dumps(body).encode()
        self.state.deliveries.deliver_soon(Delivery("mercadopago", target, content, headers, action))

    async def create(self, request: Request) -> Response:
        self._authorise(request)
        made = self.store.add_preference(await _json(request), self.state.urls["mercadopago"])
        return JSONResponse(made, 201)

    async def preference(self, request: Request) -> Response:
        self._authorise(request)
        preference = self.store.preference(request.path_params["id"])
        if request.method == "PUT":
            changed = {**preference, **await _json(request), "id": preference["id"]}
            rules.check_preference(changed)
            preference.update(changed, total_amount=rules.total(changed))
        return JSONResponse(preference)

    async def payment(self, request: Request) -> Response:
        self._authorise(request)
        payment = self.store.payment(request.path_params["id"])
        if request.method == "PUT":
            wanted = (await _json(request)).get("status")
            if wanted != "cancelled" or payment["status"] not in ("pending", "in_process"):
                raise MercadoPagoError(400, "bad_request", "The action requested is not valid for the state")
            self._change(payment, "cancelled", "by_collector")
        return JSONResponse(rules.shown(payment))

    async def search(self, request: Request) -> Response:
        self._authorise(request)
        reference = request.query_params.get("external_reference")
        found = [
            rules.shown(payment)
            for payment in self.store.payments.values()
            if reference is None or payment["external_reference"] == reference
        ]
        return JSONResponse({"paging": {"total": len(found), "limit": 30, "offset": 0}, "results": found})

    async def refund(self, request: Request) -> Response:
        self._authorise(request)
        payment = self.store.payment(request.path_params["id"])
        if request.method == "GET":
            return JSONResponse(payment["refunds"])
        key = request.headers.get("x-idempotency-key")
        if not key:
            raise MercadoPagoError(400, "bad_request", "Header X-Idempotency-Key can't be null")
        if key not in self.store.by_idempotency_key:
            amount = (await _json(request)).get("amount") if await request.body() else None
            self.store.by_idempotency_key[key] = self._refund(payment, amount)
        return JSONResponse(self.store.by_idempotency_key[key], 201)

    def _refund(self, payment: dict[str, Any], amount: float | None) -> dict[str, Any]:
        left = payment["transaction_amount"] - payment["transaction_amount_refunded"]
        amount = left if amount is None else amount
        if payment["status"] != "approved" or not 0 < amount <= left:
            raise MercadoPagoError(400, "bad_request", "The payment cannot be refunded for this amount")
        payment["transaction_amount_refunded"] += amount
        refund = {
            "id": next(self.store.ids),
            "payment_id": payment["id"],
            "amount": amount,
            "source": {"id": str(rules.SELLER_ID), "name": "Sandbox", "type": "collector"},
            "date_created": rules.now_iso(),
            "refund_mode": "standard",
            "status": "approved",
        }
        payment["refunds"].append(refund)
        is_whole = amount == left
        status = "refunded" if is_whole else "approved"
        self._change(payment, status, "refunded" if is_whole else "partially_refunded")
        return refund

    async def page(self, request: Request) -> Response:
        preference = self.store.preferences.get(request.query_params.get("pref_id", ""))
        if preference is None or rules.is_expired(preference):
            return gone_page("Mercado Pago", "Este link de pago ya no está disponible.")
        item = preference["items"][0]
        amount = f"{item.get('currency_id', '')} {rules.total(preference):,}"
        action = f"/checkout/v1/redirect?pref_id={preference['id']}"
        return pay_page("Mercado Pago", "#0085c7", item["title"], amount, action, CHOICES)

    async def chosen(self, request: Request) -> Response:
        outcome = str((await request.form()).get("outcome", "cancelled"))
        try:
            return self.decide(request.query_params.get("pref_id", ""), outcome).response()
        except CannotPay:
            return gone_page("Mercado Pago", "Este link de pago ya no está disponible.")

    def _authorise(self, request: Request) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not same(token, self.state.config.mercadopago_access_token):
            raise MercadoPagoError(401, "unauthorized", "invalid access token")


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError as error:
        raise MercadoPagoError(400, "bad_request", "invalid json") from error


def create_mercado_pago(state: SandboxState) -> tuple[Starlette, MercadoPago]:
    gateway = MercadoPago(state)
    routes = [
        Route("/checkout/preferences", gateway.create, methods=["POST"]),
        Route("/checkout/preferences/{id}", gateway.preference, methods=["GET", "PUT"]),
        Route("/v1/payments/search", gateway.search),
        Route("/v1/payments/{id}", gateway.payment, methods=["GET", "PUT"]),
        Route("/v1/payments/{id}/refunds", gateway.refund, methods=["GET", "POST"]),
        Route("/checkout/v1/redirect", gateway.page),
        Route("/checkout/v1/redirect", gateway.chosen, methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={MercadoPagoError: _on_error}), gateway


def refuse(switches: Switches) -> Response:
    status = 429 if switches.rate_limited else int(switches.error) if switches.error.isdecimal() else 400
    error = MercadoPagoError(status, switches.error or "too_many_requests", "sandbox switch")
    return JSONResponse(error.body(), status, {"retry-after": "2"} if status == 429 else None)


async def _on_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, MercadoPagoError)
    return JSONResponse(error.body(), error.status)
