"""Redis: this process's client, cache-aside, idempotency keys and the rate limiter."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import orjson
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError

from livestream_sell.core.settings import get_settings

# What redis-py raises while the server is away or still reading its files.
REDIS_AWAY = (ConnectionError, TimeoutError, BusyLoadingError)
IDEMPOTENCY_SECONDS = 24 * 3600

# GCRA: the key holds the moment at which the bucket is full again; the server's clock is the only clock.
TAKE_TOKEN = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1e6
local interval = 1 / tonumber(ARGV[1])
local burst, n = tonumber(ARGV[2]), tonumber(ARGV[3])
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + interval * n
local wait = full_at - interval * burst - now
-- A sum of fractions: a microsecond is not a reason to wait.
if wait > 1e-6 then
  return tostring(wait)
end
redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', math.ceil((full_at - now) * 1000) + 1000)
return '0'
"""

T = TypeVar("T")

_redis: Redis | None = None


def get_redis() -> Redis:
    """Return this process's client, made on first use from REDIS_URL; answers are bytes."""
    global _redis
    if _redis is None:
        url = get_settings().redis_url
        if url is None:
            raise RuntimeError("No REDIS_URL: start through the CLI, which starts the embedded server.")
        _redis = new_client(url)
    return _redis


def new_client(url: str) -> Redis:
    """Return a client that rides out a server restarting in its place, and otherwise says soon that it is away."""
    return Redis.from_url(
        url,
        # redis-py retries a command and, inside each try, its connection: 3 tries are 9, in half a second.
        retry=Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.1), retries=2),
        retry_on_error=list(REDIS_AWAY),
        socket_connect_timeout=2,
        # Longer than any BLOCK that is asked for.
        socket_timeout=10,
        max_connections=100,
    )


async def dispose_redis() -> None:
    """Close every connection of this process (at stop, and between tests)."""
    global _redis
    if _redis is not None:
        await _redis.aclose()
    _redis = None


async def get_or_load(key: str, seconds: int, load: Callable[[], Awaitable[T]]) -> T:
    """Return the JSON kept under `key`, or what `load` returns, kept for `seconds`; Redis away means no cache."""
    try:
        if (kept := await get_redis().get(key)) is not None:
            return cast(T, orjson.loads(kept))
    except REDIS_AWAY:
        return await load()
    value = await load()
    try:
        await get_redis().set(key, orjson.dumps(value, default=str), ex=seconds)
    except REDIS_AWAY:
        return value
    return value


async def take_token(key: str, rate_per_s: float, burst: float, n: int = 1) -> float:
    """Take `n` tokens of the bucket `key`: 0.0 when granted, else seconds to wait, and nothing was taken.

    `burst` tokens may go at once; more than `burst` in one go are never granted.
    """
    if n > burst:
        raise ValueError("A bucket of this size never holds so many tokens.")
    answer: Any = await get_redis().eval(TAKE_TOKEN, 1, f"bucket:{key}", rate_per_s, burst, n)  # type: ignore[misc]
    return float(answer)


async def first_time(key: str) -> bool:
    """Return whether nobody used this idempotency key in the last 24 hours: a fast filter, never the truth."""
    return bool(await get_redis().set(f"idempotency:{key}", b"1", nx=True, ex=IDEMPOTENCY_SECONDS))


async def forget(key: str) -> None:
    """Free an idempotency key whose work failed."""
    await get_redis().delete(f"idempotency:{key}")
