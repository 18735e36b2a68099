"""The consumer loop: read or claim, handle, acknowledge after commit; retry, delay or bury what fails."""

import asyncio
import logging
import os
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from livestream_sell.core import stream_scripts as scripts
from livestream_sell.core.cache import REDIS_AWAY, get_redis
from livestream_sell.core.errors import AppError, VendorUnavailable
from livestream_sell.core.ids import uuid7
from livestream_sell.core.metrics import STREAM_ENTRIES
from livestream_sell.core.resilience import is_contention, is_outage
from livestream_sell.core.stream_scripts import Entry, parse_entry

RETRY_DELAYS = (10.0, 60.0, 300.0, 900.0, 3600.0)
BLOCK_MS = 500
MOVE_EVERY_SECONDS = 1.0
CONTENTION_TRIES = 5
LONGEST_PAUSE = 2.0
# After the order to stop, how long Redis is asked to take the acknowledgement of what is committed.
LAST_ACK_SECONDS = 5.0
FORGOTTEN_CONSUMER_MS = 3_600_000

Handler = Callable[[list[Entry]], Awaitable[None]]

logger = logging.getLogger(__name__)


async def consume(
    stream: str,
    group: str,
    handler: Handler,
    *,
    stop: asyncio.Event,
    batch: int = 64,
    consumer: str | None = None,
    claim_idle_ms: int = 5000,
    max_deliveries: int = 8,
    retry_delays: Sequence[float] = RETRY_DELAYS,
    redis: Redis | None = None,
) -> None:
    """Hand the entries of `stream` to `handler` until `stop` is set; then finish the batch and leave the group.

    The handler commits its own transaction and must be idempotent: an entry comes again when the process or Redis
    dies between commit and acknowledgement. If it raises:
      our PostgreSQL or Redis is away    the same batch again, as long as it takes, counting nothing
      the batch fails                    entry by entry, so that one poison entry holds up nobody
      one entry, retryable or a bug      again after each of `retry_delays`, then a dead letter
      one entry, final AppError          a dead letter at once
    An entry whose handling killed its worker `max_deliveries` times becomes a dead letter as well.
    One group per stream: acknowledged entries are deleted.
    """
    name = consumer or f"{socket.gethostname()}-{os.getpid()}-{uuid7().hex[-8:]}"
    loop = _Consumer(redis or get_redis(), stream, group, name, handler, stop)
    loop.batch, loop.claim_idle_ms, loop.max_deliveries = batch, claim_idle_ms, max_deliveries
    loop.retry_delays = retry_delays
    await loop.run()


class _LeftPending(Exception):
    """Told to stop while PostgreSQL was away: the next worker claims the batch."""


