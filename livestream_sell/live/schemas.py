"""Lives and their comments in and out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
PostId = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z_]{1,128}$")]


class LiveStart(BaseModel):
    """A live that begins; without the post's id it adopts the first post that brings a comment."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "Noche de vestidos", "fb_live_id": "1001_5550001"}]},
    )

    title: Title
    fb_live_id: PostId | None = Field(default=None, description="Id of the live's post: <page>_<post>")
    featured_product_id: UUID | None = None


class LiveView(BaseModel):
    """A live as its seller sees it; `bot_enabled` False: the kill switch of this live is on."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    title: str
    fb_live_id: str | None
    status: str
    bot_enabled: bool
    featured_product_id: UUID | None
    started_at: datetime
    finished_at: datetime | None


class CommentView(BaseModel):
    """A comment with what the bot made of it."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    fb_comment_id: str
    customer_fb_id: str | None
    customer_name: str
    text: str
    state: str
    intent: str | None
    outcome: str
    confidence: float | None
    language: str | None
    commented_at: datetime
