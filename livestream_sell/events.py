"""Every integration event: frozen, past tense, versioned. Who listens is in `backend_hooks/subscriptions.py`."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field

from livestream_sell.core.clock import utc_now
from livestream_sell.core.errors import InvalidInput
from livestream_sell.core.ids import uuid7

NOTIFICATION_DELIVERY = "notification_delivery"
AI_PROCESSING = "ai_processing"
DOMAIN_EVENTS = "domain_events"
UI_UPDATES = "ui_updates"


class IntegrationEvent(BaseModel):
    """A fact that left a transaction; `streams` says which queues carry it."""

    model_config = ConfigDict(frozen=True)

    streams: ClassVar[tuple[str, ...]] = (DOMAIN_EVENTS,)

    schema_version: int = 1
    event_id: UUID = Field(default_factory=uuid7)
    occurred_at: datetime = Field(default_factory=utc_now)
    store_id: UUID
    trace_id: str = ""

    @property
    def event_type(self) -> str:
        return type(self).__name__


class CommentsDecided(IntegrationEvent):
    """A batch of comments of one store went through the pipeline; `rows` are what the live feed shows."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    rows: list[dict[str, Any]]


class CommentContext(BaseModel):
    """Where a comment was written, in the names of the queue's contract."""

    model_config = ConfigDict(frozen=True)

    tienda_id: UUID
    live_id: UUID


class SecondOpinionWanted(IntegrationEvent):
    """The local engine is unsure of a comment, and a model is configured."""

    streams: ClassVar[tuple[str, ...]] = (AI_PROCESSING,)
    comment_id: UUID
    text: str
    context: CommentContext
    # What was on air when it was written; by now it may be another.
    featured: str | None = None


class ModelNeedsAttention(IntegrationEvent):
    """The second opinion is away (`unavailable`), stopped (`budget_spent`), or dearer than usual (`spending_high`)."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    kind: str


class ModelRecovered(IntegrationEvent):
    """The second opinion answers again after an outage or a spent budget."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)


class MessagesQueued(IntegrationEvent):
    """Messages wait to be sent."""

    streams: ClassVar[tuple[str, ...]] = (NOTIFICATION_DELIVERY,)
    message_ids: list[UUID]


class MessageFailed(IntegrationEvent):
    """A message will not be sent by itself any more: the seller has to see it."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    message_id: UUID
    reason: str


class PageNeedsAttention(IntegrationEvent):
    """Meta refuses this Page's token or has restricted the Page."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    fb_page_id: str
    status: str
    reason: str


class PaymentSucceeded(IntegrationEvent):
    """The gateway itself confirmed reference, amount and currency; the money is there."""

    order_id: UUID
    payment_id: UUID


class PaymentFailed(IntegrationEvent):
    """An attempt ended without money; the order may be paid another way."""

    order_id: UUID
    payment_id: UUID
    reason: str


class PaymentNeedsReview(IntegrationEvent):
    """Money a person has to look at: it differs from what was asked, has to go back, or went back."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    order_id: UUID
    payment_id: UUID
    reason: str


class OrderChanged(IntegrationEvent):
    """An order's items, state or payment moved: screens read it again."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    order_id: UUID
    status: str


class OrderPaid(IntegrationEvent):
    """An order is paid and its stock is taken for good."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    order_id: UUID
    payment_id: UUID


class OrderExpired(IntegrationEvent):
    """The last reservation of a cart ran out; the cart is kept as interest."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    order_id: UUID


class StockChanged(IntegrationEvent):
    """Stock or reserved pieces of products moved."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    product_ids: list[UUID]


class LiveChanged(IntegrationEvent):
    """A live started, finished, features another product, or its bot was switched."""

    streams: ClassVar[tuple[str, ...]] = (UI_UPDATES,)
    live_id: UUID | None = None


class BuyerWrote(IntegrationEvent):
    """A buyer wrote or tapped a button in private."""

    streams: ClassVar[tuple[str, ...]] = (DOMAIN_EVENTS, UI_UPDATES)
    customer_fb_id: str


_BY_NAME = {event.__name__: event for event in IntegrationEvent.__subclasses__()}


def decode(data: bytes) -> IntegrationEvent:
    """Return an event as a stream carried it. Raises InvalidInput for an unknown name or a broken body."""
    try:
        fields = orjson.loads(data)
        return _BY_NAME[fields.pop("event_type")].model_validate(fields)
    except (KeyError, ValueError, AttributeError) as error:
        raise InvalidInput(f"Not an event of ours: {error}") from error
