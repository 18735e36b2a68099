"""The stream that open screens are fed from: small notes, lost without harm, since screens reload from PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson

STREAM = "ui_updates"
# A few minutes of a busy evening; a screen that missed more than this reloads anyway.
KEEP = 20_000
# Topic of rows for the comment stream; every other topic only says "read this again".
FEED = "feed"


class Appender(Protocol):
    """The part of a Redis client or pipeline that is used here."""

    def xadd(self, name: str, fields: Any, *, maxlen: int, approximate: bool) -> Any: ...


@dataclass(frozen=True, slots=True)
class UiUpdate:
    """One note for the open screens of one store."""

    store_id: str
    topic: str
    row: dict[str, Any] | None = None


def publish(redis: Appender, store_id: UUID | str, topic: str, row: Mapping[str, Any] | None = None) -> Any:
    """Append one note; await the result on a client, or let a pipeline collect it.

    `row` goes with topic `feed`: `id`, `author`, `text`, `at` (ISO 8601), `intent`, or `id` and what changed,
    or `id` and `removed`. Never anything that the store's seller may not see.
    """
    fields = {"store": str(store_id), "topic": topic}
    if row is not None:
        fields["row"] = orjson.dumps(row).decode()
    return redis.xadd(STREAM, fields, maxlen=KEEP, approximate=True)


def decode(fields: Mapping[Any, Any]) -> UiUpdate | None:
    """Return the note of a stream entry, or None if it is not one."""
    text = {_text(name): _text(value) for name, value in fields.items()}
    if "store" not in text or "topic" not in text:
        return None
    try:
        row = orjson.loads(text["row"]) if "row" in text else None
    except orjson.JSONDecodeError:
        return None
    return UiUpdate(text["store"], text["topic"], row if isinstance(row, dict) else None)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
