"""Tables of messages to buyers and of the conversations they belong to."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from livestream_sell.core.columns import (
    created_column,
    id_column,
    json_column,
    moment_column,
    status_column,
    store_column,
)
from livestream_sell.core.db import Base


class MessageKind(StrEnum):
    public_reply = "public_reply"  # under the comment: no price, no link
    private_reply = "private_reply"  # the one message Meta allows per comment
    direct = "direct"  # Send API to a PSID, window permitting


class MessagePurpose(StrEnum):
    claim = "claim"  # reserved: the cart and the link, rendered when it is sent
    waitlist = "waitlist"
    choose_variant = "choose_variant"
    answer = "answer"
    freed = "freed"  # a piece came to the waiting list
    expired = "expired"
    paid = "paid"
    payment_problem = "payment_problem"
    manual = "manual"  # the seller's own words
    opted_out = "opted_out"


class MessageStatus(StrEnum):
    queued = "queued"
    sending = "sending"  # committed before the call: a crash leaves a trace
    sent = "sent"
    held = "held"  # the kill switch was on
    unknown = "unknown"  # the call's outcome was lost; never sent again by itself
    dead = "dead"  # final refusal or retries used up: the seller sees it
    dropped = "dropped"  # not wanted any more when its turn came


class Message(Base, table=True):
    """One thing to say to one buyer. The words are made at the moment of sending, from what is true then."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_due", "due_at", postgresql_where=text("status = 'queued'")),
        Index("ix_messages_sending", "claimed_at", postgresql_where=text("status = 'sending'")),
        # Claims that come close together share one private message.
        Index(
            "uq_messages_one_waiting_per_order",
            "order_id",
            "purpose",
            unique=True,
            postgresql_where=text("status = 'queued' AND kind <> 'public_reply' AND order_id IS NOT NULL"),
        ),
        Index("ix_messages_order", "order_id"),
        # Was this comment replied to in private already?
        Index("ix_messages_comment", "fb_comment_id", postgresql_where=text("kind = 'private_reply'")),
        UniqueConstraint("store_id", "dedupe_key"),
    )

    id: UUID = id_column()
    store_id: UUID = store_column()
    live_id: UUID | None = Field(default=None, foreign_key="live_events.id", ondelete="CASCADE")
    kind: str = Field(max_length=32)
    purpose: str = Field(max_length=32)
    # What makes it this message and no other: `<comment>:public`, `<claim>:freed`; at most one row for each.
    dedupe_key: str = Field(max_length=200)
    fb_comment_id: str | None = Field(default=None, max_length=128)
    customer_fb_id: str = Field(max_length=64)
    order_id: UUID | None = Field(default=None, foreign_key="orders.id", ondelete="CASCADE")
    language: str = Field(default="es", max_length=16)
    # What the renderer needs beside the order: outcome, product name, free text of the seller.
    data: dict[str, Any] = json_column()
    text: str = Field(default="", sa_column_kwargs={"server_default": ""})
    status: str = status_column(MessageStatus.queued)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    error: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
    fb_message_id: str | None = Field(default=None, max_length=200)
    # The comment's arrival: the latency histogram runs from here to the Graph call.
    received_at: datetime | None = moment_column()
    due_at: datetime = created_column()
    claimed_at: datetime | None = moment_column()
    sent_at: datetime | None = moment_column()
    created_at: datetime = created_column()


class Conversation(Base, table=True):
    """A buyer's thread with a store: the 24-hour window, the opt-out, and whether a person took over."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("store_id", "customer_fb_id"),)

    id: UUID = id_column()
    store_id: UUID = store_column()
    customer_fb_id: str = Field(max_length=64)
    customer_name: str = Field(default="", max_length=200)
    language: str | None = Field(default=None, max_length=16)
    last_inbound_at: datetime | None = moment_column()
    opted_out_at: datetime | None = moment_column()
    taken_over_at: datetime | None = moment_column()
    created_at: datetime = created_column()


class InboundMessage(Base, table=True):
    """What a buyer wrote in private, or which button was tapped."""

    __tablename__ = "inbound_messages"
    __table_args__ = (UniqueConstraint("store_id", "fb_message_id"),)

    id: UUID = id_column()
    store_id: UUID = store_column()
    customer_fb_id: str = Field(max_length=64, index=True)
    fb_message_id: str = Field(max_length=200)
    text: str = ""
    payload: str = Field(default="", max_length=1000)
    sent_at: datetime
    created_at: datetime = created_column()
