"""Streams on a real Valkey: what is handled, retried, buried, taken over."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy.exc import OperationalError

from livestream_sell.core import streams
from livestream_sell.core.errors import InvalidInput, VendorUnavailable
from livestream_sell.core.streams import Entry, GroupedAppender, consume
from tests.support.waiting import until

STREAM = "some_stream"
GROUP = "workers"


@asynccontextmanager
async def consuming(handler: Callable[[list[Entry]], Awaitable[None]], **options: Any):
    stop = asyncio.Event()
    task = asyncio.create_task(consume(STREAM, GROUP, handler, stop=stop, **options))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 15)


async def test_concurrent_appends_share_round_trips_and_all_arrive(redis: Redis) -> None:
    appender = GroupedAppender()
    before = (await redis.info("commandstats")).get("cmdstat_xadd", {}).get("calls", 0)
    reads = (await redis.info("stats"))["total_reads_processed"]

    await asyncio.gather(*(appender.append(STREAM, [b"%d-%d" % (i, j) for j in range(3)]) for i in range(100)))

    payloads = [fields[b"d"] for _, fields in await redis.xrange(STREAM)]
    assert sorted(payloads) == sorted(b"%d-%d" % (i, j) for i in range(100) for j in range(3))
    assert (await redis.info("commandstats"))["cmdstat_xadd"]["calls"] - before == 300
    assert (await redis.info("stats"))["total_reads_processed"] - reads < 20


async def test_one_append_reaches_several_streams_in_order_and_keeps_their_caps(redis: Redis) -> None:
    notes: list[streams.Note] = []
    for number in range(1500):
        notes.append(("whole", {b"d": b"\x00\xff %d" % number}, None))
        notes.append(("capped", {b"store": b"s", b"row": b"%d" % number}, 100))

    await GroupedAppender(redis).append_notes(notes)

    whole = [fields[b"d"] for _, fields in await redis.xrange("whole")]
    assert whole == [b"\x00\xff %d" % number for number in range(1500)]
    capped = await redis.xrevrange("capped")
    assert capped[0][1] == {b"store": b"s", b"row": b"1499"}
    assert 100 <= len(capped) < 300


async def test_entries_are_handled_in_order_and_gone_after_acknowledgement(redis: Redis) -> None:
    seen: list[bytes] = []

    async def handler(entries: list[Entry]) -> None:
        seen.extend(entry.data for entry in entries)

    # Written before the group exists: a group starts at the beginning.
    await GroupedAppender().append(STREAM, [b"%d" % i for i in range(200)])
    async with consuming(handler):
        await until(lambda: len(seen) == 200)

    assert seen == [b"%d" % i for i in range(200)]
    assert await streams.queue_depths(redis, [STREAM]) == {STREAM: 0, f"{STREAM}:delayed": 0, f"{STREAM}:dead": 0}
    assert await redis.xinfo_consumers(STREAM, GROUP) == []


async def test_one_poison_entry_does_not_hold_up_its_batch(redis: Redis) -> None:
    seen: list[bytes] = []

    async def handler(entries: list[Entry]) -> None:
        if any(entry.data == b"poison" for entry in entries):
            raise InvalidInput("This can never work.")
        seen.extend(entry.data for entry in entries)

    await GroupedAppender().append(STREAM, [b"a", b"poison", b"b"])
    async with consuming(handler):
        await until(lambda: streams.list_dead(redis, STREAM))

    assert seen == [b"a", b"b"]
    (letter,) = await streams.list_dead(redis, STREAM)
    assert letter.data == b"poison"
    assert letter.cause == "InvalidInput: This can never work."
    assert letter.tries == 1
    assert (await streams.queue_depths(redis, [STREAM]))[STREAM] == 0


async def test_retryable_failure_comes_again_after_each_delay_then_is_a_dead_letter(redis: Redis) -> None:
    deliveries: list[int] = []

    async def handler(entries: list[Entry]) -> None:
        deliveries.append(entries[0].deliveries)
        raise VendorUnavailable("Try later.")

    await GroupedAppender().append(STREAM, [b"x"])
    async with consuming(handler, retry_delays=(0.0, 0.0, 0.0)):
        await until(lambda: streams.list_dead(redis, STREAM))

    assert deliveries == [1, 2, 3, 4]
    (letter,) = await streams.list_dead(redis, STREAM)
    assert (letter.data, letter.tries) == (b"x", 4)


async def test_delays_are_ten_seconds_first_and_what_the_vendor_asks_if_longer(redis: Redis) -> None:
    async def handler(entries: list[Entry]) -> None:
        raise VendorUnavailable("Try later.", retry_after=30 if entries[0].data == b"asked" else None)

    await GroupedAppender().append(STREAM, [b"plain", b"asked"])
    async with consuming(handler):
        await until(lambda: _reached(redis.zcard(f"{STREAM}:delayed"), 2))

    now = (await redis.time())[0]
    delays = {
        member.rsplit(b"|")[-1]: due - now
        for member, due in await redis.zrange(f"{STREAM}:delayed", 0, -1, withscores=True)
    }
    assert 7 < delays[b"plain"] <= 10.5
    assert 27 < delays[b"asked"] <= 30.5


async def test_a_delayed_entry_keeps_every_byte(redis: Redis) -> None:
    payload = bytes(range(256)) + b"|pipe|"
    seen: list[bytes] = []

    async def handler(entries: list[Entry]) -> None:
        if entries[0].deliveries == 1:
            raise VendorUnavailable("Try later.")
        seen.append(entries[0].data)

    await GroupedAppender().append(STREAM, [payload])
    async with consuming(handler, retry_delays=(0.0,)):
        await until(lambda: seen)

    assert seen == [payload]


async def test_a_dead_letter_can_be_replayed_once(redis: Redis) -> None:
    works = asyncio.Event()
    seen: list[Entry] = []

    async def handler(entries: list[Entry]) -> None:
        if not works.is_set():
            raise InvalidInput("No.")
        seen.extend(entries)

    await GroupedAppender().append(STREAM, [b"x"])
    async with consuming(handler):
        await until(lambda: streams.list_dead(redis, STREAM))
        (letter,) = await streams.list_dead(redis, STREAM)
        works.set()
        assert await streams.replay(redis, STREAM, letter.id) is True
        assert await streams.replay(redis, STREAM, letter.id) is False
        await until(lambda: seen)

    assert [(entry.data, entry.deliveries) for entry in seen] == [(b"x", 1)]
    assert await streams.list_dead(redis, STREAM) == []


async def test_entries_of_a_dead_worker_are_taken_over_once(redis: Redis) -> None:
    await GroupedAppender().append(STREAM, [b"%d" % i for i in range(10)])
    await redis.xgroup_create(STREAM, GROUP, id="0")
    await redis.xreadgroup(GROUP, "dead", {STREAM: ">"}, count=10)
    seen: list[Entry] = []

    async def handler(entries: list[Entry]) -> None:
        seen.extend(entries)

    async with consuming(handler, claim_idle_ms=200), consuming(handler, claim_idle_ms=200):
        await until(lambda: len(seen) >= 10)

    assert sorted(entry.data for entry in seen) == sorted(b"%d" % i for i in range(10))
    assert {entry.deliveries for entry in seen} == {2}
    assert (await redis.xpending(STREAM, GROUP))["pending"] == 0


async def test_a_slow_batch_is_not_taken_from_a_living_worker(redis: Redis) -> None:
    calls: list[int] = []
    finish = asyncio.Event()

    async def handler(entries: list[Entry]) -> None:
        calls.append(len(entries))
        await finish.wait()

    await GroupedAppender().append(STREAM, [b"x", b"y"])
    async with consuming(handler, claim_idle_ms=150), consuming(handler, claim_idle_ms=150):
        await until(lambda: calls)
        pending = await redis.xpending_range(STREAM, GROUP, "-", "+", 10)
        owner = pending[0]["consumer"]
        # Far longer than claim_idle_ms, by the server's own measure of the other worker's tries to claim.
        before = (await redis.info("commandstats"))["cmdstat_xpending"]["calls"]
        await until(lambda: _claims_after(redis, before, 6))
        pending = await redis.xpending_range(STREAM, GROUP, "-", "+", 10)
        assert [(row["consumer"], row["times_delivered"]) for row in pending] == [(owner, 1)] * 2
        finish.set()

    assert calls == [2]


class Died(BaseException):
    """The end of a worker, as far as one process can play it: nothing of ours catches it."""


async def test_an_entry_that_kills_its_workers_is_buried_and_its_neighbours_live(redis: Redis) -> None:
    await GroupedAppender().append(STREAM, [b"before", b"killer", b"after"])
    seen: list[bytes] = []
    stop = asyncio.Event()
    deaths = 0

    async def handler(entries: list[Entry]) -> None:
        if any(entry.data == b"killer" for entry in entries):
            raise Died
        seen.extend(entry.data for entry in entries)

    async def workers() -> None:
        nonlocal deaths
        while not stop.is_set():
            try:
                await consume(STREAM, GROUP, handler, stop=stop, claim_idle_ms=50, max_deliveries=4)
            except Died:
                deaths += 1

    running = asyncio.create_task(workers())
    await until(lambda: streams.list_dead(redis, STREAM))
    await until(lambda: len(seen) == 2)
    stop.set()
    await running

    (letter,) = await streams.list_dead(redis, STREAM)
    assert letter.data == b"killer"
    assert "died 4 times" in letter.cause
    assert deaths == 4
    assert sorted(seen) == [b"after", b"before"]


async def test_our_own_outage_burns_no_deliveries(redis: Redis) -> None:
    outcomes = iter(
        [
            ConnectionRefusedError("no PostgreSQL"),
            OperationalError("x", {}, Exception("gone"), connection_invalidated=True),
            None,
        ]
    )
    seen: list[list[tuple[bytes, int]]] = []

    async def handler(entries: list[Entry]) -> None:
        seen.append([(entry.data, entry.deliveries) for entry in entries])
        if (error := next(outcomes)) is not None:
            raise error

    await GroupedAppender().append(STREAM, [b"x", b"y"])
    async with consuming(handler):
        await until(lambda: len(seen) == 3)
        await until(lambda: _reached(redis.xlen(STREAM), 0))

    # The same batch as a whole, as if each time were the first.
    assert seen == [[(b"x", 1), (b"y", 1)]] * 3
    assert await streams.list_dead(redis, STREAM) == []


async def test_a_vendors_outage_is_not_ours(redis: Redis) -> None:
    calls = 0

    async def handler(entries: list[Entry]) -> None:
        nonlocal calls
        calls += 1
        raise VendorUnavailable("Meta is away.") from ConnectionRefusedError()

    await GroupedAppender().append(STREAM, [b"x"])
    async with consuming(handler):
        await until(lambda: _reached(redis.zcard(f"{STREAM}:delayed"), 1))

    assert calls == 1


async def test_stop_finishes_the_batch_and_leaves_no_consumer(redis: Redis) -> None:
    started, finish = asyncio.Event(), asyncio.Event()
    done: list[bytes] = []

    async def handler(entries: list[Entry]) -> None:
        started.set()
        await finish.wait()
        done.extend(entry.data for entry in entries)

    await GroupedAppender().append(STREAM, [b"1", b"2", b"3"])
    async with consuming(handler, batch=2) as stop:
        await started.wait()
        stop.set()
        finish.set()

    assert done == [b"1", b"2"]
    assert [fields[b"d"] for _, fields in await redis.xrange(STREAM)] == [b"3"]
    assert await redis.xinfo_consumers(STREAM, GROUP) == []


async def test_stop_while_postgresql_is_away_leaves_the_batch_to_the_next_worker(redis: Redis) -> None:
    tried = asyncio.Event()

    async def handler(entries: list[Entry]) -> None:
        tried.set()
        raise ConnectionRefusedError

    await GroupedAppender().append(STREAM, [b"x"])
    async with consuming(handler):
        await tried.wait()

    assert (await redis.xpending(STREAM, GROUP))["pending"] == 1
    seen: list[bytes] = []

    async def healthy(entries: list[Entry]) -> None:
        seen.extend(entry.data for entry in entries)

    async with consuming(healthy, claim_idle_ms=50):
        await until(lambda: seen)
    assert seen == [b"x"]


async def test_a_flushed_server_gets_its_group_back(redis: Redis) -> None:
    seen: list[bytes] = []

    async def handler(entries: list[Entry]) -> None:
        seen.extend(entry.data for entry in entries)

    await GroupedAppender().append(STREAM, [b"before"])
    async with consuming(handler):
        await until(lambda: seen)
        await redis.flushdb()
        await GroupedAppender().append(STREAM, [b"after"])
        await until(lambda: len(seen) == 2)

    assert seen == [b"before", b"after"]


@pytest.mark.parametrize("payloads", [[], ()])
async def test_appending_nothing_touches_nothing(redis: Redis, payloads: list[bytes]) -> None:
    await GroupedAppender().append(STREAM, payloads)

    assert await redis.exists(STREAM) == 0


async def _reached(value: Awaitable[int], wanted: int) -> bool:
    return await value == wanted


async def _claims_after(redis: Redis, before: int, wanted: int) -> bool:
    return (await redis.info("commandstats"))["cmdstat_xpending"]["calls"] - before >= wanted


async def test_a_stream_deleted_under_a_waiting_worker_is_made_again(redis: Redis) -> None:
    seen: list[bytes] = []

    async def handler(entries: list[Entry]) -> None:
        seen.extend(entry.data for entry in entries)

    async with consuming(handler):
        await until(lambda: redis.exists(STREAM))
        for number in range(3):
            await redis.delete(STREAM)
            await GroupedAppender().append(STREAM, [b"%d" % number])
            await until(lambda number=number: len(seen) == number + 1)

    assert seen == [b"0", b"1", b"2"]
