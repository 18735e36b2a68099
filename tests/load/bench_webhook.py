"""Comments accepted and on disk, against the same web server that only checks, parses and says 200."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

import psutil

from livestream_sell.core.cache import get_redis
from livestream_sell.core.streams import INCOMING_COMMENTS
from tests.load.figures import Figure, scaled
from tests.support.servers import empty_redis

CONNECTIONS = 32
COMMENTS_A_POST = 50
WARM_UP_SECONDS = 1.0
GOAL = 0.7

Load = dict[str, float]


@dataclass(frozen=True)
class Web:
    """A web process under load."""

    port: int
    process: psutil.Process

    def busy_seconds(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


async def measure() -> list[Figure]:
    rounds, seconds = scaled(5, 10), scaled(3, 8)
    async with web_process("product") as product, web_process("empty") as empty:
        for web in (product, empty):
            await load(web, WARM_UP_SECONDS)
        ours, bare = [], []
        for _ in range(rounds):
            ours.append(await stored(product, seconds, 1))
            bare.append(await load(empty, seconds))
        batches = [await stored(product, seconds, COMMENTS_A_POST) for _ in range(2)]
    fastest = max(batch["per_second"] for batch in batches) * COMMENTS_A_POST
    # Each pair ran in the same few seconds, so that a busy neighbour disturbs both of its halves.
    ratios = [one["per_second"] / other["per_second"] for one, other in zip(ours, bare, strict=True)]
    shape = f"{rounds} x {seconds} s, {CONNECTIONS} connections, generator {median_of(ours, 'generator_busy'):.0%} busy"
    return [
        Figure("webhook against the same server answering an empty 200", median(ratios), "x", GOAL,
               how=f"median of pairs run in turn, {min(ratios):.2f} to {max(ratios):.2f}"),
        Figure("webhook, one comment a POST, durable", median_of(ours, "per_second"), "/s", how=shape),
        Figure("the same server, signature and parse only", median_of(bare, "per_second"), "/s", how=shape),
        Figure("webhook, slowest percent of answers from", 1000 * median_of(ours, "p99"), "ms", how="of the same runs"),
        Figure("webhook, processor time of a POST", median_of(ours, "cpu_us"), "us",
               how=f"web process only; {median_of(bare, 'cpu_us'):.0f} us of it without storing"),
        Figure(f"webhook, {COMMENTS_A_POST} comments a POST", fastest, "/s", how="comments, the better of two runs"),
    ]  # fmt: skip


def median_of(loads: list[Load], name: str) -> float:
    return median(load[name] for load in loads)


async def stored(web: Web, seconds: float, comments: int) -> Load:
    """Load the product, and check that what was answered with 200 is in the stream."""
    redis = get_redis()
    await empty_redis(redis)
    result = await load(web, seconds, comments)
    in_stream = await redis.xlen(INCOMING_COMMENTS)
    assert in_stream == result["requests"] * comments, (in_stream, result)
    await empty_redis(redis)
    return result


async def load(web: Web, seconds: float, comments: int = 1) -> Load:
    arguments = [str(web.port), str(seconds), str(CONNECTIONS), str(comments)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.load_generator", *arguments, stdout=asyncio.subprocess.PIPE
    )
    before = web.busy_seconds()
    output, _ = await process.communicate()
    result: Load = json.loads(output)
    assert result["refused"] == 0, result
    return result | {"cpu_us": 1e6 * (web.busy_seconds() - before) / result["requests"]}


@asynccontextmanager
async def web_process(app: str) -> AsyncIterator[Web]:
    """Run one web process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.webhook_server", app, stdout=asyncio.subprocess.PIPE, env=os.environ.copy()
    )
    assert process.stdout is not None
    try:
        yield Web(int(await process.stdout.readline()), psutil.Process(process.pid))
    finally:
        process.terminate()
        await process.wait()
