"""What was said, what could not be said, and saying it once more when the seller asks for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from livestream_sell.core import outbox
from livestream_sell.core.clock import utc_now
from livestream_sell.core.errors import Conflict, NotFound
from livestream_sell.events import MessagesQueued
from livestream_sell.messaging.models import InboundMessage, Message, MessageKind, MessageStatus

MOST_ROWS = 200
# A person may decide to say again what may have been said; a program may not.
RETRIED = (MessageStatus.dead, MessageStatus.unknown)


class MessageView(BaseModel):
    """A message as its seller sees it; `direction` is `out`, or `in` for what the buyer wrote."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    direction: str
    kind: str
    purpose: str
    customer_fb_id: str
    order_id: UUID | None
    text: str
    status: str
    attempts: int
    error: str
    created_at: datetime
    sent_at: datetime | None


async def list_messages(
    session: AsyncSession, store_id: UUID, *, status: str = "", customer_fb_id: str = "", limit: int = 50,
    offset: int = 0,
) -> list[MessageView]:  # fmt: skip
    """Return messages to buyers, the newest first."""
    query = select(Message).where(col(Message.store_id) == store_id)
    if status:
        query = query.where(col(Message.status) == status)
    if customer_fb_id:
        query = query.where(col(Message.customer_fb_id) == customer_fb_id)
    query = query.order_by(col(Message.id).desc()).limit(max(1, min(limit, MOST_ROWS))).offset(max(0, offset))
    return _views((await session.execute(query)).scalars().all())


async def list_thread(
    session: AsyncSession, store_id: UUID, customer_fb_id: str, *, limit: int = 50
) -> list[MessageView]:
    """Return what a buyer and the store said to each other, the oldest first."""
    said = await list_messages(session, store_id, customer_fb_id=customer_fb_id, limit=limit)
    query = (
        select(InboundMessage)
        .where(col(InboundMessage.store_id) == store_id, col(InboundMessage.customer_fb_id) == customer_fb_id)
        .order_by(col(InboundMessage.id).desc())
        .limit(max(1, min(limit, MOST_ROWS)))
    )
    heard = [_heard(row) for row in (await session.execute(query)).scalars()]
    return sorted([*said, *heard], key=lambda message: message.created_at)[-limit:]


async def retry_message(session: AsyncSession, store_id: UUID, message_id: UUID) -> MessageView:
    """Send a message that ended without success once more.

    Raises:
        NotFound
        Conflict: it did not fail, or the same order has such a message waiting.
    """
    query = select(Message).where(col(Message.store_id) == store_id, col(Message.id) == message_id).with_for_update()
    message = (await session.execute(query)).scalar_one_or_none()
    if message is None:
        raise NotFound("There is no such message.")
    if message.status not in RETRIED:
        raise Conflict(f"This message is {message.status}: only one that failed is sent again.", status=message.status)
    if await _has_successor(session, message):
        raise Conflict(
            "A newer message of this order waits already.", reason="newer_waits", order_id=str(message.order_id)
        )
    message.status, message.attempts, message.error = MessageStatus.queued, 0, ""
    message.due_at = utc_now()
    await session.flush()
    await outbox.publish(session, MessagesQueued(store_id=store_id, message_ids=[message.id]))
    return _views([message])[0]


async def _has_successor(session: AsyncSession, message: Message) -> bool:
    if message.order_id is None or message.kind == MessageKind.public_reply:
        return False
    other = aliased(Message)
    query = select(
        exists().where(
            col(other.order_id) == message.order_id,
            col(other.purpose) == message.purpose,
            col(other.status) == MessageStatus.queued,
            col(other.kind) != MessageKind.public_reply,
        )
    )
    return bool((await session.execute(query)).scalar_one())


def _views(rows: Sequence[Message]) -> list[MessageView]:
    fields = set(MessageView.model_fields) - {"direction"}
    return [MessageView(direction="out", **row.model_dump(include=fields)) for row in rows]


def _heard(row: InboundMessage) -> MessageView:
    return MessageView(
        id=row.id, direction="in", kind="inbound", purpose="", customer_fb_id=row.customer_fb_id, order_id=None,
        text=row.text or row.payload, status="received", attempts=0, error="", created_at=row.created_at,
        sent_at=row.sent_at,
    )  # fmt: skip
