"""Tables of products and of the reservations that hold their stock."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, String, UniqueConstraint, text
from sqlmodel import Field

from livestream_sell.core.columns import (
    created_column,
    id_column,
    json_column,
    moment_column,
    money_column,
    status_column,
    store_column,
    store_mark,
)
from livestream_sell.core.db import Base


class Product(Base, table=True):
    """One sellable piece: a variant (size, colour) is a row of its own; variants of a design share `name`.

    `stock` counts pieces on the shelf, `reserved` those promised and not yet paid; available = stock - reserved.
    """

    __tablename__ = "products"
    __table_args__ = (
        UniqueConstraint("store_id", "sku"),
        CheckConstraint("reserved >= 0 AND reserved <= stock", name="never_oversold"),
        CheckConstraint("price >= 0", name="price_not_negative"),
    )

    id: UUID = id_column()
    store_id: UUID = store_column()
    sku: str = Field(max_length=64)
    name: str = Field(max_length=200)
    description: str = Field(default="", max_length=4000)
    price: Decimal = money_column()
    stock: int = 0
    reserved: int = 0
    image_url: str = Field(default="", max_length=1000)
    category: str = Field(default="", max_length=100)
    variant: dict[str, Any] = json_column()
    keywords: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(String), nullable=False, server_default=text("'{}'"))
    )
    low_stock_at: int = 2
    is_active: bool = True
    created_at: datetime = created_column()
    updated_at: datetime = created_column()

    @property
    def available(self) -> int:
        return self.stock - self.reserved


class ReservationStatus(StrEnum):
    active = "active"
    consumed = "consumed"  # paid: the piece left `stock` for good
    released = "released"  # cancelled, edited away, comment removed
    expired = "expired"


class Reservation(Base, table=True):
    """Pieces held for one buyer until `expires_at`; past it they do not count, swept or not."""

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_reservations_due", "expires_at", postgresql_where=text("status = 'active'")),
        Index("ix_reservations_product_active", "product_id", postgresql_where=text("status = 'active'")),
    )

    id: UUID = id_column()
    store_id: UUID = store_mark()
    product_id: UUID = Field(foreign_key="products.id")
    order_id: UUID = Field(foreign_key="orders.id", ondelete="CASCADE", index=True)
    quantity: int
    status: str = status_column(ReservationStatus.active)
    expires_at: datetime
    created_at: datetime = created_column()
    closed_at: datetime | None = moment_column()
