"""The ASGI layer in front of every pretended service: logs the request, then disturbs it on demand."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from livestream_sell.sandbox.request_log import LoggedRequest, RequestLog
from livestream_sell.sandbox.switches import SwitchBoard, Switches

Refusal = Callable[[Switches], Response]


class FaultLayer:
    """Wraps one service; `refuse` renders rate limits and error codes in that service's own words."""

    def __init__(self, app: ASGIApp, service: str, log: RequestLog, switches: SwitchBoard, refuse: Refusal) -> None:
        self.app = app
        self.service = service
        self.log = log
        self.switches = switches
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = await _read_all(receive)
        entry = self._record(scope, body)
        sending = _noting_status(entry, send)
        switches = self.switches.of(self.service)
        if not switches.faulty(scope["path"]):
            await self.app(scope, _replay(body), sending)
            return
        await self._disturb(switches, entry, scope, body, sending)

    async def _disturb(self, switches: Switches, entry: LoggedRequest, scope: Scope, body: bytes, send: Send) -> None:
        if switches.slow_seconds:
            entry.fault = "slow"
            await asyncio.sleep(switches.slow_seconds)
        if switches.cut_connection:
            entry.fault = "cut_connection"
            await _cut(send)
        elif switches.down:
            entry.fault = "down"
            await Response("Service Unavailable", 503)(scope, _replay(b""), send)
        elif switches.rate_limited or switches.error:
            entry.fault = "rate_limited" if switches.rate_limited else f"error {switches.error}"
            await self.refuse(switches)(scope, _replay(b""), send)
        elif switches.drop_response_after_effect:
            entry.fault = "drop_response_after_effect"
            await self.app(scope, _replay(body), _swallow)
            await _cut(send)
        else:
            await self.app(scope, _replay(body), send)

    def _record(self, scope: Scope, body: bytes) -> LoggedRequest:
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        parsed = _parse(headers.get("content-type", ""), body)
        return self.log.add(self.service, scope["method"], scope["path"], query, headers, parsed)


def _parse(content_type: str, body: bytes) -> object:
    text = body.decode("utf-8", "replace")
    if "json" in content_type:
        try:
            return json.loads(text)
        except ValueError:
            return text
    if "x-www-form-urlencoded" in content_type:
        return dict(parse_qsl(text, keep_blank_values=True))
    return text


async def _read_all(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes) -> Receive:
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _swallow(message: Message) -> None:
    """The effect happened; its answer is never sent."""


class _StatusNoting:
    """A `send` that notes the answered status, and still knows its connection."""

    def __init__(self, entry: LoggedRequest, send: Send) -> None:
        self.entry = entry
        self.send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.entry.status = message["status"]
        await self.send(message)


def _noting_status(entry: LoggedRequest, send: Send) -> Callable[[Message], Awaitable[None]]:
    return _StatusNoting(entry, send)


async def _cut(send: Send) -> None:
    """Abort the socket under uvicorn; anywhere else break the body off in the middle."""
    inner = send.send if isinstance(send, _StatusNoting) else send
    transport = getattr(getattr(inner, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0.01)
        return
    headers = [(b"content-length", b"100")]
    await inner({"type": "http.response.start", "status": 200, "headers": headers})
    await inner({"type": "http.response.body", "body": b"{", "more_body": True})
    raise ConnectionAbortedError
