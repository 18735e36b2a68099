"""The outbox: what was committed leaves, what was not never does."""

import asyncio
from typing import Any, ClassVar
from uuid import UUID

import orjson
import pytest
from pydantic import BaseModel, ConfigDict, Field
from redis.asyncio import Redis
from sqlalchemy import text

from livestream_sell.core import outbox, ui_updates
from livestream_sell.core.cache import new_client
from livestream_sell.core.db import transaction
from livestream_sell.core.ids import uuid7
from livestream_sell.core.streams import DOMAIN_EVENTS, NOTIFICATION_DELIVERY, UI_UPDATES, GroupedAppender
from tests.support.waiting import until

STORE = uuid7()


class Fact(BaseModel):
    model_config = ConfigDict(frozen=True)

    streams: ClassVar[tuple[str, ...]] = (DOMAIN_EVENTS,)

    schema_version: int = 1
    event_id: UUID = Field(default_factory=uuid7)
    store_id: UUID = STORE
    trace_id: str = "t1"

    @property
    def event_type(self) -> str:
        return type(self).__name__


class SeenAndSent(Fact):
    streams: ClassVar[tuple[str, ...]] = (NOTIFICATION_DELIVERY, UI_UPDATES)


class FeedRows(Fact):
    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    rows: list[dict[str, Any]]


async def rows() -> list[tuple[str, bool]]:
    async with transaction() as session:
        found = await session.execute(text("SELECT stream, relayed_at IS NOT NULL FROM outbox ORDER BY id"))
        return [(row[0], row[1]) for row in found]


async def payloads(redis: Redis, stream: str) -> list[dict[str, Any]]:
    return [orjson.loads(fields[b"d"]) for _, fields in await redis.xrange(stream)]


@pytest.fixture
def redis_is_away(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The relay talks to a port where nobody listens."""
    nowhere = new_client("redis://127.0.0.1:1")
    monkeypatch.setattr(outbox._relay, "appender", GroupedAppender(nowhere))
    return monkeypatch


async def test_a_committed_event_is_relayed_at_once_and_marked(database: None, redis: Redis) -> None:
    event = Fact()

    async with transaction() as session:
        await outbox.publish(session, event)
        assert await redis.exists(DOMAIN_EVENTS) == 0

    assert await payloads(redis, DOMAIN_EVENTS) == [
        {
            "event_type": "Fact",
            "schema_version": 1,
            "event_id": str(event.event_id),
            "store_id": str(STORE),
            "trace_id": "t1",
        }
    ]
    await until(lambda: _equals(rows(), [(DOMAIN_EVENTS, True)]))


async def test_a_rolled_back_event_never_leaves(database: None, redis: Redis) -> None:
    async def fail() -> None:
        async with transaction() as session:
            await outbox.publish(session, Fact())
            await outbox.publish(session, FeedRows(rows=[{"id": 1}]))
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail()

    assert await rows() == []
    assert await redis.exists(DOMAIN_EVENTS, UI_UPDATES) == 0


async def test_events_of_one_transaction_leave_in_their_order(database: None, redis: Redis) -> None:
    events = [Fact() for _ in range(20)]

    async with transaction() as session:
        await outbox.publish(session, events[0])
        await outbox.publish_many(session, events[1:])

    assert [entry["event_id"] for entry in await payloads(redis, DOMAIN_EVENTS)] == [str(e.event_id) for e in events]


async def test_screens_get_notes_without_rows(database: None, redis: Redis) -> None:
    async with transaction() as session:
        await outbox.publish_many(session, [SeenAndSent(), FeedRows(rows=[{"id": "a"}, {"id": "b"}])])

    assert await rows() == [(NOTIFICATION_DELIVERY, False)]
    notes = [ui_updates.decode(fields) for _, fields in await redis.xrange(UI_UPDATES)]
    assert notes == [
        ui_updates.UiUpdate(str(STORE), "SeenAndSent"),
        ui_updates.UiUpdate(str(STORE), "feed", ({"id": "a"}, {"id": "b"})),
    ]


async def test_what_the_relay_missed_is_swept_once_by_many_sweepers(
    database: None, redis: Redis, redis_is_away: pytest.MonkeyPatch
) -> None:
    async with transaction() as session:
        await outbox.publish_many(session, [Fact() for _ in range(30)])
    assert await redis.exists(DOMAIN_EVENTS) == 0

    redis_is_away.undo()
    assert await outbox.sweep() == 0  # not yet: the relay may be at it
    async with transaction() as session:
        await session.execute(text("UPDATE outbox SET created_at = created_at - interval '3 seconds'"))
    swept = await asyncio.gather(*(outbox.sweep(many=10) for _ in range(6)))

    assert sum(swept) == 30
    ids = [entry["event_id"] for entry in await payloads(redis, DOMAIN_EVENTS)]
    assert len(ids) == len(set(ids)) == 30
    assert await outbox.sweep() == 0


async def test_a_sweep_without_redis_changes_nothing(database: None, redis: Redis, redis_is_away: Any) -> None:
    async with transaction() as session:
        await outbox.publish(session, Fact())
        await session.execute(text("UPDATE outbox SET created_at = created_at - interval '3 seconds'"))

    assert await outbox.sweep() == 0
    assert await rows() == [(DOMAIN_EVENTS, False)]


async def test_old_relayed_rows_are_dropped_and_nothing_else(database: None, redis: Redis) -> None:
    async with transaction() as session:
        await session.execute(
            text("""
                INSERT INTO outbox (id, stream, payload, created_at, relayed_at) VALUES
                (uuidv7('-2 days'), 'old relayed', '', now() - interval '2 days', now() - interval '2 days'),
                (uuidv7('-1 hour'), 'young relayed', '', now() - interval '1 hour', now() - interval '1 hour'),
                (uuidv7('-2 days'), 'old unsent', '{}', now() - interval '2 days', NULL)
            """)
        )

    assert await outbox.sweep() == 1
    assert await rows() == [("old unsent", True), ("young relayed", True)]
    assert await redis.xlen("old unsent") == 1


async def _equals(value: Any, wanted: Any) -> bool:
    return await value == wanted
