"""Comments as they come off the queue: decoded, cleaned, and one per comment in a batch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from livestream_sell.core.errors import InvalidInput

VERB_ORDER = {"add": 0, "edited": 1, "remove": 2}
STATE_OF_VERB = {"add": "visible", "edited": "edited", "remove": "removed"}
# Facebook's own limit for a comment; anything longer is not a person's claim.
MAX_TEXT = 8_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One change of one comment; `customer_id` stands for the comment itself where Meta names nobody."""

    verb: str
    comment_id: str
    parent_id: str | None
    post_id: str
    page_id: str
    text: str
    customer_id: str
    customer_name: str
    commented_at: datetime
    edited_at: datetime | None
    received_at: datetime
    trace_id: str

    @property
    def key(self) -> str:
        """What makes this change itself and no other: Meta delivers each at least once."""
        edition = int((self.edited_at or self.commented_at).timestamp()) if self.verb == "edited" else ""
        return f"{self.page_id}:{self.comment_id}:{self.verb}:{edition}"

    @property
    def state(self) -> str:
        return STATE_OF_VERB[self.verb]


def decode(data: bytes) -> Arrival:
    """Return a queue entry as an Arrival.

    Raises:
        InvalidInput: the entry is not of schema version 1 (final: it goes to the dead letters, where it can be read).
    """
    try:
        raw = orjson.loads(data)
        context = raw["context"]
        edited = raw.get("edited_time")
        comment_id = _clean(raw["comment_id"], 128)
        return Arrival(
            verb=raw["verb"] if raw["verb"] in VERB_ORDER else _unknown_verb(raw["verb"]),
            comment_id=comment_id,
            parent_id=_clean(raw["parent_id"], 128) if raw.get("parent_id") else None,
            post_id=_clean(context["live_id"] or "", 128),
            page_id=_clean(context["page_id"], 64),
            text=_clean(raw.get("text") or "", MAX_TEXT),
            customer_id=_clean(raw.get("from_id") or f"c:{comment_id}", 64),
            customer_name=_clean(raw.get("from_name") or "", 200),
            commented_at=_moment(raw["created_time"]),
            edited_at=_moment(edited) if edited else None,
            received_at=_moment(raw["received_at"]),
            trace_id=str(raw.get("trace_id") or ""),
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise InvalidInput(f"Not a queued comment: {error!r}") from error


def newest_per_comment(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Fold the changes of one comment in a batch into where it ends, sorted by time of writing, then arrival."""
    last: dict[tuple[str, str], Arrival] = {}
    for arrival in sorted(arrivals, key=lambda a: (VERB_ORDER[a.verb], a.edited_at or a.commented_at)):
        before = last.get((arrival.page_id, arrival.comment_id))
        first = before.commented_at if before else arrival.commented_at
        last[arrival.page_id, arrival.comment_id] = replace(arrival, commented_at=min(first, arrival.commented_at))
    place = {(a.page_id, a.comment_id): i for i, a in reversed(list(enumerate(arrivals)))}
    return sorted(last.values(), key=lambda a: (a.commented_at, place[a.page_id, a.comment_id]))


def _unknown_verb(verb: object) -> str:
    raise ValueError(f"unknown verb {verb!r}")


def _clean(value: Any, limit: int) -> str:
    """PostgreSQL takes neither NUL nor lone surrogates; both only ever come from people who try things."""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode()[:limit]


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
