"""Tables of gateway settings, payment attempts and what gateways told us."""

from datetime import datetime
from decimal import Decimal
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
    money_column,
    status_column,
    store_column,
)
from livestream_sell.core.db import Base


class GatewayName(StrEnum):
    paypal = "paypal"
    mercado_pago = "mercado_pago"
    flow = "flow"
    bank_transfer = "bank_transfer"


class PaymentConfig(Base, table=True):
    """How a store takes money by one gateway; `settings_enc` is an encrypted JSON object."""

    __tablename__ = "payment_configs"
    __table_args__ = (UniqueConstraint("store_id", "gateway"),)

    id: UUID = id_column()
    store_id: UUID = store_column()
    gateway: str = Field(max_length=32)
    settings_enc: str
    enabled: bool = True
    created_at: datetime = created_column()


class PaymentStatus(StrEnum):
    creating = "creating"  # intent row; the gateway may or may not know of it
    pending = "pending"  # the buyer is at the gateway
    reported = "reported"  # bank transfer: the buyer says it is sent
    succeeded = "succeeded"
    failed = "failed"
    expired = "expired"
    refund_due = "refund_due"  # money came and there is no piece for it, or it came twice
    needs_review = "needs_review"  # amount, currency or reference differ


class Payment(Base, table=True):
    """One attempt to pay one order. `reference` is ours and unique; `gateway_payment_id` settles once."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("gateway", "gateway_payment_id"),
        Index("ix_payments_gateway_ref", "gateway", "gateway_ref"),
        Index("ix_payments_due", "next_check_at", postgresql_where=text("next_check_at IS NOT NULL")),
    )

    id: UUID = id_column()
    store_id: UUID = store_column()
    order_id: UUID = Field(foreign_key="orders.id", ondelete="CASCADE", index=True)
    gateway: str = Field(max_length=32)
    reference: str = Field(unique=True, max_length=64)
    status: str = status_column(PaymentStatus.creating)
    amount: Decimal = money_column()
    currency: str = Field(max_length=3)
    # The items this amount pays for: what is claimed later belongs to another payment.
    item_ids: list[str] = json_column(list)
    # The gateway's own object (PayPal order, Mercado Pago preference, Flow token), and the id that settles.
    gateway_ref: str | None = Field(default=None, max_length=128)
    gateway_payment_id: str | None = Field(default=None, max_length=128)
    redirect_url: str | None = Field(default=None, max_length=2000)
    failure: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
    details: dict[str, Any] = json_column()
    created_at: datetime = created_column()
    expires_at: datetime | None = moment_column()
    # When the sweeper asks the gateway itself, for the webhook that never came.
    next_check_at: datetime | None = moment_column()
    settled_at: datetime | None = moment_column()
