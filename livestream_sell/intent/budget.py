"""Tokens of the day, of a store and of the platform: taken before the call, corrected after it, never overspent."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from livestream_sell.core.cache import REDIS_AWAY, get_redis
from livestream_sell.core.clock import utc_now
from livestream_sell.core.settings import get_settings
from livestream_sell.intent.errors import TokenBudgetSpent

DAYS_COMPARED = 7
ALERT_FACTOR = 1.4
KEPT_SECONDS = (DAYS_COMPARED + 2) * 24 * 3600

# Both counters or none. The braces keep them in one slot of a cluster.
TAKE = """
local tokens = tonumber(ARGV[1])
for i = 1, 2 do
  if tonumber(redis.call('GET', KEYS[i]) or 0) + tokens > tonumber(ARGV[i + 1]) then
    return 0
  end
end
for i = 1, 2 do
  redis.call('INCRBY', KEYS[i], tokens)
  redis.call('EXPIRE', KEYS[i], ARGV[4])
end
return 1
"""


@dataclass(frozen=True, slots=True)
class Held:
    """Tokens that one call may use."""

    store_id: UUID
    day: date
    tokens: int


@dataclass(frozen=True, slots=True)
class Spending:
    """A store's tokens of today against its limit and against the days of the last week on which it used any."""

    today: int
    limit: int
    daily_average: float

    @property
    def is_high(self) -> bool:
        return 0 < self.daily_average * ALERT_FACTOR < self.today


def _key(day: date, store_id: UUID | None) -> str:
    return f"{{model_tokens}}:{day.isoformat()}:{store_id or 'platform'}"


async def hold(store_id: UUID, tokens: int) -> Held:
    """Take `tokens` of today.

    Raises:
        TokenBudgetSpent: they are not there, or cannot be counted because Redis is away.
    """
    settings, day = get_settings(), utc_now().date()
    limits = (settings.llm_daily_token_budget, settings.llm_store_daily_token_budget)
    keys = (_key(day, None), _key(day, store_id))
    try:
        granted: Any = await get_redis().eval(TAKE, 2, *keys, tokens, *limits, KEPT_SECONDS)  # type: ignore[misc]
    except REDIS_AWAY as error:
        raise TokenBudgetSpent("Tokens cannot be counted now.") from error
    if not granted:
        raise TokenBudgetSpent("The tokens of today are used up.", store_id=str(store_id))
    return Held(store_id, day, tokens)


async def settle(held: Held, used: int) -> None:
    """Put the real number in the place of the one that was held; without Redis the higher one stays."""
    pipeline = get_redis().pipeline(transaction=True)
    for key in (_key(held.day, None), _key(held.day, held.store_id)):
        pipeline.incrby(key, used - held.tokens)
    try:
        await pipeline.execute()
    except REDIS_AWAY:
        return


async def spending(store_id: UUID) -> Spending:
    """Return what a store has used; a day without a show says nothing about the cost of a show."""
    today = utc_now().date()
    days = [today - timedelta(days=back) for back in range(DAYS_COMPARED + 1)]
    counts = [int(count or 0) for count in await get_redis().mget([_key(day, store_id) for day in days])]
    used = [count for count in counts[1:] if count > 0]
    average = sum(used) / len(used) if used else 0.0
    return Spending(counts[0], store_limit(), average)


def store_limit() -> int:
    """Return how many tokens a store may use in a day: its own share, never more than there are for all."""
    settings = get_settings()
    return min(settings.llm_store_daily_token_budget, settings.llm_daily_token_budget)


async def is_news(kind: str, store_id: UUID, seconds: int = 24 * 3600) -> bool:
    """Return whether this alert was not yet given to this store, at most once a UTC day or once in `seconds`."""
    key = f"model_alert:{kind}:{utc_now().date().isoformat()}:{store_id}"
    return bool(await get_redis().set(key, b"1", nx=True, ex=seconds))
