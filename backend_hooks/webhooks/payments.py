"""Where gateways tell us about payments: 200 only for what is provably theirs and on disk."""

import logging

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from backend_hooks.webhooks.facebook import BodyTooLarge, read_body
from livestream_sell.core.errors import VendorUnavailable
from livestream_sell.core.metrics import WEBHOOK_REQUESTS
from livestream_sell.core.streams import GroupedAppender
from livestream_sell.payments.errors import NotificationRefused
from livestream_sell.payments.service import take_notice

# The longest notification of the three is about 4 kB.
BODY_LIMIT = 256 * 1024

logger = logging.getLogger(__name__)


def create_payment_webhooks(appender: GroupedAppender) -> APIRouter:
    """Return the route of every gateway; `store_key` is the unguessable part of its address."""
    router = APIRouter(prefix="/api/v1/webhooks/payments", tags=["webhooks"])

    @router.post("/{gateway}/{store_key}", summary="Notification of a payment gateway")
    async def payment_webhook(gateway: str, store_key: str, request: Request) -> JSONResponse:
        """Verify, queue, answer; the gateway itself is asked later, so a forged notification settles nothing."""
        try:
            announced = request.headers.get("content-length", "").encode()
            body = await read_body(request.receive, announced, BODY_LIMIT)
        except BodyTooLarge:
            return _answer(413, "payload_too_large", f"A notification has at most {BODY_LIMIT // 1024} kB.")
        if body is None:
            return _answer(400, "incomplete", "The caller hung up.")
        try:
            await take_notice(appender, gateway, store_key, dict(request.headers), dict(request.query_params), body)
        except NotificationRefused as error:
            logger.warning("A notification of %s was refused: %s", gateway[:32], error.reason)
            return _answer(error.status, error.code, error.message)
        except VendorUnavailable as error:
            return _answer(error.status, error.code, "Nothing was stored. Send it again.")
        except Exception:
            # The database is away, or something nobody thought of: the gateway keeps it and comes again.
            logger.exception("A notification of %s could not be stored.", gateway[:32])
            return _answer(503, "not_stored", "Nothing was stored. Send it again.")
        WEBHOOK_REQUESTS.labels("accepted").inc()
        return JSONResponse({"status": "received"})

    return router


def _answer(status: int, code: str, message: str) -> JSONResponse:
    WEBHOOK_REQUESTS.labels(code).inc()
    return JSONResponse({"error": {"code": code, "message": message}}, status)
