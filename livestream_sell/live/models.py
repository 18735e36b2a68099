"""Tables of live events and of the comments written in them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from livestream_sell.core.columns import created_column, id_column, moment_column, status_column, store_column
from livestream_sell.core.db import Base


class LiveStatus(StrEnum):
    active = "active"
    finished = "finished"


class LiveEvent(Base, table=True):
    """One broadcast of one store; `fb_live_id` is the post id (`<page>_<post>`) its comments carry.

    Started without a post id, a live adopts the first post of its Page that brings a comment.
    """

    __tablename__ = "live_events"
    __table_args__ = (
        UniqueConstraint("store_id", "fb_live_id"),
        Index("ix_live_events_status", "status"),
    )

    id: UUID = id_column()
    store_id: UUID = store_column(index=True)
    fb_live_id: str | None = Field(default=None, max_length=128)
    title: str = Field(max_length=200)
    status: str = status_column(LiveStatus.active)
    bot_enabled: bool = True
    featured_product_id: UUID | None = Field(default=None, foreign_key="products.id", ondelete="SET NULL")
    started_at: datetime = created_column()
    finished_at: datetime | None = moment_column()


class CommentState(StrEnum):
    visible = "visible"
    edited = "edited"
    removed = "removed"


class Comment(Base, table=True):
    """One comment as it stands now; `outcome` is what the pipeline made of it (a ClaimStatus or an intent's word)."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("store_id", "fb_comment_id"),
        Index("ix_comments_live_recent", "live_id", text("id DESC")),
        # A handful at any time: what waits for a second opinion.
        Index("ix_comments_thinking", "received_at", postgresql_where=text("outcome = 'thinking'")),
    )

    id: UUID = id_column()
    store_id: UUID = store_column()
    live_id: UUID | None = Field(default=None, foreign_key="live_events.id", ondelete="CASCADE")
    fb_comment_id: str = Field(max_length=128)
    fb_post_id: str = Field(max_length=128)
    fb_parent_id: str | None = Field(default=None, max_length=128)
    customer_fb_id: str | None = Field(default=None, max_length=64)
    customer_name: str = Field(default="", max_length=200)
    text: str = ""
    state: str = status_column(CommentState.visible)
    intent: str | None = Field(default=None, max_length=32)
    language: str | None = Field(default=None, max_length=16)
    confidence: float | None = None
    engine: str | None = Field(default=None, max_length=32)
    outcome: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    # Meta's clock, one second fine: claims of a batch are decided in this order.
    commented_at: datetime
    # Ours, at the webhook: where the latency histogram starts.
    received_at: datetime
    edited_at: datetime | None = moment_column()
