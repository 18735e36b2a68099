"""The sandbox, our own webhook and checkout routes on a port, and a store that takes money by every gateway."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from redis.asyncio import Redis
from starlette.responses import PlainTextResponse

from backend_hooks.routes.checkout import create_checkout_routes
from backend_hooks.webhooks.payments import create_payment_webhooks
from livestream_sell.core import db
from livestream_sell.core.cache import dispose_redis
from livestream_sell.core.errors import AppError
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import GroupedAppender
from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.server import SandboxServers
from tests.support.paying import Shop, open_shop


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _app() -> FastAPI:
    app = FastAPI()
    appender = GroupedAppender()
    app.include_router(create_payment_webhooks(appender))
    app.include_router(create_checkout_routes(appender))

    @app.exception_handler(AppError)
    async def refuse(_request: Request, error: AppError) -> JSONResponse:
        return JSONResponse({"error": {"code": error.code, "details": error.details}}, error.status)

    @app.post("/elsewhere")
    async def elsewhere() -> PlainTextResponse:
        return PlainTextResponse("")

    return app


@pytest.fixture(scope="module")
async def product_url(anyio_backend: str) -> AsyncIterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(_app(), log_level="critical", lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = server.force_exit = True
    await serving
    # A late notification may have opened connections again, on a loop that ends here.
    await db.dispose()
    await dispose_redis()


@pytest.fixture(scope="module")
async def running_sandbox(product_url: str) -> AsyncIterator[SandboxServers]:
    config = replace(
        SandboxConfig().on_free_ports(),
        product_url=product_url,
        paypal_webhook_url=f"{product_url}/elsewhere",
        webhook_retry_seconds=(0.05, 0.2, 1.0),
    )
    async with SandboxServers(config) as servers:
        yield servers


@pytest.fixture
async def sandbox(running_sandbox: SandboxServers, servers: object, product_url: str) -> AsyncIterator[SandboxServers]:
    await running_sandbox.state.reset()
    given = {
        "PUBLIC_URL": product_url,
        "PAYPAL_API_URL": running_sandbox.urls["paypal"],
        "MERCADOPAGO_API_URL": running_sandbox.urls["mercadopago"],
        "FLOW_API_URL": f"{running_sandbox.urls['flow']}/api",
    }
    os.environ.update(given)
    get_settings.cache_clear()
    yield running_sandbox
    await running_sandbox.state.reset()
    for name in given:
        del os.environ[name]
    get_settings.cache_clear()


@pytest.fixture
async def shop(database: None, redis: Redis, sandbox: SandboxServers) -> Shop:
    return await open_shop(redis, sandbox)


@pytest.fixture
async def browser(shop: Shop, product_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A buyer's browser, or a program, that follows no redirect."""
    async with httpx.AsyncClient(base_url=product_url, trust_env=False) as client:
        yield client
