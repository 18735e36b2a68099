"""What wakes the sweepers. The timers themselves are rows; a run that is missed finds them at the next."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from livestream_sell.core.metrics import JOB_RUNS, JOB_SECONDS

# So that many workers do not all knock in the same instant.
JITTER = 0.1

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`run` returns how much it did; it may run in several workers at once, so it locks what it takes."""

    name: str
    every_seconds: float
    run: Callable[[], Awaitable[int]]


class Timers:
    """The jobs of one process; a job never overlaps itself here."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        for job in jobs:
            trigger = IntervalTrigger(seconds=job.every_seconds, jitter=job.every_seconds * JITTER)
            self._scheduler.add_job(partial(self._run, job), trigger, id=job.name)
        self._scheduler.start()

    async def stop(self) -> None:
        """Start nothing more and wait for what is running."""
        # The scheduler would cancel its jobs in the middle of their transactions.
        self._scheduler.pause()
        await asyncio.gather(*self._running)
        self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        run = asyncio.create_task(run_once(job))
        self._running.add(run)
        run.add_done_callback(self._running.discard)
        await run


def start(jobs: Sequence[Job]) -> Timers:
    """Run each job every so many seconds (a tenth earlier or later) until `stop`."""
    return Timers(jobs)


async def run_once(job: Job) -> None:
    """Run `job` now; an error is logged with its name and does not end anything."""
    began = time.perf_counter()
    try:
        done = await job.run()
    except Exception:
        JOB_RUNS.labels(job.name, "failed").inc()
        logger.exception("The job %s failed.", job.name)
    else:
        JOB_RUNS.labels(job.name, "worked" if done else "idle").inc()
        if done:
            logger.info("The job %s did %d.", job.name, done)
    JOB_SECONDS.labels(job.name).observe(time.perf_counter() - began)
