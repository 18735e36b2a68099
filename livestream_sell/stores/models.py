"""Tables of sellers, stores and members."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from livestream_sell.core.columns import created_column, id_column, json_column, status_column, store_column
from livestream_sell.core.db import Base


class MemberRole(StrEnum):
    owner = "owner"
    staff = "staff"


class Seller(Base, table=True):
    """A person who signs in; `email` is stored lower case."""

    __tablename__ = "sellers"

    id: UUID = id_column()
    email: str = Field(unique=True, max_length=320)
    full_name: str = Field(max_length=200)
    password_hash: str
    ui_lang: str = Field(default="es", max_length=8)
    timezone: str = Field(default="America/Santiago", max_length=64)
    created_at: datetime = created_column()


class Store(Base, table=True):
    """A shop, the tenant. `bot_enabled` is the kill switch of the whole store."""

    __tablename__ = "stores"

    id: UUID = id_column()
    seller_id: UUID = Field(foreign_key="sellers.id", index=True)
    fb_page_id: str | None = Field(default=None, unique=True, max_length=64)
    name: str = Field(max_length=200)
    country: str = Field(max_length=2)
    currency: str = Field(max_length=3)
    locale: str = Field(max_length=16)
    reservation_minutes: int | None = None
    bot_enabled: bool = True
    # Moves on with every change of a product's words or price, so that caches know (stock has its own truth).
    catalogue_version: int = Field(default=1, sa_type=BigInteger)
    # Free texts a buyer may be told: {"shipping": ..., "payment": ...}.
    answers: dict[str, Any] = json_column()
    created_at: datetime = created_column()


class StoreMember(Base, table=True):
    """Who may work in a store, and as what."""

    __tablename__ = "store_members"
    __table_args__ = (UniqueConstraint("store_id", "seller_id"),)

    id: UUID = id_column()
    store_id: UUID = store_column()
    seller_id: UUID = Field(foreign_key="sellers.id", ondelete="CASCADE", index=True)
    role: str = status_column(MemberRole.owner)
    created_at: datetime = created_column()
