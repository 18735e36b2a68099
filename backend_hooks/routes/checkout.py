"""The buyer's requests: forms that work without JavaScript, the same by JSON, and the way back from a gateway."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from livestream_sell.core.db import transaction
from livestream_sell.core.errors import AppError, InvalidInput
from livestream_sell.core.streams import GroupedAppender
from livestream_sell.orders import checkout
from livestream_sell.orders.errors import NewerCart, UnknownLink
from livestream_sell.orders.public_link import DEFAULT_LANGUAGE, checkout_page
from livestream_sell.orders.schemas import CheckoutView
from livestream_sell.payments.schemas import StartedPayment
from livestream_sell.payments.service import ask_soon

ALIASES = {"mercadopago": "mercado_pago", "transfer": "bank_transfer"}
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

Fields = dict[str, str]


def create_checkout_routes(appender: GroupedAppender) -> APIRouter:
    """Return the routes; each POST also exists without the token in its path, for forms that carry it as a field."""
    router = APIRouter(prefix="/api/v1", tags=["checkout"])

    @router.get("/checkout/{token}", response_model=CheckoutView, summary="The buyer's order")
    async def read_checkout(token: str) -> CheckoutView:
        async with transaction() as session:
            return await checkout.view(session, token)

    @router.post("/checkout/pay", include_in_schema=False)
    @router.post("/checkout/{token}/pay", response_model=StartedPayment, summary="Pay by one of the offered methods")
    async def pay(request: Request, token: str = "") -> Response:
        """Form: 303 to the gateway (or back to the page with the bank data). JSON: `{"gateway", "email"}`."""
        return await _answer(request, token, _pay)

    @router.post("/checkout/transfer-reported", include_in_schema=False)
    @router.post("/checkout/{token}/transfer-reported", summary="Say that the bank transfer is sent")
    async def transfer_reported(request: Request, token: str = "") -> Response:
        """`note` may name the bank or the hour; the seller confirms."""
        return await _answer(request, token, _transfer_reported)

    @router.post("/checkout/ask-again", include_in_schema=False)
    @router.post("/checkout/{token}/ask-again", response_model=CheckoutView, summary="Ask again for an expired cart")
    async def ask_again(request: Request, token: str = "") -> Response:
        """Hold again what nobody else took in the meantime."""
        return await _answer(request, token, _ask_again)

    @router.api_route("/payments/return/{gateway}", methods=["GET", "POST"], include_in_schema=False)
    async def came_back(gateway: str, t: str = "", p: str = "") -> Response:
        """The browser is back (Flow sends it by POST): believe nothing it says, ask the gateway, show the page."""
        del gateway
        return await _came_back(appender, t, p)

    return router


async def _came_back(appender: GroupedAppender, token: str, payment: str) -> Response:
    try:
        payment_id = UUID(payment)
        async with transaction() as session:
            language = await checkout.came_back(session, token, payment_id)
    except (ValueError, UnknownLink):
        # The page itself says that it knows no such link.
        return RedirectResponse(checkout_page(token, DEFAULT_LANGUAGE), 303)
    await ask_soon(appender, payment_id)
    return RedirectResponse(checkout_page(token, language), 303)


async def _pay(token: str, fields: Fields) -> tuple[str, object]:
    given = fields.get("gateway") or fields.get("method") or ""
    started = await checkout.choose(token, ALIASES.get(given, given), fields.get("email") or None)
    page = await _page(token, pay="bank_transfer") if started.redirect_url is None else started.redirect_url
    return page, started.model_dump(mode="json")


async def _transfer_reported(token: str, fields: Fields) -> tuple[str, object]:
    await checkout.report_transfer(token, fields.get("note", ""))
    return await _page(token), {"status": "reported"}


async def _ask_again(token: str, _fields: Fields) -> tuple[str, object]:
    async with transaction() as session:
        view = await checkout.ask_again(session, token)
    return checkout_page(token, view.language), view.model_dump(mode="json")


async def _answer(
    request: Request, path_token: str, act: Callable[[str, Fields], Awaitable[tuple[str, object]]]
) -> Response:
    """Run `act`; a form is answered with a redirect, problems included, anything else with JSON."""
    is_form = request.headers.get("content-type", "").startswith(FORMS)
    fields = await _form(request) if is_form else await _json(request)
    token = path_token or fields.get("token", "")
    try:
        page, answer = await act(token, fields)
    except AppError as error:
        if not is_form:
            raise
        shown = error.token if isinstance(error, NewerCart) else token
        # The page says which way to pay it is about.
        by = {"by": gateway} if isinstance(gateway := error.details.get("gateway"), str) else {}
        return RedirectResponse(await _page(shown, problem=error.code, **by), 303)
    return RedirectResponse(page, 303) if is_form else JSONResponse(answer)


async def _form(request: Request) -> Fields:
    async with request.form(max_files=0, max_fields=20) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


async def _json(request: Request) -> Fields:
    body = await request.body()
    try:
        told = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError as error:
        raise InvalidInput("The body is not JSON.") from error
    if not isinstance(told, dict):
        raise InvalidInput("The body is not a JSON object.")
    return {name: value for name, value in told.items() if isinstance(value, str)}


async def _page(token: str, **more: str) -> str:
    try:
        async with transaction() as session:
            language = await checkout.language_of(session, token)
    except UnknownLink:
        language = DEFAULT_LANGUAGE
    return checkout_page(token, language, **more)
