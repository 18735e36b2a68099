"""A web process for `bench_webhook`: uvicorn with one app, as the product serves it.

`python -m tests.load.webhook_server product|empty` prints its port. Both check the signature and parse the body with
the product's own functions; `empty` then answers 200 and stores nothing.
"""

import asyncio
import sys

import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from backend_hooks.webhooks.facebook import BODY_LIMIT, create_facebook_webhook, read_body
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import GroupedAppender
from livestream_sell.facebook.signature import is_signed
from livestream_sell.facebook.webhook_payload import parse_body, parse_webhook
from tests.support.waiting import until


async def empty(scope: Scope, receive: Receive, send: Send) -> None:
    headers = dict(scope["headers"])
    body = await read_body(receive, headers.get(b"content-length", b""), BODY_LIMIT)
    assert body is not None
    secret = get_settings().fb_app_secret.get_secret_value()
    signed = is_signed(body, headers.get(b"x-hub-signature-256", b"").decode("latin-1"), [secret])
    parse_webhook(parse_body(body))
    length = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200 if signed else 403, "headers": length})
    await send({"type": "http.response.body", "body": b""})


async def serve(app: ASGIApp) -> None:
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(create_facebook_webhook(GroupedAppender()) if sys.argv[1] == "product" else empty))
