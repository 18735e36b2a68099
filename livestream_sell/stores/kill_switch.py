"""The kill switch of a whole store: intake and recording go on, nothing is said by the bot."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.events import LiveChanged
from livestream_sell.stores.models import Store
from livestream_sell.stores.service import get_store


async def switch_bot(session: AsyncSession, store_id: UUID, *, enabled: bool) -> Store:
    """Turn the bot of a store on or off; callers go through `sales.kill_switch`, which lets held messages go on.

    Raises:
        NotFound
    """
    store = await get_store(session, store_id, lock=True)
    store.bot_enabled = enabled
    await session.flush()
    await outbox.publish(session, LiveChanged(store_id=store_id))
    return store
