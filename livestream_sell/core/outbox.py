"""What leaves a transaction: written with it, relayed right after it, swept up if that failed."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Protocol
from uuid import UUID

import orjson
from sqlalchemy import Index, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from livestream_sell.core import ui_updates
from livestream_sell.core.clock import utc_now
from livestream_sell.core.columns import created_column, id_column, moment_column
from livestream_sell.core.db import Base, transaction
from livestream_sell.core.errors import QueueUnavailable
from livestream_sell.core.ids import uuid7
from livestream_sell.core.resilience import is_outage
from livestream_sell.core.stream_scripts import DATA
from livestream_sell.core.streams import UI_UPDATES, GroupedAppender, Note

MISSED_AFTER = timedelta(seconds=2)
KEPT_FOR = timedelta(days=1)
# Rows of one UPDATE share an fsync; well below MISSED_AFTER, or the sweeper would send them again.
MARK_SECONDS = 0.25

INSERT = text("""
    INSERT INTO outbox (id, stream, payload)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:streams AS text[]), CAST(:payloads AS bytea[]))
""")
MARK = text("UPDATE outbox SET relayed_at = now() WHERE id = ANY(CAST(:ids AS uuid[]))")
MISSED = text("""
    SELECT id, stream, payload FROM outbox
    WHERE relayed_at IS NULL AND created_at < :before
    ORDER BY id LIMIT :many FOR UPDATE SKIP LOCKED
""")
# Ids begin with their time: the primary key finds the old ones.
PURGE = text("""
    DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE id < CAST(:below AS uuid) AND relayed_at < :before ORDER BY id LIMIT :many
    )
""")

logger = logging.getLogger(__name__)


class Event(Protocol):
    """What `livestream_sell.events` has and this module needs."""

    streams: ClassVar[tuple[str, ...]]

    @property
    def event_type(self) -> str: ...
    @property
    def event_id(self) -> UUID: ...
    @property
    def store_id(self) -> UUID: ...
    @property
    def schema_version(self) -> int: ...
    def model_dump(self, *, mode: str = ...) -> dict[str, object]: ...


class Outbox(Base, table=True):
    """An event on its way to `stream`; `relayed_at` once Redis has it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_missed", "created_at", postgresql_where=text("relayed_at IS NULL")),)

    id: UUID = id_column()
    stream: str = Field(max_length=64)
    payload: bytes
    created_at: datetime = created_column()
    relayed_at: datetime | None = moment_column()


@dataclass
class _Pending:
    """What one transaction published, until it is committed."""

    notes: list[Note] = field(default_factory=list)
    row_ids: list[UUID] = field(default_factory=list)

    async def relay(self) -> None:
        try:
            await _relay.appender.append_notes(self.notes)
        except QueueUnavailable as error:
            logger.warning("%d events wait for the sweeper: %s", len(self.row_ids), error)
        else:
            _relay.mark(self.row_ids)


class _Relay:
    """This process's way to Redis, and the rows that are there but not marked yet."""

    def __init__(self) -> None:
        self.appender = GroupedAppender()
        self._relayed: list[UUID] = []
        self._marking: asyncio.Task[None] | None = None

    def mark(self, ids: list[UUID]) -> None:
        self._relayed += ids
        if self._relayed and (self._marking is None or self._marking.done()):
            self._marking = asyncio.create_task(self._mark_soon())

    async def finish(self) -> None:
        if self._marking is not None:
            self._marking.cancel()
        await self._mark_now()

    async def _mark_soon(self) -> None:
        while self._relayed:
            await asyncio.sleep(MARK_SECONDS)
            await self._mark_now()

    async def _mark_now(self) -> None:
        ids, self._relayed = self._relayed, []
        if not ids:
            return
        try:
            async with transaction() as session:
                await session.execute(MARK, {"ids": ids})
        except Exception as error:
            # The sweeper will send them again, and consumers know them by their event_id.
            if not is_outage(error):
                raise
            logger.warning("%d relayed events could not be marked: %r", len(ids), error)


_relay = _Relay()


async def publish(session: AsyncSession, event: Event) -> None:
    """Let `event` leave with the caller's transaction; handlers may get it more than once (`event_id`)."""
    await publish_many(session, [event])


async def publish_many(session: AsyncSession, events: Sequence[Event]) -> None:
    """`publish` for many, in one statement.

    `ui_updates` gets notes without rows: they may be lost, since screens read the truth again.
    """
    pending = session.info.get("outbox")
    if pending is None:
        pending = session.info["outbox"] = _Pending()
        session.info.setdefault("after_commit", []).append(pending.relay)
    ids, streams, payloads = [], [], []
    for event in events:
        payload = encode(event) if set(event.streams) - {UI_UPDATES} else b""
        for stream in event.streams:
            if stream == UI_UPDATES:
                pending.notes += _screen_notes(event)
                continue
            pending.notes.append((stream, {DATA: payload}, None))
            ids.append(uuid7())
            streams.append(stream)
            payloads.append(payload)
    if ids:
        pending.row_ids += ids
        await session.execute(INSERT, {"ids": ids, "streams": streams, "payloads": payloads})


def encode(event: Event) -> bytes:
    """Return the event as its stream carries it: its fields and `event_type`, as JSON."""
    return orjson.dumps({"event_type": event.event_type, **event.model_dump()}, default=str)


def _screen_notes(event: Event) -> list[Note]:
    rows = getattr(event, "rows", None)
    topic = event.event_type if rows is None else ui_updates.FEED
    return [(UI_UPDATES, ui_updates.encode(event.store_id, topic, rows or ()), ui_updates.KEEP)]


async def sweep(*, many: int = 1000) -> int:
    """Relay what was missed (any number of workers may do this at once) and drop what is old; return how many."""
    try:
        async with transaction() as session:
            rows = (await session.execute(MISSED, {"before": utc_now() - MISSED_AFTER, "many": many})).all()
            await _relay.appender.append_notes([(row.stream, {DATA: row.payload}, None) for row in rows])
            if rows:
                await session.execute(MARK, {"ids": [row.id for row in rows]})
    except QueueUnavailable:
        return 0
    before = utc_now() - KEPT_FOR
    below = UUID(int=int(before.timestamp() * 1000) << 80)
    async with transaction() as session:
        await session.execute(PURGE, {"below": below, "before": before, "many": 10 * many})
    return len(rows)


async def finish() -> None:
    """Mark what is relayed; at stop, before the database is let go."""
    await _relay.finish()
