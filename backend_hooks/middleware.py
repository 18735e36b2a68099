"""Pure ASGI around the routes: Meta's webhook first, then the trace id, the last resort, and the limit of a body."""

import re

import orjson
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend_hooks.webhooks.facebook import PATH as FACEBOOK_PATH
from backend_hooks.webhooks.facebook import BodyTooLarge, read_body
from livestream_sell.core import log
from livestream_sell.core.ids import uuid7
from livestream_sell.core.resilience import is_contention, is_outage

API = "/api/"
BODY_LIMIT = 1024 * 1024
# The file itself and the form around it.
UPLOAD_LIMIT = 5 * 1024 * 1024 + 64 * 1024
UPLOADS = frozenset({"/api/v1/inventory/import"})
TRACE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

logger = structlog.get_logger(__name__)


class FacebookFirst:
    """Meta's webhook is answered before anything else looks at the request: it is the fast path."""

    def __init__(self, app: ASGIApp, webhook: ASGIApp) -> None:
        self._app = app
        self._webhook = webhook

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_webhook = scope["type"] == "http" and scope["path"] == FACEBOOK_PATH
        await (self._webhook if is_webhook else self._app)(scope, receive, send)


class Trace:
    """`X-Trace-ID` in and out, bound to the log; what nobody caught becomes a JSON answer with that id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith((API, "/health")):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-trace-id", "")
        trace_id = given if TRACE_ID.fullmatch(given) else uuid7().hex
        is_answering = False

        async def traced(message: Message) -> None:
            nonlocal is_answering
            if message["type"] == "http.response.start":
                is_answering = True
                headers = MutableHeaders(scope=message)
                headers["X-Trace-ID"] = trace_id
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        with log.bound(trace_id=trace_id):
            try:
                await self._app(scope, receive, traced)
            except Exception as error:
                if is_answering:
                    raise
                await _last_resort(traced, error, trace_id, scope["path"])


class BodyLimit:
    """Reads the body of an API request up to its limit before the route sees any of it; 413 beyond."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and scope["path"].startswith(API)
        if not is_ours or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        limit = UPLOAD_LIMIT if scope["path"] in UPLOADS else BODY_LIMIT
        try:
            body = await read_body(receive, dict(scope["headers"]).get(b"content-length", b""), limit)
        except BodyTooLarge:
            megabytes = limit // 1024 // 1024
            await answer(send, 413, "payload_too_large", f"This takes at most {megabytes} MB.", log.trace_id())
            return
        if body is not None:
            await self._app(scope, _replay(body, receive), send)


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return pending.pop() if pending else await receive()

    return read


async def _last_resort(send: Send, error: Exception, trace_id: str, path: str) -> None:
    if is_outage(error) or is_contention(error):
        logger.warning("request_could_not_be_served", path=path, error=repr(error))
        await answer(send, 503, "unavailable", "Not possible at this moment: try again.", trace_id)
        return
    logger.exception("request_failed", path=path, exc_info=error)
    await answer(send, 500, "internal_error", "Something went wrong; it is logged with this trace id.", trace_id)


async def answer(send: Send, status: int, code: str, message: str, trace_id: str) -> None:
    """Send one error in the shape of all errors; the connection ends, since the body may not have been read."""
    body = orjson.dumps({"error": code, "message": message, "details": {}, "trace_id": trace_id})
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    if status == 503:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
