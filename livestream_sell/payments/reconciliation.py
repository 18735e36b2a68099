"""Asking the gateway: for a hint that came, and on a schedule for the hint that never came."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import inbox
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import VendorRejected, VendorUnavailable
from livestream_sell.payments import configs, repository
from livestream_sell.payments.gateways.base import (
    FactState,
    GatewayFact,
    GatewaySettings,
    Lookup,
    PaymentGateway,
)
from livestream_sell.payments.gateways.registry import gateway_named
from livestream_sell.payments.models import Payment, PaymentStatus
from livestream_sell.payments.settling import UNPAID, disagreement, settle

# Called with the attempt in a transaction of its own, before money moves: is the stock still there?
MayCapture = Callable[[AsyncSession, Payment], Awaitable[bool]]

CHECKS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
EVERY = timedelta(hours=1)
# After its end a gateway may still be busy with a card that was typed in time.
GRACE = timedelta(minutes=15)
AT_ONCE = 8
NO_STOCK = "no_stock"

logger = logging.getLogger(__name__)


def next_check(created_at: datetime, expires_at: datetime, now: datetime) -> datetime:
    """Return when an attempt is asked about after `now`: soon and often, then hourly, and once more after its end."""
    planned = [created_at + step for step in CHECKS] + [now + EVERY, expires_at + GRACE]
    return min(moment for moment in planned if moment > now)


def first_check(created_at: datetime, expires_at: datetime, *, is_manual: bool) -> datetime:
    """Return when an attempt is asked about first; of a bank transfer only its end is of interest."""
    return expires_at + GRACE if is_manual else next_check(created_at, expires_at, created_at)


async def check_due(may_capture: MayCapture, limit: int = 50) -> int:
    """Ask about every payment whose time has come; any number of workers may do so. Return how many."""
    now = utc_now()
    async with transaction() as session:
        due = await repository.take_due(session, limit)
        for payment in due:
            payment.next_check_at = next_check(payment.created_at, payment.expires_at or now, now)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(payment: Payment) -> None:
        async with gate:
            try:
                await check_payment(payment.id, may_capture)
            except (VendorUnavailable, VendorRejected) as error:
                logger.warning("%s could not say about %s: %r", payment.gateway, payment.reference, error)

    await asyncio.gather(*(one(payment) for payment in due))
    return len(due)


async def check_payment(payment_id: UUID, may_capture: MayCapture) -> None:
    """Ask the gateway about one attempt now; past its end and grace it is over, whatever the gateway forgot."""
    async with transaction() as session:
        payment = await repository.get(session, payment_id)
        if payment is None or payment.status not in UNPAID:
            return
        settings = await configs.settings_of(session, payment.store_id, payment.gateway)
    if settings is None:
        return
    chosen = gateway_named(payment.gateway)
    fact = await chosen.fetch(Lookup(payment.reference, payment.gateway_ref), settings)
    if fact is not None:
        await conclude(chosen, payment.id, fact, settings, may_capture=may_capture)
    async with transaction() as session:
        await _end_if_over(session, payment_id)


async def conclude(
    chosen: PaymentGateway,
    payment_id: UUID,
    fact: GatewayFact,
    settings: GatewaySettings,
    *,
    may_capture: MayCapture,
    notice_id: str | None = None,
) -> None:
    """Capture what is approved and may be taken, then settle; after success nobody can pay the attempt again."""
    async with transaction() as session:
        payment = await repository.get(session, payment_id)
        assert payment is not None
        lookup = Lookup(payment.reference, payment.gateway_ref)
        is_open = payment.status in UNPAID and fact.state is FactState.approved and not disagreement(payment, fact)
        is_allowed = is_open and await may_capture(session, payment)
    if is_allowed:
        fact = await chosen.capture(lookup, settings) or fact
    elif is_open:
        fact = replace(fact, state=FactState.failed, detail=NO_STOCK)
    async with transaction() as session:
        moved_to = await settle(session, payment_id, fact)
        if notice_id and moved_to is not None:
            # A record, not a gate: the same hint may find another truth at the gateway the second time.
            await inbox.once(session, chosen.name, notice_id, store_id=payment.store_id)
    if moved_to is PaymentStatus.succeeded:
        await _close(chosen, lookup, settings)


async def _close(chosen: PaymentGateway, lookup: Lookup, settings: GatewaySettings) -> None:
    try:
        await chosen.close(lookup, settings)
    except (VendorUnavailable, VendorRejected) as error:
        # A second payment is caught when it settles.
        logger.warning("%s did not close %s: %r", chosen.name, lookup.reference, error)


async def _end_if_over(session: AsyncSession, payment_id: UUID) -> None:
    payment = await repository.lock(session, payment_id)
    if payment is None or payment.status not in UNPAID - {PaymentStatus.reported}:
        return
    if payment.expires_at is not None and utc_now() < payment.expires_at + GRACE:
        return
    over = GatewayFact(
        FactState.expired, payment.reference, payment.amount, payment.currency, detail=str(PaymentStatus.expired)
    )
    await settle(session, payment_id, over)
    payment.next_check_at = None
