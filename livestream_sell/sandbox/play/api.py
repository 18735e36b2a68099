"""`/_sandbox/*`: plays the public, pays without a browser, sets the switches, shows what was received."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from livestream_sell.sandbox.flow import Flow
from livestream_sell.sandbox.flow_orders import FlowError
from livestream_sell.sandbox.mercado_pago import MercadoPago
from livestream_sell.sandbox.pay_page import CannotPay, WayBack
from livestream_sell.sandbox.paypal import PayPal
from livestream_sell.sandbox.play import shown
from livestream_sell.sandbox.public import NothingThere
from livestream_sell.sandbox.state import SandboxState
from livestream_sell.sandbox.switches import ALIASES, SWITCHED_SERVICES, UnknownSwitch

PAGE = Path(__file__).with_name("page.html")
PING_SECONDS = 15
OUTCOMES = ("paid", "failed", "cancelled", "pending", "paid_twice")


@dataclass(frozen=True, slots=True)
class Gateways:
    paypal: PayPal
    mercadopago: MercadoPago
    flow: Flow

    def decide(self, gateway: str, payable_id: str, outcome: str) -> WayBack:
        named: dict[str, PayPal | MercadoPago | Flow] = {
            "paypal": self.paypal,
            "mercadopago": self.mercadopago,
            "flow": self.flow,
        }
        gateway = ALIASES.get(gateway, gateway)
        if gateway not in named or outcome not in OUTCOMES:
            raise BadRequest(f"gateway is one of {', '.join(named)}; outcome one of {', '.join(OUTCOMES)}")
        return named[gateway].decide(payable_id, outcome)


class BadRequest(ValueError):
    """The body of a play request lacks something."""


class Play:
    def __init__(self, state: SandboxState, gateways: Gateways) -> None:
        self.state = state
        self.gateways = gateways

    async def page(self, _request: Request) -> Response:
        return FileResponse(PAGE, headers={"cache-control": "no-cache"})

    async def comment(self, request: Request) -> Response:
        """One comment, or a list of them."""
        body = await _json(request)
        if isinstance(body, list):
            return JSONResponse({"comment_ids": [self._comment(each) for each in body]}, 201)
        return JSONResponse({"comment_id": self._comment(body)}, 201)

    def _comment(self, body: dict[str, Any]) -> str:
        buyer = _required(body, "buyer")
        comment = self.state.public.comments(
            str(_required(body, "page_id")),
            str(_required(body, "post_id")),
            str(_required(buyer, "id")),
            str(buyer.get("name", "")),
            str(_required(body, "text")),
            str(body.get("parent_id", "")),
        )
        return comment.id

    async def change_comment(self, request: Request) -> Response:
        comment_id = request.path_params["id"]
        if request.method == "DELETE":
            self.state.public.deletes(comment_id)
        else:
            self.state.public.edits(comment_id, str(_required(await _json(request), "text")))
        return JSONResponse({"comment_id": comment_id})

    async def message(self, request: Request) -> Response:
        body = await _json(request)
        buyer = body.get("buyer") or {"id": _required(body, "psid")}
        message = {name: body[name] for name in ("text", "quick_reply", "postback", "optin") if name in body}
        if not message:
            raise BadRequest("a message needs text, postback or optin")
        page_id, psid = str(_required(body, "page_id")), str(_required(buyer, "id"))
        sent = self.state.public.writes(page_id, psid, str(buyer.get("name", "")), message)
        return JSONResponse({"mid": sent.mid}, 201)

    async def thread(self, request: Request) -> Response:
        page_id = request.query_params.get("page_id", "")
        return JSONResponse(shown.thread(self.state.world, request.path_params["psid"], page_id))

    async def threads(self, _request: Request) -> Response:
        return JSONResponse({"threads": shown.threads(self.state.world)})

    async def lives(self, request: Request) -> Response:
        world = self.state.world
        if request.method == "POST":
            body = await _json(request)
            live = self.state.public.goes_live(str(_required(body, "page_id")), str(body.get("title", "Live")))
            return JSONResponse(shown.live(world, live), 201)
        return JSONResponse({"lives": [shown.live(world, live) for live in world.lives.values()]})

    async def live(self, request: Request) -> Response:
        live = self.state.world.find_live(request.path_params["post_id"])
        if live is None:
            raise NothingThere(request.path_params["post_id"])
        if request.method == "DELETE":
            self.state.public.ends_live(live)
        limit = int(request.query_params.get("limit", 1000))
        comments = shown.comments(self.state.world, live, limit)
        return JSONResponse({**shown.live(self.state.world, live), "comments": comments})

    async def pay(self, request: Request) -> Response:
        body = await _json(request)
        payable_id = str(body.get("id") or _required(body, "token"))
        outcome = str(body.get("outcome", "paid"))
        back = self.gateways.decide(str(_required(body, "gateway")), payable_id, outcome)
        answer = {"status": back.status, "redirect": back.url, "method": back.method, "fields": back.fields}
        return JSONResponse(answer)

    async def paypal_webhook(self, request: Request) -> Response:
        """What a seller saves in PayPal's dashboard: the address, under an id that stays the same."""
        body = await _json(request)
        webhook_id = str(body.get("id") or self.state.config.paypal_webhook_id)
        events = [{"name": "*"}]
        webhook = {"id": webhook_id, "url": str(_required(body, "url")), "event_types": events}
        self.gateways.paypal.store.webhooks[webhook_id] = webhook
        return JSONResponse(webhook)

    async def flow_refund(self, request: Request) -> Response:
        """The buyer accepts or rejects a refund, as Flow asks him to."""
        body = await _json(request)
        self.gateways.flow.decide_refund(str(_required(body, "token")), bool(body.get("accept", True)))
        return JSONResponse({"success": True})

    async def switches(self, request: Request) -> Response:
        board, service = self.state.switches, request.path_params["service"]
        if request.method == "PUT":
            return JSONResponse(board.put(service, await _json(request)).as_dict())
        if request.method == "PATCH":
            return JSONResponse(board.patch(service, await _json(request)).as_dict())
        return JSONResponse(board.of(service).as_dict())

    async def all_switches(self, _request: Request) -> Response:
        board = self.state.switches
        return JSONResponse({service: board.of(service).as_dict() for service in SWITCHED_SERVICES})

    async def log(self, request: Request) -> Response:
        query = request.query_params
        since, path = int(query.get("since", 0)), query.get("path", "")
        service = request.path_params["service"]
        entries = self.state.log.entries(ALIASES.get(service, service), since, path)
        return JSONResponse({"requests": entries})

    async def clock(self, request: Request) -> Response:
        """Moves Facebook's clock, to see windows close; gateways keep the real time."""
        self.state.world.clock_offset_seconds = float(_required(await _json(request), "offset_seconds"))
        return JSONResponse({"now": self.state.world.now()})

    async def reset(self, _request: Request) -> Response:
        await self.state.reset()
        return JSONResponse({"success": True})

    async def summary(self, _request: Request) -> Response:
        problem = {"webhook_problem": self.state.deliveries.last_problem, "urls": self.state.urls}
        return JSONResponse({**shown.counts(self.state.world), **problem, **self._defaults()})

    def _defaults(self) -> dict[str, Any]:
        config = self.state.config
        product: dict[str, Any] = {"product_url": config.product_url, "page_name": config.page_name}
        product["product_codes"] = list(config.product_codes)
        return {"page_id": config.page_id, "post_id": config.post_id, **product}

    async def events(self, request: Request) -> Response:
        return StreamingResponse(
            self._changes(request), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    async def _changes(self, request: Request) -> AsyncIterator[str]:
        queue = self.state.world.watch()
        try:
            yield "retry: 1000\n\n"
            while not await request.is_disconnected():
                try:
                    change = await asyncio.wait_for(queue.get(), PING_SECONDS)
                except TimeoutError:
                    yield ": ping\n\n"
                    continue
                yield f"data: {json.dumps(change)}\n\n"
        finally:
            self.state.world.unwatch(queue)


def create_play(state: SandboxState, gateways: Gateways) -> Starlette:
    play = Play(state, gateways)
    base = "/_sandbox"
    routes = [
        Route("/", play.page),
        Mount("/static", StaticFiles(directory=PAGE.with_name("static"))),
        Route(f"{base}/summary", play.summary),
        Route(f"{base}/events", play.events),
        Route(f"{base}/comments", play.comment, methods=["POST"]),
        Route(f"{base}/comments/{{id}}", play.change_comment, methods=["PATCH", "DELETE"]),
        Route(f"{base}/messages", play.message, methods=["POST"]),
        Route(f"{base}/threads", play.threads),
        Route(f"{base}/threads/{{psid}}", play.thread),
        Route(f"{base}/lives", play.lives, methods=["GET", "POST"]),
        Route(f"{base}/lives/{{post_id}}", play.live, methods=["GET", "DELETE"]),
        Route(f"{base}/pay", play.pay, methods=["POST"]),
        Route(f"{base}/paypal-webhook", play.paypal_webhook, methods=["PUT"]),
        Route(f"{base}/flow-refunds", play.flow_refund, methods=["POST"]),
        Route(f"{base}/switches", play.all_switches),
        Route(f"{base}/switches/{{service}}", play.switches, methods=["GET", "PUT", "PATCH"]),
        Route(f"{base}/log/{{service}}", play.log),
        Route(f"{base}/clock", play.clock, methods=["PUT"]),
        Route(f"{base}/reset", play.reset, methods=["POST"]),
    ]
    refusals = dict.fromkeys((BadRequest, UnknownSwitch, CannotPay, NothingThere, FlowError), _refused)
    return Starlette(routes=routes, exception_handlers=refusals)


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError as error:
        raise BadRequest("the body must be JSON") from error


def _required(body: Any, name: str) -> Any:
    if not isinstance(body, dict) or body.get(name) in (None, ""):
        raise BadRequest(f"{name} is required")
    return body[name]


async def _refused(_request: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, LookupError) else 422
    return JSONResponse({"error": str(error)}, status)
