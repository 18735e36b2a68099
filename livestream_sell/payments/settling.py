"""What a gateway said becomes a state, once: a lattice in which money, once seen, is never unseen."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.clock import utc_now
from livestream_sell.events import PaymentFailed, PaymentNeedsReview, PaymentSucceeded
from livestream_sell.payments import repository
from livestream_sell.payments.gateways.base import FactState, GatewayFact
from livestream_sell.payments.models import Payment, PaymentStatus

OPEN = frozenset({PaymentStatus.creating, PaymentStatus.pending, PaymentStatus.reported})
# An attempt that failed or ran out may still be paid: another card on the same page, a late confirmation.
UNPAID = OPEN | {PaymentStatus.failed, PaymentStatus.expired}
MONEY_CAME = frozenset({PaymentStatus.succeeded, PaymentStatus.refund_due})


def disagreement(payment: Payment, fact: GatewayFact) -> str:
    """Return what differs between the attempt and the fact ("" when all of it agrees)."""
    pairs = [
        ("reference", payment.reference, fact.reference),
        ("currency", payment.currency, fact.currency),
        ("amount", payment.amount, fact.amount),
    ]
    return "; ".join(f"{name}: asked {ours}, got {theirs}" for name, ours, theirs in pairs if ours != theirs)


def decide(status: str, fact: GatewayFact, differs: str) -> PaymentStatus | None:
    """Return the state a fact moves an attempt to, or None when it moves nothing. Any order of facts ends alike."""
    now = PaymentStatus(status)
    if now not in UNPAID:
        return None
    if differs:
        is_money = fact.state in {FactState.succeeded, FactState.approved}
        return PaymentStatus.needs_review if is_money else None
    if fact.state is FactState.succeeded:
        return PaymentStatus.succeeded
    if now not in OPEN:
        return None
    if fact.state in {FactState.failed, FactState.refunded}:
        return PaymentStatus.failed
    if fact.state is FactState.expired:
        return PaymentStatus.expired
    return PaymentStatus.pending if now is PaymentStatus.creating else None


async def settle(session: AsyncSession, payment_id: UUID, fact: GatewayFact) -> PaymentStatus | None:
    """Apply a fact to its attempt; return the state it moved to, or None if nothing moved.

    Locks the attempt. Whatever arrives, however often, in any order and at once: PaymentSucceeded leaves once.
    """
    payment = await repository.lock(session, payment_id)
    if payment is None:
        return None
    differs = await _differs(session, payment, fact)
    if payment.status in MONEY_CAME:
        return await _after_money(session, payment, fact, differs)
    moved_to = decide(payment.status, fact, differs)
    if moved_to is None:
        return None
    payment.status = moved_to
    has_failed = moved_to not in {PaymentStatus.succeeded, PaymentStatus.pending}
    payment.failure = (differs or fact.detail or moved_to.value)[:500] if has_failed else ""
    if moved_to is not PaymentStatus.pending and moved_to is not PaymentStatus.failed:
        payment.next_check_at = None
    if moved_to is PaymentStatus.succeeded:
        payment.gateway_payment_id = fact.gateway_payment_id
        payment.settled_at = utc_now()
        payment.details = {**payment.details, "paid_by": fact.detail}
    await session.flush()
    await _announce(session, payment)
    return moved_to


async def _differs(session: AsyncSession, payment: Payment, fact: GatewayFact) -> str:
    differs = disagreement(payment, fact)
    if differs or fact.gateway_payment_id is None or fact.gateway_payment_id == payment.gateway_payment_id:
        return differs
    other = await repository.by_gateway_payment_id(session, payment.gateway, fact.gateway_payment_id)
    return "" if other is None else f"{fact.gateway_payment_id} already paid {other.reference}"


async def _after_money(
    session: AsyncSession, payment: Payment, fact: GatewayFact, differs: str
) -> PaymentStatus | None:
    """A settled attempt was paid again under another id, or its money went back."""
    is_same = fact.gateway_payment_id in {None, payment.gateway_payment_id}
    if fact.state is FactState.succeeded and not is_same:
        return await _paid_again(session, payment, fact, differs)
    if fact.state is FactState.refunded and is_same and "refunded_at" not in payment.details:
        payment.details = {**payment.details, "refunded_at": utc_now().isoformat(), "refund": fact.detail}
        await session.flush()
        await _publish_review(session, payment, "refunded")
    return None


async def _paid_again(session: AsyncSession, payment: Payment, fact: GatewayFact, differs: str) -> PaymentStatus | None:
    """Keep the second money as a payment of its own; whoever hears of it finds the order paid already."""
    assert fact.gateway_payment_id is not None
    if await repository.by_gateway_payment_id(session, payment.gateway, fact.gateway_payment_id) is not None:
        return None
    second = Payment(
        store_id=payment.store_id,
        order_id=payment.order_id,
        gateway=payment.gateway,
        reference=f"{payment.reference}-again-{fact.gateway_payment_id}"[:64],
        status=PaymentStatus.needs_review if differs else PaymentStatus.succeeded,
        amount=fact.amount,
        currency=fact.currency,
        item_ids=payment.item_ids,
        gateway_payment_id=fact.gateway_payment_id,
        failure=differs[:500],
        details={"paid_again": str(payment.id), "paid_by": fact.detail},
        settled_at=utc_now(),
    )
    session.add(second)
    await session.flush()
    await _announce(session, second)
    return PaymentStatus(second.status)


async def _announce(session: AsyncSession, payment: Payment) -> None:
    store_id, order_id, payment_id = payment.store_id, payment.order_id, payment.id
    if payment.status == PaymentStatus.succeeded:
        paid = PaymentSucceeded(store_id=store_id, order_id=order_id, payment_id=payment_id)
        await outbox.publish(session, paid)
    elif payment.status in {PaymentStatus.failed, PaymentStatus.expired}:
        reason = payment.failure
        unpaid = PaymentFailed(store_id=store_id, order_id=order_id, payment_id=payment_id, reason=reason)
        await outbox.publish(session, unpaid)
    elif payment.status == PaymentStatus.needs_review:
        await _publish_review(session, payment, payment.failure)


async def _publish_review(session: AsyncSession, payment: Payment, reason: str) -> None:
    event = PaymentNeedsReview(
        store_id=payment.store_id, order_id=payment.order_id, payment_id=payment.id, reason=reason
    )
    await outbox.publish(session, event)
