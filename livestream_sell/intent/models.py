"""Table of the engine's decisions."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Numeric, UniqueConstraint, text
from sqlmodel import Field

from livestream_sell.core.columns import created_column, id_column, json_column, store_column
from livestream_sell.core.db import Base


class AiLog(Base, table=True):
    """One decision about one comment; prompt and response only where a model was asked."""

    __tablename__ = "ai_logs"
    __table_args__ = (
        # Few beside the many that the local engine decides alone, whose rows are in neither.
        Index("ix_ai_logs_second_opinions", "store_id", "created_at", postgresql_where=text("prompt IS NOT NULL")),
        Index("ix_ai_logs_corrected", "store_id", postgresql_where=text("correction <> '{}'")),
    )

    id: UUID = id_column()
    store_id: UUID = store_column(index=True)
    live_id: UUID | None = Field(default=None, foreign_key="live_events.id", ondelete="CASCADE", index=True)
    comment_id: UUID = Field(foreign_key="comments.id", ondelete="CASCADE", index=True)
    raw_comment: str
    # What was on air when it was written: "that one" means nothing without it.
    featured_sku: str | None = Field(default=None, max_length=64)
    language: str | None = Field(default=None, max_length=16)
    detected_intent: str = Field(max_length=32)
    detected_sku: str | None = Field(default=None, max_length=64)
    items: list[dict[str, Any]] = json_column(list)
    confidence_score: float
    engine: str = Field(max_length=32)
    reason: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    model: str | None = Field(default=None, max_length=100)
    prompt: str | None = None
    response: str | None = None
    tokens_in: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    tokens_out: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    cost_usd: Decimal = Field(default=Decimal(0), sa_type=Numeric(12, 6), sa_column_kwargs={"server_default": "0"})
    latency_us: int = 0
    correction: dict[str, Any] = json_column()
    created_at: datetime = created_column()


class StoreSynonym(Base, table=True):
    """What buyers of a store call a product, learned from the seller's corrections; a keyword like any other."""

    __tablename__ = "store_synonyms"
    __table_args__ = (UniqueConstraint("store_id", "words", "sku"),)

    id: UUID = id_column()
    store_id: UUID = store_column()
    words: str = Field(max_length=100)
    sku: str = Field(max_length=64)
    # How many corrections said so.
    uses: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    created_at: datetime = created_column()
