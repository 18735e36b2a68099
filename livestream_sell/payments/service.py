"""Use cases of payments: start an attempt, report and decide a bank transfer, look at attempts."""

import asyncio
import logging
import re
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import NotFound
from livestream_sell.core.settings import get_settings
from livestream_sell.payments import configs, repository
from livestream_sell.payments.errors import (
    CurrencyNotTaken,
    EmailNeeded,
    GatewayRejected,
    GatewayUnavailable,
    MethodNotOffered,
    PaymentNotOpen,
)
from livestream_sell.payments.gateways.base import (
    Created,
    FactState,
    GatewayFact,
    GatewaySettings,
    PaymentGateway,
    PaymentIntent,
)
from livestream_sell.payments.gateways.registry import gateway_named
from livestream_sell.payments.models import Payment, PaymentStatus
from livestream_sell.payments.notifications import ask_soon, process_notices, take_notice
from livestream_sell.payments.reconciliation import check_due, first_check
from livestream_sell.payments.schemas import OrderForPayment, PaymentView, StartedPayment
from livestream_sell.payments.settling import settle
from livestream_sell.payments.store_keys import notify_url

# A link that ends sooner than this is not handed out again.
STILL_VALID = timedelta(minutes=1)
# How long a second click waits for the first one's gateway.
CREATING_SECONDS = 30.0
POLL_SECONDS = 0.15
EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}\.[A-Za-z]{2,24}")

__all__ = [
    "ask_soon",
    "attempts",
    "awaiting_seller",
    "check_due",
    "decide_transfer",
    "note_return",
    "process_notices",
    "report_transfer",
    "start_payment",
    "take_notice",
    "view_of",
]

logger = logging.getLogger(__name__)


async def start_payment(
    order: OrderForPayment, gateway: str, *, buyer_email: str | None = None, locale: str = ""
) -> StartedPayment:
    """Make the gateway's object for this order, or hand out the one that still asks for the same.

    Opens its own transactions: intent row -> HTTP call -> result row. Clicking twice makes one attempt.

    Raises:
        MethodNotOffered, CurrencyNotTaken, EmailNeeded: nothing was made.
        GatewayUnavailable, GatewayRejected: offer the other ways to pay.
    """
    chosen = gateway_named(gateway)
    if not configs.takes(chosen, order.currency):
        raise CurrencyNotTaken(gateway, order.currency)
    email = _checked_email(chosen, buyer_email)
    async with transaction() as session:
        settings = await configs.settings_of(session, order.store_id, gateway, only_enabled=True)
        store = await repository.store_of(session, order.store_id)
        if settings is None or store is None:
            raise MethodNotOffered(gateway)
        store_name, store_locale = store.name, store.locale
        payment, is_new = await _intent(session, order, chosen)
    if not is_new:
        return await _of_first_click(payment)
    intent = PaymentIntent(
        payment_id=payment.id,
        reference=payment.reference,
        amount=order.amount,
        currency=order.currency,
        title=order.title,
        store_name=store_name,
        store_locale=store_locale,
        language=locale or order.language,
        email=email,
        return_url=_return_url(gateway, order.token, payment.id),
        notify_url=notify_url(gateway, order.store_id),
        expires_at=order.reservation_expires_at,
    )
    return await _create(chosen, intent, settings)


async def report_transfer(session: AsyncSession, order_id: UUID, note: str = "") -> PaymentView:
    """Note that the buyer says a bank transfer is sent; the seller decides. Saying it twice changes nothing.

    Raises:
        NotFound: no bank transfer was chosen for this order.
        PaymentNotOpen: it is decided already.
    """
    attempts = await repository.of_order(session, order_id)
    newest = next((each for each in attempts if gateway_named(each.gateway).is_manual), None)
    payment = None if newest is None else await repository.lock(session, newest.id)
    if payment is None:
        raise NotFound("No bank transfer was chosen for this order.")
    if payment.status == PaymentStatus.reported:
        return view_of(payment)
    if payment.status not in {PaymentStatus.pending, PaymentStatus.expired}:
        raise PaymentNotOpen(payment.status)
    payment.status = PaymentStatus.reported
    payment.next_check_at = None
    payment.details = {**payment.details, "reported_at": utc_now().isoformat(), "note": note.strip()[:500]}
    await session.flush()
    return view_of(payment)


async def decide_transfer(
    session: AsyncSession, store_id: UUID, payment_id: UUID, *, is_confirmed: bool, actor: str, note: str = ""
) -> PaymentView:
    """Confirm or reject a bank transfer after looking at the account.

    Raises:
        NotFound: no bank transfer of this store.
        PaymentNotOpen: it is decided already.
    """
    payment = await repository.lock(session, payment_id)
    if payment is None or payment.store_id != store_id or not gateway_named(payment.gateway).is_manual:
        raise NotFound("There is no such bank transfer.")
    fact = GatewayFact(
        state=FactState.succeeded if is_confirmed else FactState.failed,
        reference=payment.reference,
        amount=payment.amount,
        currency=payment.currency,
        detail=note.strip()[:400] or ("confirmed" if is_confirmed else "rejected"),
    )
    if await settle(session, payment_id, fact) is None:
        raise PaymentNotOpen(payment.status)
    payment.next_check_at = None
    payment.details = {**payment.details, "decided_by": actor, "decided_at": utc_now().isoformat()}
    await session.flush()
    return view_of(payment)


