"""Concurrent callers share a call, get their own result, and its error."""

import asyncio

import pytest

from livestream_sell.messaging.batching import Grouped

pytestmark = pytest.mark.anyio


async def test_what_gathers_while_a_call_runs_goes_with_the_next() -> None:
    calls: list[list[int]] = []

    async def double(items: list[int]) -> list[int]:
        calls.append(items)
        await asyncio.sleep(0.01)
        return [2 * item for item in items]

    grouped = Grouped(double, limit=3)
    first = asyncio.create_task(grouped(0))
    await asyncio.sleep(0.001)

    assert await asyncio.gather(*(grouped(number) for number in range(1, 6))) == [2, 4, 6, 8, 10]
    assert await first == 0
    assert calls == [[0], [1, 2, 3], [4, 5]]


async def test_an_error_is_everybodys_and_the_next_group_is_tried() -> None:
    async def refuse_odd(items: list[int]) -> list[int]:
        if any(item % 2 for item in items):
            raise ValueError(items)
        return items

    grouped = Grouped(refuse_odd)
    results = await asyncio.gather(grouped(1), grouped(3), return_exceptions=True)

    assert [type(result) for result in results] == [ValueError, ValueError]
    assert await grouped(2) == 2


async def test_a_caller_that_goes_away_harms_nobody() -> None:
    async def echo(items: list[int]) -> list[int]:
        await asyncio.sleep(0.01)
        return items

    grouped = Grouped(echo)
    gone, stays = asyncio.create_task(grouped(1)), asyncio.create_task(grouped(2))
    await asyncio.sleep(0)
    gone.cancel()

    assert await stays == 2