class _Consumer:
    batch: int
    claim_idle_ms: int
    max_deliveries: int
    retry_delays: Sequence[float]

    def __init__(self, redis: Redis, stream: str, group: str, name: str, handler: Handler, stop: asyncio.Event) -> None:
        self._redis = redis
        self._stream = stream
        self._group = group
        self._name = name
        self._handler = handler
        self._stop = stop
        self._next_move = 0.0
        self._next_claim = 0.0

    async def run(self) -> None:
        pause = 0.1
        while not self._stop.is_set():
            try:
                await self._turn()
                pause = 0.1
            except ResponseError as error:
                # A fresh server, one that lost its files, or a stream deleted under a blocked read.
                if "NOGROUP" in str(error) or "UNBLOCKED" in str(error):
                    await self._make_group()
                    continue
                logger.exception("Redis refuses the reads of %s.", self._stream)
                await self._sleep(LONGEST_PAUSE)
            except _LeftPending:
                break
            except REDIS_AWAY as error:
                logger.warning("Redis is away (%s); %s waits.", error, self._stream)
                await self._sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        await self._forget_consumers()

    async def _turn(self) -> None:
        now = time.monotonic()
        if now >= self._next_move:
            await self._script(scripts.MOVE_DUE, [self._stream, scripts.delayed_set(self._stream)], [500])
            self._next_move = now + MOVE_EVERY_SECONDS
        if now >= self._next_claim:
            if await self._claim_abandoned():
                return
            self._next_claim = now + self.claim_idle_ms / 2000
        answer: Any = await self._redis.xreadgroup(
            self._group, self._name, {self._stream: ">"}, count=self.batch, block=BLOCK_MS
        )
        if answer:
            await self._handle([entry for raw in answer[0][1] if (entry := parse_entry(raw)) is not None])

    async def _claim_abandoned(self) -> bool:
        """Take over what a dead worker left; what was there when workers died twice goes one by one."""
        rows: Any = await self._redis.xpending_range(
            self._stream, self._group, "-", "+", self.batch, idle=self.claim_idle_ms
        )
        if not rows:
            return False
        tries = {row["message_id"]: row["times_delivered"] for row in rows}
        # JUSTID counts no delivery: each entry is counted when it is really tried.
        claimed: Any = await self._redis.xclaim(
            self._stream, self._group, self._name, self.claim_idle_ms, list(tries), justid=True
        )
        once = [entry_id for entry_id in claimed if tries[entry_id] == 1]
        groups = [once] if once else []
        groups += [[entry_id] for entry_id in claimed if tries[entry_id] > 1]
        async with self._keeping([entry_id.decode() for entry_id in claimed]):
            for ids in groups:
                if self._stop.is_set():
                    break
                entries = await self._take(ids, tries)
                if len(entries) == 1 and tries[ids[0]] >= self.max_deliveries:
                    await self._bury(entries[0], f"its worker died {tries[ids[0]]} times while handling it")
                elif entries:
                    await self._handle(entries)
        return True

    async def _take(self, ids: list[bytes], tries: dict[bytes, int]) -> list[Entry]:
        raw: Any = await self._redis.xclaim(self._stream, self._group, self._name, 0, [*ids])
        parsed = [parse_entry(item, tries[item[0]] + 1) for item in raw]
        if gone := set(ids) - {item[0] for item in raw if item[1]}:
            await self._redis.xack(self._stream, self._group, *gone)
        return [entry for entry in parsed if entry is not None]

    async def _handle(self, entries: list[Entry]) -> None:
        async with self._keeping([entry.id for entry in entries]):
            error = await self._try(entries)
        if error is None:
            await self._acknowledge(entries)
        elif len(entries) == 1:
            await self._fail(entries[0], error)
        else:
            logger.warning("A batch of %s failed (%r); its entries go one by one.", self._stream, error)
            async with self._keeping([entry.id for entry in entries]):
                for entry in entries:
                    await self._handle([entry])

    async def _try(self, entries: list[Entry]) -> Exception | None:
        """Return None when the handler is through, or the error that is the entries' own."""
        contentions, pause = 0, 0.1
        while True:
            try:
                await self._handler(entries)
            except Exception as error:
                if not is_outage(error):
                    contentions += 1
                    if not is_contention(error) or contentions >= CONTENTION_TRIES:
                        return error
                logger.warning("%s waits %.1f s and tries again: %r", self._stream, pause, error)
                if self._stop.is_set():
                    raise _LeftPending from error
                await self._sleep(pause * random.uniform(0.5, 1))
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return None

    async def _acknowledge(self, entries: list[Entry]) -> None:
        ids = [entry.id for entry in entries]

        async def acknowledge() -> None:
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.xack(self._stream, self._group, *ids)
            pipeline.xdel(self._stream, *ids)
            await pipeline.execute()

        await self._settle(acknowledge, "done", len(ids))

    async def _fail(self, entry: Entry, error: Exception) -> None:
        final = isinstance(error, AppError) and not error.retryable
        retry = entry.deliveries - 1
        if final or retry >= len(self.retry_delays):
            await self._bury(entry, f"{type(error).__name__}: {error}")
            return
        logger.warning("An entry of %s failed and is delayed.", self._stream, exc_info=error)
        delay = self.retry_delays[retry]
        if isinstance(error, VendorUnavailable) and error.retry_after is not None:
            delay = max(delay, error.retry_after)
        arguments = [self._group, entry.id, time.time() + delay, entry.deliveries, entry.data]
        keys = [self._stream, scripts.delayed_set(self._stream)]
        await self._settle(lambda: self._script(scripts.DELAY, keys, arguments), "delayed")

    async def _bury(self, entry: Entry, cause: str) -> None:
        logger.error("An entry of %s is a dead letter: %s", self._stream, cause)
        arguments = [self._group, entry.id, entry.data, cause, entry.deliveries]
        keys = [self._stream, scripts.dead_letters(self._stream)]
        await self._settle(lambda: self._script(scripts.BURY, keys, arguments), "dead")

    async def _settle(self, action: Callable[[], Awaitable[Any]], result: str, count: int = 1) -> None:
        """Tell Redis what became of entries; the effects are committed, so keep telling while it is away."""
        give_up_at: float | None = None
        while True:
            try:
                await action()
                STREAM_ENTRIES.labels(self._stream, result).inc(count)
                return
            except REDIS_AWAY:
                if self._stop.is_set():
                    give_up_at = give_up_at or time.monotonic() + LAST_ACK_SECONDS
                    if time.monotonic() > give_up_at:
                        raise
                await asyncio.sleep(0.2)

    @asynccontextmanager
    async def _keeping(self, ids: list[str]) -> AsyncIterator[None]:
        """Keep `ids` ours: a batch that takes long is not abandoned."""

        async def touch() -> None:
            while held:
                await asyncio.sleep(self.claim_idle_ms / 3000)
                with suppress(*REDIS_AWAY, ResponseError):
                    await self._redis.xclaim(self._stream, self._group, self._name, 0, [*ids], justid=True)

        held = True
        toucher = asyncio.create_task(touch())
        try:
            yield
        finally:
            # Python 3.11 can lose a cancellation that meets an answer; a forgotten toucher would hold entries for ever.
            held = False
            toucher.cancel()
            await asyncio.wait([toucher])

    async def _forget_consumers(self) -> None:
        """Delete this consumer, and those of dead workers whose entries were taken over."""
        with suppress(*REDIS_AWAY, ResponseError):
            for row in await self._redis.xinfo_consumers(self._stream, self._group):
                name = row["name"].decode()
                if name == self._name or row["idle"] > FORGOTTEN_CONSUMER_MS:
                    await self._script(scripts.FORGET_CONSUMER, [self._stream], [self._group, name])

    async def _make_group(self) -> None:
        # BUSYGROUP: another worker was faster. Away again: the next turn says so.
        with suppress(ResponseError, *REDIS_AWAY):
            await self._redis.xgroup_create(self._stream, self._group, id="0", mkstream=True)

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _script(self, script: str, keys: list[str], arguments: list[Any]) -> Any:
        return await scripts.run_script(self._redis, script, keys, arguments)
