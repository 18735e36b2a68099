"""Every SQL statement of payments."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from livestream_sell.payments.gateways.base import Lookup
from livestream_sell.payments.models import Payment, PaymentConfig, PaymentStatus
from livestream_sell.stores.models import Store

LOCK_ORDER = text("SELECT pg_advisory_xact_lock(hashtextextended('payments|' || CAST(:order_id AS text), 0))")


async def store_of(session: AsyncSession, store_id: UUID) -> Store | None:
    return await session.get(Store, store_id)


async def configs_of(session: AsyncSession, store_id: UUID) -> list[PaymentConfig]:
    query = select(PaymentConfig).where(col(PaymentConfig.store_id) == store_id)
    return list((await session.execute(query)).scalars())


async def config(session: AsyncSession, store_id: UUID, gateway: str) -> PaymentConfig | None:
    query = select(PaymentConfig).where(col(PaymentConfig.store_id) == store_id, col(PaymentConfig.gateway) == gateway)
    return (await session.execute(query)).scalar_one_or_none()


async def save_config(session: AsyncSession, store_id: UUID, gateway: str, settings_enc: str, *, enabled: bool) -> None:
    row = PaymentConfig(store_id=store_id, gateway=gateway, settings_enc=settings_enc, enabled=enabled)
    changes = {"settings_enc": settings_enc, "enabled": enabled}
    await session.execute(
        insert(PaymentConfig)
        .values(row.model_dump())
        .on_conflict_do_update(index_elements=["store_id", "gateway"], set_=changes)
    )


async def set_enabled(session: AsyncSession, store_id: UUID, gateway: str, *, enabled: bool) -> bool:
    """Return whether there was something to switch."""
    found = await session.execute(
        update(PaymentConfig)
        .where(col(PaymentConfig.store_id) == store_id, col(PaymentConfig.gateway) == gateway)
        .values(enabled=enabled)
        .returning(col(PaymentConfig.id))
    )
    return found.scalar_one_or_none() is not None


async def lock_attempts(session: AsyncSession, order_id: UUID) -> None:
    """Let one caller at a time start a payment of this order."""
    await session.execute(LOCK_ORDER, {"order_id": str(order_id)})


async def next_reference(session: AsyncSession, code: str) -> str:
    """Return the next free `<order code>-<attempt>`; the caller holds the lock of the order's attempts."""
    query = select(col(Payment.reference)).where(col(Payment.reference).startswith(f"{code}-", autoescape=True))
    attempts = [reference.split("-")[1] for reference in (await session.execute(query)).scalars()]
    return f"{code}-{max((int(each) for each in attempts if each.isdecimal()), default=0) + 1}"


async def reusable_attempt(
    session: AsyncSession,
    *,
    order_id: UUID,
    gateway: str,
    amount: Decimal,
    item_ids: list[str],
    now: datetime,
    valid_until: datetime,
    creating_since: datetime,
) -> Payment | None:
    """Return the newest attempt that still asks for the same money, or is just being made by somebody else."""
    status, ends = col(Payment.status), col(Payment.expires_at)
    in_use: ColumnElement[bool] = or_(
        status.in_((PaymentStatus.pending,)) & (ends > valid_until),
        status.in_((PaymentStatus.reported,)),
        status.in_((PaymentStatus.creating,)) & (col(Payment.created_at) > creating_since) & (ends > now),
    )
    query = (
        select(Payment)
        .where(
            col(Payment.order_id) == order_id,
            col(Payment.gateway) == gateway,
            col(Payment.amount) == amount,
            col(Payment.item_ids) == item_ids,
            in_use,
        )
        .order_by(col(Payment.id).desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def get(session: AsyncSession, payment_id: UUID) -> Payment | None:
    return await session.get(Payment, payment_id)


async def lock(session: AsyncSession, payment_id: UUID) -> Payment | None:
    """Return the payment as it is now, ours to change until the end of the transaction."""
    return await session.get(Payment, payment_id, with_for_update=True, populate_existing=True)


async def find(session: AsyncSession, store_id: UUID, gateway: str, lookup: Lookup) -> Payment | None:
    """Return the attempt by the most exact thing known of it."""
    ways = [
        (col(Payment.gateway_ref), lookup.gateway_ref),
        (col(Payment.reference), lookup.reference),
        (col(Payment.gateway_payment_id), lookup.gateway_payment_id),
    ]
    for column, value in ways:
        if value is None:
            continue
        query = select(Payment).where(
            col(Payment.store_id) == store_id, col(Payment.gateway) == gateway, column == value
        )
        if (payment := (await session.execute(query.limit(1))).scalar_one_or_none()) is not None:
            return payment
    return None


async def by_gateway_payment_id(session: AsyncSession, gateway: str, gateway_payment_id: str) -> Payment | None:
    query = select(Payment).where(
        col(Payment.gateway) == gateway, col(Payment.gateway_payment_id) == gateway_payment_id
    )
    return (await session.execute(query)).scalar_one_or_none()


async def of_order(session: AsyncSession, order_id: UUID) -> list[Payment]:
    """Return the attempts of an order, the newest first."""
    query = select(Payment).where(col(Payment.order_id) == order_id).order_by(col(Payment.id).desc())
    return list((await session.execute(query)).scalars())


async def take_due(session: AsyncSession, limit: int) -> list[Payment]:
    """Return payments the gateway has to be asked about, locked; those another worker holds are passed over."""
    query = (
        select(Payment)
        .where(col(Payment.next_check_at) <= func.now())
        .order_by(col(Payment.next_check_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.execute(query)).scalars())


async def awaiting_seller(session: AsyncSession, store_id: UUID) -> list[Payment]:
    """Return what a person has to decide: reported transfers and payments that differ, the oldest first."""
    query = (
        select(Payment)
        .where(
            col(Payment.store_id) == store_id,
            col(Payment.status).in_((PaymentStatus.reported, PaymentStatus.needs_review, PaymentStatus.refund_due)),
        )
        .order_by(col(Payment.id))
    )
    return list((await session.execute(query)).scalars())
