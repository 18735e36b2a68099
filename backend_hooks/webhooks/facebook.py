"""Meta's webhook as a bare ASGI app: 200 only for what is signed and on disk."""

import hmac
import logging
import time
from secrets import token_hex
from urllib.parse import parse_qs

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from livestream_sell.core.intake import durable_append
from livestream_sell.core.metrics import COMMENTS_RECEIVED, WEBHOOK_IGNORED, WEBHOOK_REQUESTS
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import INCOMING_COMMENTS, INCOMING_MESSAGES, GroupedAppender
from livestream_sell.facebook.errors import MalformedPayload
from livestream_sell.facebook.schemas import ParsedWebhook
from livestream_sell.facebook.signature import is_signed
from livestream_sell.facebook.webhook_payload import parse_body, parse_webhook

PATH = "/api/v1/webhooks/facebook"
# Meta names no limit for Pages; 3 MB is the one it names for its other webhooks.
BODY_LIMIT = 3 * 1024 * 1024

JSON = b"application/json"
PLAIN = b"text/plain; charset=utf-8"
# Looked up once: this counts every webhook.
ACCEPTED = WEBHOOK_REQUESTS.labels("accepted")
ACCEPTED_HEADERS = [(b"content-type", PLAIN), (b"content-length", b"14"), (b"x-content-type-options", b"nosniff")]

logger = logging.getLogger(__name__)


class BodyTooLarge(Exception):
    """More came in than is read."""


def create_facebook_webhook(appender: GroupedAppender) -> ASGIApp:
    """Return the app for `PATH`; concurrent requests share the round trips of `appender`."""

    async def facebook_webhook(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("The webhook speaks HTTP only.")
        if scope["method"] == "GET":
            await _verify(scope, send)
        elif scope["method"] == "POST":
            await _accept(scope, receive, send, appender)
        else:
            await _refuse(send, 405, "method_not_allowed", "Meta's webhook takes GET and POST.")

    return facebook_webhook


async def _verify(scope: Scope, send: Send) -> None:
    """Answer the challenge that Meta sends when the webhook is configured."""
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    token, challenge = query.get("hub.verify_token", [""])[0], query.get("hub.challenge", [""])[0]
    expected = get_settings().fb_webhook_verify_token.get_secret_value()
    is_ours = hmac.compare_digest(token.encode(), expected.encode())
    if query.get("hub.mode", [""])[0] != "subscribe" or not is_ours or not challenge:
        await _refuse(send, 403, "verify_token_mismatch", "hub.mode or hub.verify_token is not what was agreed.")
        return
    await _answer(send, 200, PLAIN, challenge.encode(), "verified")


async def _accept(scope: Scope, receive: Receive, send: Send, appender: GroupedAppender) -> None:
    received_at = time.time()
    headers = dict(scope["headers"])
    try:
        body = await read_body(receive, headers.get(b"content-length", b""), BODY_LIMIT)
    except BodyTooLarge:
        megabytes = BODY_LIMIT // 1024 // 1024
        await _refuse(send, 413, "payload_too_large", f"A webhook body has at most {megabytes} MB.", closes=True)
        return
    if body is None:
        return  # the caller hung up
    if not is_signed(body, headers.get(b"x-hub-signature-256", b"").decode("latin-1"), _secrets()):
        await _refuse(send, 403, "bad_signature", "X-Hub-Signature-256 does not sign this body.")
        return
    try:
        parsed = parse_webhook(parse_body(body))
    except MalformedPayload as error:
        await _refuse(send, error.status, error.code, error.message)
        return
    trace_id = token_hex(16)
    try:
        await _store(parsed, received_at, trace_id, appender)
    except Exception:
        # Redis and PostgreSQL are both away, or something nobody thought of: Meta keeps it and comes again.
        logger.exception("A webhook could not be stored.", extra={"trace_id": trace_id})
        await _refuse(send, 503, "not_stored", "Nothing was stored. Send it again.")
        return
    ACCEPTED.inc()
    await send({"type": "http.response.start", "status": 200, "headers": [*ACCEPTED_HEADERS]})
    await send({"type": "http.response.body", "body": b"EVENT_RECEIVED"})


async def _store(parsed: ParsedWebhook, received_at: float, trace_id: str, appender: GroupedAppender) -> None:
    if parsed.comments:
        entries = [comment.to_queue(received_at, trace_id) for comment in parsed.comments]
        await durable_append(appender, INCOMING_COMMENTS, entries)
        COMMENTS_RECEIVED.inc(len(entries))
    if parsed.messages:
        entries = [message.to_queue(received_at, trace_id) for message in parsed.messages]
        await durable_append(appender, INCOMING_MESSAGES, entries)
    for reason, count in parsed.ignored.items():
        WEBHOOK_IGNORED.labels(reason).inc(count)
    for live_video in parsed.live_videos:
        logger.info("Live video %s of Page %s: %s", live_video.live_video_id, live_video.page_id, live_video.status)


def _secrets() -> list[str]:
    settings = get_settings()
    known = (settings.fb_app_secret, settings.fb_app_secret_previous)
    return [secret.get_secret_value() for secret in known if secret is not None]


async def read_body(receive: Receive, announced: bytes, limit: int) -> bytes | None:
    """Return the request's body, or None if the caller went away before its end.

    Raises:
        BodyTooLarge: as soon as that is known; what is over the limit is never kept.
    """
    if announced.isdigit() and int(announced[:20]) > limit:
        raise BodyTooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


async def _refuse(send: Send, status: int, code: str, message: str, *, closes: bool = False) -> None:
    body = orjson.dumps({"error": {"code": code, "message": message}})
    await _answer(send, status, JSON, body, code, closes=closes)


async def _answer(
    send: Send, status: int, content_type: bytes, body: bytes, result: str, *, closes: bool = False
) -> None:
    WEBHOOK_REQUESTS.labels(result).inc()
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    if closes:
        # The rest of the body is not read, so this connection cannot carry another request.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
