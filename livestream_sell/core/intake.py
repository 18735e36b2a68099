"""Where accepted payloads wait in PostgreSQL while Redis is away."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Field

from livestream_sell.core.columns import created_column, id_column
from livestream_sell.core.db import Base, transaction
from livestream_sell.core.errors import QueueUnavailable
from livestream_sell.core.ids import uuid7
from livestream_sell.core.streams import GroupedAppender

INSERT = text("""
    INSERT INTO webhook_intake (id, stream, payload)
    SELECT id, CAST(:stream AS text), payload
    FROM unnest(CAST(:ids AS uuid[]), CAST(:payloads AS bytea[])) AS given (id, payload)
""")
TAKE = text("""
    DELETE FROM webhook_intake WHERE id IN (
        SELECT id FROM webhook_intake ORDER BY id LIMIT :many FOR UPDATE SKIP LOCKED
    ) RETURNING id, stream, payload
""")


class WebhookIntake(Base, table=True):
    """An entry that belongs into `stream`."""

    __tablename__ = "webhook_intake"

    id: UUID = id_column()
    stream: str = Field(max_length=64)
    payload: bytes
    received_at: datetime = created_column()


async def durable_append(appender: GroupedAppender, stream: str, payloads: Sequence[bytes]) -> None:
    """Return when every payload is on disk: in `stream`, or here if Redis is away.

    Raises what the database raises if both are away: then nothing may be answered with 200.
    """
    try:
        await appender.append(stream, payloads)
    except QueueUnavailable:
        async with transaction() as session:
            ids = [uuid7() for _ in payloads]
            await session.execute(INSERT, {"ids": ids, "stream": stream, "payloads": list(payloads)})


async def sweep(appender: GroupedAppender, *, many: int = 1000) -> int:
    """Move what waits here into the streams, oldest first; return how many.

    The rows are gone only if Redis acknowledged: a crash between may repeat entries, never lose one.
    """
    try:
        async with transaction() as session:
            rows = sorted((await session.execute(TAKE, {"many": many})).all())
            for stream, group in groupby(rows, key=lambda row: row.stream):
                await appender.append(stream, [row.payload for row in group])
            return len(rows)
    except QueueUnavailable:
        return 0
