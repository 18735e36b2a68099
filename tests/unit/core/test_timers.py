"""Jobs: in time, one at a time, and none of them ends the others."""

import asyncio
import logging

import pytest

from livestream_sell.core import metrics, timers
from livestream_sell.core.timers import Job
from tests.support.waiting import until


async def test_a_job_runs_again_and_again_but_never_beside_itself() -> None:
    running, most, runs = 0, 0, 0

    async def run() -> int:
        nonlocal running, most, runs
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)  # longer than the interval
        running -= 1
        runs += 1
        return 1

    started = timers.start([Job("slow", 0.01, run)])
    await until(lambda: runs >= 3)
    await started.stop()

    assert (most, running) == (1, 0)


async def test_a_failing_job_is_logged_by_name_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    async def fail() -> int:
        calls.append(1)
        raise RuntimeError("broken")

    with caplog.at_level(logging.ERROR):
        started = timers.start([Job("expire_reservations", 0.01, fail)])
        await until(lambda: len(calls) >= 2)
        await started.stop()

    assert "The job expire_reservations failed." in caplog.messages
    assert b'job_runs_total{job="expire_reservations",result="failed"}' in metrics.render()


async def test_stop_waits_for_what_is_running_and_starts_nothing_more() -> None:
    begun, finish = asyncio.Event(), asyncio.Event()
    ended = []

    async def run() -> int:
        begun.set()
        await finish.wait()
        ended.append(1)
        return 0

    started = timers.start([Job("sweep", 0.01, run)])
    await begun.wait()
    stopping = asyncio.create_task(started.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    finish.set()
    await stopping

    assert ended == [1]
