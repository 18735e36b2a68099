"""From the moment a comment's webhook is due to the Graph API being called with its answer, through the real program.

Both ends are outside the program: when Meta would send, and when the sandbox's Graph API (a process of its own) gets
the first call about the comment. One comment a POST, each of another buyer, so that nothing is merged into one message.
"""

import asyncio
import time
from dataclasses import dataclass

import asyncpg
import httpx

from livestream_sell.core.embedded import read_running
from tests.load.audience import comments
from tests.load.figures import Figure, percentile, scaled
from tests.load.load_generator import http_request
from tests.load.program import NO_LIMITS, Program, running_program
from tests.support.whole import webhook_body

# Comments a minute: the goal for the slowest twentieth, in seconds.
GOALS = {1_000: 0.3, 10_000: 1.5}
CODES = ("A12", "B7", "D5", "A3")
CONNECTIONS = 16
WARM_UP_SECONDS = 4
QUIET_SECONDS = 3
LONGEST_WAIT = 60


@dataclass(frozen=True)
class Answers:
    """What came of one run: per comment the seconds until its answer, and the seconds until each POST was accepted."""

    comments: int
    purchases: int
    waits: list[float]
    accepted: list[float]
    busy: float  # share of one core that the program took while comments came


async def measure() -> list[Figure]:
    seconds = scaled(25, 120)
    figures = []
    async with running_program(**NO_LIMITS) as program:
        await fill_shelves(program)
        await run(program, 1_000, WARM_UP_SECONDS, "1")
        for number, (rate, goal) in enumerate(GOALS.items()):
            answers = await run(program, rate, seconds, f"{number + 2}")
            figures += rows(rate, goal, seconds, answers)
    return figures


def rows(rate: int, goal: float, seconds: int, answers: Answers) -> list[Figure]:
    told = f"{len(answers.waits)} answers to {answers.comments} comments ({answers.purchases} purchases) in {seconds} s"
    p50, p95, p99 = (percentile(answers.waits, percent) for percent in (50, 95, 99))
    return [
        Figure(f"comment -> Graph API called at {rate:,}/min, P95", p95, "s", goal, less_is_better=True, how=told),
        Figure(f"comment -> Graph API called at {rate:,}/min, P50", p50, "s", how=f"P99 {p99:.2f} s"),
        Figure(f"webhook accepted at {rate:,}/min, P95", 1000 * percentile(answers.accepted, 95), "ms",
               how=f"the program took {answers.busy:.0%} of a core"),
    ]  # fmt: skip


async def fill_shelves(program: Program) -> None:
    """A shop that is never sold out: each purchase is answered with a cart."""
    servers = read_running(program.data)
    assert servers is not None
    connection = await asyncpg.connect(servers.database_url)
    await connection.execute("UPDATE products SET stock = 1000000")
    await connection.close()


async def run(program: Program, rate: int, seconds: int, prefix: str) -> Answers:
    """Send at `rate` for so long and wait until nothing more comes back."""
    count = rate * seconds // 60
    said = comments(count, seed=int(prefix), known_codes=CODES, each_buys_once=True)
    ids = [f"5550001_9{prefix}{number:06d}" for number in range(count)]
    port = int(program.url.rsplit(":", 1)[1])
    prepared = [
        http_request(webhook_body([(comment_id, f"{prefix}{one.buyer}", one.text)]), port)
        for comment_id, one in zip(ids, said, strict=True)
    ]
    async with httpx.AsyncClient(base_url=program.sandbox["play"], trust_env=False, timeout=60) as play:
        before, started = program.busy_seconds(), time.monotonic()
        due, accepted = await send(prepared, port, seconds)
        busy = (program.busy_seconds() - before) / (time.monotonic() - started)
        await until_quiet(play)
        called = await first_calls(play)
    waits = [called[comment_id] - at for comment_id, at in zip(ids, due, strict=True) if comment_id in called]
    purchases = sum(one.buys for one in said)
    assert len(waits) > 0.8 * purchases, (len(waits), purchases)
    return Answers(count, purchases, waits, accepted, busy)


async def send(prepared: list[bytes], port: int, seconds: float) -> tuple[list[float], list[float]]:
    """Send each request at its moment, whatever became of the others; when each was due, and how long each took."""
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    accepted: list[float] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            at, request = await queue.get()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            await reader.readexactly(len(b"EVENT_RECEIVED"))
            accepted.append(time.time() - at)
            queue.task_done()

    senders = [asyncio.create_task(connection()) for _ in range(CONNECTIONS)]
    started = time.time() + 0.2
    due = [started + number * seconds / len(prepared) for number in range(len(prepared))]
    for at, request in zip(due, prepared, strict=True):
        await asyncio.sleep(at - time.time())
        queue.put_nowait((at, request))
    await asyncio.wait_for(asyncio.gather(queue.join()), LONGEST_WAIT)
    for sender in senders:
        sender.cancel()
    return due, accepted


async def until_quiet(play: httpx.AsyncClient) -> None:
    before, since = None, time.monotonic()
    deadline = since + LONGEST_WAIT
    while time.monotonic() < min(deadline, since + QUIET_SECONDS):
        await asyncio.sleep(0.5)
        summary = (await play.get("/_sandbox/summary")).json()
        replies = (summary["public_replies"], summary["private_replies"])
        if replies != before:
            before, since = replies, time.monotonic()


async def first_calls(play: httpx.AsyncClient, *, since: int = 0) -> dict[str, float]:
    """Return when the Graph API first heard of an answer to each comment, in the log from that entry on."""
    logged = (await play.get("/_sandbox/log/graph", params={"since": since})).json()["requests"]
    called: dict[str, float] = {}
    for entry in logged:
        place = entry["path"].strip("/").split("/")
        if entry["method"] != "POST" or entry["status"] != 200:
            continue
        if place[-1] == "comments":
            called.setdefault(place[-2], entry["at"])
        elif place[-1] == "messages":
            called.setdefault(entry["body"].get("recipient", {}).get("comment_id", ""), entry["at"])
    return called
