"""What is the matter with a store's second opinion now: noted by the workers, read by screens and REST."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from livestream_sell.core.cache import REDIS_AWAY, get_redis
from livestream_sell.core.clock import utc_now
from livestream_sell.intent import budget

# An outage that no comment has met for so long is not known to last.
OUTAGE_SECONDS = 600


class Trouble(StrEnum):
    """The worst first: only that one is shown."""

    unavailable = "unavailable"
    budget_spent = "budget_spent"
    spending_high = "spending_high"


# Noted when a comment meets them; whether a day is dear is counted each time.
NOTED = (Trouble.unavailable, Trouble.budget_spent)


def day_ends_at() -> datetime:
    """Return when the tokens of today are counted anew."""
    return datetime.combine(utc_now().date() + timedelta(days=1), time(), utc_now().tzinfo)


async def note(store_id: UUID, trouble: Trouble) -> bool:
    """Note that a comment met this trouble; return whether that is news."""
    seconds = OUTAGE_SECONDS
    if trouble is Trouble.budget_spent:
        seconds = int((day_ends_at() - utc_now()).total_seconds()) + 1
    return await get_redis().set(_key(store_id, trouble), b"1", ex=seconds, get=True) is None


async def is_over(store_id: UUID, still: Collection[Trouble] = ()) -> bool:
    """A comment was answered: forget every trouble that is not `still` met; return whether there was one."""
    gone = [_key(store_id, trouble) for trouble in NOTED if trouble not in still]
    return bool(gone and await get_redis().delete(*gone))


async def current(store_id: UUID) -> Trouble | None:
    """Return the worst of what is the matter now; without Redis nobody knows, and nothing is said."""
    try:
        met = await get_redis().mget([_key(store_id, trouble) for trouble in NOTED])
        for trouble, mark in zip(NOTED, met, strict=True):
            if mark:
                return trouble
        return Trouble.spending_high if (await budget.spending(store_id)).is_high else None
    except REDIS_AWAY:
        return None


def _key(store_id: UUID, trouble: Trouble) -> str:
    return f"model_trouble:{{{store_id}}}:{trouble.value}"
