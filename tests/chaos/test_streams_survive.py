"""kill -9 under load: every accepted entry has exactly one effect."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from livestream_sell.core import db, intake
from livestream_sell.core.cache import dispose_redis, get_redis
from livestream_sell.core.db import transaction
from livestream_sell.core.embedded import embedded_servers
from livestream_sell.core.resilience import is_outage
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import INCOMING_COMMENTS, GroupedAppender, list_dead, queue_depths
from tests.support.servers import make_schema
from tests.support.waiting import until

pytestmark = pytest.mark.chaos

# A worker as the real ones are: inbox and effect in one transaction, acknowledged after it.
WORKER = """
import asyncio, signal
from sqlalchemy import text
from livestream_sell.core import inbox
from livestream_sell.core.db import transaction
from livestream_sell.core.streams import INCOMING_COMMENTS, consume

async def handle(entries):
    async with transaction() as session:
        new = await inbox.admit(session, "comment", [entry.data.decode() for entry in entries])
        for number in sorted(new):
            await session.execute(text("INSERT INTO effects VALUES (:n)"), {"n": number})
        # Long enough that a kill meets a batch in the middle.
        await asyncio.sleep(0.01)

async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("up", flush=True)
    await consume(INCOMING_COMMENTS, "workers", handle, stop=stop, claim_idle_ms=1000)

asyncio.run(main())
"""
COMMENTS = 1500


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """Servers of this test's own, watched, with a table where a second effect would show."""
    async with embedded_servers(tmp_path, database=True, redis=True) as servers:
        monkeypatch.setenv("DATABASE_URL", str(servers.database_url))
        monkeypatch.setenv("REDIS_URL", str(servers.redis_url))
        get_settings.cache_clear()
        await db.dispose()
        await dispose_redis()
        await make_schema()
        async with transaction() as session:
            await session.execute(text("CREATE TABLE effects (comment text)"))
        yield tmp_path
        await db.dispose()
        await dispose_redis()
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def start_worker(home: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.PIPE))
        return started[-1]

    yield start
    for each in started:
        with each:
            each.kill()


async def up(worker: subprocess.Popen[bytes]) -> None:
    """Wait until it can be stopped in order; the other may have done all the work by then."""
    assert worker.stdout is not None
    assert await asyncio.to_thread(worker.stdout.readline) == b"up\n"


def kill_server(home: Path, name: str) -> None:
    os.kill(json.loads((home / "servers.json").read_text())[name]["pid"], signal.SIGKILL)


async def effects() -> list[str]:
    async with transaction() as session:
        return list((await session.execute(text("SELECT comment FROM effects"))).scalars())


async def count_effects() -> int:
    try:
        return len(await effects())
    except Exception as error:
        # PostgreSQL is the victim just now.
        if not is_outage(error):
            raise
        return 0


async def feed(accepted: list[str]) -> None:
    """Accept comments as the webhook does; what raised was not answered with 200 and does not count."""
    appender = GroupedAppender()
    for first in range(0, COMMENTS, 10):
        comments = [f"c{number}" for number in range(first, first + 10)]
        await until(lambda comments=comments: accept(appender, comments), seconds=60)
        accepted += comments
        await asyncio.sleep(0.005)


async def accept(appender: GroupedAppender, comments: list[str]) -> bool:
    try:
        await intake.durable_append(appender, INCOMING_COMMENTS, [comment.encode() for comment in comments])
    except Exception as error:
        # Not accepted: Meta sends it again.
        if not is_outage(error):
            raise
        return False
    return True


@pytest.mark.parametrize("victim", ["worker", "both workers", "valkey", "postgres"])
async def test_every_accepted_comment_has_exactly_one_effect(
    home: Path, start_worker: Callable[[], subprocess.Popen[bytes]], victim: str
) -> None:
    workers = [start_worker(), start_worker()]
    for each in workers:
        await up(each)
    accepted: list[str] = []
    feeding = asyncio.create_task(feed(accepted))
    await until(lambda: _more_than(COMMENTS // 5), seconds=60)

    if victim == "worker":
        workers[0].kill()
    elif victim == "both workers":
        for each in workers:
            each.kill()
        workers.append(start_worker())
        await up(workers[-1])
    else:
        kill_server(home, victim)
    await feeding
    await until(lambda: _swept_and_done(len(accepted)), seconds=60)

    assert sorted(await effects()) == sorted(accepted)
    assert len(accepted) == COMMENTS
    await until(_all_zero, seconds=20)
    assert await list_dead(get_redis(), INCOMING_COMMENTS) == []
    for each in workers:
        each.terminate()
    for each in workers:
        await asyncio.to_thread(each.wait, 20)
    killed = {"worker": 1, "both workers": 2}.get(victim, 0)
    assert sorted(each.returncode for each in workers) == [-signal.SIGKILL] * killed + [0] * (len(workers) - killed)


async def _more_than(number: int) -> bool:
    return await count_effects() > number


async def _swept_and_done(number: int) -> bool:
    try:
        await intake.sweep(GroupedAppender())
    except Exception as error:
        # A timer would log it and come again.
        if not is_outage(error):
            raise
    return await count_effects() >= number


async def _all_zero() -> bool:
    return set((await queue_depths(get_redis(), [INCOMING_COMMENTS])).values()) == {0}
