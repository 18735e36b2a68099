"""The queues: names of the streams, the appender that groups, and what consumers need, in one import."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from livestream_sell.core.cache import REDIS_AWAY, get_redis
from livestream_sell.core.errors import QueueUnavailable
from livestream_sell.core.stream_consumer import Handler, consume
from livestream_sell.core.stream_scripts import (
    APPEND,
    DATA,
    DeadLetter,
    Entry,
    discard,
    list_dead,
    queue_depths,
    replay,
    run_script,
)

__all__ = [
    "AI_PROCESSING",
    "DOMAIN_EVENTS",
    "DURABLE_STREAMS",
    "INCOMING_COMMENTS",
    "INCOMING_MESSAGES",
    "NOTIFICATION_DELIVERY",
    "PAYMENT_NOTIFICATIONS",
    "UI_UPDATES",
    "DeadLetter",
    "Entry",
    "GroupedAppender",
    "Handler",
    "QueueUnavailable",
    "consume",
    "discard",
    "list_dead",
    "queue_depths",
    "replay",
]

INCOMING_COMMENTS = "incoming_comments"
INCOMING_MESSAGES = "incoming_messages"
AI_PROCESSING = "ai_processing"
NOTIFICATION_DELIVERY = "notification_delivery"
PAYMENT_NOTIFICATIONS = "payment_notifications"
DOMAIN_EVENTS = "domain_events"
# Read without a group by every web process and capped: see core/ui_updates.py.
UI_UPDATES = "ui_updates"
# Each is read by one group: an entry is deleted once that group acknowledged it.
DURABLE_STREAMS = [
    INCOMING_COMMENTS,
    INCOMING_MESSAGES,
    AI_PROCESSING,
    NOTIFICATION_DELIVERY,
    PAYMENT_NOTIFICATIONS,
    DOMAIN_EVENTS,
]

# The server does nothing else while it appends: so many take it about 2 ms.
MOST_AT_ONCE = 1000

Note = tuple[str, Mapping[bytes, bytes], int | None]


class GroupedAppender:
    """Appends of concurrent callers share one round trip (and one fsync of the server): 2-3 times the rate."""

    def __init__(self, redis: Redis | None = None) -> None:
        self._redis = redis
        self._waiting: list[tuple[Sequence[Note], asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def append(self, stream: str, payloads: Sequence[bytes]) -> None:
        """Append each payload as one entry of `stream`; return when the server acknowledged all of them.

        Raises:
            QueueUnavailable: not acknowledged; some entries may be there all the same.
        """
        await self.append_notes([(stream, {DATA: payload}, None) for payload in payloads])

    async def append_notes(self, notes: Sequence[Note]) -> None:
        """Append (stream, fields, length to cap it at or None); otherwise as `append`."""
        if not notes:
            return
        acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((notes, acknowledged))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        await acknowledged

    async def _flush(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            refusal = await self._send([note for notes, _ in group for note in notes])
            for _, acknowledged in group:
                # A caller that went away has cancelled its future.
                if acknowledged.done():
                    continue
                if refusal is None:
                    acknowledged.set_result(None)
                else:
                    acknowledged.set_exception(QueueUnavailable(refusal))

    async def _send(self, notes: Sequence[Note]) -> str | None:
        redis = self._redis or get_redis()
        try:
            for start in range(0, len(notes), MOST_AT_ONCE):
                keys, arguments = _flat(notes[start : start + MOST_AT_ONCE])
                await run_script(redis, APPEND, keys, arguments)
        except (*REDIS_AWAY, OSError) as error:
            return f"Redis is away: {error}"
        except RedisError as error:
            # Read-only replica, no memory, wrong type: for the caller it is away as well.
            return f"Redis refused: {error}"
        return None


def _flat(notes: Sequence[Note]) -> tuple[list[str], list[Any]]:
    """Return the keys and arguments of `APPEND`."""
    places: dict[str, int] = {}
    arguments: list[Any] = []
    for (stream, cap, width), run in groupby(notes, key=lambda note: (note[0], note[2], 2 * len(note[1]))):
        place = places.setdefault(stream, len(places) + 1)
        strings = [string for _, fields, _ in run for pair in fields.items() for string in pair]
        arguments += (place, b"" if cap is None else cap, width, len(strings) // width)
        arguments += strings
    return list(places), arguments
