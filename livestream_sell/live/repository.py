"""Every SQL statement about lives and their comments; each names the store."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from livestream_sell.live.models import Comment, LiveEvent, LiveStatus

# Two starts of one store at once: the second waits and then sees the first.
LOCK_STORE = text("SELECT id FROM stores WHERE id = :store_id FOR NO KEY UPDATE")


async def lock_store(session: AsyncSession, store_id: UUID) -> None:
    await session.execute(LOCK_STORE, {"store_id": store_id})


async def get(session: AsyncSession, store_id: UUID, live_id: UUID, *, lock: bool = False) -> LiveEvent | None:
    query = select(LiveEvent).where(col(LiveEvent.store_id) == store_id, col(LiveEvent.id) == live_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def by_post(session: AsyncSession, store_id: UUID, post_id: str) -> LiveEvent | None:
    query = select(LiveEvent).where(col(LiveEvent.store_id) == store_id, col(LiveEvent.fb_live_id) == post_id)
    return (await session.execute(query)).scalar_one_or_none()


async def waiting_for_post(session: AsyncSession, store_id: UUID) -> LiveEvent | None:
    query = select(LiveEvent).where(
        col(LiveEvent.store_id) == store_id,
        col(LiveEvent.status) == LiveStatus.active,
        col(LiveEvent.fb_live_id).is_(None),
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def page(session: AsyncSession, store_id: UUID, *, status: str, limit: int, offset: int) -> Sequence[LiveEvent]:
    """Return lives of a store, the newest first."""
    query = select(LiveEvent).where(col(LiveEvent.store_id) == store_id)
    if status:
        query = query.where(col(LiveEvent.status) == status)
    query = query.order_by(col(LiveEvent.id).desc()).limit(limit).offset(offset)
    return (await session.execute(query)).scalars().all()


async def comments(
    session: AsyncSession, store_id: UUID, live_id: UUID, *, limit: int, before: UUID | None, intent: str
) -> Sequence[Comment]:
    """Return comments of a live, the newest first; `before` is the last one already seen."""
    query = select(Comment).where(col(Comment.store_id) == store_id, col(Comment.live_id) == live_id)
    if before is not None:
        query = query.where(col(Comment.id) < before)
    if intent:
        query = query.where(col(Comment.intent) == intent)
    return (await session.execute(query.order_by(col(Comment.id).desc()).limit(limit))).scalars().all()
