"""Use cases of a live: start it, feature a product, finish it, read its comments."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.clock import utc_now
from livestream_sell.events import LiveChanged
from livestream_sell.inventory import service as inventory
from livestream_sell.live import repository
from livestream_sell.live.errors import LiveAlreadyThere, LiveIsOver, UnknownLive
from livestream_sell.live.models import LiveEvent, LiveStatus
from livestream_sell.live.schemas import CommentView, LiveStart, LiveView

MOST_ROWS = 200


async def start_live(session: AsyncSession, store_id: UUID, start: LiveStart) -> LiveView:
    """Open a live.

    Raises:
        LiveAlreadyThere: its post belongs to a live already, or another live waits for its post.
        UnknownProduct: the featured product is not the store's.
    """
    await repository.lock_store(session, store_id)
    if start.fb_live_id and await repository.by_post(session, store_id, start.fb_live_id):
        raise LiveAlreadyThere("This post belongs to a live already.", fb_live_id=start.fb_live_id)
    if start.fb_live_id is None and (waiting := await repository.waiting_for_post(session, store_id)):
        raise LiveAlreadyThere("A live that was started before waits for its post: finish it.", live_id=str(waiting.id))
    if start.featured_product_id is not None:
        await inventory.get_product(session, store_id, start.featured_product_id)
    live = LiveEvent(store_id=store_id, **start.model_dump())
    session.add(live)
    return await _changed(session, live)


async def feature_product(session: AsyncSession, store_id: UUID, live_id: UUID, product_id: UUID | None) -> LiveView:
    """Say what "lo quiero" means from now on; None: nothing.

    Raises:
        UnknownLive, LiveIsOver, UnknownProduct
    """
    live = await _existing(session, store_id, live_id, lock=True)
    if live.status != LiveStatus.active:
        raise LiveIsOver
    if product_id is not None:
        await inventory.get_product(session, store_id, product_id)
    live.featured_product_id = product_id
    return await _changed(session, live)


async def finish_live(session: AsyncSession, store_id: UUID, live_id: UUID) -> LiveView:
    """Close a live: later comments are recorded and claim nothing. Finishing twice changes nothing."""
    live = await _existing(session, store_id, live_id, lock=True)
    if live.status == LiveStatus.finished:
        return view(live)
    live.status, live.finished_at = LiveStatus.finished, utc_now()
    return await _changed(session, live)


async def switch_bot(session: AsyncSession, store_id: UUID, live_id: UUID, *, enabled: bool) -> LiveView:
    """Turn the bot of one live on or off; callers go through `sales.kill_switch`, which lets held messages go on."""
    live = await _existing(session, store_id, live_id, lock=True)
    live.bot_enabled = enabled
    return await _changed(session, live)


async def get_live(session: AsyncSession, store_id: UUID, live_id: UUID) -> LiveView:
    """Return a live. Raises UnknownLive."""
    return view(await _existing(session, store_id, live_id))


async def list_lives(
    session: AsyncSession, store_id: UUID, *, status: str = "", limit: int = 50, offset: int = 0
) -> list[LiveView]:
    """Return lives of a store, the newest first."""
    limit, offset = max(1, min(limit, MOST_ROWS)), max(0, offset)
    return [view(live) for live in await repository.page(session, store_id, status=status, limit=limit, offset=offset)]


async def current_live(session: AsyncSession, store_id: UUID) -> LiveView | None:
    """Return the live that runs (the newest, if there are several)."""
    return next(iter(await list_lives(session, store_id, status=LiveStatus.active, limit=1)), None)


async def list_comments(
    session: AsyncSession, store_id: UUID, live_id: UUID, *, limit: int = 100, before: UUID | None = None,
    intent: str = "",
) -> list[CommentView]:  # fmt: skip
    """Return comments of a live, the newest first; go on with `before` the last id. Raises UnknownLive."""
    await _existing(session, store_id, live_id)
    rows = await repository.comments(
        session, store_id, live_id, limit=max(1, min(limit, MOST_ROWS)), before=before, intent=intent
    )
    return [CommentView(**row.model_dump(include=set(CommentView.model_fields))) for row in rows]


def view(live: LiveEvent) -> LiveView:
    return LiveView(**live.model_dump(include=set(LiveView.model_fields)))


async def _existing(session: AsyncSession, store_id: UUID, live_id: UUID, *, lock: bool = False) -> LiveEvent:
    live = await repository.get(session, store_id, live_id, lock=lock)
    if live is None:
        raise UnknownLive
    return live


async def _changed(session: AsyncSession, live: LiveEvent) -> LiveView:
    await session.flush()
    await outbox.publish(session, LiveChanged(store_id=live.store_id, live_id=live.id))
    return view(live)
