"""The stream that open screens are fed from: small notes, lost without harm, since screens reload from PostgreSQL."""

from collections.abc import Mapping, Sequence
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
    rows: tuple[dict[str, Any], ...] = ()


def publish(redis: Appender, store_id: UUID | str, topic: str, rows: Sequence[Mapping[str, Any]] = ()) -> Any:
    """Append one note; await the result on a client, or let a pipeline collect it.

    `rows` go with topic `feed`, a batch of comments in one note: `id`, `author`, `text`, `at` (ISO 8601), `intent`, or
    `id` and what changed, or `id` and `removed`. Never anything that the store's seller may not see.
    """
    return redis.xadd(STREAM, encode(store_id, topic, rows), maxlen=KEEP, approximate=True)


def encode(store_id: UUID | str, topic: str, rows: Sequence[Mapping[str, Any]] = ()) -> dict[bytes, bytes]:
    """Return the fields of a note's stream entry."""
    fields = {b"store": str(store_id).encode(), b"topic": topic.encode()}
    if rows:
        fields[b"rows"] = orjson.dumps(rows, default=str)
    return fields


def decode(fields: Mapping[Any, Any]) -> UiUpdate | None:
    """Return the note of a stream entry, or None if it is not one."""
    text = {_text(name): _text(value) for name, value in fields.items()}
    if "store" not in text or "topic" not in text:
        return None
    try:
        rows = orjson.loads(text["rows"]) if "rows" in text else []
    except orjson.JSONDecodeError:
        return None
    known = tuple(row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
    return UiUpdate(text["store"], text["topic"], known)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
