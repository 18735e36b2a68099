"""Tables of orders, their items and their timeline."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
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


class OrderStatus(StrEnum):
    pending = "pending"
    paid = "paid"
    expired = "expired"  # no reservation any more; kept as interest
    cancelled = "cancelled"
    to_ship = "to_ship"
    shipped = "shipped"
    delivered = "delivered"


class Order(Base, table=True):
    """A buyer's cart in one live, and then the order it becomes. `total` is the sum of its open items."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "code"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        Index(
            "uq_orders_one_open_cart",
            "store_id",
            "live_id",
            "customer_fb_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        Index("ix_orders_store_recent", "store_id", text("id DESC")),
    )

    id: UUID = id_column()
    store_id: UUID = store_column()
    live_id: UUID | None = Field(default=None, index=True)
    customer_fb_id: str = Field(max_length=64)
    customer_name: str = Field(default="", max_length=200)
    code: str = Field(max_length=12)
    token: str = Field(unique=True, max_length=64)
    status: str = status_column(OrderStatus.pending)
    currency: str = Field(max_length=3)
    total: Decimal = money_column(Decimal(0))
    language: str = Field(default="es", max_length=16)
    # Set when a person has to look: a payment that came too late, an amount that differs, a failed message.
    attention: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    created_at: datetime = created_column()
    updated_at: datetime = created_column()
    paid_at: datetime | None = moment_column()


class OrderItem(Base, table=True):
    """Pieces of one product in an order; `reservation_id` holds them while the order is open."""

    __tablename__ = "order_items"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    id: UUID = id_column()
    store_id: UUID = store_mark()
    order_id: UUID = Field(foreign_key="orders.id", ondelete="CASCADE", index=True)
    product_id: UUID
    # None where the order came by the API instead of a comment.
    claim_id: UUID | None = Field(default=None, index=True)
    reservation_id: UUID | None = Field(default=None, foreign_key="reservations.id", unique=True)
    sku: str = Field(max_length=64)
    name: str = Field(max_length=200)
    quantity: int
    unit_price: Decimal = money_column()
    created_at: datetime = created_column()


class ClaimStatus(StrEnum):
    reserved = "reserved"
    partly_reserved = "partly_reserved"
    waitlisted = "waitlisted"
    review = "review"
    repeat = "repeat"  # the same buyer said the same again within moments
    rejected = "rejected"  # by the seller, in review
    released = "released"  # edited away, removed or cancelled
    expired = "expired"
    refused = "refused"


class Claim(Base, table=True):
    """A comment understood as a purchase of (product, quantity), and how it was decided.

    `decision_seq` is the order in which claims were decided; `waiting` pieces stand in the waiting list by it.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index("ix_claims_waiting", "product_id", "decision_seq", postgresql_where=text("waiting > 0")),
        Index("ix_claims_buyer", "live_id", "customer_fb_id"),
        Index("ix_claims_review", "store_id", postgresql_where=text("status = 'review'")),
    )

    id: UUID = id_column()
    store_id: UUID = store_mark()
    live_id: UUID | None = None
    comment_id: UUID | None = Field(default=None, foreign_key="comments.id", ondelete="CASCADE", index=True)
    customer_fb_id: str = Field(max_length=64)
    customer_name: str = Field(default="", max_length=200)
    # Null while a review has several candidates.
    product_id: UUID | None = None
    candidates: list[str] = json_column(list)
    quantity: int
    reserved: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    waiting: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    status: str = status_column(ClaimStatus.review)
    confidence: float = 1.0
    language: str = Field(default="es", max_length=16)
    order_id: UUID | None = Field(default=None, index=True)
    decision_seq: int = Field(default=None, sa_type=BigInteger, sa_column_args=[Identity(always=False)])
    commented_at: datetime
    decided_at: datetime = created_column()


class OrderEvent(Base, table=True):
    """One line of an order's timeline: who did what, when."""

    __tablename__ = "order_events"

    id: UUID = id_column()
    store_id: UUID = store_column()
    order_id: UUID = Field(foreign_key="orders.id", ondelete="CASCADE", index=True)
    kind: str = Field(max_length=48)
    actor: str = Field(default="bot", max_length=80)
    data: dict[str, Any] = json_column()
    created_at: datetime = created_column()
