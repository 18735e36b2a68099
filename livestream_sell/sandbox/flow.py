"""Flow.cl: signed form calls under `/api`, the pay page, unsigned confirmations, refunds to accept."""

from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livestream_sell.sandbox.deliveries import Delivery
from livestream_sell.sandbox.flow_orders import (
    FlowError,
    FlowRefund,
    FlowStatus,
    FlowStore,
    new_token,
    parse_amount,
    parse_order,
)
from livestream_sell.sandbox.pay_page import CannotPay, Choice, WayBack, gone_page, pay_page
from livestream_sell.sandbox.signing import flow_signature, same
from livestream_sell.sandbox.state import SandboxState
from livestream_sell.sandbox.switches import Switches

CHOICES = (
    Choice("paid", "Pagar con Webpay", "#2563eb"),
    Choice("failed", "Tarjeta rechazada", "#b45309"),
    Choice("pending", "Emitir cupón (queda pendiente)", "#52525b"),
    Choice("cancelled", "Anular", "#71717a"),
)
RESULTS = {
    "paid": FlowStatus.PAID,
    "failed": FlowStatus.REJECTED,
    "cancelled": FlowStatus.CANCELLED,
    "pending": FlowStatus.PENDING,
}


class Flow:
    def __init__(self, state: SandboxState) -> None:
        self.state = state
        self.store = FlowStore()
        state.stores["flow"] = self.store

    def decide(self, token: str, outcome: str) -> WayBack:
        order = self.store.orders.get(token)
        if order is None or not order.is_payable:
            raise CannotPay(f"no payable Flow order {token}")
        order.decide(RESULTS.get(outcome, FlowStatus.CANCELLED))
        if outcome != "pending":
            self._confirm(order.url_confirmation, token)
        return WayBack(order.status.name.lower(), order.url_return, "POST", {"token": token})

    def decide_refund(self, token: str, is_accepted: bool) -> None:
        refund = self.store.refund(token)
        refund.status = "refunded" if is_accepted else "rejected"
        self._confirm(refund.url_callback, token)

    def _confirm(self, url: str, token: str) -> None:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        body = urlencode({"token": token}).encode()
        self.state.deliveries.deliver_soon(Delivery("flow", url, body, headers, "confirmation"))

    async def create(self, request: Request) -> Response:
        order = parse_order(await self._signed_form(request))
        if order.commerce_order in self.store.by_commerce_order:
            raise FlowError(1604, f"The commerceOrder {order.commerce_order} has been previously paid")
        self.store.add(order)
        pay_url = f"{self.state.urls['flow'].removesuffix('/api')}/app/web/pay.php"
        return JSONResponse({"url": pay_url, "token": order.token, "flowOrder": order.flow_order})

    async def status(self, request: Request) -> Response:
        query = self._signed_query(request)
        return JSONResponse(self.store.order(query.get("token", "")).shown())

    async def status_by_commerce_id(self, request: Request) -> Response:
        query = self._signed_query(request)
        token = self.store.by_commerce_order.get(query.get("commerceId", ""), "")
        return JSONResponse(self.store.order(token).shown())

    async def payments(self, request: Request) -> Response:
        query = self._signed_query(request)
        start, limit = int(query.get("start", 0)), min(int(query.get("limit", 10)), 100)
        paid = [
            order.shown()
            for order in self.store.orders.values()
            if order.status is FlowStatus.PAID and order.paid_at.startswith(query.get("date", ""))
        ]
        more = len(paid) > start + limit
        return JSONResponse({"total": len(paid), "hasMore": more, "data": paid[start : start + limit]})

    async def create_refund(self, request: Request) -> Response:
        form = await self._signed_form(request)
        order = self.store.find_paid(form.get("commerceTrxId", ""), form.get("flowTrxId", ""))
        amount = parse_amount(form.get("amount", ""), order.currency)
        if amount > order.amount:
            raise FlowError(1702, "The refund amount is greater than the payment")
        number = str(next(self.store.numbers))
        refund = FlowRefund(new_token(), number, amount, form.get("urlCallBack", ""))
        self.store.refunds[refund.token] = refund
        return JSONResponse(refund.shown())

    async def refund_status(self, request: Request) -> Response:
        query = self._signed_query(request)
        return JSONResponse(self.store.refund(query.get("token", "")).shown())

    async def cancel_refund(self, request: Request) -> Response:
        refund = self.store.refund((await self._signed_form(request)).get("token", ""))
        if refund.status != "created":
            raise FlowError(1703, "The refund can not be cancelled")
        refund.status = "canceled"
        return JSONResponse(refund.shown())

    async def page(self, request: Request) -> Response:
        order = self.store.orders.get(request.query_params.get("token", ""))
        if order is None or not order.is_payable:
            return gone_page("Flow", "Esta orden de pago no está disponible.")
        action = f"/app/web/pay.php?token={order.token}"
        return pay_page("Flow", "#0f172a", order.subject, f"{order.currency} {order.amount:,}", action, CHOICES)

    async def chosen(self, request: Request) -> Response:
        outcome = str((await request.form()).get("outcome", "cancelled"))
        try:
            return self.decide(request.query_params.get("token", ""), outcome).response()
        except CannotPay:
            return gone_page("Flow", "Esta orden de pago no está disponible.")

    async def _signed_form(self, request: Request) -> dict[str, str]:
        form = {name: str(value) for name, value in (await request.form()).items()}
        return self._checked(form)

    def _signed_query(self, request: Request) -> dict[str, str]:
        return self._checked(dict(request.query_params))

    def _checked(self, parameters: dict[str, str]) -> dict[str, str]:
        config = self.state.config
        if not same(parameters.get("apiKey", ""), config.flow_api_key):
            raise FlowError(108, "Service not found. apiKey not found", 401)
        if not same(parameters.get("s", ""), flow_signature(config.flow_secret_key, parameters)):
            raise FlowError(105, "The signature is not valid", 401)
        return parameters


def create_flow(state: SandboxState) -> tuple[Starlette, Flow]:
    gateway = Flow(state)
    routes = [
        Route("/api/payment/create", gateway.create, methods=["POST"]),
        Route("/api/payment/getStatus", gateway.status),
        Route("/api/payment/getStatusByCommerceId", gateway.status_by_commerce_id),
        Route("/api/payment/getPayments", gateway.payments),
        Route("/api/refund/create", gateway.create_refund, methods=["POST"]),
        Route("/api/refund/getStatus", gateway.refund_status),
        Route("/api/refund/cancel", gateway.cancel_refund, methods=["POST"]),
        Route("/app/web/pay.php", gateway.page),
        Route("/app/web/pay.php", gateway.chosen, methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={FlowError: _on_error}), gateway


def refuse(switches: Switches) -> Response:
    if switches.rate_limited:
        return JSONResponse({"code": 429, "message": "Too Many Requests"}, 429, {"retry-after": "2"})
    code = int(switches.error) if switches.error.isdecimal() else 1
    return JSONResponse({"code": code, "message": f"sandbox switch: {switches.error}"}, 400)


async def _on_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, FlowError)
    return JSONResponse({"code": error.code, "message": error.message}, error.status)
