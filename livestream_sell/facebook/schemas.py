"""What comes in from Meta, in our words, and how it travels in the queues."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class IncomingComment:
    """One comment that was added, edited or removed; `from_id` is None when Meta does not say who."""

    verb: str
    comment_id: str
    parent_id: str
    text: str
    from_id: str | None
    from_name: str
    created_time: int | None
    edited_time: int | None
    page_id: str
    post_id: str
    status_type: str

    def to_queue(self, received_at: float, trace_id: str) -> bytes:
        """Return the entry of stream `incoming_comments`."""
        return orjson.dumps(
            {
                "schema_version": SCHEMA_VERSION,
                "verb": self.verb,
                "comment_id": self.comment_id,
                "parent_id": self.parent_id,
                "text": self.text,
                "from_id": self.from_id,
                "from_name": self.from_name,
                "created_time": self.created_time or int(received_at),
                "edited_time": self.edited_time,
                "received_at": received_at,
                "trace_id": trace_id,
                "context": {"page_id": self.page_id, "live_id": self.post_id, "status_type": self.status_type},
            }
        )


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """Something in a private thread: `message`, `postback`, `optin`, `referral`, `standby`, or our own `echo`."""

    kind: str
    mid: str
    psid: str
    page_id: str
    text: str
    payload: str
    timestamp: int | None

    def to_queue(self, received_at: float, trace_id: str) -> bytes:
        """Return the entry of stream `incoming_messages`; `timestamp` is Meta's, in Unix milliseconds."""
        return orjson.dumps(
            {
                "schema_version": SCHEMA_VERSION,
                "kind": self.kind,
                "mid": self.mid,
                "psid": self.psid,
                "page_id": self.page_id,
                "text": self.text,
                "payload": self.payload,
                "timestamp": self.timestamp or int(received_at * 1000),
                "received_at": received_at,
                "trace_id": trace_id,
            }
        )


@dataclass(frozen=True, slots=True)
class LiveVideoStatus:
    """A live video of a Page changed its state; Meta gives the video's id here, never the post's."""

    page_id: str
    live_video_id: str
    status: str


@dataclass(slots=True)
class ParsedWebhook:
    """What one POST of Meta contained; `ignored` counts the rest by reason."""

    comments: list[IncomingComment] = field(default_factory=list)
    messages: list[IncomingMessage] = field(default_factory=list)
    live_videos: list[LiveVideoStatus] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class PageAccess:
    """A Page and the token to speak for it; never shown, never logged."""

    store_id: UUID
    page_id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """The body of an accepted call, and how much of the Page's allowance Meta says is used (percent)."""

    body: dict[str, Any]
    used_percent: int = 0
    # Seconds until Meta accepts calls again, when it says so.
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """A Page that a store speaks for."""

    page_id: str
    name: str
    status: str
    is_subscribed: bool
