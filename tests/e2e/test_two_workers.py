"""Web and two workers as processes of their own, on shared servers: the web alone decides nothing, the two share."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from backend_hooks.worker import GROUP
from livestream_sell.commands.sandbox import VENDORS
from livestream_sell.core.embedded import EmbeddedServers, start_servers
from livestream_sell.core.streams import INCOMING_COMMENTS
from tests.e2e.conftest import Shop, demo_shop
from tests.support.program import Program, running_program, spawn, stop_all
from tests.support.waiting import until

pytestmark = pytest.mark.anyio

COMMENTS = 120


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[EmbeddedServers]:
    """PostgreSQL and Valkey that belong to neither process."""
    running = start_servers(tmp_path, database=True, redis=True)
    yield running.servers
    running.stop()


@pytest.fixture
def web(built: None, tmp_path: Path, shared: EmbeddedServers) -> Iterator[Program]:
    with running_program(tmp_path, "--web-only", **addresses(shared)) as running:
        yield running


@pytest.fixture
async def shop(web: Program, http: httpx.AsyncClient) -> Shop:
    return await demo_shop(web, http, {})


@pytest.fixture
async def workers(web: Program, shared: EmbeddedServers) -> AsyncIterator[list["subprocess.Popen[bytes]"]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    await stop_all(started)


def addresses(shared: EmbeddedServers) -> dict[str, str]:
    assert shared.database_url is not None
    assert shared.redis_url is not None
    return {"DATABASE_URL": shared.database_url, "REDIS_URL": shared.redis_url}


def vendors(web: Program) -> dict[str, str]:
    return {
        name.upper(): f"http://127.0.0.1:{web.sandbox_ports[service]}{path}"
        for name, (service, path) in VENDORS.items()
    }


async def test_web_and_two_workers_apart(
    web: Program, shop: Shop, shared: EmbeddedServers, workers: list["subprocess.Popen[bytes]"]
) -> None:
    for buyer in range(9500, 9500 + COMMENTS):
        await shop.comment("A2-M", str(buyer), f"Buyer {buyer}")
    redis = Redis.from_url(addresses(shared)["REDIS_URL"])
    await until(lambda: has_entries(redis, COMMENTS))
    assert await web.sql("SELECT 1 FROM comments LIMIT 1") == []

    settings = {**addresses(shared), **vendors(web), "DATA_DIR": str(web.data_dir), "PUBLIC_URL": web.url}
    for number in (1, 2):
        log = web.data_dir / f"worker-{number}.log"
        workers.append(spawn(["worker"], settings, log, until="Ctrl-C stops after"))
    await until(lambda: all_decided(web, COMMENTS), seconds=60)

    [stock] = await web.sql("SELECT stock, reserved FROM products WHERE sku = 'A2-M' AND reserved > 0")
    [promised] = await web.sql("SELECT sum(quantity)::int AS pieces FROM reservations WHERE status = 'active'")
    assert stock["reserved"] == promised["pieces"] <= stock["stock"]
    [twice] = await web.sql("SELECT count(*) - count(DISTINCT comment_id) AS n FROM claims")
    assert twice["n"] == 0
    consumers = await redis.xinfo_consumers(INCOMING_COMMENTS, GROUP)
    assert len(consumers) == 2
    await redis.aclose()


async def has_entries(redis: Redis, count: int) -> bool:
    return int(await redis.xlen(INCOMING_COMMENTS)) >= count


async def all_decided(web: Program, count: int) -> bool:
    [row] = await web.sql("SELECT count(*)::int AS n FROM comments WHERE outcome <> ''")
    return bool(row["n"] >= count)
