"""What a Page may send: private replies an hour, sends a second, and nothing while Meta asks to wait."""

from typing import Any

from redis.asyncio import Redis

from livestream_sell.core.cache import get_redis, take_token
from livestream_sell.core.settings import get_settings
from livestream_sell.messaging.policy import Route

HOUR_MS = 3_600_000

# Exactly so many in any hour, by the server's clock: Meta counts a sliding hour, and a bucket would let twice as many
# through in the first one. The first who is refused waits for the oldest send to leave the hour, the second for the
# next, and so on. KEYS: sends of a Page, how many wait. ARGV: id, limit, window in ms. Answer: ms to wait, 0 if taken.
TAKE_IN_WINDOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
local used = redis.call('ZCARD', KEYS[1])
if used < tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 0
end
local place = (redis.call('INCR', KEYS[2]) - 1) % used
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] + ARGV[3] - now
redis.call('PEXPIRE', KEYS[2], math.max(1, first))
return math.max(1, redis.call('ZRANGE', KEYS[1], place, place, 'WITHSCORES')[2] + ARGV[3] - now)
"""


async def take(page_id: str, route: Route, send_id: str) -> float:
    """Return 0.0 if this may be sent now (and it counts), else the seconds to wait."""
    redis = get_redis()
    paused_ms = await redis.pttl(_pause_key(page_id))
    if paused_ms > 0:
        return float(paused_ms) / 1000
    settings = get_settings()
    wait = await take_token(f"page_sends:{page_id}", settings.page_sends_per_second, settings.page_sends_per_second)
    if wait > 0 or route is not Route.private_reply:
        return wait
    return await _take_private_reply(redis, page_id, send_id, settings.private_replies_per_hour)


async def _take_private_reply(redis: Redis, page_id: str, send_id: str, limit: int) -> float:
    keys = (f"private_replies:{page_id}", f"private_replies_waiting:{page_id}")
    wait_ms: Any = await redis.eval(TAKE_IN_WINDOW, 2, *keys, send_id, limit, HOUR_MS)  # type: ignore[misc]
    return float(wait_ms) / 1000


async def pause(page_id: str, seconds: float) -> None:
    """Send nothing for this Page for a while; a longer pause that is already there stays."""
    key, milliseconds = _pause_key(page_id), max(1, int(seconds * 1000))
    redis = get_redis()
    if not await redis.set(key, b"1", px=milliseconds, nx=True):
        await redis.pexpire(key, milliseconds, gt=True)


def _pause_key(page_id: str) -> str:
    return f"page_pause:{page_id}"
