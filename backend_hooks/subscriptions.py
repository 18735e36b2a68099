"""THE table: stream -> consumer, event -> handlers, schedule -> job. Who has read it has read the whole saga."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell import events
from livestream_sell.core import inbox, intake, outbox, streams
from livestream_sell.core.db import transaction
from livestream_sell.core.streams import Entry, Handler
from livestream_sell.core.timers import Job
from livestream_sell.inventory.invariants import check_stock
from livestream_sell.messaging import delivery
from livestream_sell.messaging.inbound import handle_messages
from livestream_sell.messaging.recovery import recover_interrupted
from livestream_sell.payments import notifications, reconciliation
from livestream_sell.sales import choosing, expiry, pipeline, second_opinion, settlement
from livestream_sell.sales.replies import render

# Each handler takes the event type it is listed under.
EventHandler = Callable[[AsyncSession, Any], Awaitable[None]]

EVENT_HANDLERS: dict[type[events.IntegrationEvent], tuple[EventHandler, ...]] = {
    events.PaymentSucceeded: (settlement.on_payment_succeeded,),
    events.PaymentFailed: (settlement.on_payment_failed,),
    events.BuyerWrote: (choosing.on_buyer_wrote,),
}


async def handle_events(entries: list[Entry]) -> None:
    """Consumer of `domain_events`: each handler once per event, in a transaction of its own."""
    for entry in entries:
        event = events.decode(entry.data)
        for handler in EVENT_HANDLERS.get(type(event), ()):
            async with transaction() as session:
                if await inbox.once(session, f"event:{handler.__name__}", str(event.event_id)):
                    await handler(session, event)


async def deliver(entries: list[Entry]) -> None:
    """Consumer of `notification_delivery`: words are made from what is true at this moment."""
    await delivery.deliver(entries, render)


async def take_notices(entries: list[Entry]) -> None:
    """Consumer of `payment_notifications`: a hint; the gateway itself is asked, and stock before money is taken."""
    await notifications.process_notices(entries, settlement.can_still_serve)


CONSUMERS: dict[str, Handler] = {
    streams.INCOMING_COMMENTS: pipeline.handle_comments,
    streams.AI_PROCESSING: second_opinion.handle_unsure,
    streams.INCOMING_MESSAGES: handle_messages,
    streams.NOTIFICATION_DELIVERY: deliver,
    streams.PAYMENT_NOTIFICATIONS: take_notices,
    streams.DOMAIN_EVENTS: handle_events,
}

# Entries of one transaction when so many wait. Of 256 comments each costs little more than half of what it costs in a
# batch of 64, since a batch has the same statements, commit and relay (docs/performance.md).
BATCHES = {streams.INCOMING_COMMENTS: 256}
USUAL_BATCH = 64

JOBS: tuple[Job, ...] = (
    Job("expire_reservations", 5, expiry.expire_reservations),
    Job("relay_missed_events", 2, outbox.sweep),
    Job("queue_stored_webhooks", 2, lambda: intake.sweep(streams.GroupedAppender())),
    Job("send_due_messages", 1, lambda: delivery.send_due(render)),
    Job("recover_interrupted_sends", 15, recover_interrupted),
    Job("settle_overdue_opinions", 15, second_opinion.settle_overdue),
    Job("ask_gateways", 5, lambda: reconciliation.check_due(settlement.can_still_serve)),
    Job("check_stock_invariants", 300, check_stock),
)
