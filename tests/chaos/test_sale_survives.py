"""kill -9 of a worker, of Valkey, of PostgreSQL in the middle of a show: one outcome for each accepted comment, and
nothing said twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy import text

from backend_hooks.webhooks.facebook import create_facebook_webhook
from livestream_sell.core import db
from livestream_sell.core.cache import dispose_redis
from livestream_sell.core.db import transaction
from livestream_sell.core.embedded import embedded_servers
from livestream_sell.core.resilience import is_outage
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import GroupedAppender
from livestream_sell.inventory.invariants import check_stock
from livestream_sell.messaging.delivery import IN_FLIGHT
from livestream_sell.sandbox.server import SandboxServers
from tests.support.factories import create_live, create_product, create_store
from tests.support.meta import link_page, sandbox_graph
from tests.support.servers import make_schema
from tests.support.waiting import until
from tests.support.whole import Workers, kill_server, post_webhook, sends_by_comment, webhook_body

pytestmark = pytest.mark.chaos

COMMENTS = 300
STOCK = 120
FINAL = ("sent", "dead", "dropped", "unknown")


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """Watched servers of this test's own: what is killed comes back on the same address."""
    async with embedded_servers(tmp_path, database=True, redis=True) as servers:
        monkeypatch.setenv("DATABASE_URL", str(servers.database_url))
        monkeypatch.setenv("REDIS_URL", str(servers.redis_url))
        monkeypatch.setenv("PRIVATE_REPLIES_PER_HOUR", "1000000")
        get_settings.cache_clear()
        await db.dispose()
        await dispose_redis()
        await make_schema()
        yield tmp_path
        await db.dispose()
        await dispose_redis()
    get_settings.cache_clear()


@pytest.fixture
async def sandbox(home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxServers]:
    async with sandbox_graph(monkeypatch) as running:
        yield running


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    """The webhook on a port of its own."""
    app = create_facebook_webhook(GroupedAppender())

    async def mounted(scope, receive, send):  # type: ignore[no-untyped-def]
        if scope["type"] == "http":
            await app(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(mounted, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        yield client
    server.should_exit = True
    await serving


async def play(web: httpx.AsyncClient, accepted: list[str]) -> None:
    """Five comments a POST, each POST until it is accepted, as Meta does."""
    for first in range(0, COMMENTS, 5):
        ids = [f"5550001_{number}" for number in range(first, first + 5)]
        body = webhook_body([(comment_id, f"b{comment_id}", "quiero A1") for comment_id in ids])
        await until(lambda body=body: post_webhook(web, body), seconds=60)
        accepted += ids
        await asyncio.sleep(0.01)


async def count(statement: str) -> int:
    try:
        async with transaction() as session:
            return int((await session.execute(text(statement))).scalar_one())
    except Exception as error:
        # PostgreSQL may be the victim just now.
        if not is_outage(error):
            raise
        return -1


async def is_over() -> bool:
    open_messages = f"SELECT count(*) FROM messages WHERE status NOT IN {FINAL}"
    return await count("SELECT count(*) FROM comments") == COMMENTS and await count(open_messages) == 0


@pytest.mark.parametrize("victim", ["worker", "valkey", "postgres"])
async def test_a_kill_in_the_middle_of_a_show_loses_nothing_and_repeats_nothing(
    home: Path, sandbox: SandboxServers, web: httpx.AsyncClient, victim: str
) -> None:
    store = await create_store()
    await create_product(store, "A1", stock=STOCK)
    await create_live(store)
    await link_page(store)
    workers = Workers(log=home / "workers.log")
    for _ in range(2):
        workers.start()
    accepted: list[str] = []
    try:
        playing = asyncio.create_task(play(web, accepted))
        await until(lambda: len(sandbox.state.log.entries("graph")) > 20, seconds=60)

        if victim == "worker":
            workers.running[0].kill()
            workers.start()
        else:
            kill_server(home, victim)

        await playing
        await until(is_over, seconds=150)
    finally:
        workers.stop()

    assert len(accepted) == COMMENTS
    outcomes = "SELECT count(*) FROM comments WHERE outcome IN ('reserved', 'waitlisted')"
    assert await count(outcomes) == COMMENTS
    assert await count("SELECT count(*) FROM claims") == COMMENTS
    assert await count("SELECT reserved FROM products") == STOCK
    assert await check_stock() == 0
    counted = sends_by_comment(sandbox)
    assert [subject for subject, times in counted.items() if times > 1] == []
    # Of each comment's two messages only those in the hands of the victim may be unknown; none is unsent.
    unknown = await count("SELECT count(*) FROM messages WHERE status = 'unknown'")
    assert await count("SELECT count(*) FROM messages WHERE status = 'sent'") == 2 * COMMENTS - unknown
    assert unknown <= 2 * IN_FLIGHT  # a worker claims as many again while so many are being sent
