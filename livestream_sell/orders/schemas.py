"""What the checkout shows: nothing in here is secret from the buyer who has the link."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from livestream_sell.payments.schemas import OfferedMethod


class Stage(StrEnum):
    """What the buyer can do now."""

    open = "open"
    processing = "processing"  # the money is on its way, or the seller looks at a transfer
    paid = "paid"
    expired = "expired"
    cancelled = "cancelled"


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class CheckoutLine(_Out):
    """One piece of the cart; `seconds_left` is 0 when nobody holds it for the buyer any more."""

    name: str
    sku: str
    variant: str
    image_url: str
    quantity: int
    unit_price: Decimal
    unit_price_text: str
    line_total: Decimal
    line_total_text: str
    seconds_left: int


class CheckoutPayment(_Out):
    """The newest attempt to pay."""

    gateway: str
    status: str
    reference: str
    redirect_url: str | None
    transfer_data: dict[str, Any] | None


class CheckoutView(_Out):
    """The buyer's page of one order."""

    code: str
    token: str
    store_name: str
    language: str
    status: str
    stage: Stage
    lines: list[CheckoutLine]
    total: Decimal
    total_text: str
    currency: str
    expires_at: datetime | None
    server_now: datetime
    methods: list[OfferedMethod]
    payment: CheckoutPayment | None
