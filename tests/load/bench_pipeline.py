"""From a comment in the stream to everything committed: one worker, 500 SKUs, one comment in four a purchase."""

import asyncio
import json
import os
import sys
import time
from contextlib import suppress

import psutil
from sqlalchemy import text

from livestream_sell.core.cache import get_redis
from livestream_sell.core.db import transaction
from livestream_sell.core.streams import INCOMING_COMMENTS, NOTIFICATION_DELIVERY, GroupedAppender
from livestream_sell.facebook.schemas import IncomingComment
from livestream_sell.inventory.invariants import check_stock
from tests.load.audience import Said, comments
from tests.load.figures import Figure, scaled
from tests.load.shop import open_shop

WARM_UP = 1536
GOAL = 2000
PAGE, POST = "1001", "1001_5550001"


async def measure() -> list[Figure]:
    await open_shop()
    said = comments(WARM_UP + scaled(20_000, 100_000))
    await queue(said)
    report, database = await one_worker(len(said) - WARM_UP)
    assert await check_stock() == 0
    facts = await outcome(len(said))
    rate = report["decided"] / report["seconds"]
    busy, engine = (report[name] / report["seconds"] for name in ("busy_seconds", "engine_seconds"))
    buying = sum(one.buys for one in said) / len(said)
    repeated = 1 - len({one.text for one in said}) / len(said)
    return [
        Figure("comments understood, reserved, ordered and answered (committed)", rate, "/s", GOAL,
               how=f"{report['decided']:,.0f} queued comments, one worker, {buying:.0%} purchases"),
        Figure("of that time, the engine", 100 * engine, "%", how=f"processor time; {repeated:.0%} of texts repeat"),
        Figure("of that time, the worker's other Python", 100 * (busy - engine), "%", how="processor time"),
        Figure("of that time, waiting for PostgreSQL and Valkey", 100 * (1 - busy), "%", how="the rest"),
        Figure("PostgreSQL meanwhile, of one core", 100 * database / report["seconds"], "%", how="processor time"),
        Figure("claims recorded", 100 * facts["claims"] / len(said), "%", how="of the comments"),
        Figure("messages queued", facts["messages"], "", how="all in the stream of deliveries"),
    ]  # fmt: skip


async def queue(said: list[Said]) -> None:
    """Put the comments into the stream in the form the webhook gives them."""
    now = time.time()
    entries = [
        IncomingComment(
            verb="add", comment_id=f"5550001_{number}", parent_id=POST, text=one.text, from_id=one.buyer,
            from_name=f"Ana {one.buyer}", created_time=int(now) + number // 100, edited_time=None, page_id=PAGE,
            post_id=POST, status_type="added_video",
        ).to_queue(now, "")
        for number, one in enumerate(said)
    ]  # fmt: skip
    await GroupedAppender().append(INCOMING_COMMENTS, entries)


async def one_worker(total: int) -> tuple[dict[str, float], float]:
    """Run the worker to the end; its report, and the seconds PostgreSQL computed for the comments."""
    before = most = database_seconds()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.comment_worker", str(WARM_UP), str(total),
        stdout=asyncio.subprocess.PIPE, env=os.environ.copy(),
    )  # fmt: skip
    reading = asyncio.create_task(process.communicate())
    while not reading.done():
        # The worker's connections end with it, and their processor time with them.
        most = max(most, database_seconds())
        await asyncio.wait([reading], timeout=0.2)
    report: dict[str, float] = json.loads(reading.result()[0])
    return report, (most - before) * total / (total + WARM_UP)


def database_seconds() -> float:
    """Return the processor time of every PostgreSQL process below this one."""
    seconds = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if process.name() == "postgres":
                times = process.cpu_times()
                seconds += times.user + times.system
    return seconds


async def outcome(expected: int) -> dict[str, int]:
    """Return what was written, after checking that every comment has its outcome and every message its way out."""
    query = """
        SELECT (SELECT count(*) FROM comments WHERE outcome IS NOT NULL) AS comments,
               (SELECT count(*) FROM claims) AS claims, (SELECT count(*) FROM messages) AS messages,
               (SELECT count(*) FROM products WHERE reserved > stock) AS oversold
    """
    async with transaction() as session:
        facts = dict((await session.execute(text(query))).one()._mapping)
    assert facts["comments"] == expected, facts
    assert facts["oversold"] == 0
    assert await get_redis().xlen(NOTIFICATION_DELIVERY) > 0
    return facts
