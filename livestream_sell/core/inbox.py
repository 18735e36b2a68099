"""What came in from outside, once each: the row and the effects commit together."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from livestream_sell.core.columns import created_column
from livestream_sell.core.db import Base

# Sorted, so that two batches with common ids wait for each other instead of deadlocking.
ADMIT = text("""
    INSERT INTO inbox (source, external_id, store_id, received_at, handled_at)
    SELECT CAST(:source AS text), external_id, CAST(:store_id AS uuid), now(), now()
    FROM unnest(CAST(:external_ids AS text[])) AS given (external_id)
    ORDER BY external_id
    ON CONFLICT DO NOTHING
    RETURNING external_id
""")


class Inbox(Base, table=True):
    """`external_id` in the sender's own words; the table of what is never done twice."""

    __tablename__ = "inbox"

    source: str = Field(primary_key=True, max_length=64)
    external_id: str = Field(primary_key=True, max_length=255)
    # No foreign key: the memory of what was handled outlives a store.
    store_id: UUID | None = None
    received_at: datetime = created_column()
    handled_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True), nullable=True)


async def admit(
    session: AsyncSession, source: str, external_ids: Sequence[str], *, store_id: UUID | None = None
) -> set[str]:
    """Return those of `external_ids` that were never admitted before; waits for another transaction that has them.

    If the caller's transaction rolls back, nothing was admitted.
    """
    if not external_ids:
        return set()
    values = {"source": source, "external_ids": list(external_ids), "store_id": store_id}
    return set((await session.execute(ADMIT, values)).scalars())


async def once(session: AsyncSession, source: str, external_id: str, *, store_id: UUID | None = None) -> bool:
    """Return whether this is the first time."""
    return bool(await admit(session, source, [external_id], store_id=store_id))
