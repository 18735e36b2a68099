"""From the stream `ui_updates` to the open screens: one pump per web process, small deltas to a store's room."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio as aioredis
import reflex as rx
import structlog
from redis.exceptions import RedisError
from reflex.state import StateUpdate
from reflex_base.registry import RegistrationContext

from livestream_sell.core import ui_updates
from livestream_sell.core.ui_updates import UiUpdate

log = structlog.get_logger()
COALESCE_SECONDS = 0.1
RETRY_SECONDS = 1.0
# More rows than this in one tenth of a second cannot be read; the newest are shown, the rest is in the database.
MAX_ROWS = 50


class LiveState(rx.State):
    """What the server pushes. Never assigned on the server: rows and topics travel by room only."""

    inbox: dict[str, Any] = {}
    pulse: dict[str, Any] = {}


@dataclass(slots=True)
class Room:
    """What waits to be sent to the screens of one store, and what was sent last."""

    # One count for each var: the browser tells by it whether it has missed rows.
    feed_seq: int = 0
    pulse_seq: int = 0
    last: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)

    def take(self) -> dict[str, Any]:
        """Return the delta of `LiveState` and begin anew. The last rows go along: a browser may skip one render."""
        delta: dict[str, Any] = {}
        if self.rows:
            self.feed_seq += 1
            rows, self.rows = self.rows[-MAX_ROWS:], []
            delta["inbox_rx_state_"] = {"seq": self.feed_seq, "rows": [*self.last, *rows]}
            self.last = rows
        if self.topics:
            self.pulse_seq += 1
            delta["pulse_rx_state_"] = {"seq": self.pulse_seq, "topics": sorted(self.topics)}
            self.topics = set()
        return delta


class Outbox:
    """Collects notes per store and empties itself in one go."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    def add(self, update: UiUpdate) -> None:
        """Keep one note until the next flush."""
        room = self._rooms.setdefault(update.store_id, Room())
        if update.topic == ui_updates.FEED:
            room.rows += update.rows
        else:
            room.topics.add(update.topic)

    def drain(self) -> list[tuple[str, dict[str, Any]]]:
        """Return (store, delta) for each store with news."""
        return [(store, room.take()) for store, room in self._rooms.items() if room.rows or room.topics]


def room_name(store_id: object) -> str:
    """Return the name of a store's room."""
    return f"store:{store_id}"


async def watch_store(state: rx.State, store_id: object) -> None:
    """Let this browser hear of this store. Call it from `load` after authorising, before reading the rows."""
    app = RegistrationContext.get().app
    namespace = app.event_namespace
    sid = namespace.token_to_sid.get(state.router.session.client_token) if namespace else None
    if sid is None:
        return
    mine = room_name(store_id)
    for room in app.sio.rooms(sid, namespace=namespace.namespace):
        if room.startswith("store:") and room != mine:
            await namespace.leave_room(sid, room)
    await namespace.enter_room(sid, mine)


def live_pump(app: rx.App, redis_url: str) -> Any:
    """Return the lifespan task that feeds the open screens of this process."""

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        client = aioredis.from_url(redis_url)
        outbox = Outbox()
        tasks = [asyncio.create_task(_read(client, outbox)), asyncio.create_task(_emit(app, outbox))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await client.aclose()

    return lifespan


async def _read(client: aioredis.Redis, outbox: Outbox) -> None:
    last: bytes | str = "$"
    while True:
        try:
            for _, entries in await client.xread({ui_updates.STREAM: last}, count=500, block=5_000) or []:
                for last, fields in entries:  # noqa: B007 (read on from here)
                    if update := ui_updates.decode(fields):
                        outbox.add(update)
        except (RedisError, OSError) as error:
            log.warning("live_pump_waits_for_redis", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)


async def _emit(app: rx.App, outbox: Outbox) -> None:
    """The one place that speaks to Reflex's socket directly."""
    state = LiveState.get_full_name()
    while True:
        await asyncio.sleep(COALESCE_SECONDS)
        for store_id, delta in outbox.drain():
            await app.sio.emit(
                "event",
                StateUpdate(delta={state: delta}),
                room=room_name(store_id),
                namespace=app.event_namespace.namespace,
            )
