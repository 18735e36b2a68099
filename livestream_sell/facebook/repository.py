"""Statements about linked Pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from livestream_sell.facebook.models import MetaSession
from livestream_sell.stores.models import Store

# One session per Page; another store's is never overwritten (no row comes back).
LINK = text("""
    INSERT INTO meta_sessions (store_id, fb_page_id, page_name, page_access_token_enc, status, status_reason)
    VALUES (:store_id, :page_id, :page_name, :token_enc, 'active', '')
    ON CONFLICT (fb_page_id) DO UPDATE SET page_name = EXCLUDED.page_name, status = 'active', status_reason = '',
        page_access_token_enc = EXCLUDED.page_access_token_enc, paused_until = NULL
    WHERE meta_sessions.store_id = EXCLUDED.store_id
    RETURNING id
""")
FORGET_OTHERS = text("DELETE FROM meta_sessions WHERE store_id = :store_id AND fb_page_id <> :page_id")
# Another store that still names the Page keeps it.
NAME_PAGE = text("""
    UPDATE stores SET fb_page_id = :page_id WHERE id = :store_id
      AND NOT EXISTS (SELECT 1 FROM stores o WHERE o.fb_page_id = :page_id AND o.id <> :store_id)
    RETURNING id
""")
MARK = text("""
    UPDATE meta_sessions SET status = :status, status_reason = left(:reason, 500), paused_until = :paused_until
    WHERE store_id = :store_id AND fb_page_id = :page_id
      AND (status <> :status OR paused_until IS DISTINCT FROM :paused_until)
    RETURNING id
""")


async def link(session: AsyncSession, store_id: UUID, page_id: str, page_name: str, token_enc: str) -> bool:
    """Return False if the Page is another store's; then nothing changed."""
    values = {"store_id": store_id, "page_id": page_id}
    if (await session.execute(NAME_PAGE, values)).scalar_one_or_none() is None:
        return False
    found = await session.execute(LINK, {**values, "page_name": page_name[:200], "token_enc": token_enc})
    if found.scalar_one_or_none() is None:
        return False
    await session.execute(FORGET_OTHERS, values)
    return True


async def mark(
    session: AsyncSession, store_id: UUID, page_id: str, status: str, reason: str, paused_until: datetime | None
) -> bool:
    """Return whether that is news."""
    values: dict[str, Any] = {"store_id": store_id, "page_id": page_id, "status": status, "reason": reason}
    found = await session.execute(MARK, {**values, "paused_until": paused_until})
    return found.scalar_one_or_none() is not None


async def session_of_store(session: AsyncSession, store_id: UUID) -> MetaSession | None:
    """Return the session of the store's Page."""
    found = (
        select(MetaSession)
        .join(Store, col(Store.id) == MetaSession.store_id)
        .where(MetaSession.store_id == store_id, MetaSession.fb_page_id == Store.fb_page_id)
    )
    return (await session.execute(found)).scalar_one_or_none()
