"""What every gateway can do, and the plain values that pass between it and the rest of the slice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class GatewaySettings(BaseModel):
    """A store's credentials for one gateway; `title` of a field is its label, `json_schema_extra` marks secrets."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class FactState(StrEnum):
    pending = "pending"
    approved = "approved"  # the buyer agreed; the money moves when we capture
    succeeded = "succeeded"
    failed = "failed"
    expired = "expired"
    refunded = "refunded"  # given back or charged back


@dataclass(frozen=True, slots=True)
class PaymentIntent:
    """Everything a gateway needs to make its own object for one attempt."""

    payment_id: UUID
    reference: str
    amount: Decimal
    currency: str
    title: str
    store_name: str
    store_locale: str
    language: str
    email: str | None
    return_url: str
    notify_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Created:
    """The gateway's object: where the buyer goes, or (`transfer_data`) what the buyer copies."""

    gateway_ref: str
    redirect_url: str | None
    expires_at: datetime
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Whatever is known of an attempt; a gateway asks by the most exact of them."""

    reference: str | None = None
    gateway_ref: str | None = None
    gateway_payment_id: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A hint that something happened; `external_id` is the gateway's id of the notification itself."""

    external_id: str | None
    lookup: Lookup


@dataclass(frozen=True, slots=True)
class GatewayFact:
    """What the gateway says when asked; amount, currency and reference are compared before anything settles."""

    state: FactState
    reference: str
    amount: Decimal
    currency: str
    gateway_ref: str | None = None
    gateway_payment_id: str | None = None
    detail: str = ""


class PaymentGateway(Protocol):
    """A way to pay. Methods raise GatewayUnavailable (try again) or GatewayRejected (final).

    `currencies` is None where any is taken; `signs_notices` False means that only references we know are believed
    to be worth a question; `needs_capture` that an approved payment moves no money until `capture`.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    settings_model: ClassVar[type[GatewaySettings]]
    currencies: ClassVar[frozenset[str] | None]
    needs_email: ClassVar[bool]
    signs_notices: ClassVar[bool]
    is_manual: ClassVar[bool]

    async def create(self, intent: PaymentIntent, settings: Any) -> Created:
        """Make the gateway's object; called outside of transactions, once per attempt."""

    async def parse_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, settings: Any
    ) -> list[Notice]:
        """Return what a notification hints at; raise NotificationRefused unless it is the gateway's."""

    async def fetch(self, lookup: Lookup, settings: Any) -> GatewayFact | None:
        """Ask the gateway; None when it knows of nothing."""

    async def capture(self, lookup: Lookup, settings: Any) -> GatewayFact | None:
        """Take the money of an approved payment; doing it twice is harmless."""

    async def close(self, lookup: Lookup, settings: Any) -> None:
        """Make sure nobody pays this attempt (again); harmless when there is nothing to close."""
