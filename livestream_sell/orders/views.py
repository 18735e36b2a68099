"""What sellers see of orders and claims."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class OrderRow(_Out):
    """One order of a list; `items_text` is "A1 ×2, B7", `payment_status` that of the attempt that counts."""

    id: UUID
    code: str
    status: str
    attention: str
    live_id: UUID | None
    customer_fb_id: str
    customer_name: str
    total: Decimal
    total_text: str
    currency: str
    items_text: str
    pieces: int
    gateway: str | None
    payment_status: str | None
    checkout_url: str
    held_until: datetime | None
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None


class OrderPage(_Out):
    """Some orders of all that match."""

    rows: list[OrderRow]
    total: int


class OrderLine(_Out):
    """Pieces of one product in an order; `held_until` None: nobody holds them any more."""

    item_id: UUID
    product_id: UUID
    sku: str
    name: str
    variant: dict[str, Any]
    image_url: str
    quantity: int
    unit_price: Decimal
    line_total: Decimal
    line_total_text: str
    held_until: datetime | None


class ClaimRow(_Out):
    """A claim and how it was decided: `decision_seq` is the order of deciding, `place` the place at its product."""

    id: UUID
    live_id: UUID | None
    comment_id: UUID | None
    customer_fb_id: str
    customer_name: str
    comment: str | None
    product_id: UUID | None
    sku: str | None
    name: str | None
    candidates: list[str]
    quantity: int
    reserved: int
    waiting: int
    status: str
    confidence: float
    language: str
    order_id: UUID | None
    order_code: str | None
    order_status: str | None
    decision_seq: int
    place: int
    commented_at: datetime
    decided_at: datetime
