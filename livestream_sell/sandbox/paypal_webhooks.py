"""PayPal's webhook administration: register, list, delete, resend, verify a signature."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livestream_sell.sandbox.paypal_errors import PayPalError
from livestream_sell.sandbox.paypal_events import PayPalEvents
from livestream_sell.sandbox.paypal_orders import PayPalStore, new_id


@dataclass(frozen=True, slots=True)
class PayPalWebhooks:
    store: PayPalStore
    events: PayPalEvents
    authorise: Callable[[Request], None]

    def routes(self) -> list[Route]:
        base = "/v1/notifications"
        return [
            Route(f"{base}/webhooks", self.register, methods=["POST"]),
            Route(f"{base}/webhooks", self.listed),
            Route(f"{base}/webhooks/{{id}}", self.delete, methods=["DELETE"]),
            Route(f"{base}/webhooks-events", self.sent),
            Route(f"{base}/webhooks-events/{{id}}/resend", self.resend, methods=["POST"]),
            Route(f"{base}/verify-webhook-signature", self.verify, methods=["POST"]),
        ]

    async def register(self, request: Request) -> Response:
        self.authorise(request)
        body: dict[str, Any] = await request.json()
        if not str(body.get("url", "")).startswith("http") or not body.get("event_types"):
            raise PayPalError(400, "MISSING_REQUIRED_PARAMETER", "/url")
        webhook = {"id": new_id(), "url": body["url"], "event_types": body["event_types"]}
        self.store.webhooks[webhook["id"]] = webhook
        return JSONResponse(webhook, 201)

    async def listed(self, request: Request) -> Response:
        self.authorise(request)
        return JSONResponse({"webhooks": list(self.store.webhooks.values())})

    async def delete(self, request: Request) -> Response:
        self.authorise(request)
        if self.store.webhooks.pop(request.path_params["id"], None) is None:
            raise PayPalError(404, "INVALID_RESOURCE_ID")
        return Response(status_code=204)

    async def sent(self, request: Request) -> Response:
        self.authorise(request)
        return JSONResponse({"events": [json.loads(body) for body in self.store.events.values()]})

    async def resend(self, request: Request) -> Response:
        self.authorise(request)
        body = self.store.events.get(request.path_params["id"])
        if body is None:
            raise PayPalError(404, "INVALID_RESOURCE_ID")
        event = json.loads(body)
        self.events.send(body, event["event_type"])
        return JSONResponse(event, 202)

    async def verify(self, request: Request) -> Response:
        self.authorise(request)
        raw = await request.body()
        told = json.loads(raw)
        if not isinstance(told, dict) or "webhook_event" not in told:
            raise PayPalError(400, "MISSING_REQUIRED_PARAMETER", "/webhook_event")
        is_genuine = self.events.signer.is_genuine(told, _event_bytes(raw))
        return JSONResponse({"verification_status": "SUCCESS" if is_genuine else "FAILURE"})


def _event_bytes(raw: bytes) -> bytes:
    """The event as it stands in the request; PayPal signs bytes, so it must not be written anew."""
    text = raw.decode()
    start = text.index(":", text.index('"webhook_event"')) + 1
    start += len(text[start:]) - len(text[start:].lstrip())
    end = json.JSONDecoder().raw_decode(text, start)[1]
    return text[start:end].encode()
