"""Stop and go: the bot's switches, and what waited behind them. Messages look at the switch when they are sent."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.live import service as live
from livestream_sell.live.schemas import LiveView
from livestream_sell.messaging.service import resume
from livestream_sell.stores import kill_switch as store_switch


async def switch_store(session: AsyncSession, store_id: UUID, *, stopped: bool) -> bool:
    """Stop or resume the bot of a store; return whether it is stopped. Raises NotFound."""
    store = await store_switch.switch_bot(session, store_id, enabled=not stopped)
    if not stopped:
        await resume(session, store_id)
    return not store.bot_enabled


async def switch_live(session: AsyncSession, store_id: UUID, live_id: UUID, *, stopped: bool) -> LiveView:
    """Stop or resume the bot in one live. Raises UnknownLive."""
    switched = await live.switch_bot(session, store_id, live_id, enabled=not stopped)
    if not stopped:
        await resume(session, store_id, live_id)
    return switched