async def note_return(session: AsyncSession, order_id: UUID, payment_id: UUID) -> bool:
    """Note that the buyer is back from the gateway; return False if this is no attempt to pay that order."""
    payment = await repository.lock(session, payment_id)
    if payment is None or payment.order_id != order_id:
        return False
    payment.details = {**payment.details, "returned_at": utc_now().isoformat()}
    return True


async def attempts(session: AsyncSession, order_id: UUID) -> list[PaymentView]:
    """Return the attempts to pay an order, the newest first."""
    return [view_of(payment) for payment in await repository.of_order(session, order_id)]


async def awaiting_seller(session: AsyncSession, store_id: UUID) -> list[PaymentView]:
    """Return what a person has to decide or give back, the oldest first."""
    return [view_of(payment) for payment in await repository.awaiting_seller(session, store_id)]


def view_of(payment: Payment) -> PaymentView:
    """Return what of an attempt may be shown."""
    return PaymentView(
        payment_id=payment.id,
        transfer_data=payment.details.get("transfer"),
        returned_at=payment.details.get("returned_at"),
        **payment.model_dump(
            include={
                "gateway", "reference", "status", "amount", "currency", "failure", "redirect_url",
                "created_at", "expires_at", "settled_at",
            }
        ),
    )  # fmt: skip


async def _intent(session: AsyncSession, order: OrderForPayment, chosen: PaymentGateway) -> tuple[Payment, bool]:
    now = utc_now()
    await repository.lock_attempts(session, order.order_id)
    found = await repository.reusable_attempt(
        session,
        order_id=order.order_id,
        gateway=chosen.name,
        amount=order.amount,
        item_ids=order.item_ids,
        now=now,
        valid_until=now + STILL_VALID,
        creating_since=now - timedelta(seconds=CREATING_SECONDS),
    )
    if found is not None:
        return found, False
    payment = Payment(
        store_id=order.store_id,
        order_id=order.order_id,
        gateway=chosen.name,
        reference=await repository.next_reference(session, order.code),
        amount=order.amount,
        currency=order.currency,
        item_ids=order.item_ids,
        created_at=now,
        expires_at=order.reservation_expires_at,
        next_check_at=first_check(now, order.reservation_expires_at, is_manual=chosen.is_manual),
    )
    session.add(payment)
    await session.flush()
    return payment, True


async def _create(chosen: PaymentGateway, intent: PaymentIntent, settings: GatewaySettings) -> StartedPayment:
    try:
        created = await chosen.create(intent, settings)
    except Exception as error:
        logger.warning("%s made nothing for %s: %r", chosen.name, intent.reference, error)
        await _nothing_made(intent.payment_id, _reason(error))
        raise
    async with transaction() as session:
        payment = await repository.lock(session, intent.payment_id)
        assert payment is not None
        # A notification may have been faster than this answer: then the state stays what it is.
        if payment.status == PaymentStatus.creating:
            payment.status = PaymentStatus.pending
        _keep(payment, created, is_manual=chosen.is_manual)
        return _started(payment)


def _keep(payment: Payment, created: Created, *, is_manual: bool) -> None:
    payment.gateway_ref = created.gateway_ref
    payment.redirect_url = created.redirect_url
    payment.expires_at = created.expires_at
    payment.details = {**payment.details, **created.details}
    if payment.status == PaymentStatus.pending:
        payment.next_check_at = first_check(payment.created_at, created.expires_at, is_manual=is_manual)


async def _nothing_made(payment_id: UUID, reason: str) -> None:
    async with transaction() as session:
        payment = await repository.lock(session, payment_id)
        if payment is not None and payment.status == PaymentStatus.creating:
            # Nobody has its link, so nothing can come of it: the buyer is told by the error itself.
            payment.status, payment.failure, payment.next_check_at = PaymentStatus.failed, reason, None


async def _of_first_click(payment: Payment) -> StartedPayment:
    deadline = asyncio.get_running_loop().time() + CREATING_SECONDS
    while payment.status == PaymentStatus.creating and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(POLL_SECONDS)
        async with transaction() as session:
            payment = await repository.get(session, payment.id) or payment
    if payment.status not in {PaymentStatus.pending, PaymentStatus.reported}:
        raise GatewayUnavailable(payment.gateway, reason=f"the attempt is {payment.status}")
    return _started(payment)


def _started(payment: Payment) -> StartedPayment:
    return StartedPayment(
        payment_id=payment.id,
        reference=payment.reference,
        redirect_url=payment.redirect_url,
        transfer_data=payment.details.get("transfer"),
    )


def _checked_email(chosen: PaymentGateway, given: str | None) -> str | None:
    email = (given or "").strip()
    if EMAIL.fullmatch(email):
        return email
    if chosen.needs_email or email:
        raise EmailNeeded(chosen.name)
    return None


def _return_url(gateway: str, token: str, payment_id: UUID) -> str:
    return f"{get_settings().public_url.rstrip('/')}/api/v1/payments/return/{gateway}?t={token}&p={payment_id}"


def _reason(error: Exception) -> str:
    if isinstance(error, GatewayRejected):
        return f"rejected: {error.issue}"[:500]
    return f"unavailable: {error.reason}"[:500] if isinstance(error, GatewayUnavailable) else "unexpected answer"
