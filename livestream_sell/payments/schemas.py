"""What goes into and comes out of payments."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class OrderForPayment:
    """What payments need to know of an order; the slice above fills it."""

    order_id: UUID
    store_id: UUID
    code: str
    token: str
    amount: Decimal
    currency: str
    title: str
    item_ids: list[str]
    reservation_expires_at: datetime
    language: str


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class StartedPayment(_Out):
    """Where the buyer goes (`redirect_url`), or what the buyer copies (`transfer_data`)."""

    payment_id: UUID
    reference: str
    redirect_url: str | None
    transfer_data: dict[str, Any] | None


class OfferedMethod(_Out):
    """One button of the payment choice."""

    gateway: str
    label: str
    needs_email: bool
    is_manual: bool


class PaymentView(_Out):
    """An attempt as its buyer or seller may see it."""

    payment_id: UUID
    gateway: str
    reference: str
    status: str
    amount: Decimal
    currency: str
    failure: str
    redirect_url: str | None
    transfer_data: dict[str, Any] | None
    created_at: datetime
    expires_at: datetime | None
    returned_at: datetime | None
    settled_at: datetime | None


class SettingsField(_Out):
    """One input of the settings screen."""

    name: str
    label: str
    help: str
    is_secret: bool
    is_required: bool


class GatewayConfig(_Out):
    """A gateway as the settings screen shows it; secrets in `values` are masked."""

    gateway: str
    label: str
    is_configured: bool
    enabled: bool
    values: dict[str, str]
    fields: list[SettingsField]
    notify_url: str
    currencies: list[str] | None
