"""What the pipeline hands in to be said, what a renderer hands back, and a message on its way out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.facebook.schemas import PageAccess


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """Something to say; there is at most one message for each `dedupe_key` of a store."""

    store_id: UUID
    live_id: UUID | None
    kind: str
    purpose: str
    dedupe_key: str
    fb_comment_id: str | None
    customer_fb_id: str
    order_id: UUID | None = None
    language: str = "es"
    data: Mapping[str, Any] = field(default_factory=dict)
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A claimed message with all that is needed to decide about it and to send it."""

    id: UUID
    store_id: UUID
    live_id: UUID | None
    kind: str
    purpose: str
    fb_comment_id: str | None
    customer_fb_id: str
    order_id: UUID | None
    language: str
    data: Mapping[str, Any]
    attempts: int
    created_at: datetime
    received_at: datetime | None
    access: PageAccess | None
    page_status: str | None
    page_paused_until: datetime | None
    bot_enabled: bool
    last_inbound_at: datetime | None
    opted_out_at: datetime | None
    comment_used: bool
    # What the buyer picked at the checkout or wrote in private; goes before the comment's language.
    chosen_language: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words as they stand now. `body` is Meta's message object for private routes; `dropped` says why not."""

    text: str = ""
    body: Mapping[str, Any] | None = None
    dropped: str = ""


Render = Callable[[AsyncSession, Sequence[OutgoingMessage]], Awaitable[Mapping[UUID, Rendered]]]


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of a message; `delay` seconds until it is tried again when `status` is queued."""

    id: UUID
    store_id: UUID
    status: str
    kind: str
    attempts: int
    text: str = ""
    error: str = ""
    fb_message_id: str | None = None
    delay: float = 0.0
