"""The sandbox on free ports, a stand-in for the product that keeps what it is sent, and clients."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.server import SandboxServers

CONTRACTS = Path(__file__).parents[4] / "shared" / "contracts"


@dataclass
class Received:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Product:
    """Answers with the next of `statuses`, then 200; `received` is everything it was sent."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: Request) -> Response:
        if "hub.challenge" in request.query_params:
            return PlainTextResponse(request.query_params["hub.challenge"])
        raw = await request.body()
        self.received.append(Received(request.url.path, dict(request.query_params), dict(request.headers), raw))
        self.news.set()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    async def wait_for(self, count: int) -> list[Received]:
        await self._until(lambda: len(self.received) >= count)
        return self.received

    async def comments(self, count: int) -> list[dict[str, Any]]:
        await self._until(lambda: len(self._changes()) >= count)
        return self._changes()

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():
                self.news.clear()
                await self.news.wait()

    def _changes(self) -> list[dict[str, Any]]:
        entries = [entry for each in self.received for entry in each.json["entry"]]
        return [change["value"] for entry in entries for change in entry.get("changes", [])]


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def running_product(anyio_backend: str) -> AsyncIterator[Product]:
    stand_in = Product()
    app = Starlette(routes=[Route("/{path:path}", stand_in.handle, methods=["GET", "POST"])])
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    stand_in.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = _Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield stand_in
    server.should_exit = server.force_exit = True
    await serving


@pytest.fixture(scope="module")
async def running_sandbox(running_product: Product) -> AsyncIterator[SandboxServers]:
    config = replace(
        SandboxConfig().on_free_ports(),
        product_url=running_product.url,
        webhook_retry_seconds=(0.05,),
        fb_app_secret="test_app_secret",
        paypal_webhook_url=f"{running_product.url}/hooks/paypal",
    )
    async with SandboxServers(config) as servers:
        yield servers


@pytest.fixture
async def sandbox(running_sandbox: SandboxServers, product: Product) -> SandboxServers:
    await running_sandbox.state.reset()
    return running_sandbox


@pytest.fixture
async def product(running_product: Product, running_sandbox: SandboxServers) -> Product:
    await running_sandbox.state.reset()
    running_product.received.clear()
    running_product.statuses.clear()
    return running_product


@pytest.fixture
async def play(sandbox: SandboxServers) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.urls["play"], trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
async def graph(sandbox: SandboxServers) -> AsyncIterator[httpx.AsyncClient]:
    token = {"authorization": "Bearer sandbox-page-token-1001"}
    async with httpx.AsyncClient(
        base_url=f"{sandbox.urls['graph']}/v26.0", headers=token, trust_env=False, verify=False
    ) as client:
        yield client


@pytest.fixture
def contracts() -> Path:
    if not CONTRACTS.is_dir():
        pytest.skip(f"the vendors' specifications are not at {CONTRACTS}")
    return CONTRACTS


@pytest.fixture
async def comment_id(play: httpx.AsyncClient) -> str:
    return await say(play, "A12 x2")


async def say(play: httpx.AsyncClient, text: str, buyer: str = "7700000000000001") -> str:
    body = {"page_id": "1001", "post_id": "1001_5550001", "buyer": {"id": buyer, "name": "Ana Lim"}, "text": text}
    answer = await play.post("/_sandbox/comments", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["comment_id"])


@pytest.fixture
def say_comment(play: httpx.AsyncClient) -> Any:
    async def saying(text: str, buyer: str = "7700000000000001") -> str:
        return await say(play, text, buyer)

    return saying
