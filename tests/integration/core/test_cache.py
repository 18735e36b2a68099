"""Redis as cache, filter and rate limiter."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from livestream_sell.core import cache


async def test_a_value_is_loaded_once_and_kept(redis: Redis) -> None:
    loads = 0

    async def load() -> dict[str, int]:
        nonlocal loads
        loads += 1
        return {"n": loads}

    assert [await cache.get_or_load("k", 60, load) for _ in range(3)] == [{"n": 1}] * 3
    assert 0 < await redis.ttl("k") <= 60


async def test_without_redis_every_value_is_loaded(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    away = cache.new_client("redis://127.0.0.1:1")
    monkeypatch.setattr(cache, "_redis", away)
    began = time.monotonic()

    async def load() -> str:
        return "fresh"

    assert await cache.get_or_load("k", 60, load) == "fresh"
    # A webhook's caller waits for this.
    assert time.monotonic() - began < 3


async def test_an_idempotency_key_works_once_until_forgotten(redis: Redis) -> None:
    firsts = await asyncio.gather(*(cache.first_time("order-1") for _ in range(20)))

    assert firsts.count(True) == 1
    assert 86_000 < await redis.ttl("idempotency:order-1") <= 86_400
    await cache.forget("order-1")
    assert await cache.first_time("order-1")


async def test_a_bucket_gives_its_burst_and_then_says_how_long_to_wait(redis: Redis) -> None:
    waits = [await cache.take_token("page", rate_per_s=0.1, burst=5) for _ in range(7)]

    assert waits[:5] == [0.0] * 5
    # Refused twice: nothing was taken, so the wait does not grow.
    assert all(9.0 < wait <= 10.0 for wait in waits[5:])
    assert await cache.take_token("other page", rate_per_s=0.1, burst=5) == 0.0


async def test_concurrent_takers_get_no_more_than_the_burst(redis: Redis) -> None:
    waits = await asyncio.gather(*(cache.take_token("p", rate_per_s=0.001, burst=10) for _ in range(50)))

    assert waits.count(0.0) == 10


async def test_several_tokens_are_taken_together_or_not_at_all(redis: Redis) -> None:
    assert await cache.take_token("p", rate_per_s=0.1, burst=5, n=4) == 0.0
    assert 19 < await cache.take_token("p", rate_per_s=0.1, burst=5, n=3) <= 20
    assert await cache.take_token("p", rate_per_s=0.1, burst=5, n=1) == 0.0
    with pytest.raises(ValueError, match="never"):
        await cache.take_token("p", rate_per_s=0.1, burst=5, n=6)


async def test_a_bucket_fills_again(redis: Redis) -> None:
    assert await cache.take_token("p", rate_per_s=2, burst=1) == 0.0
    wait = await cache.take_token("p", rate_per_s=2, burst=1)
    assert 0 < wait <= 0.5

    await asyncio.sleep(wait)

    assert await cache.take_token("p", rate_per_s=2, burst=1) == 0.0
