"""The job that releases what ran out; correctness does not wait for it (`inventory/reservations.py`)."""

from livestream_sell.core.db import transaction
from livestream_sell.sales import releasing


async def expire_reservations() -> int:
    """Release reservations past their time, batch after batch; how many."""
    total = 0
    while True:
        async with transaction() as session:
            released = await releasing.expire_due(session)
        total += released
        if not released:
            return total
