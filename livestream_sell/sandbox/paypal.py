"""PayPal: OAuth, Orders v2, captures and refunds, webhook administration, and the pay page."""

import base64
import binascii
import time
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from livestream_sell.sandbox import paypal_payments
from livestream_sell.sandbox.pay_page import CannotPay, Choice, WayBack, gone_page, pay_page
from livestream_sell.sandbox.paypal_errors import PayPalError
from livestream_sell.sandbox.paypal_events import PayPalEvents
from livestream_sell.sandbox.paypal_orders import PayPalStore, parse_order
from livestream_sell.sandbox.paypal_webhooks import PayPalWebhooks
from livestream_sell.sandbox.signing import appsecret_proof, same
from livestream_sell.sandbox.state import SandboxState

TOKEN_SECONDS = 32_400
CHOICES = (
    Choice("paid", "Pay now", "#0070ba"),
    Choice("failed", "Pay with a card that fails", "#b45309"),
    Choice("pending", "Pay, held for review", "#52525b"),
    Choice("cancelled", "Cancel and return", "#71717a"),
)


class PayPal:
    """The routes' methods; every call but the token, the certificate and the page needs a Bearer token."""

    def __init__(self, state: SandboxState) -> None:
        self.state = state
        self.store = PayPalStore()
        self.events = PayPalEvents(state, self.store)
        state.stores["paypal"] = self.store

    @property
    def url(self) -> str:
        return self.state.urls["paypal"]

    def decide(self, order_id: str, outcome: str) -> WayBack:
        return paypal_payments.decide(self.store, self.events, order_id, outcome, self.url)

    async def token(self, request: Request) -> Response:
        config = self.state.config
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            pair = base64.b64decode(given).decode() if scheme.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        if not same(pair, f"{config.paypal_client_id}:{config.paypal_client_secret}"):
            problem = {"error": "invalid_client", "error_description": "Client Authentication failed"}
            return JSONResponse(problem, 401)
        if (await request.form()).get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        token = self._new_token()
        body = {"scope": "https://uri.paypal.com/services/payments/refund", "access_token": token}
        return JSONResponse({**body, "token_type": "Bearer", "app_id": "APP-80W2", "expires_in": TOKEN_SECONDS})

    async def create(self, request: Request) -> Response:
        self.authorise(request)
        request_id = request.headers.get("paypal-request-id", "")
        is_minimal = request.headers.get("prefer", "") != "return=representation"
        if request_id and request_id in self.store.by_request_id:
            order = self.store.order(self.store.by_request_id[request_id])
            return JSONResponse(order.shown(self.url, is_minimal=is_minimal), 200)
        order = parse_order(await read_json(request), request_id)
        if self.store.is_invoice_paid(order.unit.get("invoice_id")):
            raise PayPalError(422, "DUPLICATE_INVOICE_ID", "/purchase_units/0/invoice_id")
        self.store.orders[order.id] = order
        if request_id:
            self.store.by_request_id[request_id] = order.id
        return JSONResponse(order.shown(self.url, is_minimal=is_minimal), 201)

    async def get_order(self, request: Request) -> Response:
        self.authorise(request)
        return JSONResponse(self.store.order(request.path_params["id"]).shown(self.url))

    async def capture(self, request: Request) -> Response:
        self.authorise(request)
        order = self.store.order(request.path_params["id"])
        request_id = request.headers.get("paypal-request-id", "")
        body, is_new = paypal_payments.capture(self.store, self.events, order, request_id, self.url)
        return JSONResponse(body, 201 if is_new else 200)

    async def get_capture(self, request: Request) -> Response:
        self.authorise(request)
        order = self.store.by_capture(request.path_params["id"])
        related = {"supplementary_data": {"related_ids": {"order_id": order.id}}}
        return JSONResponse({**(order.capture or {}), **related})

    async def refund(self, request: Request) -> Response:
        self.authorise(request)
        body = await read_json(request) or {}
        request_id = request.headers.get("paypal-request-id", "")
        capture_id = request.path_params["id"]
        made, is_new = paypal_payments.refund(self.store, self.events, capture_id, body, request_id, self.url)
        return JSONResponse(made, 201 if is_new else 200)

    async def get_refund(self, request: Request) -> Response:
        self.authorise(request)
        for order in self.store.orders.values():
            for refund in order.refunds:
                if refund["id"] == request.path_params["id"]:
                    return JSONResponse(refund)
        raise PayPalError(404, "INVALID_RESOURCE_ID")

    async def page(self, request: Request) -> Response:
        order_id = request.query_params.get("token", "")
        order = self.store.orders.get(order_id)
        if order is None or order.is_expired or order.status == "COMPLETED":
            return gone_page("PayPal", "Things don't appear to be working at the moment.")
        amount = order.unit["amount"]
        shown = f"{amount['currency_code']} {amount['value']}"
        title = order.unit.get("description") or order.unit.get("custom_id") or order.id
        return pay_page("PayPal", "#003087", title, shown, f"/checkoutnow?token={order.id}", CHOICES)

    async def chosen(self, request: Request) -> Response:
        outcome = str((await request.form()).get("outcome", "cancelled"))
        try:
            return self.decide(request.query_params.get("token", ""), outcome).response()
        except CannotPay as error:
            return gone_page("PayPal", str(error))

    def authorise(self, request: Request) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        expires_at, _, seal = token.removeprefix("A21AA").partition(".")
        if not expires_at.isdecimal() or not same(seal, self._seal(expires_at)) or int(expires_at) < time.time():
            raise PayPalError(401, "INVALID_ACCESS_TOKEN")

    def _new_token(self) -> str:
        """Carries its own expiry, so that it outlives a restart of the sandbox as the real one would."""
        expires_at = str(int(time.time()) + TOKEN_SECONDS)
        return f"A21AA{expires_at}.{self._seal(expires_at)}"

    def _seal(self, expires_at: str) -> str:
        return appsecret_proof(self.state.config.paypal_client_secret, expires_at)

    async def certificate(self, _request: Request) -> Response:
        return PlainTextResponse(self.events.signer.pem)


async def read_json(request: Request) -> Any:
    body = await request.body()
    if not body:
        return None
    try:
        return await request.json()
    except ValueError as error:
        raise PayPalError(400, "MALFORMED_REQUEST_JSON") from error


def create_paypal(state: SandboxState) -> tuple[Starlette, PayPal]:
    paypal = PayPal(state)
    routes = [
        Route("/v1/oauth2/token", paypal.token, methods=["POST"]),
        Route("/v2/checkout/orders", paypal.create, methods=["POST"]),
        Route("/v2/checkout/orders/{id}", paypal.get_order),
        Route("/v2/checkout/orders/{id}/capture", paypal.capture, methods=["POST"]),
        Route("/v2/payments/captures/{id}", paypal.get_capture),
        Route("/v2/payments/captures/{id}/refund", paypal.refund, methods=["POST"]),
        Route("/v2/payments/refunds/{id}", paypal.get_refund),
        Route("/v1/notifications/certs/{id}", paypal.certificate),
        *PayPalWebhooks(paypal.store, paypal.events, paypal.authorise).routes(),
        Route("/checkoutnow", paypal.page),
        Route("/checkoutnow", paypal.chosen, methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={PayPalError: _on_error}), paypal


async def _on_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, PayPalError)
    return error.response()
