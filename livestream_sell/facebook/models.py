"""Table of Page sessions: the encrypted tokens with which a store speaks to Meta."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from livestream_sell.core.columns import created_column, id_column, moment_column, status_column, store_column
from livestream_sell.core.db import Base


class SessionStatus(StrEnum):
    active = "active"
    # Meta said 190 or the like: nothing is sent until the seller links the Page again.
    reconnect = "reconnect"
    # Meta restricted the Page (368, 10-1893063, 2022): sending pauses until `paused_until`.
    paused = "paused"


class MetaSession(Base, table=True):
    """One linked Page of a store; tokens are AES-256-GCM envelopes bound to the store's id."""

    __tablename__ = "meta_sessions"

    id: UUID = id_column()
    store_id: UUID = store_column()
    fb_page_id: str = Field(unique=True, max_length=64)
    page_name: str = Field(default="", max_length=200)
    page_access_token_enc: str
    user_access_token_enc: str | None = None
    status: str = status_column(SessionStatus.active)
    status_reason: str = Field(default="", max_length=500)
    paused_until: datetime | None = moment_column()
    expires_at: datetime | None = moment_column()
    created_at: datetime = created_column()
