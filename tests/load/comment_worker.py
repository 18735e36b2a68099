"""One worker process that does nothing but comments: reads the stream as the product does, until all are decided.

`python -m tests.load.comment_worker WARM_UP COMMENTS` prints one line of JSON: how long the comments after the warm-up
took, from their first batch being read to the last one being acknowledged, and where the time went.
"""

import asyncio
import json
import logging
import sys
import time
from typing import Any

import uvloop

import livestream_sell.models  # noqa: F401  (every slice's tables)
from backend_hooks.subscriptions import BATCHES
from backend_hooks.worker import GROUP
from livestream_sell.core import db, log, outbox
from livestream_sell.core.cache import dispose_redis, get_redis
from livestream_sell.core.streams import INCOMING_COMMENTS, Entry, consume
from livestream_sell.sales import pipeline


class Stopwatch:
    """Counts comments and, after the warm-up, the seconds of the whole, and the processor time of this process and
    of the engine in it."""

    def __init__(self, warm_up: int) -> None:
        self._warm_up = warm_up
        self.decided = 0
        self.engine = 0.0
        self.started: tuple[float, float] | None = None
        self._understand: Any = pipeline.understand

    async def handle(self, entries: list[Entry]) -> None:
        if self.started is None and self.decided >= self._warm_up:
            self.started, self.engine = (time.perf_counter(), time.process_time()), 0.0
            self._warm_up = self.decided
        await pipeline.handle_comments(entries)
        self.decided += len(entries)

    def understand(self, *arguments: Any) -> Any:
        began = time.process_time()
        answers = self._understand(*arguments)
        self.engine += time.process_time() - began
        return answers

    def report(self) -> dict[str, float]:
        assert self.started is not None
        took, busy = time.perf_counter() - self.started[0], time.process_time() - self.started[1]
        decided = self.decided - self._warm_up
        return {"decided": decided, "seconds": took, "busy_seconds": busy, "engine_seconds": self.engine}


async def work(warm_up: int, total: int) -> dict[str, float]:
    watch = Stopwatch(warm_up)
    pipeline.understand = watch.understand
    stop = asyncio.Event()

    async def handle(entries: list[Entry]) -> None:
        await watch.handle(entries)
        if watch.decided >= warm_up + total:
            stop.set()

    try:
        await consume(INCOMING_COMMENTS, GROUP, handle, stop=stop, batch=BATCHES[INCOMING_COMMENTS])
        report = watch.report()
        assert await get_redis().xlen(INCOMING_COMMENTS) == 0
        return report
    finally:
        await outbox.finish()
        await db.dispose()
        await dispose_redis()


if __name__ == "__main__":
    log.configure(level=logging.WARNING)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(work(int(sys.argv[1]), int(sys.argv[2])))))
